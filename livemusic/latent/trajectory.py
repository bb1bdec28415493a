"""The path of the music through space, as it grows."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_FIRST_ROWS = 1024


class Trajectory:
    """Append-only float32 rows `t, z_1 .. z_dim`: `t` seconds, never running backwards; `z` where the music was.

    `model_id` names the embedder whose space this is; points of different models do not compare.
    Thread: whichever appends. Others get `rows` as they were at a moment, or copies (`since`).
    """

    def __init__(self, dim: int, model_id: str = "") -> None:
        if dim < 1:
            raise ValueError(f"dim {dim} must be at least 1")
        self.model_id = model_id
        self._rows: Array = np.empty((_FIRST_ROWS, 1 + dim), np.float32)
        self._count = 0

    @property
    def dim(self) -> int:
        return int(self._rows.shape[1]) - 1

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """`(n, 1 + dim)`; a view that must not be written to. What it shows never changes, however much is appended."""
        return self._view()

    @property
    def t(self) -> Array:
        """`(n,)` seconds; a view that must not be written to."""
        return self._view()[:, 0]

    @property
    def z(self) -> Array:
        """`(n, dim)`; a view that must not be written to."""
        return self._view()[:, 1:]

    @property
    def latest(self) -> Array | None:
        """The last row `(1 + dim,)` as a copy, or None before the first."""
        return self._rows[self._count - 1].copy() if self._count else None

    def append(self, rows: npt.ArrayLike) -> None:
        """Add rows `(n, 1 + dim)`, in constant time per row on average.

        `ValueError`, and nothing is added, for another shape, a number that is not finite or time running backwards.
        """
        new = np.asarray(rows, np.float32)
        if new.ndim != 2 or new.shape[1] != 1 + self.dim:
            raise ValueError(f"rows must be (n, {1 + self.dim}), not {new.shape}")
        if not np.isfinite(new).all():
            raise ValueError("rows must be finite numbers")
        last = self._rows[self._count - 1, 0] if self._count else -np.inf
        if (np.diff(new[:, 0], prepend=np.float32(last)) < 0).any():
            raise ValueError(f"time must not run backwards (the last point is at {last:g} s)")
        total = self._count + len(new)
        if total > len(self._rows):
            grown = np.empty((max(total, 2 * len(self._rows)), 1 + self.dim), np.float32)
            grown[: self._count] = self._view()
            self._rows = grown
        self._rows[self._count : total] = new
        self._count = total

    def since(self, index: int) -> Array:
        """A copy of the rows from `index` on: all of them from 0 (or below), none from the end (or beyond)."""
        return self._view()[max(0, index) :].copy()

    def _view(self) -> Array:
        rows = self._rows[: self._count]
        rows.flags.writeable = False
        return rows
