"""The network that hears drums: rows of a spectrogram to lanes, row by row.

What grew since two rows ago beyond its neighbours (as SuperFlux, Böck and Widmer 2013), a causal stack of dilated
convolutions for the shape of a hit, and a recurrent layer that knows the kit and the music from before.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, max_pool1d, pad, relu

from livemusic.dsp.lanes import LANES
from livemusic.dsp.spec import FeatureSpec

Array = npt.NDArray[np.float32]

SPEC = FeatureSpec(
    fft=1536, hop=441, alpha=1.0, bins=72, frames=1, range_db=75.0, floor_db=-80.0, attack_s=0.1, release_s=8.0,
    low_hz=30.0, high_hz=16000.0,
)  # fmt: skip
"""What it hears: how sound becomes its rows."""

_GREY = 0.35
#: Rows before its own that the inlet sees: a kernel of three rows, of rows two later than those they have grown from.
_KERNEL, _LAG = 3, 2
_BEFORE = _KERNEL - 1 + _LAG


class Hearer(nn.Module):
    """Rows `(n, time, bins)` in 0..1 to logits and velocities, each `(n, time, 14)`, of what was struck `delay` rows
    ago. Before the first row all was dark."""

    def __init__(
        self, bins: int, width: int = 96, memory: int = 64, dilations: tuple[int, ...] = (1, 2, 4, 8), delay: int = 2
    ) -> None:
        super().__init__()
        self.bins, self.width, self.size, self.dilations, self.delay = bins, width, memory, dilations, delay
        self.inlet = nn.Conv1d(2 * bins, width, _KERNEL)
        self.level = nn.BatchNorm1d(width)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, dilation=step) for step in dilations)
        self.levels = nn.ModuleList(nn.BatchNorm1d(width) for _ in dilations)
        self.mixes = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in dilations)
        self.memory = nn.GRU(width, memory, batch_first=True)
        self.joint = nn.Linear(width + memory, width)
        self.lanes = nn.Linear(width, len(LANES))
        self.touch = nn.Linear(width, len(LANES))
        nn.init.constant_(self.lanes.bias, -4.0)

    @property
    def state(self) -> int:
        """Numbers that must be remembered from row to row."""
        return _BEFORE * self.bins + 2 * sum(self.dilations) * self.width + self.size

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        hidden = gelu(self.level(self.inlet(grown(pad(rows, (0, 0, _BEFORE, 0))))))
        for step, layer, level, mix in self.stack():
            hidden = hidden + mix(gelu(level(layer(pad(hidden, (2 * step, 0))))))
        shape = hidden.transpose(1, 2)
        known, _ = self.memory(shape)
        return self.heads(torch.cat([shape, known], 2))

    def stack(self) -> Iterator[tuple[int, nn.Module, nn.Module, nn.Module]]:
        """Of each layer the dilation, the convolution, the level that it is brought to, and the way back."""
        return zip(self.dilations, self.layers, self.levels, self.mixes, strict=True)

    def heads(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and velocities from what is seen and remembered `(..., width + memory)`."""
        joint = gelu(self.joint(seen))
        return self.lanes(joint), torch.sigmoid(self.touch(joint))


class Stepper(nn.Module):
    """The hearer from row to row: state and row `(n, state + bins)` to `(n, 14 + 14 + state)`, probabilities,
    velocities and the new state.

    The state holds the last rows, then each layer's last inputs, oldest first, and what the recurrent layer knows;
    zeros at the beginning.
    """

    def __init__(self, hearer: Hearer) -> None:
        super().__init__()
        self.hearer = hearer

    def forward(self, given: Tensor) -> Tensor:
        net, end = self.hearer, _BEFORE * self.hearer.bins
        rows = torch.cat([given[:, :end], given[:, net.state :]], 1).reshape(-1, _BEFORE + 1, net.bins)
        kept = [rows[:, 1:].flatten(1)]
        hidden = gelu(net.level(net.inlet(grown(rows))))
        for step, layer, level, mix in net.stack():
            begin, end = end, end + 2 * step * net.width
            seen = torch.cat([given[:, begin:end].reshape(-1, net.width, 2 * step), hidden], 2)
            kept.append(seen[:, :, 1:].flatten(1))
            hidden = hidden + mix(gelu(level(layer(seen))))
        shape = hidden[:, :, 0]
        known = self._remember(shape, given[:, end : net.state])
        logits, velocities = net.heads(torch.cat([shape, known], 1))
        return torch.cat([torch.sigmoid(logits), velocities, *kept, known], 1)

    def _remember(self, shape: Tensor, known: Tensor) -> Tensor:
        """One step of the recurrent layer (Cho et al. 2014, in the form of `torch.nn.GRU`)."""
        memory = self.hearer.memory
        fresh = linear(shape, memory.weight_ih_l0, memory.bias_ih_l0)  # type: ignore[arg-type]
        old = linear(known, memory.weight_hh_l0, memory.bias_hh_l0)  # type: ignore[arg-type]
        (r, z, n), (hr, hz, hn) = fresh.chunk(3, 1), old.chunk(3, 1)
        z = torch.sigmoid(z + hz)
        return (1 - z) * torch.tanh(n + torch.sigmoid(r + hr) * hn) + z * known


@torch.no_grad()
def listen(model: Hearer, rows: Sequence[npt.NDArray[np.floating]]) -> list[Array]:
    """What a model says row by row of each recording: probabilities and velocities `(rows, 28)`."""
    told = []
    for recording in rows:
        logits, touch = model(torch.from_numpy(np.asarray(recording, np.float32))[None])
        told.append(torch.cat([torch.sigmoid(logits), touch], 2)[0].numpy())
    return told


def grown(rows: Tensor) -> Tensor:
    """Rows `(n, time, bins)` to `(n, 2 * bins, time - 2)`: each band, and how much it has grown beyond the loudest of
    itself and its neighbours two rows ago."""
    bands = rows.transpose(1, 2)
    before = rows[:, :-_LAG]
    loudest = max_pool1d(before, 3, 1, 1).transpose(1, 2)
    now = bands[:, :, _LAG:]
    return torch.cat([now - _GREY, relu(now - loudest)], 1)
