"""From film to the path: the picture encoder, and the eye that feeds it frame by frame."""

import math
from collections import deque
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.inference.card import ModelCard, PictureSpec
from livemusic.inference.session import OnnxGraph, open_model
from livemusic.latent.points import Points

Array = npt.NDArray[np.float32]
Seconds = float

#: Times that differ by less are the same, so that a film of exactly the encoder's rate is seen frame by frame.
_SAME: Seconds = 1e-4


class PictureEncoder:
    """Turns a few successive pictures into a point. Thread: one at a time."""

    def __init__(self, card: ModelCard, encoder: OnnxGraph) -> None:
        assert isinstance(card.spec, PictureSpec)
        self.card = card
        self.spec = card.spec
        self._encoder = encoder

    @classmethod
    def open(cls, folder: str | Path) -> "PictureEncoder":
        """The encoder in `folder`, checked and warm. `ModelError`."""
        card, graphs = open_model(folder, "picture")
        return cls(card, graphs["encoder"])

    def embed(self, windows: npt.ArrayLike) -> Array:
        """The points `(n, dim)` of windows `(n, frames, height, width)`, oldest picture first, grey in 0..1.

        `ValueError` for any other shape.
        """
        batch = np.asarray(windows, np.float32)
        wanted = (self.spec.frames, self.spec.height, self.spec.width)
        if batch.ndim != 4 or batch.shape[1:] != wanted:
            raise ValueError(f"windows are (n, {wanted[0]}, {wanted[1]}, {wanted[2]}), not {batch.shape}")
        return self._encoder.run(batch)


class Eye:
    """Sees a film frame by frame and tells where its picture is, a point every `hop_s`.

    Points lie on a grid of times that is the same for every film; between two frames the picture is mixed of both, so
    any frame rate will do, also a changing one. Thread: one at a time.
    """

    def __init__(self, encoder: PictureEncoder) -> None:
        self.encoder = encoder
        self._seen: deque[Array] = deque(maxlen=encoder.spec.span)
        self._before: tuple[Seconds, Array] | None = None
        self._tick = 0

    @property
    def hop_s(self) -> Seconds:
        """From one point to the next."""
        return 1.0 / self.encoder.spec.rate

    def see(self, time: Seconds, picture: Array) -> Points:
        """The points that a frame `(height, width)` at `time` completes.

        A point's `t` is the time of its newest picture. `time` may not run backwards.
        """
        rate = self.encoder.spec.rate
        if self._before is None:
            self._tick = math.ceil((time - _SAME) * rate)
            self._before = (time, picture)
        begun, old = self._before
        rows = []
        while (at := self._tick / rate) <= time + _SAME:
            share = 1.0 if time - begun < _SAME else min(1.0, (at - begun) / (time - begun))
            self._seen.append(picture if share > 1 - _SAME else np.asarray(old + np.float32(share) * (picture - old)))
            self._tick += 1
            rows += self._point(at)
        self._before = (time, picture)
        given = np.array(rows, np.float32).reshape(-1, 1 + self.encoder.spec.dim)
        return Points.bare(given[:, 0], given[:, 1:])

    def _point(self, at: Seconds) -> list[Array]:
        """The row of the window that ends now, once there is one."""
        spec = self.encoder.spec
        if len(self._seen) < spec.span:
            return []
        window = np.stack([self._seen[index * spec.spacing] for index in range(spec.frames)])
        return [np.concatenate([[np.float32(at)], self.encoder.embed(window[None])[0]])]
