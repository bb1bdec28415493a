"""What the path is like, a quarter of a second at a time: where it is and how much it moves there."""

import numpy as np
import numpy.typing as npt

from livemusic.latent.segments import Rows

Seconds = float

#: How long a passage is, about: a whole number of hops.
PASSAGE: Seconds = 0.25
#: How much movement counts beside place.
MOVEMENT = 1.0
#: Softer music than this is silence, in dB full scale.
SILENCE = -60.0
_FIRST = 256


class Passages:
    """Append-only rows `x` `(n, 2 dim)`: the mean and the spread of `z` over what was not silent of each passage.

    `begin`: seconds of the first row's moment; it tells of the `window_s` before it, so a passage is placed half a
    window earlier. The same for rows in any chunks. `ValueError` where `hop_s` is not positive.
    """

    def __init__(self, dim: int, hop_s: Seconds, window_s: Seconds = 0.5, begin: Seconds | None = None) -> None:
        if not hop_s > 0:
            raise ValueError(f"hop_s {hop_s!r} must be more than 0")
        self.dim, self.hop_s = dim, hop_s
        self.size = max(1, round(PASSAGE / hop_s))
        self._offset = (window_s if begin is None else begin) - window_s / 2 - hop_s / 2
        self._x = np.zeros((_FIRST, 2 * dim))
        self._at = np.zeros(_FIRST, np.int64)
        self._count = 0
        self._rest: npt.NDArray[np.float64] = np.zeros((0, dim))
        self._levels: npt.NDArray[np.float64] = np.zeros(0)
        self._passed = 0

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Rows:
        """`(n, 2 dim)`, not to be written to."""
        return self._x[: self._count]

    @property
    def end(self) -> Seconds:
        """The end of the last whole passage, heard or silent; where the path begins before there is one."""
        return self._time(self._passed)

    def start(self, index: int) -> Seconds:
        """When passage `index` begins; that of the count is the end of the last."""
        return self._time(int(self._at[index]) if index < self._count else self._passed)

    def hear(self, z: npt.ArrayLike, level: npt.ArrayLike | None = None) -> int:
        """Take in rows `(n, dim)` and their `level` `(n,)` in dB full scale (None: none is silent).

        Returns how many passages that completed, not counting silence. `ValueError` for other shapes and for numbers
        that are not finite.
        """
        rows = np.asarray(z, np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.dim or not np.isfinite(rows).all():
            raise ValueError(f"rows must be finite numbers (n, {self.dim}), not {rows.shape}")
        levels = np.zeros(len(rows)) if level is None else np.asarray(level, np.float64)
        if levels.shape != (len(rows),):
            raise ValueError(f"level must be ({len(rows)},), not {levels.shape}")
        rows, levels = np.concatenate([self._rest, rows]), np.concatenate([self._levels, levels])
        whole = len(rows) // self.size
        used = whole * self.size
        self._rest, self._levels = rows[used:], levels[used:]
        heard = (levels[:used] > SILENCE).reshape(whole, self.size)
        some = np.flatnonzero(heard.any(axis=1))
        self._append(rows[:used].reshape(whole, self.size, self.dim)[some], heard[some], self._passed + some)
        self._passed += whole
        return len(some)

    def _append(self, rows: Rows, heard: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]) -> None:
        total = self._count + len(rows)
        if total > len(self._x):
            for name in ("_x", "_at"):
                old = getattr(self, name)
                grown = np.zeros((max(total, 2 * len(old)), *old.shape[1:]), old.dtype)
                grown[: self._count] = old[: self._count]
                setattr(self, name, grown)
        new, share = slice(self._count, total), heard / heard.sum(axis=1, keepdims=True)
        mean = np.einsum("nr,nrd->nd", share, rows)
        away = rows - mean[:, None]
        self._x[new, : self.dim] = mean
        self._x[new, self.dim :] = MOVEMENT * np.sqrt(np.einsum("nr,nrd,nrd->nd", share, away, away))
        self._at[new] = at
        self._count = total

    def _time(self, passed: int) -> Seconds:
        return self._offset + passed * self.size * self.hop_s
