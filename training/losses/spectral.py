"""Multi-scale spectral losses: how far one sound is from another, through several short-time spectra at once.

Schwär and Müller, "Multi-Scale Spectral Loss Revisited", IEEE SPL 30 (2023). A loss is chosen by four letters, as
there: the window of the transform, its sizes, the compression of the magnitudes, the distance between them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

#: Coefficients a of a window sum_k (-1)^k a_k cos(2 pi k n / N): rectangular, Hann, flat top (D'Antona and Ferrero).
WINDOWS: dict[str, tuple[float, ...]] = {
    "WR": (1.0,),
    "WH": (0.5, 0.5),
    "WF": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}
SIZES: dict[str, tuple[int, ...]] = {
    "S1": (64,),
    "S2": (512,),
    "S3": (2048,),
    "S4": (64, 128, 256, 512, 1024, 2048),
    "S5": (67, 127, 257, 509, 1021, 2053),
}
#: C4, which the source uses without defining it, is read as the linear and the logarithmic magnitude together.
COMPRESSIONS: dict[str, tuple[str, ...]] = {
    "C0": ("linear",),
    "C1": ("log",),
    "C2": ("log1p",),
    "C3": ("decibel",),
    "C4": ("linear", "log"),
}
#: D1 is the sum of |differences|, D2 that of their squares. D2R, its root over each whole spectrogram, is what the
#: letter D2 says literally; the published ranking is met by the squares.
DISTANCES = ("D1", "D2", "D2R")
FLOOR = 1e-7
"""Added before a plain logarithm."""


@dataclass(frozen=True, slots=True)
class SpectralConfig:
    """One loss: a key of `WINDOWS`, of `SIZES`, of `COMPRESSIONS`, and one of `DISTANCES`."""

    window: str
    sizes: str
    compression: str
    distance: str

    def __post_init__(self) -> None:
        for key, known in (
            (self.window, WINDOWS),
            (self.sizes, SIZES),
            (self.compression, COMPRESSIONS),
            (self.distance, DISTANCES),
        ):
            if key not in known:
                raise ValueError(f"{key!r} is none of {', '.join(known)}")

    @property
    def shortest(self) -> int:
        """The fewest samples that fill one frame of every size."""
        return max(SIZES[self.sizes])


STANDARD = SpectralConfig("WH", "S4", "C4", "D1")
MODIFIED_HANN = SpectralConfig("WH", "S5", "C4", "D2")
SMOOTH = SpectralConfig("WF", "S5", "C2", "D2")
PRESETS: dict[str, SpectralConfig] = {"Standard": STANDARD, "Modified Hann": MODIFIED_HANN, "Smooth": SMOOTH}


def window(name: str, size: int, like: Tensor) -> Tensor:
    """The periodic window `name` of `size` samples, `(size,)`, with dtype and device of `like`. Its peak is 1."""
    turns = 2 * torch.pi * torch.arange(size, dtype=torch.float64) / size
    shape = sum((-1) ** k * a * torch.cos(k * turns) for k, a in enumerate(WINDOWS[name]))
    return torch.as_tensor(shape).to(like)


def magnitudes(x: Tensor, size: int, shape: str) -> Tensor:
    """Magnitudes `(..., frames, size // 2 + 1)` of `x` `(..., samples)`: hop size // 2, full frames only, no padding.

    Zeros at the edges would cost the smooth loss what it is for: their leakage ripples at every frequency.
    `ValueError` where `x` is shorter than one frame.
    """
    if x.shape[-1] < size:
        raise ValueError(f"{x.shape[-1]} samples are fewer than one frame of {size}")
    frames = x.unfold(-1, size, size // 2) * window(shape, size, x)
    return torch.abs(torch.fft.rfft(frames))  # torch gives |.| the gradient 0 at 0, so silence makes no NaN


def compressed(magnitude: Tensor, compression: str) -> tuple[Tensor, ...]:
    """The magnitudes as a loss of this `compression` compares them: one tensor for each of its parts."""
    return tuple(_COMPRESS[part](magnitude) for part in COMPRESSIONS[compression])


_COMPRESS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda x: x,
    "log": lambda x: torch.log(x + FLOOR),
    "log1p": torch.log1p,
    "decibel": lambda x: 20 * torch.log10(x + FLOOR),
}


def _distance(difference: Tensor, kind: str) -> Tensor:
    """Over each spectrogram `(..., frames, bins)`."""
    if kind == "D1":
        return difference.abs().sum((-2, -1))
    squares = difference.square().sum((-2, -1))
    if kind == "D2":
        return squares
    apart = squares > 0  # the root's gradient at 0 is infinite; equal spectra have none
    return torch.where(apart, torch.where(apart, squares, 1.0).sqrt(), 0.0)


Spectra = tuple[Tensor, ...]


def spectra(x: Tensor, config: SpectralConfig) -> Spectra:
    """All that `config` compares of `x` `(..., samples)`, so that a target need be analysed only once."""
    return tuple(
        part
        for size in SIZES[config.sizes]
        for part in compressed(magnitudes(x, size, config.window), config.compression)
    )


def spectra_distance(ours: Spectra, theirs: Spectra, config: SpectralConfig) -> Tensor:
    """The loss `(...,)` between two `spectra` of the same config."""
    return torch.stack([_distance(a - b, config.distance) for a, b in zip(ours, theirs, strict=True)]).sum(0)


def spectral_loss(x: Tensor, target: Tensor, config: SpectralConfig = SMOOTH) -> Tensor:
    """Distance `(...,)` of `x` from `target`, both `(..., samples)`: a sum over sizes, compressions, frames, bins."""
    return spectra_distance(spectra(x, config), spectra(target, config), config)
