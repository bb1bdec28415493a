"""Hears the drums in what is listened to, and tells every hit at once."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.audio.source import Samples
from livemusic.dsp.hits import HeardHit
from livemusic.engine.lateness import Lateness, Percentiles
from livemusic.engine.listen_orders import HearDrums, HitsDrawn
from livemusic.engine.listeners.listener import Sounded
from livemusic.inference.hearing import DrumEar, Hearing
from livemusic.music.tempo import Seconds

#: So many of the last hits are shown: those of some seconds, however busy.
_SHOWN = 64
_ROW = 3
#: Sound is not asked for more often than this, however slowly it comes.
_SHORTEST: Seconds = 0.002


class PlayedHit(NamedTuple):
    """A drum that somebody played: `at` which moment (`time.perf_counter`, what is known of latency taken off), the
    `voice` 0..8 it is taken for, the finest `lane` that is sure (see `dsp.lanes`), `velocity` 1..127."""

    at: Seconds
    voice: int
    lane: int
    velocity: int


@dataclass(frozen=True, slots=True)
class HitsHeard:
    """These hits were heard in what is listened to, in order of time. They came in so much `late`r than they were
    played, as far as it is known and taken off."""

    hits: tuple[PlayedHit, ...]
    late: Seconds = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class DrumsView:
    """`on`: somebody listens. `count`: how many hits were heard, `hits` the last of them. `late`: how long after it was
    played a hit is told. `song`, the `number`th: the hits of all of a song as far as they are known, float32 `(n, 3)`
    of the place in it, lane and velocity 1..127; never changed once published.
    """

    on: bool = False
    count: int = 0
    hits: tuple[PlayedHit, ...] = ()
    late: Percentiles = Percentiles()
    number: int = 0
    song: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, _ROW), np.float32))


class Drums:
    """Hears drums while it is asked to. `told` is given what is heard, `draw` asked for the hits of all of the song at
    a path (none for ``) by a hearing (or by nobody), under a number that they come back with. Thread: listen.
    """

    orders: tuple[type, ...] = (HearDrums, HitsDrawn)

    def __init__(
        self,
        told: Callable[[HitsHeard], None],
        draw: Callable[[int, str, Hearing | None], None] = lambda number, path, hearing: None,
    ) -> None:
        self.view = DrumsView()
        self._told = told
        self._draw = draw
        self._order = HearDrums(None)
        self._ear: DrumEar | None = None
        self._sounded = Sounded()
        self._last: deque[PlayedHit] = deque(maxlen=_SHOWN)
        self._fresh: tuple[HeardHit, ...] = ()
        self._late = Lateness()
        self._rows: npt.NDArray[np.float32] = np.empty((256, _ROW), np.float32)

    @property
    def every(self) -> Seconds | None:
        """Until the next row is there."""
        return None if self._ear is None else max(_SHORTEST, self._ear.due)

    @property
    def fresh(self) -> tuple[HeardHit, ...]:
        """The hits that the last block has brought, for those who hear rhythm in them: `t` counts from its end."""
        return self._fresh

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case HearDrums():
                before, self._order = self._order, message
                if message.hearing is not before.hearing:
                    self._ear = None
                if (message.hearing, message.song) != (before.hearing, before.song):
                    self._draw_anew()
            case HitsDrawn(number, hits):
                if number == self.view.number:
                    self._append(hits)
            case _:
                raise TypeError(f"drums do not know {message!r}")

    def begin(self) -> None:
        self._ear = None
        self._fresh = ()
        self._sounded.begin()
        if self._order.song:
            self._order = replace(self._order, song="")
            self._draw_anew()

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        self._fresh = ()
        if self._order.hearing is None:
            return
        if self._ear is None:
            self._ear = DrumEar(self._order.hearing, sample_rate)
            self._sounded.begin()
        self._sounded.add(samples, sample_rate, at)
        if hits := self._ear.hear(samples):
            self._fresh = tuple(hit._replace(t=hit.t - self._ear.heard) for hit in sorted(hits))
            played = tuple(self._played(hit, at) for hit in sorted(hits))
            self._last.extend(played)
            self.view = replace(
                self.view,
                count=self.view.count + len(played),
                hits=tuple(self._last),
                late=self._late.summary(),
            )
            self._told(HitsHeard(played, self._order.late))

    def _played(self, hit: HeardHit, at: Seconds) -> PlayedHit:
        moment = self._sounded.moment(hit.t) - self._order.late
        self._late.add(at - moment)
        return PlayedHit(moment, hit.voice, hit.lane, loudness(hit))

    def _draw_anew(self) -> None:
        """The song that is heard is another, or it is heard otherwise."""
        self._rows = np.empty((256, _ROW), np.float32)
        self.view = replace(
            self.view,
            on=self._order.hearing is not None,
            number=self.view.number + 1,
            song=self._rows[:0],
        )
        self._draw(self.view.number, self._order.song, self._order.hearing)

    def _append(self, hits: tuple[HeardHit, ...]) -> None:
        begin = len(self.view.song)
        end = begin + len(hits)
        if end > len(self._rows):
            grown = np.empty((2 * end, _ROW), np.float32)
            grown[:begin] = self._rows[:begin]
            self._rows = grown
        for row, hit in enumerate(hits, begin):
            self._rows[row] = hit.t, hit.lane, loudness(hit)
        self.view = replace(self.view, song=self._rows[:end])


def loudness(hit: HeardHit) -> int:
    """How hard it was hit, 1..127."""
    return max(1, min(127, round(127 * hit.velocity)))
