"""Where something is struck in a recording, low, in the middle or high: peaks of the spectral flux."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.onset import Activations, OnsetSource
from livemusic.dsp.spec import Seconds

#: A peak is the highest within so many frames on either side, and stands out from the mean of so many.
_NEAR, _AROUND = 4, 50
#: By how much, as a share of the strongest.
_OUT = 0.12


class Stroke(NamedTuple):
    """Something begins at `t`: in `band` 0 (low), 1 (middle) or 2 (high), as strongly as `strength` 0..1."""

    t: Seconds
    band: int
    strength: float


def strokes(activations: Activations, source: OnsetSource) -> list[Stroke]:
    """Every stroke in all `(n, 3)` activations that `source` gave, in order of time; at most one in a band at once."""
    found = []
    for band, row in enumerate(np.asarray(activations).T):
        top = float(row.max(initial=0.0))
        if top <= 0:
            continue
        mean = np.convolve(row, np.full(2 * _AROUND + 1, 1 / (2 * _AROUND + 1)), "same")
        highest = _around(row, _NEAR)
        for frame in np.nonzero((row == highest) & (row > 1.5 * mean + _OUT * top))[0].tolist():
            t = source.frame_s + frame / source.rate_hz - source.delay_s
            found.append(Stroke(max(t, 0.0), band, min(float(row[frame]) / top, 1.0)))
    return sorted(found)


def _around(row: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    """The highest within `reach` on either side of each."""
    padded = np.pad(row, reach, constant_values=-np.inf)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1))
