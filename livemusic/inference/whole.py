"""The path of a whole recording at once: pieces of it go through the encoder side by side, in a third of the time."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import Features
from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.inference.encoder import Array, Embedder, Seconds

#: Pieces side by side, and how many rows each has of its own.
_BESIDE, _ROWS = 16, 512
_PIECE = 1 << 16


class WholeEar:
    """Hears mono samples at `sample_rate` in blocks of any size, and tells all points at the end.

    Unlike `Ear` it also has points in silence. Thread: one at a time. `ValueError` for a sample rate that cannot be.
    """

    def __init__(self, embedder: Embedder, sample_rate: float) -> None:
        self._embedder = embedder
        self._resampler = Resampler(sample_rate, embedder.spec.sample_rate)
        self._framer = Framer(embedder.spec.fft, embedder.spec.hop)
        self._features = Features(embedder.spec)
        self._before = np.zeros((2 * embedder.spec.frames, embedder.spec.bins), np.float32)
        self._rows: list[Array] = []
        self._held = 0
        self._points: list[npt.NDArray[np.float16]] = []

    def hear(self, samples: npt.ArrayLike) -> None:
        """Take in `(n,)`."""
        sound = np.asarray(samples, np.float32)
        for start in range(0, len(sound), _PIECE):
            self._take(self._resampler.push(sound[start : start + _PIECE]))

    def finish(self) -> tuple[Seconds, Seconds, Array]:
        """When the first point is (in the middle of what it was heard in), how far apart they are, all `(n, dim)`."""
        self._take(self._resampler.flush())
        self._encode()
        spec = self._embedder.spec
        points = np.concatenate([np.empty((0, self._embedder.dim), np.float16), *self._points]).astype(np.float32)
        return spec.fft / spec.sample_rate - spec.window_s / 2, spec.hop_s, points

    def _take(self, sound: Array) -> None:
        frames = self._framer.push(sound)
        if len(frames):
            self._rows.append(self._features.push(frames))
            self._held += len(frames)
            if self._held >= _BESIDE * _ROWS:
                self._encode()

    def _encode(self) -> None:
        """All rows that are held, each piece after as many rows before it as points depend on."""
        if not self._held:
            return
        lead, rows = len(self._before), np.concatenate([self._before, *self._rows])
        count = self._held
        each = -(-count // _BESIDE)
        padded = np.concatenate([rows, np.zeros((each * _BESIDE - count, rows.shape[1]), np.float32)])
        pieces = np.stack([padded[k * each : (k + 1) * each + lead] for k in range(_BESIDE)])
        found = self._through(pieces)[:, lead:]
        self._points.append(found.reshape(-1, self._embedder.dim)[:count].astype(np.float16))
        self._before, self._rows, self._held = rows[-lead:], [], 0

    def _through(self, pieces: Array) -> Array:
        """The points of `(pieces, rows, bins)` after each row."""
        embedder = self._embedder
        dim, frames = embedder.dim, embedder.spec.frames
        found = np.empty((*pieces.shape[:2], dim), np.float32)
        if not embedder.state:
            padded = np.pad(pieces, ((0, 0), (frames - 1, 0), (0, 0)))
            for row in range(pieces.shape[1]):
                found[:, row] = embedder.graph.run(padded[:, row : row + frames])
            return found
        given = np.zeros((len(pieces), embedder.state + pieces.shape[2]), np.float32)
        for row in range(pieces.shape[1]):
            given[:, embedder.state :] = pieces[:, row]
            answer = embedder.graph.run(given)
            found[:, row], given[:, : embedder.state] = answer[:, :dim], answer[:, dim:]
        return found
