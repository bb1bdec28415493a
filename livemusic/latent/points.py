"""What was heard at successive moments: where the music was, how loud, and its spectrum."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.uint8]

#: A spectrum is kept in steps of half a dB over this range of dB full scale.
_LOWEST, _STEPS_PER_DB = -120.0, 2.0
#: The level of a point whose level nobody kept, dB full scale.
UNKNOWN_DB = -20.0
#: Columns of a row before `z`.
T, LEVEL, Z = 0, 1, 2


class Points(NamedTuple):
    """`rows`: float32 `(n, 2 + dim)`, `t` (s), level (dB full scale) and `z`; `spectra`: `(n, bands)`, see `quantised`.

    `spectra` has no bands where the points are another's, who did not keep them.
    """

    rows: Rows
    spectra: Spectra

    @classmethod
    def none(cls, dim: int, bands: int = 0) -> "Points":
        """No points at all."""
        return cls(np.empty((0, Z + dim), np.float32), np.empty((0, bands), np.uint8))

    @classmethod
    def bare(cls, t: npt.ArrayLike, z: npt.ArrayLike) -> "Points":
        """Points whose level and spectra nobody knows."""
        places = np.asarray(z, np.float32)
        rows = np.column_stack([np.asarray(t, np.float32), np.full(len(places), UNKNOWN_DB, np.float32), places])
        return cls(rows, np.empty((len(rows), 0), np.uint8))

    @classmethod
    def joined(cls, pieces: "Sequence[Points]") -> "Points":
        """One after the other; at least one piece."""
        rows, spectra = zip(*pieces, strict=True)
        return cls(np.concatenate(rows), np.concatenate(spectra))

    def between(self, begin: int, end: int) -> "Points":
        """Those from number `begin` to before number `end`."""
        return Points(self.rows[begin:end], self.spectra[begin:end])

    @property
    def t(self) -> Rows:
        return self.rows[:, T]

    @property
    def level(self) -> Rows:
        return self.rows[:, LEVEL]

    @property
    def z(self) -> Rows:
        return self.rows[:, Z:]


def quantised(bands: npt.NDArray[np.floating]) -> Spectra:
    """Levels in dB as one byte each: half a dB a step, from -120 dB full scale on."""
    return np.clip(np.round((bands - _LOWEST) * _STEPS_PER_DB), 0, 255).astype(np.uint8)


def brightness(spectra: Spectra, range_db: float = 60.0) -> Rows:
    """Spectra as numbers 0..1: the loudest band of all is 1, what is `range_db` under it 0."""
    steps = spectra.astype(np.float32)
    top = steps.max(initial=0.0)
    return np.asarray(np.clip(1 + (steps - top) / (range_db * _STEPS_PER_DB), 0, 1) * (steps > 0), np.float32)
