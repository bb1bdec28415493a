"""The drum dictionary: grids written as codes, and codes read as grids."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.inference.card import DrumSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model
from livemusic.music.grid import Grid

Array = npt.NDArray[np.float32]


class Dictionary:
    """Writes and reads grids of any length. Winner-take-all is not in here. Thread: one at a time."""

    def __init__(self, card: ModelCard, encoder: OnnxGraph, decoder: OnnxGraph) -> None:
        assert isinstance(card.spec, DrumSpec)
        self.card = card
        self.spec: DrumSpec = card.spec
        self._encoder = encoder
        self._decoder = decoder

    @classmethod
    def open(cls, folder: str | Path) -> "Dictionary":
        """The dictionary in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "drums")
        return cls(card, graphs["encoder"], graphs["decoder"])

    def encode(self, grid: Grid) -> Array:
        """The dense code `(atoms, positions)` of a grid; one that ends within a stride goes on from its start."""
        steps = -(-grid.steps // self.spec.stride) * self.spec.stride
        values = np.resize(grid.values, (steps, *grid.values.shape[1:]))
        channels = values.transpose(2, 1, 0).reshape(1, -1, steps)
        code: Array = self._encoder.run(channels)[0]
        return code

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The grid's values `(steps, 9, 3)`: hits as probabilities, velocities, offsets, none of them cut to range.

        `ValueError` where the code `(atoms, positions)` is not of this dictionary or too short for `steps`.
        """
        values = np.asarray(code, np.float32)
        if values.ndim != 2 or values.shape[0] != self.spec.atoms:
            raise ValueError(f"a code of {self.card.id} is ({self.spec.atoms}, positions), not {values.shape}")
        if not 1 <= steps <= values.shape[1] * self.spec.stride:
            raise ValueError(f"steps {steps} is outside 1..{values.shape[1] * self.spec.stride}")
        channels = self._decoder.run(values[None])[0]
        grid: Array = channels.reshape(self.spec.features, self.spec.voices, -1).transpose(2, 1, 0)
        return np.ascontiguousarray(grid[:steps])
