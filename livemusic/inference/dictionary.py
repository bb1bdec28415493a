"""The drum dictionary: grids written as codes, and codes read as grids."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from livemusic.inference.autoencoder import Autoencoder, open_autoencoder
from livemusic.inference.card import DrumSpec, ModelCard
from livemusic.inference.session import open_model
from livemusic.latent.wta import Found, Turned, coefficients
from livemusic.music.grid import HIT, Grid

Array = npt.NDArray[np.float32]
Key = tuple[bytes, int]

#: So many loops are not read again: the corners, what they were before an undo, a set's other presets.
_REMEMBERED = 256


class Dictionary:
    """Writes and reads loops of any length. Thread: any.

    Codes are sparse, with an atom at any step. Each loop is read in the form that all its rotations share, and no
    further than it repeats, so that the code of a rotated loop is the code rotated, to the bit. What was read lately is
    remembered.
    """

    def __init__(self, card: ModelCard, reader: Autoencoder) -> None:
        assert isinstance(card.spec, DrumSpec)
        self.card = card
        self.spec: DrumSpec = card.spec
        self._reader = reader
        self._known: dict[Key, Found] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, folder: str | Path) -> "Dictionary":
        """The dictionary in `folder`, checked and warm. `ModelError`."""
        card = open_model(folder, "drums")[0]
        return cls(card, open_autoencoder(card, folder))

    @property
    def atoms(self) -> Array:
        """The atoms `(atoms, width, 9, 3)`, as grid values at strength 1."""
        patches = self._reader.patches
        return patches.reshape(*patches.shape[:2], self.spec.features, self.spec.voices).transpose(0, 1, 3, 2)

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        """How many coefficients a pattern of `steps` may have: so many per beat on average (0: the model's own)."""
        return -(-(active_per_beat or self.spec.active_per_beat) * steps // self.spec.steps_per_beat)

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        """The code `(atoms, steps)` of a loop, with so many coefficients per beat (0: the model's own)."""
        return self.encode_each([grid], active_per_beat)[0]

    def encode_each(self, grids: Sequence[Grid], active_per_beat: int = 0) -> list[Array]:
        """What `encode` gives for each of the loops, those of one length in one go."""
        loops = [Turned.of(grid.values) for grid in grids]
        keys = [(loop.values.tobytes(), self.picks(len(loop.values), active_per_beat)) for loop in loops]
        with self._lock:
            known = {key: self._known.pop(key) for key in set(keys) if key in self._known}
        new = {key: loop.values for key, loop in zip(keys, loops, strict=True) if key not in known}
        for length, picks in {(len(values), picks) for (_, picks), values in new.items()}:
            alike = [key for key, values in new.items() if (len(values), key[1]) == (length, picks)]
            known |= zip(alike, map(coefficients, self._reader.encode([new[key] for key in alike], picks)), strict=True)
        with self._lock:
            self._known |= known
            while len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]
        return [loop.code(known[key], self.spec.atoms) for key, loop in zip(keys, loops, strict=True)]

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The loop's values `(steps, 9, 3)`: hits as probabilities, velocities, offsets, none of them cut to range.

        A hit is struck from 0.5 on. `ValueError` where the code `(atoms, positions)` is not of this dictionary or too
        short for `steps`.
        """
        values = np.asarray(code, np.float32)
        if values.ndim != 2 or values.shape[0] != self.spec.atoms:
            raise ValueError(f"a code of {self.card.id} is ({self.spec.atoms}, positions), not {values.shape}")
        if not 1 <= steps <= values.shape[1]:
            raise ValueError(f"steps {steps} is outside 1..{values.shape[1]}")
        read: Array = self._reader.decode(values[None])[0]
        read[..., HIT] = np.interp(read[..., HIT], (0.0, self.spec.threshold, 1.0), (0.0, 0.5, 1.0))
        return read[:steps]
