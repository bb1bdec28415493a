"""The code of a piano piece, and a piece in the form that it has wherever it begins and in whatever key it stands."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.music.chord import chord_tones
from livemusic.music.roll import FEATURES, KEYS, LOUDNESS

Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

#: Keys of a figure below its anchor.
BELOW = 12


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """What a piece is made of: pick `n` is atom `atoms[n]` with its anchor at `steps[n]`, `keys[n]`; those of a smaller
    budget come first."""

    atoms: Indices
    steps: Indices
    keys: Indices
    strengths: Array

    def __len__(self) -> int:
        return len(self.atoms)

    def rows(self) -> Array:
        """As decoders read it, `(picks, 4)`: atom, step, key, strength."""
        return np.stack([self.atoms, self.steps, self.keys, self.strengths], 1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A roll as encoders read it: `values` `(steps, 88, 3)` from its first strike, at `step`, to its last, and moved
    down by `key` to the lowest key; beside loudness and length how much an error there counts while picks are chosen.

    So a piece that starts later or stands in another key is the same values, and its code is the same code moved.
    """

    values: Array
    step: int
    key: int

    @classmethod
    def of(cls, roll: Array, emphasis: float) -> "Placed":
        """A roll `(steps, 88, 2)` in which notes of the chord of their half second count so much more than 1.

        `ValueError` where nothing is struck.
        """
        struck = np.argwhere(roll[..., LOUDNESS] > 0)
        if not len(struck):
            raise ValueError("roll has no notes")
        (step, key), last = struck.min(0), struck[:, 0].max()
        values = np.ones((last + 1 - step, KEYS, FEATURES + 1), np.float32)
        values[..., :FEATURES] = 0
        values[:, : KEYS - key, :FEATURES] = roll[step : last + 1, key:]
        values[..., FEATURES] += emphasis * chord_tones(values)
        return cls(values, int(step), int(key))

    def picks(self, code: Array) -> Picks:
        """What an encoder has found in the values, moved to where the roll has it."""
        atoms, steps, keys = code[:, :3].astype(np.intp).T
        return Picks(atoms, steps + self.step, keys + self.key, code[:, 3])
