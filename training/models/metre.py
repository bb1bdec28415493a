"""The network that knows grooves: from hits laid into bars to how likely each tempo and place of the bar is."""

import numpy as np
import torch
from torch import Tensor, nn

from livemusic.dsp.metre import SHAPE
from livemusic.dsp.pulse import PHASES


class GrooveReader(nn.Module):
    """Compares bars with `shapes` figures of grooves at every place of the bar and adds up what that says.

    The same for every tempo and place but for what is usual: a figure that is turned is turned in the answer. So it
    learns what a groove is, and not where it was met. A correlation around the circle is a product of spectra, written
    with matrices, so that any runtime has it.
    """

    there: Tensor
    back: Tensor

    def __init__(self, shapes: int = 16) -> None:
        super().__init__()
        rows = SHAPE[0] - 1
        self.figures = nn.Parameter(0.05 * torch.randn(shapes, rows, PHASES))
        self.usual = nn.Linear(3, shapes)
        self.mixed = nn.Linear(shapes, shapes)
        self.heard = nn.Linear(shapes, 1)
        self.tempo = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
        angles = 2 * np.pi * np.outer(np.arange(PHASES), np.arange(PHASES // 2 + 1)) / PHASES
        self.register_buffer("there", torch.tensor(np.concatenate([np.cos(angles), np.sin(angles)], 1)).float())
        counts = np.full(PHASES // 2 + 1, 2.0)
        counts[[0, -1]] = 1.0
        back = np.concatenate([counts * np.cos(angles), -counts * np.sin(angles)], 1).T / PHASES
        self.register_buffer("back", torch.tensor(back).float())

    def forward(self, bars: Tensor) -> Tensor:
        """Logits `(n, 64)` of bars `(n, 13, 64)`, the last row of which says the tempo in octaves."""
        half = PHASES // 2 + 1
        octaves = bars[:, -1, :1]
        octaves = torch.cat([octaves, octaves**2, torch.ones_like(octaves)], 1)
        bars = bars[:, :-1]
        count, rows, _ = bars.shape
        # What is turned against what: the conjugate spectrum of the bars, times that of the figures.
        spectra = (bars.reshape(-1, PHASES) @ self.there).reshape(count, rows, 2, half)
        spectra = spectra.permute(3, 0, 2, 1).reshape(half, count, 2 * rows)
        figures = (self.figures @ self.there).reshape(-1, rows, 2, half).permute(3, 2, 1, 0)
        real, imaginary = figures[:, 0], -figures[:, 1]
        products = spectra @ torch.cat([torch.cat([real, imaginary], 2), torch.cat([-imaginary, real], 2)], 1)
        alike = products.reshape(half, count, 2, -1).permute(1, 3, 2, 0).reshape(-1, 2 * half) @ self.back
        alike = alike.reshape(count, -1, PHASES).transpose(1, 2)
        hidden = torch.relu(alike + self.usual(octaves).unsqueeze(-2))
        logits: Tensor = self.heard(torch.relu(self.mixed(hidden))).squeeze(-1) + self.tempo(octaves)
        return logits
