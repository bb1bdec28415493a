"""The drummer's network: residual dilated convolutions over time, any number of steps.

After Bai, Kolter and Koltun 2018 (arXiv 1803.01271), but looking both ways; each block also hears the mean of the whole
pattern (Hu, Shen and Sun 2018, arXiv 1709.01507, added instead of multiplied), because which cymbal keeps time is a
matter of the whole pattern.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.music.kit import VOICE_COUNT
from livemusic.sketch.drummer import ANSWERS

_LEAST_SPREAD = 0.005
_WIDTH = 96
_DILATIONS = (1, 2, 4, 8, 16, 4, 1, 2)
_DROPOUT = 0.15


class Block(nn.Module):
    """Normalise, look around, hear the whole, mix; added to what came in."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.b1 = nn.BatchNorm1d(width)
        self.c1 = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.b2 = nn.BatchNorm1d(width)
        self.whole = nn.Conv1d(width, width, 1)
        self.c2 = nn.Conv1d(width, width, 1)
        self.drop = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        seen = functional.relu(self.b2(self.c1(functional.relu(self.b1(x)))))
        heard = functional.relu(seen + self.whole(seen.mean(2, keepdim=True)))
        mixed: Tensor = self.c2(self.drop(heard))
        return x + mixed


class Drummer(nn.Module):
    """Questions `(batch, channels, steps)` to answers `(batch, 45, steps)`: hits as probabilities, velocity, offset,
    and how far from both a drummer may be (scales of Laplace distributions)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inp = nn.Conv1d(channels, _WIDTH, 1)
        self.blocks = nn.Sequential(*[Block(_WIDTH, dilation) for dilation in _DILATIONS])
        self.bn = nn.BatchNorm1d(_WIDTH)
        self.out = nn.Conv1d(_WIDTH, ANSWERS * VOICE_COUNT, 1)

    def parts(self, questions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Hits as log-odds `(batch, 9, steps)`; velocity 0..1 and offset -0.5..0.5, and the spread of both, each
        `(batch, 2, 9, steps)`."""
        out = self.out(functional.relu(self.bn(self.blocks(self.inp(questions)))))
        hits, velocity, offset, *spreads = out.chunk(ANSWERS, dim=1)
        touch = torch.stack([velocity.sigmoid(), 0.5 * offset.tanh()], dim=1)
        return hits, touch, _LEAST_SPREAD + functional.softplus(torch.stack(spreads, dim=1))

    def forward(self, questions: Tensor) -> Tensor:
        hits, touch, spread = self.parts(questions)
        return torch.cat([hits.sigmoid(), touch.flatten(1, 2), spread.flatten(1, 2)], dim=1)
