"""Cuts a stream of samples into equal frames, whatever the sizes of the blocks it comes in."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples, clean


class Framer:
    """Hands out every frame of `fft` samples, one each `hop` samples, as soon as its last sample is there."""

    def __init__(self, fft: int, hop: int) -> None:
        if not 1 <= hop <= fft:
            raise ValueError(f"hop {hop} is outside 1..{fft}")
        self._fft = fft
        self._hop = hop
        self._held: Samples = np.empty(0, np.float32)

    def push(self, samples: npt.ArrayLike) -> Samples:
        """The frames completed by `samples` `(n,)`: float32 `(m, fft)`, where m may be 0."""
        held = np.concatenate([self._held, clean(samples)])
        count = max(0, (held.size - self._fft) // self._hop + 1)
        self._held = held[count * self._hop :].copy()
        if not count:
            return np.empty((0, self._fft), np.float32)
        return np.lib.stride_tricks.sliding_window_view(held, self._fft)[:: self._hop][:count]
