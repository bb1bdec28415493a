"""The path as the window keeps it: every point of it, in one growing array."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]

_LIMIT = np.float32(1e15)


class Trail:
    """All points so far, rows `t, x, y, z`; index 0 here is index `base` of the engine's path in `epoch`."""

    def __init__(self) -> None:
        self.epoch = -1
        self.base = 0
        self._rows: Rows = np.empty((4096, 4), np.float32)
        self._count = 0

    @classmethod
    def of(cls, points: npt.ArrayLike) -> "Trail":
        """A finished path from `(n, 4)` rows `t, x, y, z`."""
        trail = cls()
        trail.extend(0, 0, np.asarray(points, np.float32).reshape(-1, 4))
        return trail

    def __len__(self) -> int:
        return self._count

    @property
    def points(self) -> Rows:
        """`(n, 4)` rows `t, x, y, z`; a view that stays valid until the next `extend`."""
        return self._rows[: self._count]

    def extend(self, epoch: int, first: int, points: Rows) -> None:
        """Put `points` at index `first`; a new epoch or a gap starts a new path, an overlap is written anew.

        A row that isn't finite repeats the one before it, so that one bad frame is not a hole.
        """
        if epoch != self.epoch or not self.base <= first <= self.base + self._count:
            self.epoch, self.base = epoch, first
        self._count = first - self.base
        end = self._count + len(points)
        if end > len(self._rows):
            grown = np.empty((max(end, 2 * len(self._rows)), 4), np.float32)
            grown[: self._count] = self.points
            self._rows = grown
        self._rows[self._count : end] = self._mended(points)
        self._count = end

    def _mended(self, points: Rows) -> Rows:
        good = (np.isfinite(points) & (np.abs(points) < _LIMIT)).all(1)
        if good.all():
            return points
        before = self.points[-1:] if self._count else np.zeros((1, 4), np.float32)
        rows = np.concatenate([before, points])
        source = np.maximum.accumulate(np.where(np.concatenate([[True], good]), np.arange(len(rows)), 0))
        return np.asarray(rows[source][1:])

    def extent(self, share: float = 0.97) -> tuple[Rows, float]:
        """Centre `(3,)` and radius of the sphere that holds a `share` of the path, deaf to the rest."""
        if len(self) == 0:
            return np.zeros(3, np.float32), 1.0
        places = self.points[:: -(-len(self) // 2048), 1:]
        low, high = np.percentile(places, [2, 98], axis=0)
        centre = ((low + high) / 2).astype(np.float32)
        reach = float(np.percentile(np.linalg.norm(places - centre, axis=1), 100 * share))
        return centre, max(reach * 1.06, 1e-6)
