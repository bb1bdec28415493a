"""The drum dictionary: grids written as codes, and codes read as grids."""

from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.inference.atoms import open_pursuit
from livemusic.inference.card import DrumSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model
from livemusic.latent.pursuit import Picks, Pursuit
from livemusic.music.grid import HIT, Grid

Array = npt.NDArray[np.float32]

#: So many patterns are not read again: the corners, what they were before an undo, a set's other presets.
_REMEMBERED = 256


class Dictionary:
    """Writes and reads grids of any length. Thread: any.

    A dictionary that reads by pursuit has sparse codes with an atom at any step; an older one has dense codes with
    atoms on the beat only, and winner-take-all is the reader's business. What was read lately is remembered.
    """

    def __init__(self, card: ModelCard, reader: Pursuit | tuple[OnnxGraph, OnnxGraph]) -> None:
        assert isinstance(card.spec, DrumSpec)
        self.card = card
        self.spec: DrumSpec = card.spec
        self._reader = reader
        if isinstance(reader, Pursuit):
            self._picks = lru_cache(_REMEMBERED)(partial(_read, reader))

    @classmethod
    def open(cls, folder: str | Path) -> "Dictionary":
        """The dictionary in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "drums")
        if isinstance(card.spec, DrumSpec) and card.spec.pursuit:
            return cls(card, open_pursuit(card, folder))
        return cls(card, (graphs["encoder"], graphs["decoder"]))

    @property
    def atoms(self) -> Array | None:
        """The atoms `(atoms, width, 9, 3)`, as grid values at strength 1; None where a network decodes."""
        if not isinstance(self._reader, Pursuit):
            return None
        patches = self._reader.patches
        return patches.reshape(*patches.shape[:2], self.spec.features, self.spec.voices).transpose(0, 1, 3, 2)

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        """How many coefficients a pattern of `steps` may have: so many per beat on average (0: the model's own)."""
        return -(-(active_per_beat or self.spec.active_per_beat) * steps // self.spec.steps_per_beat)

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        """The code `(atoms, positions)` of a grid, with so many coefficients per beat (0: the model's own).

        Of an older dictionary the code is dense, and a grid that ends within a stride goes on from its start.
        """
        if isinstance(self._reader, Pursuit):
            found = self._picks(grid, self.picks(grid.steps, active_per_beat))
            return found.dense(self.spec.atoms, grid.steps)
        steps = -(-grid.steps // self.spec.stride) * self.spec.stride
        values = np.resize(grid.values, (steps, *grid.values.shape[1:]))
        code: Array = self._reader[0].run(values.transpose(2, 1, 0).reshape(1, -1, steps))[0]
        return code

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The grid's values `(steps, 9, 3)`: hits as probabilities, velocities, offsets, none of them cut to range.

        A hit is struck from 0.5 on. `ValueError` where the code `(atoms, positions)` is not of this dictionary or too
        short for `steps`.
        """
        values = np.asarray(code, np.float32)
        if values.ndim != 2 or values.shape[0] != self.spec.atoms:
            raise ValueError(f"a code of {self.card.id} is ({self.spec.atoms}, positions), not {values.shape}")
        if not 1 <= steps <= values.shape[1] * self.spec.stride:
            raise ValueError(f"steps {steps} is outside 1..{values.shape[1] * self.spec.stride}")
        if isinstance(self._reader, Pursuit):
            read = self._reader.decode(values, steps)
            read[..., HIT] = np.interp(read[..., HIT], (0.0, self.spec.threshold, 1.0), (0.0, 0.5, 1.0))
            return read
        channels = self._reader[1].run(values[None])[0]
        grid: Array = channels.reshape(self.spec.features, self.spec.voices, -1).transpose(2, 1, 0)
        return np.ascontiguousarray(grid[:steps])


def _read(reader: Pursuit, grid: Grid, picks: int) -> Picks:
    return reader.encode(grid.values, picks)
