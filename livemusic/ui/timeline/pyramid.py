"""Columns of numbers over time at every zoom, so that three hours are drawn as fast as three seconds."""

import numpy as np
import numpy.typing as npt

from livemusic.music.tempo import Seconds

Columns = npt.NDArray[np.integer]

_FACTOR = 4
_FIRST = 1024


class Pyramid:
    """Grows by columns of `width` numbers, one each `step_s` seconds; each level keeps the maxima of four below.

    It never holds more than `most` columns at its lowest level: when these are full, pairs become one and the step
    twice as long. Minima are kept by giving them negated.
    """

    def __init__(self, width: int, step_s: Seconds, dtype: npt.DTypeLike, most: int = 1 << 22) -> None:
        if width < 1 or step_s <= 0 or most < 2:
            raise ValueError(f"width {width}, step {step_s} s and most {most} must be positive, most at least 2")
        self._width, self._most = width, most
        self._dtype = np.dtype(dtype)
        self.step_s = step_s
        self._fold = 1
        self._odd = self._empty()
        self._levels = [self._empty()]
        self._counts = [0]

    def __len__(self) -> int:
        return self._counts[0]

    @property
    def nbytes(self) -> int:
        """Memory that the columns take."""
        return sum(level.nbytes for level in self._levels)

    @property
    def end_s(self) -> Seconds:
        """The time up to which there are columns."""
        return len(self) * self.step_s

    def extend(self, columns: Columns) -> None:
        """Put `(n, width)` columns of the first step at the end."""
        waiting = np.concatenate([self._odd, np.asarray(columns, self._dtype).reshape(-1, self._width)])
        whole = len(waiting) // self._fold * self._fold
        self._odd = waiting[whole:]
        self._put(0, _maxima(waiting[:whole], self._fold))
        while len(self) >= self._most:
            self._halve()

    def seen(self, first: int, step_s: Seconds, count: int) -> Columns:
        """The maxima of `count` spans of `step_s`, of which number `first` begins at `first * step_s`: `(m, width)`.

        m is less than `count` where the columns end before. Spans shorter than a column repeat it.
        """
        level = 0
        while level + 1 < len(self._levels) and self.step_s * _FACTOR ** (level + 1) <= step_s:
            level += 1
        held = self._levels[level][: self._counts[level]]
        starts = (np.arange(first, first + count) * (step_s / (self.step_s * _FACTOR**level)) + 1e-6).astype(np.intp)
        inside = int(np.searchsorted(starts, len(held)))
        begin = int(np.searchsorted(starts, 0))
        if inside <= begin:
            return self._empty()
        stop = min(len(held), int((first + inside) * step_s / (self.step_s * _FACTOR**level)) + 1)
        return np.maximum.reduceat(held[:stop], starts[begin:inside], axis=0)

    def _empty(self) -> Columns:
        return np.empty((0, self._width), self._dtype)

    def _put(self, level: int, columns: Columns) -> None:
        """Append to a level, and what that completes to the levels above."""
        if level == len(self._levels):
            self._levels.append(self._empty())
            self._counts.append(0)
        before = self._counts[level]
        count = before + len(columns)
        if count > len(self._levels[level]):
            room = np.empty((max(count, 2 * len(self._levels[level]), _FIRST), self._width), self._dtype)
            room[:before] = self._levels[level][:before]
            self._levels[level] = room
        self._levels[level][before:count] = columns
        self._counts[level] = count
        done, whole = before // _FACTOR, count // _FACTOR
        if whole > done:
            self._put(level + 1, _maxima(self._levels[level][done * _FACTOR : whole * _FACTOR], _FACTOR))

    def _halve(self) -> None:
        held = self._levels[0][: len(self)]
        whole = len(held) // 2 * 2
        pairs = _maxima(held[:whole], 2)
        left = held[whole:].repeat(self._fold, axis=0)  # what waits is in columns of the first step
        self._fold *= 2
        self.step_s *= 2
        self._odd = np.concatenate([left, self._odd])
        self._levels, self._counts = [self._empty()], [0]
        self._put(0, pairs)


def _maxima(columns: Columns, size: int) -> Columns:
    """Of each `size` columns."""
    return columns if size == 1 else columns.reshape(-1, size, columns.shape[1]).max(axis=1)
