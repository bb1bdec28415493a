"""The drum dictionary: a temporal convolutional winner-take-all autoencoder over grids.

After Makhzani and Frey, "Winner-Take-All Autoencoders", NIPS 2015 (arXiv 1409.2752), and the k-sparse
one-dimensional form for Groove MIDI of jmhuer/shift_invariant_dictionary_learning. A grid is
`(batch, 27, steps)`, channel = feature * 9 + voice with features hit, velocity, offset; a code is
`(batch, atoms, positions)` with `positions = steps / stride`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.config import ConvConfig
from training.losses.drums import likelihood, limited

FEATURES = 3
VOICES = 9
CHANNELS = FEATURES * VOICES

#: Log-odds of a hit where no atom speaks.
_REST = -4.0


def winners(code: Tensor, active_per_beat: int, positions_per_beat: int) -> Tensor:
    """Winner-take-all: keep the `active_per_beat` largest absolute coefficients of each beat; the rest get
    zero and no gradient. The torch twin of `livemusic.latent.morph.winners`, for a batch."""
    batch, atoms, positions = code.shape
    beats = -(-positions // positions_per_beat)
    padded = functional.pad(code, (0, beats * positions_per_beat - positions))
    rows = padded.view(batch, atoms, beats, positions_per_beat).transpose(1, 2).reshape(batch, beats, -1)
    kept = rows.abs().topk(min(active_per_beat, rows.shape[-1]), dim=-1).indices
    rows = torch.zeros_like(rows).scatter(-1, kept, rows.gather(-1, kept))
    rows = rows.view(batch, beats, atoms, positions_per_beat).transpose(1, 2).reshape(batch, atoms, -1)
    return rows[..., :positions]


def temporal_winners(code: Tensor, share: float) -> Tensor:
    """Winner-take-all of Makhzani and Frey: of each map the strongest moment, and of the strongest moments of each map
    the `share` of the batch that is strongest; the rest get zero and no gradient."""
    strongest, when = code.max(dim=2, keepdim=True)
    kept = max(1, round(share * len(code)))
    least = strongest.topk(kept, dim=0).values[-1:]
    return torch.zeros_like(code).scatter(2, when, strongest * (strongest >= least))


class Encoder(nn.Module):
    """Grid to dense code: linear and signed without hidden channels; with them one hidden layer, code >= 0.

    Each atom's drive is normalised over the batch (Ioffe and Szegedy 2015) before winner-take-all, so every
    atom wins now and then; without it a handful win always and the rest never learn.
    """

    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        self.margins = config.margins
        self.look: nn.Module
        if config.hidden:
            self.look = nn.Sequential(
                nn.Conv1d(CHANNELS, config.hidden, config.width, config.stride, bias=False),
                nn.BatchNorm1d(config.hidden),
                nn.ReLU(),
                nn.Conv1d(config.hidden, config.atoms, 1, bias=False),
                nn.BatchNorm1d(config.atoms),
                nn.ReLU(),
            )
        else:
            self.look = nn.Conv1d(CHANNELS, config.atoms, config.width, config.stride, bias=False)

    def forward(self, grid: Tensor) -> Tensor:
        code: Tensor = self.look(functional.pad(grid, self.margins))
        return code


class Decoder(nn.Module):
    """Sparse code to grid: a sum of atoms `(27, width)`, one laid down at every position.

    With probabilities the hit channels are log-odds until `forward` squashes them, and they start from `_REST`, so
    that no atoms means no hits.
    """

    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        self.margins = config.margins
        self.probabilities = config.probabilities
        self.atoms = nn.ConvTranspose1d(config.atoms, CHANNELS, config.width, config.stride, bias=False)

    def lay(self, code: Tensor) -> Tensor:
        """`(batch, 27, steps)`: hits (log-odds, or values where there are no probabilities), velocity and offset,
        before limits."""
        left, right = self.margins
        laid = self.atoms(code)
        laid = laid[..., left : laid.shape[-1] - right]
        rest = laid.new_zeros(CHANNELS, 1)
        rest[:VOICES] = _REST * self.probabilities
        sum_: Tensor = laid + rest
        return sum_

    def forward(self, code: Tensor) -> Tensor:
        hits, velocity, offset = self.lay(code).chunk(FEATURES, dim=1)
        return limited(hits.sigmoid() if self.probabilities else hits, velocity, offset)


class Dictionary(nn.Module):
    """Encoder, winner-take-all and decoder, as they are trained together."""

    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)

    def sparse(self, grid: Tensor, active_per_beat: int) -> Tensor:
        """The grid's code after winner-take-all."""
        return winners(self.encoder(grid), active_per_beat, self.config.positions_per_beat)

    def loss(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        """The training loss when the share `done` of all updates is behind."""
        code = self.encoder(grids)
        if self.config.lifetime:
            code = temporal_winners(code, self.config.lifetime)
        else:
            code = winners(code, active_at(self.config, active, done), self.config.positions_per_beat)
        laid = self.decoder.lay(code)
        return likelihood(laid, grids) if self.config.probabilities else functional.mse_loss(laid, grids)

    def forward(self, grid: Tensor, active_per_beat: int) -> Tensor:
        rebuilt: Tensor = self.decoder(self.sparse(grid, active_per_beat))
        return rebuilt

    @torch.no_grad()
    def rebuild(self, grids: Tensor, active_per_beat: int) -> Tensor:
        """What comes back of grids at so many coefficients per beat."""
        rebuilt: Tensor = self(grids, active_per_beat)
        return rebuilt


def active_at(config: ConvConfig, active: int, done: float) -> int:
    """How many coefficients per beat survive then: `crowd` times `active` at first, fewer and fewer, `active` from
    `settled` on. A crowd lets every atom find something to do before only the best may speak."""
    crowd: float = config.crowd ** max(0.0, 1.0 - done / config.settled)
    return round(active * crowd)
