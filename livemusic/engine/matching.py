"""Lets a drum of the kit sound like a hit: one in a file, the last one heard, or the next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from livemusic.dsp.matching.hit import LONGEST, hit_in
from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.listeners.recent import RecentView
from livemusic.engine.match_child import Outcome, Task
from livemusic.engine.playback import MatchFile, MatchHeard, MatchNext, StopMatching
from livemusic.music.tempo import Seconds
from livemusic.session.files import path_of, shown

_EVERY: Seconds = 0.1
#: A hit that one waits for is at least so loud (of full scale), and heard so long before it is taken.
_LOUD = 0.02
_RING: Seconds = 1.0


class Matcher(Protocol):
    """Matches beside everything else, see `MatchChild`."""

    @property
    def done(self) -> float: ...

    def begin(self, task: Task) -> None: ...
    def outcome(self) -> Outcome | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class MatchingView:
    """`state`: `` (nothing is to be done), `waiting` for a hit, or `matching`; of the drum `voice` (-1: whichever it
    is); `done`: how much of it, 0..1."""

    state: str = ""
    voice: int = -1
    done: float = 0.0


class Matching:
    """The core that matches drums. `heard` shows what was heard last; `use` is given a drum and its new voice; `notice`
    tells the musician. Thread: matching.
    """

    def __init__(
        self,
        heard: Callable[[], RecentView],
        matcher: Matcher,
        use: Callable[[int, DrumVoice], None],
        notice: Callable[[str], None],
    ) -> None:
        self.view = MatchingView()
        self._heard = heard
        self._matcher = matcher
        self._use = use
        self._notice = notice
        self._from = 0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case MatchFile(voice, path):
                self._begin(Task(voice, shown(Path(path_of(path)).stem), path))
            case MatchHeard(voice):
                view = self._heard()
                if not view.blocks or np.abs(view.since(0)).max() < _LOUD:
                    self._notice("No hit was heard in the last seconds. Strike the drum, then ask again.")
                    return
                self._begin(Task(voice, "", sound=view.since(0), sample_rate=view.sample_rate))
            case MatchNext(voice):
                self._matcher.close()
                self._from = self._heard().count
                self.view = MatchingView("waiting", voice)
            case StopMatching():
                self.close()
            case _:
                raise TypeError(f"nobody can match {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self.view.state == "waiting":
            self._wait()
        elif self.view.state == "matching":
            self.view = replace(self.view, done=self._matcher.done)
            if (outcome := self._matcher.outcome()) is not None:
                self.view = MatchingView()
                self._notice(outcome.text)
                if outcome.voice is not None:
                    self._use(outcome.drum, outcome.voice)
        return now + _EVERY if self.view.state else None

    def close(self) -> None:
        """Match nothing any more."""
        self._matcher.close()
        self.view = MatchingView()

    def _begin(self, task: Task) -> None:
        self._matcher.begin(task)
        self.view = MatchingView("matching", task.voice)

    def _wait(self) -> None:
        """Look whether the hit has come, and has rung."""
        heard = self._heard()
        sound = heard.since(self._from)
        if not len(sound) or np.abs(sound).max() < _LOUD:
            return
        try:
            hit = hit_in(sound, heard.sample_rate)
        except ValueError:
            return
        ring = len(sound) / heard.sample_rate - hit.at
        if hit.peak >= _LOUD and ring >= min(_RING, LONGEST):
            self._begin(Task(self.view.voice, "", sound=sound, sample_rate=heard.sample_rate))
