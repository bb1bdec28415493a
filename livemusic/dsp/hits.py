"""From the probabilities of lanes to hits: what was struck, when and how hard, told as soon as it is sure.

The one way hits are picked, so that the figures of a model are those of the app.
"""

from collections import deque
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
    """Tells hits from rows of probabilities, each one row after its peak. Thread: one at a time.

    A lane is struck where its probability is a local maximum that reaches its threshold, not within `_REFRACTORY` of
    its last. A coarse lane is told only where no lane below it has just been, nor is about to be, and then nothing
    below it for as long. The time between rows is where a parabola through the three rows around the peak is highest.

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
        self._rows: deque[npt.NDArray[np.float64]] = deque([np.zeros(2 * _COUNT)] * 2, maxlen=3)
        self._row = -1
        self._told = np.full(_COUNT, -(1 << 40), np.int64)

    def push(self, row: npt.ArrayLike) -> list[HeardHit]:
        """The hits that one more row `(28,)` makes sure: probabilities of all lanes, then velocities, 0..1.

        In the order of lanes; NaN counts as 0. `ValueError` for another shape.
        """
        fresh = np.nan_to_num(np.asarray(row, np.float64))
        if fresh.shape != (2 * _COUNT,):
            raise ValueError(f"a row is ({2 * _COUNT},), not {fresh.shape}")
        self._rows.append(fresh)
        self._row += 1
        return self._pick(self._row - 1)

    def flush(self) -> list[HeardHit]:
        """The hits of the last row, after which nothing comes."""
        return self.push(np.zeros(2 * _COUNT))

    def _pick(self, at: int) -> list[HeardHit]:
        before, here, after = (row[:_COUNT] for row in self._rows)
        high = here >= self._thresholds
        if not high.any():
            return []
        peaks = high & (here > before) & (here >= after) & (at - self._told >= self._refractory)
        for parent in _ONE_AT_A_TIME:
            children = np.array(CHILDREN[parent])
            if peaks[children].any() and (at - self._told[children] < self._together).any():
                peaks[children] = False
            elif peaks[children].sum() > 1:
                best = children[np.argmax(np.where(peaks[children], here[children], -1.0))]
                peaks[children[children != best]] = False
        coming = peaks | ((after >= self._thresholds) & (after > here))
        hits = []
        for lane in np.flatnonzero(peaks):
            below = _BELOW[lane]
            if lane >= VOICES and (coming[below].any() or (at - self._told[below] < self._together).any()):
                continue
            if (at - self._told[_ABOVE[lane]] < self._together).any():
                continue
            self._told[lane] = at
            hits.append(self._hit(int(lane), at))
        return hits

    def _hit(self, lane: int, at: int) -> HeardHit:
        before, here, after = (float(row[lane]) for row in self._rows)
        bend = 2 * here - before - after
        shift = min(0.5, max(-0.5, (after - before) / (2 * bend))) if bend > 0 else 0.0
        velocity = float(np.clip(self._rows[1][_COUNT + lane], 0.0, 1.0))
        t = max(0.0, self._begin + (at + shift) * self._hop_s)
        voice = lane if lane < VOICES else int(max(_VOICES[lane], key=self._rows[1].__getitem__))
        return HeardHit(t, lane, velocity, min(1.0, here), voice)


def first_moment(spec: FeatureSpec) -> Seconds:
    """The moment that the first row of `spec` stands for: the middle of its last hop, so that a row stands for what
    began there or half a hop around."""
    return (spec.fft - spec.hop / 2) / spec.sample_rate


def _below(lane: int) -> list[int]:
    return [lower for child in CHILDREN[lane] for lower in (child, *_below(child))]


_ABOVE = tuple(np.array(above(lane), np.int64) for lane in range(_COUNT))
_VOICES = tuple(tuple(lower for lower in _below(lane) if lower < VOICES) for lane in range(_COUNT))
_BELOW = tuple(np.array(_below(lane), np.int64) for lane in range(_COUNT))
