"""The drummer: completes what is known of a pattern."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.inference.card import DrummerSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model

Array = npt.NDArray[np.float32]


class OnnxDrummer:
    """Runs a drummer's network on questions of any length. Thread: one at a time."""

    def __init__(self, card: ModelCard, graph: OnnxGraph) -> None:
        assert isinstance(card.spec, DrummerSpec)
        self.card = card
        self.styles = card.spec.styles
        self._graph = graph

    @classmethod
    def open(cls, folder: str | Path) -> "OnnxDrummer":
        """The drummer in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "drummer")
        return cls(card, graphs["drummer"])

    def play(self, channels: Array) -> Array:
        """`(channels, steps)` to `(45, steps)`: hits as probabilities, velocities, offsets, spreads of both."""
        played: Array = self._graph.run(channels[None])[0]
        return played
