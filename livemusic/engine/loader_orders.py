"""What other cores tell the loader, besides the requests it takes: small frozen orders, taken in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from livemusic.engine.edits import LoaderRequest
from livemusic.music.tempo import BeatsPerMinute
from livemusic.session.settings import Session

#: Told None when it was done, or why it was not.
Tell = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Awaited:
    """Do what `request` asks, and tell `done`."""

    request: LoaderRequest
    done: Tell


@dataclass(frozen=True, slots=True)
class Amend:
    """Change what is played now to what `alter` makes of it, and tell `done`. `words`: what undo calls it, where what
    it changes does not say so; all of one `group` are undone together, and called by the last words."""

    alter: Callable[[Session], Session]
    done: Tell
    words: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class TakeLead:
    """From now on `leader` sets the time, one of `session.settings.LEADERS` or `demo`. `bpm`: the tempo that we go on
    in ourselves, where we do.
    """

    leader: str
    bpm: BeatsPerMinute | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close what another thread no longer uses."""

    thing: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """`slot` (`midi_out` or `source`) has failed while it was used."""

    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The source `thing` has played to its end."""

    thing: Any


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the musician."""

    text: str
