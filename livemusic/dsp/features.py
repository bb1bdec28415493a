"""Turns frames into what the embedder sees: a spectrogram between 0 and 1 that never looks ahead."""

from functools import lru_cache
from math import exp, log10

import numpy as np
import numpy.typing as npt

from livemusic.dsp.spec import Decibels, FeatureSpec, Hertz

Rows = npt.NDArray[np.float32]
FULL_SCALE_DB: Decibels = 0.0
_DARK_RELEASES = 6


def tukey(size: int, alpha: float) -> npt.NDArray[np.float64]:
    """The symmetric Tukey (tapered cosine) window: flat, with `alpha / 2` of its length raised at either end."""
    if alpha <= 0 or size == 1:
        return np.ones(size)
    from_edge = np.minimum(np.arange(size), np.arange(size)[::-1]) / (size - 1)
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(2 * from_edge / alpha, 1.0))


def magnitudes(frames: npt.ArrayLike, spec: FeatureSpec) -> npt.NDArray[np.float64]:
    """Spectrogram of `(n, fft)` frames, `(n, bins)`: a sine of amplitude A on a line shows as A/2.

    Each frame loses its mean, is windowed, and its spectrum is divided by the window's sum: the numbers of
    `scipy.signal.spectrogram(mode="magnitude", scaling="spectrum")`. NaN and infinity count as 0.
    """
    block = np.asarray(frames, np.float64)
    if block.ndim != 2 or block.shape[1] != spec.fft:
        raise ValueError(f"frames are (n, {spec.fft}), not {block.shape}")
    block = np.where(np.isfinite(block), block, 0.0)
    block = block - block.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(block * _window(spec.fft, spec.alpha), axis=1))
    if not spec.high_hz:
        return np.asarray(spectrum[:, : spec.bins])
    return np.asarray(np.sqrt(spectrum**2 @ mel_bands(spec)))


@lru_cache(maxsize=8)
def _window(size: int, alpha: float) -> npt.NDArray[np.float64]:
    """The window, so that its sum is 1."""
    window = tukey(size, alpha)
    return np.asarray(window / window.sum())


@lru_cache(maxsize=8)
def mel_bands(spec: FeatureSpec) -> npt.NDArray[np.float64]:
    """How much of each line's power belongs to each band: `(fft // 2 + 1, bins)`, triangles with a peak of 1.

    Mel scale of O'Shaughnessy (1987): 2595 log10(1 + f / 700). A band narrower than the distance of two lines takes
    its share of the lines on either side, so that none is empty.
    """
    edges = np.linspace(_mel(spec.low_hz), _mel(spec.high_hz), spec.bins + 2)
    line = spec.sample_rate / spec.fft
    lines = np.arange(spec.fft // 2 + 1) * line
    hertz = 700 * (10 ** (edges / 2595) - 1)
    low, middle, high = hertz[:-2], hertz[1:-1], hertz[2:]
    low, high = np.minimum(low, middle - line), np.maximum(high, middle + line)
    rise, fall = (lines[:, None] - low) / (middle - low), (high - lines[:, None]) / (high - middle)
    return np.asarray(np.maximum(np.minimum(rise, fall), 0.0))


def _mel(hertz: Hertz) -> float:
    return 2595 * log10(1 + hertz / 700)


def decibels(frames: npt.ArrayLike, spec: FeatureSpec) -> npt.NDArray[np.float64]:
    """`magnitudes` in dB full scale, never under -240."""
    return np.asarray(20 * np.log10(magnitudes(frames, spec) + 1e-12))


class Features:
    """Follows a stream of frames and keeps its own sense of how loud the music is.

    Row = `1 + (level - reference) / range_db` clipped to 0..1, levels in dB. The reference is a peak follower in dB
    with a short attack, so a single loud hit saturates and does not deafen what follows, and a long release, so a
    quiet passage stays quieter than a loud one for a while and then is seen in full again. It starts at the first
    frame that is louder than `floor_db` (before it, full scale is the reference, so hiss stays dark) and holds
    through silence. A frame that is dark as a whole, as the hiss of a room after the music, lets it fall six times as
    slowly. Rows depend on past and present frames only.
    """

    def __init__(self, spec: FeatureSpec) -> None:
        self.spec = spec
        self._rise = _step(spec.attack_s, spec.hop_s)
        self._fall = _step(spec.release_s, spec.hop_s)
        self._fall_in_the_dark = _step(_DARK_RELEASES * spec.release_s, spec.hop_s)
        self._reference: Decibels | None = None
        self._held: Rows = np.empty((0, spec.bins), np.float32)

    def push(self, frames: npt.ArrayLike) -> Rows:
        """The rows of `(n, fft)` frames: float32 `(n, bins)` in 0..1."""
        return self.follow(decibels(frames, self.spec))

    def follow(self, levels: npt.NDArray[np.float64]) -> Rows:
        """The rows of frames whose lines or bands have `levels` `(n, bins)` in dB."""
        spec = self.spec
        references = np.array([self._follow(float(loudest)) for loudest in levels.max(axis=1)])
        rows: Rows = np.clip(1 + (levels - references.reshape(-1, 1)) / spec.range_db, 0, 1).astype(np.float32)
        self._held = np.concatenate([self._held, rows])[max(0, len(self._held) + len(rows) - spec.frames + 1) :]
        return rows

    def windows(self, frames: npt.ArrayLike) -> Rows:
        """The windows completed by `(n, fft)` frames: float32 `(m, spec.frames, bins)`, newest row last in each."""
        held = self._held
        rows = np.concatenate([held, self.push(frames)])
        if len(rows) < self.spec.frames:
            return np.empty((0, self.spec.frames, self.spec.bins), np.float32)
        views = np.lib.stride_tricks.sliding_window_view(rows, self.spec.frames, axis=0)
        windows: Rows = np.ascontiguousarray(views.transpose(0, 2, 1))
        return windows

    def _follow(self, loudest: Decibels) -> Decibels:
        """The reference after a frame whose loudest line is `loudest`."""
        if loudest < self.spec.floor_db:
            return FULL_SCALE_DB if self._reference is None else self._reference
        if self._reference is None:
            self._reference = loudest
        above = loudest - self._reference
        fall = self._fall if above > -self.spec.range_db else self._fall_in_the_dark
        self._reference += above * (self._rise if above > 0 else fall)
        return self._reference


def _step(seconds: float, hop_s: float) -> float:
    """The share of the remaining way that a one-pole follower goes in one hop."""
    return 1.0 if seconds <= 0 else 1 - exp(-hop_s / seconds)
