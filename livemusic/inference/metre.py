"""Who knows grooves: for the beat tracker, from bars of hits to how likely each tempo and place of the bar is."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.inference.card import MetreSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model

Array = npt.NDArray[np.float32]


class OnnxMetre:
    """Reads bars as `livemusic.dsp.metre` lays them. Thread: one at a time."""

    def __init__(self, card: ModelCard, graph: OnnxGraph) -> None:
        assert isinstance(card.spec, MetreSpec)
        self.card = card
        self._graph = graph

    @classmethod
    def open(cls, folder: str | Path) -> "OnnxMetre":
        """The metre in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "metre")
        return cls(card, graphs["metre"])

    def read(self, bars: Array) -> Array:
        """Logits `(n, 64)` of bars `(n, 13, 64)`."""
        return self._graph.run(bars)
