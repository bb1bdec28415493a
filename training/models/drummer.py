"""The drummer's network: residual dilated convolutions over time, any number of steps.

After Bai, Kolter and Koltun 2018 (arXiv 1803.01271), but looking both ways.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

_WIDTH = 80
_DILATIONS = (1, 2, 4, 8, 16, 4)
_DROPOUT = 0.1


class Block(nn.Module):
    """Normalise, look around, normalise, mix; added to what came in."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.b1 = nn.BatchNorm1d(width)
        self.c1 = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.b2 = nn.BatchNorm1d(width)
        self.c2 = nn.Conv1d(width, width, 1)
        self.drop = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.c1(functional.relu(self.b1(x)))
        mixed: Tensor = self.c2(self.drop(functional.relu(self.b2(seen))))
        return x + mixed


class Drummer(nn.Module):
    """Questions `(batch, channels, steps)` to grids `(batch, 27, steps)`: hits as probabilities, velocity, offset."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inp = nn.Conv1d(channels, _WIDTH, 1)
        self.blocks = nn.Sequential(*[Block(_WIDTH, dilation) for dilation in _DILATIONS])
        self.bn = nn.BatchNorm1d(_WIDTH)
        self.out = nn.Conv1d(_WIDTH, 27, 1)

    def parts(self, questions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Hits as log-odds, velocity 0..1, offset -0.5..0.5, each `(batch, 9, steps)`."""
        hits, velocity, offset = self.out(functional.relu(self.bn(self.blocks(self.inp(questions))))).chunk(3, dim=1)
        return hits, velocity.sigmoid(), 0.5 * offset.tanh()

    def forward(self, questions: Tensor) -> Tensor:
        hits, velocity, offset = self.parts(questions)
        return torch.cat([hits.sigmoid(), velocity, offset], dim=1)
