"""How far a sound is from a hit, through several short-time spectra at once, and how each sample changes that.

The losses of `training.losses.spectral` (Schwär and Müller, IEEE SPL 30, 2023) with their gradient written out, so that
whoever plays needs no torch.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Complex = npt.NDArray[np.complexfloating]

_FLOOR = 1e-7


@dataclass(frozen=True, slots=True)
class SpectralLoss:
    """`window`: coefficients of alternating cosines; `sizes` of the transforms, hop half of each, full frames alone.

    `smooth`: the squared differences of log(1 + magnitude). Otherwise the sizes of the differences of the magnitude
    and of log(1e-7 + magnitude).
    """

    window: tuple[float, ...]
    sizes: tuple[int, ...]
    smooth: bool

    def shape(self, size: int) -> npt.NDArray[np.float64]:
        """The window of `size` samples, periodic."""
        turns = 2 * np.pi * np.arange(size) / size
        return np.asarray(sum((-1) ** k * a * np.cos(k * turns) for k, a in enumerate(self.window)))

    @property
    def longest(self) -> int:
        """Shorter sounds have no full frame of every size."""
        return max(self.sizes)


#: A flat-top window's wide lobe lets frequencies that are far apart still see each other.
SMOOTH = SpectralLoss(
    (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368), (67, 127, 257, 509, 1021, 2053), True
)
STANDARD = SpectralLoss((0.5, 0.5), (64, 128, 256, 512, 1024, 2048), False)


class SpectralTarget:
    """The sound that others are compared with: `target` `(n,)`, whose precision is that of the result.

    `ValueError` where it is shorter than the loss's longest frame.
    """

    def __init__(self, target: Floats, loss: SpectralLoss = SMOOTH) -> None:
        if len(target) < loss.longest:
            raise ValueError(f"{len(target)} samples are fewer than one frame of {loss.longest}")
        self._smooth = loss.smooth
        self._count = len(target)
        self._windows = [loss.shape(size).astype(target.dtype) for size in loss.sizes]
        self._wanted = [self._pressed(np.abs(_spectrum(target, window))) for window in self._windows]

    def distance(self, x: Floats) -> float:
        """How far `x` `(n,)` is."""
        return self.gradient(x)[0]

    def gradient(self, x: Floats) -> tuple[float, Floats]:
        """How far `x` `(n,)` is, and the derivative of that by each sample `(n,)`."""
        if len(x) != self._count:
            raise ValueError(f"{len(x)} samples are not the {self._count} of the target")
        total, gradient = 0.0, np.zeros_like(x)
        for window, wanted in zip(self._windows, self._wanted, strict=True):
            spectrum = _spectrum(x, window)
            magnitude = np.abs(spectrum)
            distance, slope = self._compare(magnitude, wanted)
            total += distance
            spectrum *= np.divide(slope, magnitude, out=np.zeros_like(magnitude), where=magnitude > 0)
            gradient += _back(spectrum, window, len(x))
        return total, gradient

    def _pressed(self, magnitude: Floats) -> tuple[Floats, ...]:
        return (np.log1p(magnitude),) if self._smooth else (magnitude, np.log(magnitude + _FLOOR))

    def _compare(self, magnitude: Floats, wanted: tuple[Floats, ...]) -> tuple[float, Floats]:
        """The distance and its derivative by each magnitude."""
        if self._smooth:
            (off,) = (ours - theirs for ours, theirs in zip(self._pressed(magnitude), wanted, strict=True))
            return float(np.vdot(off, off)), 2 * off / (1 + magnitude)
        plain, log = (ours - theirs for ours, theirs in zip(self._pressed(magnitude), wanted, strict=True))
        slope = np.sign(plain) + np.sign(log) / (magnitude + _FLOOR)
        return float(np.abs(plain).sum() + np.abs(log).sum()), slope.astype(magnitude.dtype, copy=False)


def _spectrum(x: Floats, window: Floats) -> Complex:
    """The short-time spectrum `(frames, size // 2 + 1)`."""
    size = len(window)
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 2]
    return np.asarray(np.fft.rfft(frames * window))


def _back(slopes: Complex, window: Floats, count: int) -> Floats:
    """From derivatives by real and imaginary parts of `_spectrum` to those by the `count` samples."""
    size, hop = len(window), len(window) // 2
    slopes[:, 1 : (size + 1) // 2] *= 0.5  # the inverse transform counts what is no end twice
    frames = np.fft.irfft(slopes, size, axis=1) * (window * size).astype(window.dtype)
    rows = np.zeros((len(frames) + 2, hop), frames.dtype)
    rows[:-2] += frames[:, :hop]
    rows[1:-1] += frames[:, hop : 2 * hop]
    if size > 2 * hop:
        rows[2:, 0] += frames[:, 2 * hop]
    whole = np.zeros(count, frames.dtype)
    flat = rows.ravel()[:count]
    whole[: len(flat)] = flat
    return whole
