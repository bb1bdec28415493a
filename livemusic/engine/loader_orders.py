"""What the loader is told: small frozen orders, taken in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livemusic.session.settings import Session

#: Told None when it was done, or why it was not.
Done = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Load:
    """Change to `session`. `forgiving`: go on without what fails."""

    session: Session
    done: Done
    forgiving: bool = False
    play: bool = False


@dataclass(frozen=True, slots=True)
class Amend:
    """Change what is played now to what `alter` makes of it. `again`: try to open what was lost or has ended, too."""

    alter: Callable[[Session], Session]
    done: Done
    again: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step through history: -1 undoes, 1 takes that back."""

    step: int
    done: Done


@dataclass(frozen=True, slots=True)
class Pick:
    """Change to the preset whose place in the list `choose` finds, given all names and the one that plays."""

    choose: Callable[[list[str], str], int]
    done: Done


@dataclass(frozen=True, slots=True)
class Save:
    """Write the preset as it is played now to `path`, under `name`; all of the session where that is empty."""

    path: Path
    name: str
    done: Done


@dataclass(frozen=True, slots=True)
class Retire:
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
class Say:
    """Tell the musician."""

    text: str
