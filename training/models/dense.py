"""Baselines that code a two-bar window with a few numbers: factorisations and fully connected autoencoders.

PCA; non-negative factorisation by multiplicative updates (Lee and Seung 2001); and an autoencoder of the shape of
RhythmVAE (Tokui 2020, one hidden layer of 512 on each side), variational (Kingma and Welling 2014) or not.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.config import DenseConfig, FactorConfig
from training.losses.drums import likelihood, limited
from training.models.factors import Components
from training.models.wta import CHANNELS, VOICES

STEPS = 32
BEATS = 8
_SIZE = CHANNELS * STEPS


class Dense(nn.Module):
    """Window `(batch, 27, 32)` to `size` numbers and back; hits as log-odds."""

    def __init__(self, config: DenseConfig) -> None:
        super().__init__()
        self.config = config
        self.size = config.size or max(config.actives) * BEATS
        self.look = nn.Sequential(nn.Flatten(), nn.Linear(_SIZE, config.hidden), nn.LeakyReLU())
        self.mean, self.log_variance = nn.Linear(config.hidden, self.size), nn.Linear(config.hidden, self.size)
        self.say = nn.Sequential(nn.Linear(self.size, config.hidden), nn.LeakyReLU(), nn.Linear(config.hidden, _SIZE))

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """Nats per beat: reconstruction, and how far the code is from a standard normal where variational."""
        seen = self.look(grids)
        code = self.mean(seen)
        cost = torch.zeros(())
        if self.config.variational:
            spread = self.log_variance(seen)
            cost = 0.5 * (code.square() + spread.exp() - 1 - spread).sum() / (len(grids) * BEATS)
            code = code + (0.5 * spread).exp() * torch.randn(code.shape, generator=chance)
        else:
            cost = cost + 0.0 * self.log_variance(seen).sum()
        total: Tensor = likelihood(self.say(code).view_as(grids), grids) + cost
        return total

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of windows (of the mean code)."""
        return self.lay(self.read(grids))

    def read(self, grids: Tensor) -> Tensor:
        """The (mean) code `(batch, size)` of windows."""
        code: Tensor = self.mean(self.look(grids))
        return code

    def lay(self, code: Tensor) -> Tensor:
        """Windows `(batch, 27, 32)` of codes, hits as probabilities."""
        hits, velocity, offset = self.say(code).view(-1, CHANNELS, STEPS).chunk(3, 1)
        return limited(hits.sigmoid(), velocity, offset)


class Factors(Components):
    """Windows as sums of a few components; `fit` finds them."""

    def __init__(self, config: FactorConfig) -> None:
        size = _SIZE + VOICES * STEPS * (config.method == "nmf")
        super().__init__(config.method, max(config.actives) * BEATS, size)
        self.config = config

    def fit(self, grids: Tensor, seed: int) -> None:
        """Find the components of `grids`."""
        self.find(self._rows(grids), self.config.epochs, seed)

    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of windows."""
        laid = self.laid(self._rows(grids))
        if self.method == "pca":
            return limited(*laid.view_as(grids).chunk(3, 1))
        hits, velocity, late, early = laid.view(len(grids), -1, STEPS).chunk(4, 1)
        return limited(hits, velocity, late - early)

    def _rows(self, grids: Tensor) -> Tensor:
        """Windows as rows; for NMF late and early offsets are channels of their own."""
        if self.config.method == "pca":
            return grids.flatten(1)
        offset = grids[:, 2 * VOICES :]
        return torch.cat([grids[:, : 2 * VOICES], functional.relu(offset), functional.relu(-offset)], 1).flatten(1)
