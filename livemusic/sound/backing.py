"""The demo song's band under the drums: an array on disk, repeated in time with the engine's clock."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from livemusic.errors import MediaError

Samples = npt.NDArray[np.float32]
Seconds = float

#: Beyond this the track jumps to where it should be.
_TOLERANCE: Seconds = 0.010


class BackingTrack:
    """Plays the stereo float32 array in the `.npy` file `path`, over and over, its first frame at `started_at`.

    `rate`: of the array; `to_rate`: of the speakers. `MediaError` where the file cannot be used.
    """

    def __init__(self, path: Path, started_at: Seconds, rate: int, to_rate: int) -> None:
        try:
            samples = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as problem:
            raise MediaError(f"The backing track {path} cannot be read: {problem}.") from problem
        if samples.ndim != 2 or samples.shape[1] != 2 or not len(samples):
            raise MediaError(f"The backing track {path} is not stereo: {samples.shape}.")
        self._samples: Samples = samples if rate == to_rate else soxr.resample(samples, rate, to_rate)
        self._rate = to_rate
        self._started_at = started_at
        self._next: int | None = None

    def read(self, at: Seconds, frames: int) -> Samples:
        """The `frames` that are due from `at` on: `(frames, 2)`, silence before the start."""
        due = round((at - self._started_at) * self._rate)
        if self._next is None or abs(due - self._next) > _TOLERANCE * self._rate:
            self._next = due
        index = np.arange(self._next, self._next + frames)
        self._next += frames
        sound = np.take(self._samples, index, axis=0, mode="wrap").astype(np.float32)
        sound[index < 0] = 0
        return sound
