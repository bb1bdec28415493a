"""The picture embedder: a third of a second of film to a point of a path, and back to what moved in it.

A denoising autoencoder (Vincent et al. 2008) after M-Lin-DM, Deep-Video-Embedding: convolutions over the picture, a
dense layer to the point, a small recurrent network that foresees the next step. Unlike the source it sees a few
frames at once, because a single one does not tell which way a pendulum swings.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from training.data.films import HEIGHT, WIDTH

FRAMES = 4
SPACING = 3
"""Frames of film from one frame of a window to the next."""
SPAN = (FRAMES - 1) * SPACING + 1
DIM = 24
_SEED = (7, 12)
_CONTRAST = 0.05
"""Pictures with less contrast than this are not blown up any further."""


class Encoder(nn.Module):
    """Windows `(n, 4, 54, 96)` in 0..1, oldest frame first, to points `(n, 24)`.

    Light and contrast of each frame are taken out first, and what changes from frame to frame is shown beside it, so
    that a thin moving arm is not lost beside a large still body.
    """

    def __init__(self, dim: int = DIM) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(2 * FRAMES - 1, 16, 5, 2, 2), nn.ReLU()),
            *(nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU()),
            *(nn.Conv2d(32, 48, 3, 2, 1), nn.ReLU()),
            *(nn.Conv2d(48, 64, 3, 2, 1), nn.ReLU()),
            nn.Flatten(),
        )
        self.point = nn.Linear(64 * 4 * 6, dim)

    def forward(self, window: Tensor) -> Tensor:
        level = window.mean(dim=(2, 3), keepdim=True)
        spread = torch.sqrt((window - level).square().mean(dim=(2, 3), keepdim=True))
        even = (window - level) / (spread + _CONTRAST)
        change = even[:, 1:] - even[:, :-1]
        z: Tensor = self.point(self.body(torch.cat([even, 2 * change], dim=1)))
        return z


class Decoder(nn.Module):
    """Points `(n, dim)` to logits `(n, 3, 27, 48)`: the figure in the newest and the oldest frame, and the scene."""

    def __init__(self, dim: int = DIM) -> None:
        super().__init__()
        rows, columns = _SEED
        self.body = nn.Sequential(
            *(nn.Linear(dim, 256), nn.ReLU(), nn.Linear(256, 32 * rows * columns), nn.ReLU()),
            nn.Unflatten(1, (32, rows, columns)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU()),
            *(nn.Upsample(size=(HEIGHT // 2, WIDTH // 2)), nn.Conv2d(32, 16, 3, padding=1), nn.ReLU()),
            nn.Conv2d(16, 3, 3, padding=1),
        )

    def forward(self, z: Tensor) -> Tensor:
        logits: Tensor = self.body(z)
        return logits


class Forecaster(nn.Module):
    """The velocities `(n, time, dim)` that follow every point of a path `(n, time, dim)`."""

    def __init__(self, dim: int = DIM, units: int = 32) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.memory = nn.LSTM(dim, units, batch_first=True)
        self.velocity = nn.Linear(units, dim)

    def forward(self, path: Tensor) -> Tensor:
        steps, _ = self.memory(self.dropout(path))
        velocity: Tensor = self.velocity(steps)
        return velocity


class PictureEmbedder(nn.Module):
    """The three parts that are trained together; only the encoder is shipped."""

    def __init__(self, dim: int = DIM) -> None:
        super().__init__()
        self.encoder = Encoder(dim)
        self.decoder = Decoder(dim)
        self.forecaster = Forecaster(dim)

    def embed(self, windows: Tensor) -> Tensor:
        """Sequences of windows `(n, time, 4, 54, 96)` to paths `(n, time, dim)`."""
        return self.encoder(windows.flatten(0, 1)).unflatten(0, windows.shape[:2])  # type: ignore[no-any-return]


def windows_of(frames: Tensor) -> Tensor:
    """All windows `(..., time - 9, 4, 54, 96)` of frames `(..., time, 54, 96)`, oldest frame first."""
    length = frames.shape[-3] - SPAN + 1
    parts = [frames.narrow(-3, SPACING * index, length) for index in range(FRAMES)]
    return torch.stack(parts, dim=-3)


def turned(encoder: Encoder, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Fold into the last layer what centres `points` `(n, dim)`, turns them to their principal axes, widest first,
    and scales them, all axes alike, so that they lie 1 from their centre (root mean square over all axes).

    Each axis is signed so that its largest weight is positive. Returns the share of variance along each axis.
    """
    mean = points.mean(axis=0, dtype=np.float64)
    variance, axes = np.linalg.eigh(np.cov(points.T.astype(np.float64)))
    variance, axes = variance[::-1], axes[:, ::-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(mean))])
    turn = axes.T / np.sqrt(variance.sum())
    layer = encoder.point
    with torch.no_grad():
        weight, bias = layer.weight.double().numpy(), layer.bias.double().numpy()
        layer.weight.copy_(torch.from_numpy(turn @ weight))
        layer.bias.copy_(torch.from_numpy(turn @ (bias - mean)))
    return np.asarray(variance / variance.sum())
