"""The recording that runs under the drums: looped, and read at whatever speed keeps it in time."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import MediaError
from livemusic.sound.voices import Samples

_TAPS, _PHASES = 16, 2048


class BackingTrack:
    """A looped recording, float32 `(frames, 2)` at `sample_rate` (of its own; it may lie on disk).

    Read between samples with a windowed sinc of 16 taps (Kaiser, beta 8), so neither another rate nor a small
    correction of speed can be heard. Where a sample is hit exactly, it comes out exactly.
    """

    def __init__(self, samples: npt.NDArray[np.float32], sample_rate: int) -> None:
        if samples.ndim != 2 or samples.shape[1] != 2 or samples.dtype != np.float32 or not len(samples):
            raise ValueError(f"a backing is float32 (frames, 2), not {samples.dtype} {samples.shape}")
        if not 8000 <= sample_rate <= 384000:
            raise ValueError(f"sample rate {sample_rate} is outside 8000..384000")
        self.sample_rate = sample_rate
        self._samples = samples
        offsets = np.arange(_TAPS) - _TAPS // 2 + 1
        apart = offsets - np.arange(_PHASES + 1)[:, None] / _PHASES
        window = np.i0(8 * np.sqrt(np.clip(1 - (apart / (_TAPS / 2)) ** 2, 0, 1))) / np.i0(8)
        taps = np.sinc(apart) * window
        self._taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)

    @classmethod
    def open(cls, path: Path, sample_rate: int) -> "BackingTrack":
        """From a `.npy` file, left on disk; `MediaError` where it cannot be read."""
        try:
            return cls(np.load(path, mmap_mode="r", allow_pickle=False), sample_rate)
        except (OSError, ValueError, EOFError) as problem:
            raise MediaError(
                f"The band cannot be played from {path}: {problem}. The drums go on without it."
            ) from problem

    def __len__(self) -> int:
        return len(self._samples)

    def read(self, first: float, last: float, frames: int) -> Samples:
        """`frames` samples from position `first` up to, not including, `last`; silent before 0, looped."""
        positions = first + np.arange(frames) * ((last - first) / frames)
        whole = np.floor(positions).astype(np.int64)
        phase = np.rint((positions - whole) * _PHASES).astype(np.int64)
        begin = int(whole[0]) - _TAPS // 2 + 1
        around = np.arange(begin, int(whole[-1]) + _TAPS // 2 + 1)
        heard = self._samples[around % len(self._samples)]
        if begin < 0:
            heard = np.where((around >= 0)[:, None], heard, np.float32(0))
        windows = np.lib.stride_tricks.sliding_window_view(heard, _TAPS, axis=0)[whole - whole[0]]
        return np.asarray(np.einsum("fct,ft->fc", windows, self._taps[phase]), np.float32)
