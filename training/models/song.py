"""One model for one song: windows of its spectrogram to points, back to pictures, and one step ahead.

Architecture: M-Lin-DM, Deep-Audio-Embedding: convolutions over time with frequency as channels, a half-second variant
(22 rows) and a two-second variant (88 rows). Unlike there, a stretch of song is encoded at once: what neighbouring
windows share is computed once, with the same result.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, max_pool1d

HALF_SECOND = 22
TWO_SECONDS = 88
"""Rows of spectrogram in a window."""


class HalfSecondEncoder(nn.Module):
    """Stretches of rows `(n, time, bins)` to the points of all their windows `(n, time - 21, dim)`."""

    frames = HALF_SECOND

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(bins, 32, 3, padding="same")
        self.body = nn.Sequential(
            *(nn.Conv1d(32, 64, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            *(nn.Conv1d(64, 128, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            nn.Flatten(),
        )
        self.point = nn.Linear(128 * (HALF_SECOND // 8), dim)
        self.apply(begin)

    def forward(self, rows: Tensor) -> Tensor:
        """The first layer sees each row once; a window's outer rows then lose what lies outside it ("same")."""
        before, here, after = torch.einsum("ntb,kbc->kntc", rows, self.first.weight.permute(2, 1, 0))
        here = here + self.first.bias
        inner = before[:, :-2] + here[:, 1:-1] + after[:, 2:]  # at row r it says r - 1
        opening = here[:, :-1] + after[:, 1:]
        closing = here[:, 1:] + before[:, :-1]
        pairs = torch.maximum(inner[:, :-1], inner[:, 1:])
        last = self.frames - 3
        windows = rows.shape[1] - self.frames + 1
        pooled = [
            torch.maximum(opening[:, :windows], inner[:, :windows]),
            *(pairs[:, row : row + windows] for row in range(1, last, 2)),
            torch.maximum(inner[:, last:], closing[:, last + 1 :]),
        ]
        z: Tensor = self.point(self.body(torch.stack(pooled, dim=-1).relu().flatten(0, 1)))
        return z.reshape(len(rows), windows, -1)


class TwoSecondEncoder(nn.Module):
    """Stretches of rows `(n, time, bins)` to the points of all their windows `(n, time - 87, dim)`.

    No layer pads, so every window is the same sum over a stretch: strides become dilations ("à trous").
    """

    frames = TWO_SECONDS

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(bins, 32, 3)
        self.second = nn.Conv1d(32, 64, 3)
        self.third = nn.Conv1d(64, 128, 3)
        self.fourth = nn.Conv1d(128, 128, 1)
        self.point = nn.Linear(128 * 9, dim)
        self.apply(begin)

    def forward(self, rows: Tensor) -> Tensor:
        x, stride = rows.transpose(1, 2), 1
        for layer in (self.first, self.second, self.third):
            x = conv1d(x, layer.weight, layer.bias, dilation=stride).relu()
            x = max_pool1d(x, 2, stride=1, dilation=stride)
            stride *= 2
        x = self.fourth(x).relu()
        # The last pooling of 41 rows drops one, so a window's last two rows are never seen
        weight = self.point.weight.reshape(-1, 9, 128).transpose(1, 2)
        points: Tensor = conv1d(x, weight, self.point.bias, dilation=stride).transpose(1, 2)
        return points[:, : rows.shape[1] - self.frames + 1]


class HalfSecondDecoder(nn.Module):
    """Points `(n, dim)` to the logits of windows `(n, 22, bins)`."""

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Linear(dim, 192, bias=False), nn.ReLU(), nn.Unflatten(1, (64, 3))),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(64, 128, 3, padding="same"), nn.ReLU(), _norm(128)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(128, 128, 3, padding="same"), nn.ReLU(), _norm(128)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(128, bins, 1)),
        )
        self.apply(begin)

    def forward(self, z: Tensor) -> Tensor:
        logits: Tensor = self.body(z)[:, :, 1:-1]
        return logits.transpose(1, 2)


class TwoSecondDecoder(nn.Module):
    """Points `(n, dim)` to the logits of windows `(n, 88, bins)`."""

    def __init__(self, bins: int, dim: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Linear(dim, 352, bias=False), nn.ReLU(), nn.Unflatten(1, (32, 11))),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(32, 64, 3, padding="same"), nn.ReLU(), _norm(64)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(64, 128, 3, padding="same"), nn.ReLU(), _norm(128)),
            *(nn.Upsample(scale_factor=2), nn.Conv1d(128, bins, 1)),
        )
        self.apply(begin)

    def forward(self, z: Tensor) -> Tensor:
        logits: Tensor = self.body(z)
        return logits.transpose(1, 2)


class VelocityForecaster(nn.Module):
    """The velocity `(n, dim)` that follows stretches of path `(n, time, dim)`: an LSTM of 16 units.

    Begins as in Keras (Glorot, orthogonal, forget bias 1) and drops inputs as there: one mask for a whole stretch.
    `bounded` puts a tanh on the velocity (the source's two-second variant).
    """

    def __init__(self, dim: int, *, bounded: bool, units: int = 16, dropout: float = 0.1) -> None:
        super().__init__()
        self.memory = nn.LSTM(dim, units, batch_first=True)
        self.velocity = nn.Linear(units, dim)
        self.bounded, self.dropout = bounded, dropout
        nn.init.xavier_uniform_(self.memory.get_parameter("weight_ih_l0"))
        for gate in self.memory.get_parameter("weight_hh_l0").detach().chunk(4):
            nn.init.orthogonal_(gate)
        for bias in ("bias_ih_l0", "bias_hh_l0"):
            nn.init.zeros_(self.memory.get_parameter(bias))
        nn.init.ones_(self.memory.get_parameter("bias_ih_l0").detach()[units : 2 * units])
        nn.init.xavier_uniform_(self.velocity.weight)
        nn.init.zeros_(self.velocity.bias)

    def forward(self, path: Tensor) -> Tensor:
        if self.training and self.dropout > 0:
            path = path * nn.functional.dropout(torch.ones_like(path[:, :1]), self.dropout)
        steps, _ = self.memory(path)
        return self._out(steps[:, -1])

    def roll(self, path: Tensor, steps: int) -> Tensor:
        """The next `steps` points `(n, steps, dim)`, each from those before."""
        out, state = self.memory(path)
        here, taken = path[:, -1:], []
        for _ in range(steps):
            here = here + self._out(out[:, -1:])
            taken.append(here)
            out, state = self.memory(here, state)
        return torch.cat(taken, dim=1)

    def _out(self, memory: Tensor) -> Tensor:
        velocity: Tensor = self.velocity(memory)
        return velocity.tanh() if self.bounded else velocity


class SongModel(nn.Module):
    """Encoder, decoder and forecaster that are trained together on one song; `frames` 22 or 88 chooses the variant."""

    def __init__(self, frames: int, bins: int, dim: int) -> None:
        super().__init__()
        if frames not in (HALF_SECOND, TWO_SECONDS):
            raise ValueError(f"windows have {HALF_SECOND} or {TWO_SECONDS} rows, not {frames}")
        half = frames == HALF_SECOND
        self.encoder = HalfSecondEncoder(bins, dim) if half else TwoSecondEncoder(bins, dim)
        self.decoder = HalfSecondDecoder(bins, dim) if half else TwoSecondDecoder(bins, dim)
        self.forecaster = VelocityForecaster(dim, bounded=not half)
        self.frames = frames


def begin(layer: nn.Module) -> None:
    """The source's start: normal weights with standard deviation .05, zero biases."""
    if isinstance(layer, nn.Conv1d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.05)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def _norm(channels: int) -> nn.BatchNorm1d:
    """As Keras has it."""
    return nn.BatchNorm1d(channels, eps=1e-3, momentum=0.01)
