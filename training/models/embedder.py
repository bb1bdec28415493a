"""The half-second trajectory embedder: windows of spectrogram to points, and back, and one step ahead.

Architecture: M-Lin-DM, Deep-Audio-Embedding, half-second variant (convolutions over time, frequency as channels).
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

FRAMES = 22
CONTEXT = 45
"""Successive embeddings from which the next velocity is foreseen."""


class Encoder(nn.Module):
    """Windows `(n, 22, bins)` in 0..1 to points `(n, dim)`."""

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv1d(bins, 32, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            *(nn.Conv1d(32, 64, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            *(nn.Conv1d(64, 128, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            nn.Flatten(),
        )
        self.point = nn.Linear(128 * (FRAMES // 8), dim)
        self.apply(_begin)

    def forward(self, window: Tensor) -> Tensor:
        z: Tensor = self.point(self.body(window.transpose(1, 2)))
        return z


class Decoder(nn.Module):
    """Points `(n, dim)` to the logits of windows `(n, 22, bins)`."""

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.seed = nn.Sequential(nn.Linear(dim, 192, bias=False), nn.ReLU(), nn.Unflatten(1, (64, 3)))
        self.body = nn.Sequential(
            *(nn.Upsample(scale_factor=2), nn.Conv1d(64, 128, 3, padding="same"), nn.ReLU(), _norm(128)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(128, 128, 3, padding="same"), nn.ReLU(), _norm(128)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(128, bins, 1)),
        )
        self.apply(_begin)

    def forward(self, z: Tensor) -> Tensor:
        logits: Tensor = self.body(self.seed(z))[:, :, 1:-1]
        return logits.transpose(1, 2)


class Forecaster(nn.Module):
    """The velocity `(n, dim)` that follows a stretch of path `(n, 45, dim)`."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.memory = nn.LSTM(dim, 16, batch_first=True)
        self.velocity = nn.Linear(16, dim)
        _begin(self.velocity)

    def forward(self, path: Tensor) -> Tensor:
        steps, _ = self.memory(self.dropout(path))
        velocity: Tensor = self.velocity(steps[:, -1])
        return velocity


class Embedder(nn.Module):
    """The three parts that are trained together; only the encoder is played."""

    def __init__(self, bins: int, dim: int = 3) -> None:
        super().__init__()
        self.encoder = Encoder(bins, dim)
        self.decoder = Decoder(bins, dim)
        self.forecaster = Forecaster(dim)

    def embed(self, sequences: Tensor) -> Tensor:
        """Sequences of windows `(n, time, 22, bins)` to paths `(n, time, dim)`."""
        return self.encoder(sequences.flatten(0, 1)).unflatten(0, sequences.shape[:2])  # type: ignore[no-any-return]


def whiten(encoder: Encoder, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Fold into the encoder's last layer what gives `points` `(n, dim)` zero mean, unit variance, no correlation.

    The new axes are the principal ones, widest first, each signed so that its largest weight is positive. Returns the
    variances along them before. A direction narrower than 1e-3 of the widest is not blown up further than that.
    """
    mean = points.mean(axis=0, dtype=np.float64)
    variance, axes = np.linalg.eigh(np.cov(points.T.astype(np.float64)))
    variance, axes = variance[::-1], axes[:, ::-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(mean))])
    turn = (axes / np.sqrt(np.maximum(variance, variance[0] * 1e-6))).T
    layer = encoder.point
    with torch.no_grad():
        weight, bias = layer.weight.double().numpy(), layer.bias.double().numpy()
        layer.weight.copy_(torch.from_numpy(turn @ weight))
        layer.bias.copy_(torch.from_numpy(turn @ (bias - mean)))
    return np.asarray(variance)


def _norm(channels: int) -> nn.BatchNorm1d:
    return nn.BatchNorm1d(channels, eps=1e-3, momentum=0.01)


def _begin(layer: nn.Module) -> None:
    """The source's start: normal weights with standard deviation .05, zero biases."""
    if isinstance(layer, nn.Conv1d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.05)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
