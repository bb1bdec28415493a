"""From sound to the path: the embedder, and the ear that feeds it a stream."""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import Features, decibels
from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.spec import FeatureSpec
from livemusic.inference.card import EmbedderSpec, ModelCard
from livemusic.inference.session import OnnxGraph, open_model
from livemusic.latent.points import Points, quantised
from livemusic.latent.trajectory import Trajectory

Array = npt.NDArray[np.float32]
Seconds = float

#: Sound goes through the chain in pieces of this many samples, so that an hour at once needs little memory.
_PIECE = 1 << 16
#: After so many dark rows it is silent, and the path stays where it is.
_SILENT_ROWS = 4


class Encoder(Protocol):
    """Takes one row after the other and says where the music is. Thread: one at a time."""

    def push(self, row: Array) -> Array:
        """The point `(dim,)` after one more row `(bins,)`."""
        ...


class Embedder:
    """Turns rows of features into points. Thread: one at a time."""

    def __init__(self, card: ModelCard, graph: OnnxGraph) -> None:
        assert isinstance(card.spec, EmbedderSpec)
        self.card = card
        self.spec: FeatureSpec = card.spec.features
        self.dim = card.spec.dim
        self.state = card.spec.state
        self.graph = graph

    @classmethod
    def open(cls, folder: str | Path) -> "Embedder":
        """The embedder in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "embedder")
        return cls(card, graphs["encoder"])

    def begin(self) -> Encoder:
        """An encoder that has heard nothing but silence."""
        return _Recurrent(self) if self.state else _Windowed(self)


class _Recurrent:
    """Each row is computed once: what later points need of it is in the state."""

    def __init__(self, embedder: Embedder) -> None:
        self._graph, self._dim = embedder.graph, embedder.dim
        self._input = np.zeros((1, embedder.state + embedder.spec.bins), np.float32)
        self._state = embedder.state
        for _ in range(2 * embedder.spec.frames):
            self.push(np.zeros(embedder.spec.bins, np.float32))

    def push(self, row: Array) -> Array:
        self._input[0, self._state :] = row
        answer = self._graph.run(self._input)[0]
        self._input[0, : self._state] = answer[self._dim :]
        return np.asarray(answer[: self._dim])


class _Windowed:
    """Every point is computed from its whole window."""

    def __init__(self, embedder: Embedder) -> None:
        self._graph = embedder.graph
        self._window = np.zeros((embedder.spec.frames, embedder.spec.bins), np.float32)

    def push(self, row: Array) -> Array:
        self._window[:-1] = self._window[1:]
        self._window[-1] = row
        return np.asarray(self._graph.run(self._window[None])[0])


class Ear:
    """Hears a stream of mono samples at `sample_rate` and tells where the music is, a point every `hop_s`.

    The points do not depend on the sizes of the blocks; NaN and infinity count as silence. In silence the point stays
    where the music was last, and before the first sound there is none. Thread: one at a time. `ValueError` for a
    sample rate that cannot be.
    """

    def __init__(self, embedder: Embedder, sample_rate: float) -> None:
        self.embedder = embedder
        spec = embedder.spec
        self._resampler = Resampler(sample_rate, spec.sample_rate)
        self._framer = Framer(spec.fft, spec.hop)
        self._features = Features(spec)
        self._encoder = embedder.begin()
        self._rows = 0
        self._dark = _SILENT_ROWS
        self._last: Array | None = None

    @property
    def hop_s(self) -> Seconds:
        """From one point to the next."""
        return self.embedder.spec.hop_s

    def trajectory(self) -> Trajectory:
        """A path for what this ear hears."""
        return Trajectory(self.embedder.dim, self.embedder.card.id, self.embedder.spec.bins)

    def hear(self, samples: npt.ArrayLike) -> Points:
        """The points that `samples` `(n,)` complete, their t in seconds of sound.

        A point's `t` is the end of its newest frame; the first comes after `spec.window_s`.
        """
        sound = np.asarray(samples, np.float32)
        pieces = (sound[start : start + _PIECE] for start in range(0, len(sound), _PIECE))
        return Points.joined([self._none(), *(self._through(self._resampler.push(piece)) for piece in pieces)])

    def flush(self) -> Points:
        """The last points, after the last sample."""
        return self._through(self._resampler.flush())

    def _through(self, sound: Array) -> Points:
        spec = self.embedder.spec
        frames = self._framer.push(sound)
        bands = decibels(frames, spec)
        begin, heard = self._rows, []
        for row in self._features.follow(bands):
            point = self._point(row)
            if self._rows >= spec.frames and point is not None:
                heard.append((self._rows - 1 - begin, point))
        if not heard:
            return self._none()
        which = np.array([index for index, _ in heard])
        rows = np.empty((len(heard), 2 + self.embedder.dim), np.float32)
        rows[:, 0] = (spec.fft + (begin + which) * spec.hop) / spec.sample_rate
        power = np.einsum("ns,ns->n", frames[which], frames[which], dtype=np.float64) / spec.fft
        rows[:, 1] = 10 * np.log10(power + 1e-12)
        rows[:, 2:] = [point for _, point in heard]
        return Points(rows, quantised(bands[which]))

    def _none(self) -> Points:
        return Points.none(self.embedder.dim, self.embedder.spec.bins)

    def _point(self, row: Array) -> Array | None:
        """Where the music is after one more row; None before the first sound."""
        self._rows += 1
        self._dark = 0 if row.any() else self._dark + 1
        if self._dark < _SILENT_ROWS:
            self._last = self._encoder.push(row)
        return self._last
