"""The recording that runs under the drums: looped, and read at whatever speed keeps it in time."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import MediaError
from livemusic.sound.sinc import AFTER, BEFORE, Sinc
from livemusic.sound.voices import Samples


class BackingTrack:
    """A looped recording, float32 `(frames, 2)` at `sample_rate` (of its own; it may lie on disk).

    Read between samples, so neither another rate nor a small correction of speed can be heard.
    """

    def __init__(self, samples: npt.NDArray[np.float32], sample_rate: int) -> None:
        if samples.ndim != 2 or samples.shape[1] != 2 or samples.dtype != np.float32 or not len(samples):
            raise ValueError(f"a backing is float32 (frames, 2), not {samples.dtype} {samples.shape}")
        if not 8000 <= sample_rate <= 384000:
            raise ValueError(f"sample rate {sample_rate} is outside 8000..384000")
        self.sample_rate = sample_rate
        self._samples = samples
        self._sinc = Sinc()

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
        begin = int(np.floor(positions[0])) - BEFORE
        around = np.arange(begin, int(np.floor(positions[-1])) + AFTER + 1)
        heard = self._samples[around % len(self._samples)]
        if begin < 0:
            heard = np.where((around >= 0)[:, None], heard, np.float32(0))
        return self._sinc.read(heard, positions - begin)
