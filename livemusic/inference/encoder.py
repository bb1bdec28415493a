"""From sound to points: the embedder, and the ear that feeds it a stream."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import Features
from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.spec import FeatureSpec, Seconds
from livemusic.errors import ModelError
from livemusic.inference.card import ModelCard, read_card
from livemusic.inference.session import GraphSession

Array = npt.NDArray[np.float32]


class Embedder:
    """Turns windows of features into points. Thread: one at a time."""

    def __init__(self, card: ModelCard, encoder: GraphSession) -> None:
        self.card = card
        spec = card.embedder_spec()
        self.spec: FeatureSpec = spec.features
        self.dim = spec.dim
        self._encoder = encoder
        shape = self.embed(np.zeros((self.spec.frames, self.spec.bins), np.float32)).shape
        if shape != (self.dim,):
            raise ModelError(f"{card.id}: the encoder gives points of {shape}, its card says {self.dim}.")

    @classmethod
    def open(cls, folder: Path) -> "Embedder":
        """The embedder in `folder`, checked; `ModelError`."""
        card = read_card(folder)
        if card.kind != "embedder":
            raise ModelError(f"{card.id} is a {card.kind} model, not an embedder. See 'livemusic models list'.")
        return cls(card, GraphSession(card, "encoder", folder))

    def embed(self, window: Array) -> Array:
        """The point `(dim,)` of one window `(frames, bins)` of values in 0..1."""
        return self._encoder.run(np.ascontiguousarray(window[None], np.float32))[0]


class Ear:
    """Hears a mono stream at any rate, in blocks of any size, and tells the points it passes through.

    Resampler -> framer -> features -> window -> embedder, each built from the model's own spec; the points do not
    depend on how the stream is cut. Thread: one at a time.
    """

    def __init__(self, embedder: Embedder, sample_rate: int) -> None:
        self.embedder = embedder
        self.hop_s: Seconds = embedder.spec.hop_s
        self._resampler = Resampler(sample_rate, embedder.spec.sample_rate)
        self._framer = Framer(embedder.spec.fft, embedder.spec.hop)
        self._features = Features(embedder.spec)
        self._points = 0

    def hear(self, samples: Array) -> Array:
        """The points that `samples` `(n,)` complete: `(m, 1 + dim)`, rows of the window's end in seconds of the stream, then z."""
        return self._follow(self._resampler.push(samples))

    def flush(self) -> Array:
        """The points in what the resampler still holds, once the stream has ended."""
        return self._follow(self._resampler.flush())

    def _follow(self, samples: Array) -> Array:
        windows = self._features.windows(self._framer.push(samples))
        rows = np.empty((len(windows), 1 + self.embedder.dim), np.float32)
        for row, window in zip(rows, windows, strict=True):
            row[0] = self.embedder.spec.window_s + self._points * self.hop_s
            row[1:] = self.embedder.embed(window)
            self._points += 1
        return rows
