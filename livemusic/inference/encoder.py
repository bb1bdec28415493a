"""From sound to the path: the embedder, and the ear that feeds it a stream."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import Features
from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.spec import FeatureSpec
from livemusic.inference.card import EmbedderSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model

Array = npt.NDArray[np.float32]
Seconds = float

#: Sound goes through the chain in pieces of this many samples, so that an hour at once needs little memory.
_PIECE = 1 << 16


class Embedder:
    """Turns half a second of features into a point. Thread: one at a time."""

    def __init__(self, card: ModelCard, encoder: OnnxGraph) -> None:
        assert isinstance(card.spec, EmbedderSpec)
        self.card = card
        self.spec: FeatureSpec = card.spec.features
        self.dim = card.spec.dim
        self._encoder = encoder

    @classmethod
    def open(cls, folder: str | Path) -> "Embedder":
        """The embedder in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "embedder")
        return cls(card, graphs["encoder"])

    def embed(self, window: npt.ArrayLike) -> Array:
        """The point `(dim,)` of a window `(frames, bins)`, or points `(n, dim)` of `(n, frames, bins)`.

        `ValueError` for any other shape.
        """
        values = np.asarray(window, np.float32)
        batch = values[None] if values.ndim == 2 else values
        if batch.shape[1:] != (self.spec.frames, self.spec.bins):
            raise ValueError(f"a window is ({self.spec.frames}, {self.spec.bins}), not {values.shape}")
        points = self._encoder.run(batch)
        return points[0] if values.ndim == 2 else points


class Ear:
    """Hears a stream of mono samples at `sample_rate` and tells where the music is, a point every `hop_s`.

    The points do not depend on the sizes of the blocks; NaN and infinity count as silence. Thread: one at a time.
    `ValueError` for a sample rate that cannot be.
    """

    def __init__(self, embedder: Embedder, sample_rate: float) -> None:
        self.embedder = embedder
        spec = embedder.spec
        self._resampler = Resampler(sample_rate, spec.sample_rate)
        self._framer = Framer(spec.fft, spec.hop)
        self._features = Features(spec)
        self._count = 0

    @property
    def hop_s(self) -> Seconds:
        """From one point to the next."""
        return self.embedder.spec.hop_s

    def hear(self, samples: npt.ArrayLike) -> Array:
        """The points that `samples` `(n,)` complete: float32 rows `t, z_1 .. z_dim`, t in seconds of sound.

        A point's `t` is the end of its window, so the first comes after `spec.window_s`.
        """
        sound = np.asarray(samples, np.float32)
        pieces = [self._resampler.push(sound[start : start + _PIECE]) for start in range(0, len(sound), _PIECE)]
        return self._rows(pieces)

    def flush(self) -> Array:
        """The last points, after the last sample."""
        return self._rows([self._resampler.flush()])

    def _rows(self, pieces: list[Array]) -> Array:
        empty = np.empty((0, 1 + self.embedder.dim), np.float32)
        return np.concatenate([empty, *map(self._through, pieces)])

    def _through(self, sound: Array) -> Array:
        windows = self._features.windows(self._framer.push(sound))
        rows = np.empty((len(windows), 1 + self.embedder.dim), np.float32)
        if len(windows):
            spec = self.embedder.spec
            rows[:, 0] = spec.window_s + np.arange(self._count, self._count + len(windows)) * spec.hop_s
            rows[:, 1:] = self.embedder.embed(windows)
            self._count += len(windows)
        return rows
