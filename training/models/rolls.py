"""Baselines on piano rolls `(batch, steps, 88, 2)`: the source's convolution, and factorisations of half seconds."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.music.chord import SPAN
from livemusic.music.roll import FEATURES, KEYS
from training.config import RollConfig, RollFactorConfig
from training.models.factors import Components
from training.models.wta import winners

_SIZE = SPAN * KEYS * FEATURES
#: Rolls that a factorisation looks at.
_MOST = 12_000


class RollDictionary(nn.Module):
    """A linear convolution, k winners over atoms, and a linear transposed convolution, as the source has them."""

    def __init__(self, config: RollConfig) -> None:
        super().__init__()
        self.config = config
        size = KEYS * FEATURES
        self.look = nn.Conv1d(size, config.atoms, config.width, config.stride, bias=False)
        self.say = nn.ConvTranspose1d(config.atoms, size, config.width, config.stride, bias=False)

    def forward(self, grids: Tensor, active: int) -> Tensor:
        """What comes back of rolls at so many coefficients per half second."""
        code = self.look(grids.flatten(2).transpose(1, 2))
        laid: Tensor = self.say(winners(code, active, SPAN // self.config.stride))
        return laid.transpose(1, 2).reshape(grids.shape)

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Plain mean squared error."""
        return functional.mse_loss(self(grids, active), grids)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of rolls at so many coefficients per half second."""
        rebuilt: Tensor = self(grids, active_per_beat)
        return rebuilt


class RollFactors(Components):
    """Half seconds as sums of a few components, all of them always on; `fit` finds them."""

    def __init__(self, config: RollFactorConfig) -> None:
        super().__init__(config.method, max(config.actives), _SIZE)
        self.config = config

    def fit(self, grids: Tensor, seed: int) -> None:
        """Find the components of rolls."""
        rows = grids.reshape(-1, _SIZE)
        self.find(
            rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))[:_MOST]],
            self.config.epochs,
            seed,
        )

    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of rolls of whole half seconds."""
        return self.laid(grids.reshape(-1, _SIZE)).view(grids.shape)
