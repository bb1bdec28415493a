"""Reading a sound between its samples: at another rate, or a little faster or slower, without being heard to."""

import numpy as np
import numpy.typing as npt

from livemusic.sound.voices import Samples

_TAPS, _PHASES = 16, 2048
#: Samples that are needed before and after a position.
BEFORE, AFTER = _TAPS // 2 - 1, _TAPS // 2


class Sinc:
    """A windowed sinc of 16 taps (Kaiser, beta 8). Where a sample is hit exactly, it comes out exactly."""

    def __init__(self) -> None:
        offsets = np.arange(_TAPS) - BEFORE
        apart = offsets - np.arange(_PHASES + 1)[:, None] / _PHASES
        window = np.i0(8 * np.sqrt(np.clip(1 - (apart / (_TAPS / 2)) ** 2, 0, 1))) / np.i0(8)
        taps = np.sinc(apart) * window
        self._taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)

    def read(self, heard: Samples, positions: npt.NDArray[np.floating]) -> Samples:
        """`heard` `(n, 2)` at `positions`, which rise from `BEFORE` to less than `n - AFTER`: `(len(positions), 2)`."""
        whole = np.floor(positions).astype(np.int64)
        phase = np.rint((positions - whole) * _PHASES).astype(np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(heard, _TAPS, axis=0)[whole - BEFORE]
        return np.asarray(np.einsum("fct,ft->fc", windows, self._taps[phase]), np.float32)
