"""The trajectory embedder: rows of a spectrogram to points, row by row, and what it is trained against.

A causal stack of dilated convolutions (van den Oord et al. 2016, without their gates): each row is computed once.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

WINDOW = 22
"""Rows in a window: what the decoder draws again, and what distances are kept of."""
STEPS = 30
"""So many rows ahead the path is foreseen."""
_GREY = 0.35


class Encoder(nn.Module):
    """Rows `(n, time, bins)` in 0..1 to points `(n, time - skip, dim)`; a point depends on `skip + 1` rows."""

    def __init__(self, bins: int, dim: int = 32, width: int = 112, dilations: tuple[int, ...] = (1, 2, 4, 8)) -> None:
        super().__init__()
        self.bins, self.dim, self.width, self.dilations = bins, dim, width, dilations
        self.inlet = nn.Conv1d(bins, width, 1)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, dilation=step) for step in dilations)
        self.mixes = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in dilations)
        self.point = nn.Conv1d(width, dim, 1)

    @property
    def skip(self) -> int:
        """Rows before a point's own that it depends on."""
        return 2 * sum(self.dilations)

    @property
    def state(self) -> int:
        """Numbers that must be remembered from row to row."""
        return self.skip * self.width

    def forward(self, rows: Tensor) -> Tensor:
        hidden = self.inlet(rows.transpose(1, 2) - _GREY)
        for step, layer, mix in zip(self.dilations, self.layers, self.mixes, strict=True):
            hidden = hidden[:, :, 2 * step :] + mix(gelu(layer(hidden)))
        z: Tensor = self.point(hidden).transpose(1, 2)
        return z


class Stepper(nn.Module):
    """The encoder from row to row: state and row `(n, state + bins)` to point and state `(n, dim + state)`.

    The state holds each layer's last inputs, oldest first, layer after layer.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, given: Tensor) -> Tensor:
        net, kept, begin = self.encoder, [], 0
        hidden = net.inlet(given[:, net.state :, None] - _GREY)
        for step, layer, mix in zip(net.dilations, net.layers, net.mixes, strict=True):
            end = begin + 2 * step * net.width
            past = given[:, begin:end].reshape(-1, net.width, 2 * step)
            seen = torch.cat([past, hidden], 2)
            kept.append(seen[:, :, 1:].flatten(1))
            hidden = hidden + mix(gelu(layer(seen)))
            begin = end
        return torch.cat([net.point(hidden)[:, :, 0], *kept], 1)


class Decoder(nn.Module):
    """Points `(..., dim)` to the logits of windows `(..., bins * WINDOW)`, band by band."""

    def __init__(self, bins: int, dim: int, hidden: int = 256) -> None:
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Linear(dim, hidden), nn.GELU()),
            *(nn.Linear(hidden, hidden), nn.GELU()),
            nn.Linear(hidden, WINDOW * bins),
        )

    def forward(self, z: Tensor) -> Tensor:
        drawn: Tensor = self.net(z)
        return drawn


class Forecaster(nn.Module):
    """Paths `(n, time, dim)` to how far it goes in the next `STEPS` rows from each point: `(n, time, STEPS, dim)`."""

    def __init__(self, dim: int, hidden: int = 96) -> None:
        super().__init__()
        self.memory = nn.GRU(dim, hidden, batch_first=True)
        self.way = nn.Linear(hidden, dim * STEPS)
        self.dim = dim

    def forward(self, path: Tensor) -> Tensor:
        seen, _ = self.memory(path)
        way: Tensor = self.way(seen).unflatten(-1, (STEPS, self.dim))
        return way


class Embedder(nn.Module):
    """The parts that are trained together; only the encoder is played."""

    def __init__(self, bins: int, dim: int = 32) -> None:
        super().__init__()
        self.encoder = Encoder(bins, dim)
        self.decoder = Decoder(bins, dim)
        self.forecaster = Forecaster(dim)


def windows(rows: Tensor) -> Tensor:
    """All windows of rows `(..., time, bins)`: `(..., time - WINDOW + 1, bins * WINDOW)`."""
    return rows.unfold(-2, WINDOW, 1).flatten(-2)
