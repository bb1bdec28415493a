"""Which drum of a kit a single hit is: a guess, by a small network that has seen one-shots of many kits."""

from pathlib import Path

from livemusic.dsp.matching.likely import Floats, look
from livemusic.inference.card import ModelCard, VoiceSpec
from livemusic.inference.session import OnnxGraph, open_model


class VoiceGuess:
    """Guesses the voice of a hit. Thread: one at a time."""

    def __init__(self, card: ModelCard, graph: OnnxGraph) -> None:
        assert isinstance(card.spec, VoiceSpec)
        self.card = card
        self._graph = graph

    @classmethod
    def open(cls, folder: str | Path) -> "VoiceGuess":
        """The network in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "voice")
        return cls(card, graphs["voice"])

    def likely(self, hit: Floats) -> int:
        """The most likely voice 0..8 of `hit` `(n,)`, which begins with the stroke, at `dsp.matching.RATE`."""
        return int(self._graph.run(look(hit)[None])[0].argmax())
