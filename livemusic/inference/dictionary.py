"""The drum dictionary at play: patterns to codes and back."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.inference.card import ModelCard, read_card
from livemusic.inference.session import GraphSession
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_COUNT

Array = npt.NDArray[np.float32]
_FEATURES = 3


class Dictionary:
    """Encodes grids as coefficients of learned atoms, and decodes. Thread: one at a time."""

    def __init__(self, card: ModelCard, encoder: GraphSession, decoder: GraphSession) -> None:
        self.card = card
        self.spec = card.drum_spec()
        self._encoder = encoder
        self._decoder = decoder
        if (self.spec.voices, self.spec.features) != (VOICE_COUNT, _FEATURES):
            raise ModelError(
                f"{card.id} speaks of {self.spec.voices} voices with {self.spec.features} features, not 9 with 3."
            )
        bar = Grid.empty(16)
        if self.decode(self.encode(bar), bar.steps).shape != bar.values.shape:
            raise ModelError(f"{card.id}: encoder and decoder do not fit each other.")

    @classmethod
    def open(cls, folder: Path) -> "Dictionary":
        """The dictionary in `folder`, checked; `ModelError`."""
        card = read_card(folder)
        if card.kind != "drums":
            raise ModelError(f"{card.id} is a {card.kind} model, not a drum dictionary. See 'livemusic models list'.")
        return cls(card, GraphSession(card, "encoder", folder), GraphSession(card, "decoder", folder))

    def encode(self, grid: Grid) -> Array:
        """The dense code `(atoms, positions)` of `grid`, which repeats to fill its last beat."""
        whole = -(-grid.steps // self.spec.steps_per_beat) * self.spec.steps_per_beat
        values = grid.looped(whole).values
        channels = values.transpose(2, 1, 0).reshape(1, _FEATURES * VOICE_COUNT, whole)
        return self._encoder.run(np.ascontiguousarray(channels))[0]

    def decode(self, code: Array, steps: int) -> Array:
        """`(steps, 9, 3)`: hit probability, velocity 0..1, offset in steps, of a code `(atoms, positions)`."""
        channels = self._decoder.run(np.ascontiguousarray(code[None], np.float32))[0]
        values = channels.reshape(_FEATURES, VOICE_COUNT, -1).transpose(2, 1, 0)
        return np.ascontiguousarray(values[:steps])
