"""What the drums that are heard say of the beat: hits laid into bars of every tempo, for one who knows grooves."""

from collections import deque
from collections.abc import Iterable
from math import exp
from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.dsp.hits import HeardHit
from livemusic.dsp.lanes import CYMBAL, DRUM, HAT, LANES, PARENTS, TOM, VOICES
from livemusic.dsp.pulse import BEATS, PHASES, TEMPI, BeatsPerMinute, Scores
from livemusic.dsp.spec import Seconds

Array = npt.NDArray[np.float32]

ROWS: tuple[str, ...] = ("kick", "snare", "hat", "tom", "crash", "ride")
"""Drums whose hits are told apart here."""
WEIGHED: Scores = TEMPI[1::3]
"""The tempi that are weighed, 2.1 % apart: each stands for itself and its two neighbours in `TEMPI`."""
MEMORIES: tuple[Seconds, ...] = (1.5, 5.0)
"""Hits fade out of a bar in so long; each memory has rows of its own."""
LATE: Seconds = 0.05
"""Hits of the last so many seconds do not count yet: by then every one of them has been told."""
SHAPE = (len(MEMORIES) * len(ROWS) + 1, PHASES)
"""Of a bar: a row of each drum for each memory, and the last, which says the tempo."""
PARTS = 3
"""Not all tempi are judged at once, which would take too long between two blocks of sound, but so many parts."""
#: Older hits are forgotten.
_OLDEST: Seconds = 14.0
#: The softest hit counts so much of the hardest.
_SOFTEST = 0.35
#: A likelihood so many times (log) below the best counts no less, and how much the drums count beside the sound.
_LEAST, _TRUST = -6.0, 0.15
#: The last row of a bar is the octaves from here to its tempo.
_USUAL: BeatsPerMinute = 105.0
#: What is near the present beat (log tempo, beats).
_NEAR_TEMPO, _NEAR_PHASE = 0.05, 0.13
_PER_BEAT = PHASES // BEATS


class Reader(Protocol):
    """Knows grooves: how likely the present moment is each of the 64 places of a bar, as logits `(n, 64)`, from bars
    `(n, 13, 64)` as `fold` lays them, each at a tempo of its own."""

    def read(self, bars: Array) -> Array: ...


def row_weights(lane: int) -> tuple[tuple[int, float], ...]:
    """The rows that a hit of `lane` counts in, and how much: in one, or shared where its drum is not known."""
    if lane in (DRUM, CYMBAL):
        return ((0, 0.5), (1, 0.5)) if lane == DRUM else ((4, 0.5), (5, 0.5))
    parent = lane if lane >= VOICES else PARENTS[lane]
    name = LANES[parent] if parent in (HAT, TOM) else LANES[lane]
    return ((ROWS.index(name), 1.0),) if name in ROWS else ()


def strength_of(velocity: npt.ArrayLike) -> Scores:
    """What hits of `velocity` 0..1 count."""
    return _SOFTEST + (1 - _SOFTEST) * np.clip(np.asarray(velocity, np.float64), 0.0, 1.0)


def fold(ages: Scores, rows: npt.NDArray[np.int64], strengths: Scores, tempi: Scores = WEIGHED) -> Array:
    """Lay hits into the bar of four beats that each tempo has, float32 `(tempi, 13, 64)`, counted from the present.

    `ages`: how long ago each was, in seconds; `rows`: indices of `ROWS`. Place 0 is now; place 63 has just been. A hit
    between two places is shared by them. The last row says the tempo, in octaves from 105 bpm.
    """
    places = -(tempi[:, None] / 60 * _PER_BEAT) * ages
    floors = np.floor(places)
    whole, part = floors.astype(np.int64), places - floors
    begin = PHASES * (rows + len(ROWS) * np.arange(tempi.size)[:, None])
    index = np.concatenate([(begin + whole % PHASES).ravel(), (begin + (whole + 1) % PHASES).ravel()])
    shares = np.stack([1 - part, part])
    size = tempi.size * len(ROWS) * PHASES
    bars = np.empty((tempi.size, *SHAPE), np.float32)
    for number, memory in enumerate(MEMORIES):
        weights = (shares * (strengths * np.exp(-ages / memory))).ravel()
        rows_of = slice(number * len(ROWS), (number + 1) * len(ROWS))
        bars[:, rows_of] = np.bincount(index, weights, size).reshape(tempi.size, len(ROWS), PHASES)
    bars[:, -1] = np.log2(tempi / _USUAL)[:, None]
    return bars


class Metre:
    """Remembers the hits of some seconds and says which beats they would make sense with. Thread: one at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._hits = deque[tuple[Seconds, int, float]]()
        self._logits = np.empty((WEIGHED.size, PHASES), np.float32)
        self._part = 0
        self._begun: Seconds = 0.0
        self._heard = np.empty((0, 3))
        self._at: Seconds = 0.0
        self._likely: Scores | None = None

    @property
    def known(self) -> bool:
        """Whether there is anything to say."""
        return self._likely is not None

    def hear(self, hits: Iterable[HeardHit]) -> None:
        """Take in hits, no more than `LATE` after they were."""
        for hit in hits:
            strength = float(strength_of(hit.velocity))
            self._hits.extend((hit.t, row, strength * share) for row, share in row_weights(hit.lane))

    def judge(self, now: Seconds) -> None:
        """Judge the next of `PARTS`: the first takes what was heard until `LATE` before `now`, the last tells."""
        if self._part == 0:
            while self._hits and self._hits[0][0] < now - _OLDEST:
                self._hits.popleft()
            heard = [hit for hit in self._hits if now - _OLDEST <= hit[0] <= now - LATE]
            self._heard, self._begun = np.array(heard).reshape(-1, 3), now
        if len(self._heard):
            tempi = slice(*(WEIGHED.size * end // PARTS for end in (self._part, self._part + 1)))
            times, rows, strengths = self._heard.T
            bars = fold(self._begun - times, rows.astype(np.int64), strengths, WEIGHED[tempi])
            self._logits[tempi] = self._reader.read(bars)
        self._part = (self._part + 1) % PARTS
        if self._part == 0:
            self._tell()

    def _tell(self) -> None:
        """All tempi have been judged."""
        self._likely, self._at = None, self._begun
        if len(self._heard):
            likely = np.exp(np.asarray(self._logits, np.float64) - self._logits.max())
            # Which beat of the bar it is makes no other beat.
            self._likely = likely.reshape(WEIGHED.size, BEATS, _PER_BEAT).sum(axis=1) / likely.sum()

    def trust(self, now: Seconds) -> Scores:
        """By what each of `TEMPI` and each place of the bar at `now` is to be multiplied, `(240, 64)`, at most 1."""
        assert self._likely is not None
        doubt = np.log(np.maximum(self._likely / self._likely.max(), exp(_LEAST)))
        moved = np.round((now - self._at) * WEIGHED / 60 * _PER_BEAT).astype(np.int64)
        columns = (np.arange(_PER_BEAT) - moved[:, None]) % _PER_BEAT
        weights = np.exp(_TRUST * np.take_along_axis(doubt, columns, axis=1))
        return np.tile(np.repeat(weights, TEMPI.size // WEIGHED.size, axis=0), (1, BEATS))

    def likelihood(self, now: Seconds, bpm: BeatsPerMinute, phase: float) -> float:
        """How likely it is, 0..1, that the beat at `now` is near this one (`phase` in beats)."""
        assert self._likely is not None
        near = np.abs(np.log(WEIGHED / bpm)) < _NEAR_TEMPO
        at = phase - (now - self._at) * WEIGHED[near, None] / 60
        away = np.abs((np.arange(_PER_BEAT) / _PER_BEAT - at + 0.5) % 1 - 0.5)
        return float((self._likely[near] * (away < _NEAR_PHASE)).sum())
