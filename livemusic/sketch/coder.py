"""What sketching asks of a drum dictionary, whoever runs it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import Grid

Array = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

#: Decoded hits are struck from here on.
STRUCK = 0.5


class Spec(Protocol):
    """The sizes of a dictionary: `width` in sixteenths."""

    @property
    def atoms(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def threshold(self) -> float: ...


class Coder(Protocol):
    """Loops to sparse codes `(atoms, steps)` and back to `(steps, 9, 3)`, where a hit is struck from `STRUCK` on."""

    @property
    def spec(self) -> Spec: ...
    @property
    def atoms(self) -> Array: ...
    def picks(self, steps: int, active_per_beat: int = 0) -> int: ...
    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array: ...
    def encode_each(self, grids: Sequence[Grid], active_per_beat: int = 0) -> list[Array]: ...
    def decode(self, code: npt.ArrayLike, steps: int) -> Array: ...


def log_odds(probability: Array) -> Array:
    """Probabilities as log-odds, finite also where they were rounded to 0 or 1."""
    kept = np.clip(probability.astype(np.float64), 1e-7, 1 - 1e-7)
    odds: Array = np.log(kept / (1 - kept)).astype(np.float32)
    return odds
