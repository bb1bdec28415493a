"""The source's own video embedder, one model a film: single frames to three numbers, and back.

Architecture: M-Lin-DM, Deep-Video-Embedding, at 54 by 96 pixels instead of 150 by 268: the same layers, the decoder's
first grid 7 by 12 instead of 19 by 34.
"""

import torch
from torch import Tensor, nn

from training.models.picture import Forecaster

LENGTH = 75
"""Successive frames from which the next step is foreseen."""
_SEED = (16, 7, 12)


class SeedEncoder(nn.Module):
    """Frames `(n, 54, 96)` in 0..1 to points `(n, 3)`."""

    def __init__(self, dim: int = 3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((1, 32), (32, 64), (64, 128), (128, 128)):
            layers += [nn.Conv2d(before, after, 3), nn.ReLU(), nn.MaxPool2d(2)]
        self.body = nn.Sequential(*layers, nn.Flatten())
        self.point = nn.Linear(128 * 1 * 4, dim)
        self.apply(_begin)

    def forward(self, frames: Tensor) -> Tensor:
        z: Tensor = self.point(self.body(frames[:, None]))
        return z


class SeedDecoder(nn.Module):
    """Points `(n, 3)` to the logits of frames `(n, 54, 96)`."""

    def __init__(self, dim: int = 3) -> None:
        super().__init__()
        channels, rows, columns = _SEED
        self.body = nn.Sequential(
            *(nn.Linear(dim, channels * rows * columns, bias=False), nn.ReLU(), nn.Unflatten(1, _SEED)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(16, 64, 3, padding=1), nn.ReLU(), _norm(64)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), _norm(64)),
            *(nn.Upsample(scale_factor=2), nn.ZeroPad2d((0, 0, -1, -1))),
            *(nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), _norm(128)),
            *(nn.Conv2d(128, 256, 1), nn.ReLU(), _norm(256)),
            nn.Conv2d(256, 1, 1),
        )
        self.apply(_begin)

    def forward(self, z: Tensor) -> Tensor:
        logits: Tensor = self.body(z)[:, 0]
        return logits


class SeedPicture(nn.Module):
    """The three parts of the source, trained together on one film."""

    def __init__(self, dim: int = 3) -> None:
        super().__init__()
        self.encoder = SeedEncoder(dim)
        self.decoder = SeedDecoder(dim)
        self.forecaster = Forecaster(dim)

    def foresee(self, stretch: Tensor) -> Tensor:
        """The velocity `(n, dim)` after stretches of path `(n, 75, dim)`."""
        return self.forecaster(stretch)[:, -1]  # type: ignore[no-any-return]


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def _begin(layer: nn.Module) -> None:
    """The source's start: normal weights with standard deviation .05, zero biases."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.05)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def sequences(path: Tensor, length: int = LENGTH) -> tuple[Tensor, Tensor]:
    """All stretches `(m, length, dim)` of a path `(n, dim)` that a step follows, and those steps `(m, dim)`."""
    stretches = path[:-1].unfold(0, length, 1).transpose(1, 2)
    return stretches, torch.diff(path, dim=0)[length - 1 :]
