"""Whether the path goes round in a loop now, and how long one turn takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Seconds = float
Floats = npt.NDArray[np.float64]

#: The path is looked at so often, as far back as this.
FRAME: Seconds = 0.093
MEMORY: Seconds = 24.0
#: The shortest and longest loop; two turns of it must have been heard.
SHORTEST, LONGEST = 0.75, 12.0
#: Likeness (1: the same, 0: like any other moment) from which on it is a loop; of several the shortest that comes so
#: near to the best.
LEAST, NEAR = 0.25, 0.1
#: A direction that moves less than this share of the path's size does not count; those that move count alike.
_STILL = 1e-4


@dataclass(frozen=True, slots=True)
class Loop:
    """One turn takes `period`; `likeness` 0..1 says how much each turn is like the one before."""

    period: Seconds
    likeness: float

    def beats(self, bpm: float) -> int:
        """The turn in whole beats at a tempo, at least 1."""
        return max(1, round(self.period * bpm / 60))


class Recurrence:
    """Remembers the last of a path, row by row, and finds the lag at which it is most like itself.

    The same for rows in any chunks. `ValueError` where `hop_s` is not positive. Thread: one at a time.
    """

    def __init__(self, dim: int, hop_s: Seconds) -> None:
        if not hop_s > 0:
            raise ValueError(f"hop_s {hop_s!r} must be more than 0")
        self._size = max(1, round(FRAME / hop_s))
        self._frame_s = self._size * hop_s
        self._most = round(MEMORY / self._frame_s)
        self._rest: Floats = np.zeros((0, dim))
        self._frames: Floats = np.zeros((0, dim))
        self._loop: Loop | None = None
        self._known = True

    def hear(self, z: npt.ArrayLike) -> None:
        """Take in rows `(n, dim)`."""
        rows = np.concatenate([self._rest, np.asarray(z, np.float64)])
        whole = len(rows) // self._size
        used = whole * self._size
        self._rest = rows[used:]
        if whole:
            new = rows[:used].reshape(whole, self._size, -1).mean(axis=1)
            self._frames = np.concatenate([self._frames, new])[-self._most :]
            self._known = False

    @property
    def loop(self) -> Loop | None:
        """The loop of the last seconds, None where no lag is like enough."""
        if not self._known:
            self._loop, self._known = self._find(), True
        return self._loop

    def _find(self) -> Loop | None:
        likeness = self.likeness()
        first = round(SHORTEST / self._frame_s)
        inner = likeness[first:-1]
        if len(inner) < 3:
            return None
        tops = first + np.flatnonzero((inner > likeness[first - 1 : -2]) & (inner >= likeness[first + 1 :]))
        tops = tops[likeness[tops] >= LEAST]
        if not len(tops):
            return None
        lag = int(tops[likeness[tops] >= likeness[tops].max() - NEAR][0])
        left, top, right = (float(value) for value in likeness[lag - 1 : lag + 2])
        bend = left - 2 * top + right
        between = 0.5 * (left - right) / bend if bend < 0 else 0.0
        return Loop((lag + between) * self._frame_s, min(1.0, top))

    def likeness(self) -> Floats:
        """How much the path is like itself so many frames before, `(lags,)` from lag 0 on."""
        count = len(self._frames)
        lags = min(count // 2, round(LONGEST / self._frame_s)) + 1
        if count < 4:
            return np.zeros(0)
        path, spread = self._frames - self._frames.mean(axis=0), self._frames.std(axis=0)
        moving = spread > _STILL * np.sqrt(np.square(self._frames).mean())
        if not moving.any():
            return np.zeros(0)
        path = path[:, moving] / spread[moving]
        energy = np.einsum("nd,nd->n", path, path)
        spectrum = np.fft.rfft(path, 2 * count, axis=0)
        product = np.fft.irfft(np.einsum("fd,fd->f", spectrum, spectrum.conj()), 2 * count)[:lags]
        past = np.concatenate([[0.0], np.cumsum(energy)])
        lag = np.arange(lags)
        both = (past[count - lag] - past[0]) + (past[count] - past[lag])
        return np.asarray(2 * product / np.maximum(both, 1e-30))
