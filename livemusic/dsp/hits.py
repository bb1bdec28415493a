"""From the probabilities of lanes to hits: what was struck, when and how hard, told as soon as it is sure.

The one way hits are picked, so that the figures of a model are those of the app.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import CHILDREN, HAT, LANES, TOM, VOICES, above
from livemusic.dsp.spec import FeatureSpec, Seconds

_COUNT = len(LANES)
#: A lane is not struck again sooner than this: faster than any roll.
_REFRACTORY: Seconds = 0.045
#: Two lanes that peak so near each other, one above the other, tell of one hit.
_TOGETHER: Seconds = 0.035
#: Width, in rows, of the bell around the moment of a hit that models learn to give.
BELL = 0.5
#: Of these only one child is struck at a time: there is one hi-hat, and two toms at once are rarer than a doubt.
_ONE_AT_A_TIME = (HAT, TOM)


class HeardHit(NamedTuple):
    """A hit: `t` when it began, in seconds of sound since the beginning; the finest `lane` that is sure; `velocity`
    0..1; how probable the lane was; and the `voice` of that lane that it most probably was."""

    t: Seconds
    lane: int
    velocity: float
    probability: float
    voice: int


class HitPicker:
    """Tells hits from rows of probabilities, those of voices with the very row that makes them sure. Thread: one at a
    time.

    A lane is struck where its probability rises to its threshold; not again before it has fallen below, nor within
    `_REFRACTORY`. A coarse lane waits for one more row, and is told only where no lane below it is; after that nothing
    below it is told for `_TOGETHER`. Between the rows the time is where a bell lies that is as high in both.

    `hop_s`: from row to row; `delay`: how many rows ago a row speaks of; `thresholds`: one for each lane; `first_s`:
    the moment that the first row would speak of without delay, `first_moment` of what the model hears.
    """

    def __init__(self, hop_s: Seconds, delay: int, thresholds: Sequence[float], first_s: Seconds = 0.0) -> None:
        if len(thresholds) != _COUNT:
            raise ValueError(f"there are {_COUNT} lanes, not {len(thresholds)}")
        self._hop_s, self._begin = hop_s, first_s - delay * hop_s
        self._thresholds = np.asarray(thresholds, np.float64)
        self._refractory = max(1, round(_REFRACTORY / hop_s))
        self._together = round(_TOGETHER / hop_s)
        self._row = -1
        self._before = np.zeros(_COUNT)
        self._told = np.full(_COUNT, -(1 << 40), np.int64)
        self._waiting: dict[int, HeardHit] = {}

    def push(self, row: npt.ArrayLike) -> list[HeardHit]:
        """The hits that one more row `(28,)` makes sure: probabilities of all lanes, then velocities, 0..1.

        In the order of lanes; NaN counts as 0. `ValueError` for another shape.
        """
        fresh = np.nan_to_num(np.asarray(row, np.float64))
        if fresh.shape != (2 * _COUNT,):
            raise ValueError(f"a row is ({2 * _COUNT},), not {fresh.shape}")
        self._row += 1
        here = fresh[:_COUNT]
        struck = (here >= self._thresholds) & (self._before < self._thresholds)
        struck &= self._row - self._told >= self._refractory
        hits = [self._hit(lane, fresh) for lane in self._voices(struck[:VOICES], here)]
        for hit in hits:
            self._told[hit.lane] = self._row
        hits += self._waited(struck)
        for lane in np.flatnonzero(struck[VOICES:]) + VOICES:
            self._waiting[int(lane)] = self._hit(int(lane), fresh)
        self._before = here
        return hits

    def flush(self) -> list[HeardHit]:
        """The hits of the last row, after which nothing comes."""
        return self.push(np.zeros(2 * _COUNT))

    def _voices(self, struck: npt.NDArray[np.bool_], here: npt.NDArray[np.float64]) -> list[int]:
        """Which voices are told: of a family of which one is struck at a time the surest, and none below a coarse lane
        that has just been told."""
        for parent in _ONE_AT_A_TIME:
            children = np.array(CHILDREN[parent])
            if (self._row - self._told[children] < self._together).any():
                struck[children] = False
            elif struck[children].sum() > 1:
                best = children[np.argmax(np.where(struck[children], here[children], -1.0))]
                struck[children[children != best]] = False
        return [
            int(lane)
            for lane in np.flatnonzero(struck)
            if not (self._row - self._told[_ABOVE[lane]] < self._together).any()
        ]

    def _waited(self, struck: npt.NDArray[np.bool_]) -> list[HeardHit]:
        """The coarse lanes that were struck a row ago and of which nothing finer has been told, nor is `struck` now."""
        hits = []
        for lane, hit in sorted(self._waiting.items()):
            near = np.concatenate([_BELOW[lane], _ABOVE[lane]])
            if not struck[_BELOW[lane]].any() and not (self._row - self._told[near] < self._together).any():
                self._told[lane] = self._row
                hits.append(hit)
        self._waiting.clear()
        return hits

    def _hit(self, lane: int, fresh: npt.NDArray[np.float64]) -> HeardHit:
        here, before = float(fresh[lane]), float(self._before[lane])
        # Two rows of exp(-x^2 / 2 w^2) that lie x - 1 and x from its middle have a ratio of exp((1 - 2 x) / 2 w^2).
        early = 0.5 - BELL**2 * np.log(min(1.0, here) / max(before, 1e-6))
        shift = float(np.clip(-early, -0.5, 1.0))
        velocity = float(np.clip(fresh[_COUNT + lane], 0.0, 1.0))
        moment = max(0.0, self._begin + (self._row + shift) * self._hop_s)
        voice = lane if lane < VOICES else int(max(_VOICES[lane], key=fresh.__getitem__))
        return HeardHit(moment, lane, velocity, min(1.0, here), voice)


def first_moment(spec: FeatureSpec) -> Seconds:
    """The moment that the first row of `spec` stands for: the middle of its last hop, so that a row stands for what
    began there or half a hop around."""
    return (spec.fft - spec.hop / 2) / spec.sample_rate


def _below(lane: int) -> list[int]:
    return [lower for child in CHILDREN[lane] for lower in (child, *_below(child))]


_ABOVE = tuple(np.array(above(lane), np.int64) for lane in range(_COUNT))
_VOICES = tuple(tuple(lower for lower in _below(lane) if lower < VOICES) for lane in range(_COUNT))
_BELOW = tuple(np.array(_below(lane), np.int64) for lane in range(_COUNT))
