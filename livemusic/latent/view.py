"""Where a song's points are drawn: three dimensions of its own for the wide space that they lie in."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

#: What is heard after the layout was made comes out of it within so many points.
_LEAVING = 43
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Point `i` of the path is drawn at `matrix @ (z - origin)`, moved by an offset that belongs to its moment.

    `origin` `(dim,)`, `matrix` `(3, dim)`. `offsets` `(k, 3)`, of the points 0, `every`, 2 `every` … and in proportion
    between them: what the layout of this very song adds to a projection. Points that were heard after it lie on the
    projection, the first ones on their way to it.
    """

    origin: Array
    matrix: Array
    offsets: Array
    every: int = 1

    @classmethod
    def plain(cls, dim: int) -> "View":
        """The first three numbers of each point, for a path that has no view yet."""
        return cls(np.zeros(dim, np.float32), np.eye(3, dim, dtype=np.float32), np.zeros((0, 3), np.float32))

    @classmethod
    def principal(cls, z: Array) -> "View":
        """Points `(n, dim)` along their three widest axes, each signed so that its largest weight is positive."""
        middle = z.mean(axis=0)
        axes = np.linalg.svd(z - middle, full_matrices=False)[2][:3]
        axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
        matrix = np.zeros((3, z.shape[1]), np.float32)
        matrix[: len(axes)] = axes
        return cls(np.asarray(middle, np.float32), matrix, np.zeros((0, 3), np.float32))

    def place(self, z: npt.ArrayLike, first: int | None = 0) -> Array:
        """Places `(n, 3)` of points `(n, dim)`, of which the first is number `first` of the path.

        None: of points that are none of the path's, by the projection alone.
        """
        given = np.asarray(z, np.float32)
        places = (given - self.origin) @ self.matrix.T
        if first is not None:
            places = places + self._offset(first + np.arange(len(given)))
        return np.asarray(places, np.float32)

    @property
    def projection(self) -> "View":
        """The same for the points of another path: without what belongs to this one's moments."""
        return View(self.origin, self.matrix, self.offsets[:0])

    def _offset(self, index: npt.NDArray[np.int64]) -> Array:
        last = len(self.offsets) - 1
        if last < 0:
            return np.zeros((len(index), 3), np.float32)
        at = index / self.every
        low = np.clip(at.astype(np.int64), 0, max(0, last - 1))
        share = np.clip(at - low, 0, 1)[:, None].astype(np.float32)
        between = self.offsets[low] * (1 - share) + self.offsets[np.minimum(low + 1, last)] * share
        kept = np.clip(1 - (index - last * self.every) / _LEAVING, 0, 1)[:, None]
        return np.asarray(between * kept, np.float32)

    def to_bytes(self) -> bytes:
        """For a file or another process."""
        file = io.BytesIO()
        np.savez(file, origin=self.origin, matrix=self.matrix, offsets=self.offsets, every=np.array(self.every))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "View":
        """What `to_bytes` gave; `ValueError` for anything else."""
        try:
            if len(data) > _LARGEST:
                raise ValueError(f"{len(data)} bytes")
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                origin, matrix, offsets = (np.asarray(arrays[k], np.float32) for k in ("origin", "matrix", "offsets"))
                every = int(arrays["every"])
        except Exception as problem:  # numpy and zipfile have a dozen kinds and promise none
            raise ValueError(f"this is no view ({problem})") from problem
        if matrix.shape != (3, len(origin)) or offsets.ndim != 2 or offsets.shape[1] != 3 or every < 1:
            raise ValueError(f"a view of {origin.shape}, {matrix.shape}, {offsets.shape} and {every} cannot be")
        if not (np.isfinite(origin).all() and np.isfinite(matrix).all() and np.isfinite(offsets).all()):
            raise ValueError("a view holds finite numbers only")
        return cls(origin, matrix, offsets, every)
