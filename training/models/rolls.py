"""Baselines on piano rolls `(batch, steps, 88, 2)`: the source's convolution, and factorisations of half seconds."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from livemusic.music.chord import SPAN
from livemusic.music.roll import FEATURES, KEYS
from training.config import RollConfig, RollFactorConfig
from training.models.wta import winners

_SIZE = SPAN * KEYS * FEATURES
_TINY = 1e-9
_READ_ROUNDS = 100
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


class RollFactors(nn.Module):
    """Half seconds as sums of a few components, all of them always on; `fit` finds them."""

    def __init__(self, config: RollFactorConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("centre", torch.zeros(_SIZE))
        self.register_buffer("parts", torch.zeros(max(config.actives), _SIZE))
        self.centre: Tensor
        self.parts: Tensor

    @torch.no_grad()
    def fit(self, grids: Tensor, seed: int) -> None:
        """Find the components of rolls: PCA, or NMF by multiplicative updates (Lee and Seung 2001)."""
        rows = grids.reshape(-1, _SIZE)
        rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))[:_MOST]]
        if self.config.method == "pca":
            self.centre.copy_(rows.mean(0))
            _, axes = torch.linalg.eigh(torch.cov(rows.T.double()))
            self.parts.copy_(axes.T.flip(0)[: len(self.parts)].float())
            return
        chance = torch.Generator().manual_seed(seed)
        self.parts.copy_(torch.rand(self.parts.shape, generator=chance))
        code = torch.rand(len(rows), len(self.parts), generator=chance)
        for _ in range(self.config.epochs):
            code *= (rows @ self.parts.T) / (code @ (self.parts @ self.parts.T) + _TINY)
            self.parts *= (code.T @ rows) / ((code.T @ code) @ self.parts + _TINY)

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of rolls of whole half seconds."""
        rows = grids.reshape(-1, _SIZE)
        if self.config.method == "pca":
            return ((rows - self.centre) @ self.parts.T @ self.parts + self.centre).view(grids.shape)
        code, norm, along = torch.ones(len(rows), len(self.parts)), self.parts @ self.parts.T, rows @ self.parts.T
        for _ in range(_READ_ROUNDS):
            code *= along / (code @ norm + _TINY)
        return (code @ self.parts).view(grids.shape)
