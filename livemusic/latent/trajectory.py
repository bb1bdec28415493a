"""The path of the music through space, as it grows."""

import numpy as np

from livemusic.latent.points import Points, Rows, T

_FIRST_ROWS = 1024


class Trajectory:
    """Append-only `Points` whose `t` never runs backwards.

    `model_id` names the embedder whose space this is; points of different models do not compare.
    Thread: whichever appends. Others get `points` as they were at a moment.
    """

    def __init__(self, dim: int, model_id: str = "", bands: int = 0) -> None:
        if dim < 1:
            raise ValueError(f"dim {dim} must be at least 1")
        self.model_id = model_id
        self._kept = Points.none(dim, bands)
        self._count = 0

    @property
    def dim(self) -> int:
        return int(self._kept.z.shape[1])

    @property
    def bands(self) -> int:
        return int(self._kept.spectra.shape[1])

    def __len__(self) -> int:
        return self._count

    @property
    def points(self) -> Points:
        """All of them; not to be written to. What it shows never changes, however much is appended."""
        rows, spectra = self._kept.between(0, self._count)
        rows.flags.writeable = spectra.flags.writeable = False
        return Points(rows, spectra)

    @property
    def t(self) -> Rows:
        """`(n,)` seconds; not to be written to."""
        return self.points.t

    @property
    def z(self) -> Rows:
        """`(n, dim)`; not to be written to."""
        return self.points.z

    def append(self, points: Points) -> None:
        """Add points, in constant time for each on average.

        `ValueError`, and nothing is added, for other sizes, a number that is not finite or time running backwards.
        """
        new = np.asarray(points.rows, np.float32)
        if new.ndim != 2 or new.shape[1] != self._kept.rows.shape[1]:
            raise ValueError(f"rows must be (n, {self._kept.rows.shape[1]}), not {new.shape}")
        if points.spectra.shape != (len(new), self.bands):
            raise ValueError(f"spectra must be ({len(new)}, {self.bands}), not {points.spectra.shape}")
        if not np.isfinite(new).all():
            raise ValueError("rows must be finite numbers")
        last = self._kept.rows[self._count - 1, T] if self._count else -np.inf
        if (np.diff(new[:, T], prepend=np.float32(last)) < 0).any():
            raise ValueError(f"time must not run backwards (the last point is at {last:g} s)")
        total = self._count + len(new)
        if total > len(self._kept.rows):
            self._grow(max(total, 2 * len(self._kept.rows), _FIRST_ROWS))
        self._kept.rows[self._count : total] = new
        self._kept.spectra[self._count : total] = points.spectra
        self._count = total

    def _grow(self, room: int) -> None:
        rows = np.empty((room, self._kept.rows.shape[1]), np.float32)
        spectra = np.empty((room, self.bands), np.uint8)
        kept = self._kept.between(0, self._count)
        rows[: self._count], spectra[: self._count] = kept
        self._kept = Points(rows, spectra)
