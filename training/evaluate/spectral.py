"""What the multi-scale spectral losses do to a sine of unknown frequency: steps ranked, landscapes, descent.

Gradient-sign ranking accuracy (Turian and Henry 2020; Schwär and Müller 2023): how often a loss falls when the estimate
takes a step towards the target. How the published pairs were drawn is not known; `draw` is the design that came nearest
to the published table, and the report says where it does not.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.losses.spectral import SpectralConfig, spectra, spectra_distance, spectral_loss

Floats = npt.NDArray[np.float64]
Hertz = float
Cents = float

SAMPLE_RATE = 16000
SAMPLES = 4096
STEPS: tuple[Cents, ...] = (0.3, 3.0, 30.0, 300.0)
#: The letter's table, by loss and step; read off the slides of "Loss Functions Matter" (Müller 2025).
PUBLISHED: dict[str, tuple[float, ...]] = {
    "Standard": (0.523, 0.529, 0.573, 0.775),
    "Modified Hann": (0.613, 0.635, 0.708, 0.923),
    "Smooth": (0.999, 0.993, 0.952, 0.860),
}
_LOW, _HIGH = 500.0, 2000.0
_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Pairs:
    """Frequencies wanted and first guesses, Hz, `(n,)` each."""

    target: Floats
    estimate: Floats

    def stepped(self, steps: Floats) -> Floats:
        """The guesses after steps of so many cents towards their targets, `(n, steps)`."""
        way = np.sign(self.target - self.estimate)[:, None]
        return np.asarray(self.estimate[:, None] * 2 ** (way * steps / 1200))


def draw(count: int, seed: int) -> Pairs:
    """Targets log-uniform between 500 and 2000 Hz, guesses uniformly within an octave to either side."""
    random = np.random.default_rng(seed)
    target = _LOW * (_HIGH / _LOW) ** random.uniform(0, 1, count)
    return Pairs(target, target * 2 ** random.uniform(-1, 1, count))


def sines(hertz: Tensor) -> Tensor:
    """Sines of amplitude 1 and phase 0, `(..., SAMPLES)`, in the dtype of `hertz` `(...)`."""
    time = torch.arange(SAMPLES, dtype=hertz.dtype) / SAMPLE_RATE
    return torch.sin(2 * torch.pi * hertz[..., None] * time)


def accuracy(falls: Floats, pairs: Pairs, steps: Floats, label: Literal["sign", "rank"] = "sign") -> Floats:
    """The share of pairs whose loss changes as it should, `(steps,)`; `falls` `(n, steps)`: loss after less before.

    `sign`: it must fall, for the step goes towards the target. `rank`: it must fall just where the error shrinks, so
    that a step beyond the target is no fault.
    """
    if label == "sign":
        return np.asarray((falls < 0).mean(axis=0))
    before = np.abs(np.log2(pairs.estimate / pairs.target))[:, None]
    after = np.abs(np.log2(pairs.stepped(steps) / pairs.target[:, None]))
    return np.asarray((np.sign(falls) == np.sign(after - before)).mean(axis=0))


def loss_changes(config: SpectralConfig, pairs: Pairs, steps: Floats) -> Floats:
    """How much the loss rises with each step, `(n, steps)`, in double precision."""
    rows: list[Floats] = []
    with torch.no_grad():
        for begin in range(0, len(pairs.target), _AT_A_TIME):
            some = Pairs(pairs.target[begin : begin + _AT_A_TIME], pairs.estimate[begin : begin + _AT_A_TIME])
            wanted = spectra(sines(torch.tensor(some.target)), config)
            before = spectra_distance(spectra(sines(torch.tensor(some.estimate)), config), wanted, config)
            for_each = [
                spectra_distance(spectra(sines(torch.tensor(guess)), config), wanted, config) - before
                for guess in some.stepped(steps).T
            ]
            rows.append(torch.stack(for_each, dim=1).numpy())
    return np.concatenate(rows)


def ranked(config: SpectralConfig, pairs: Pairs, label: Literal["sign", "rank"] = "sign") -> Floats:
    """Gradient-sign ranking accuracy at each of `STEPS`."""
    steps = np.asarray(STEPS)
    return accuracy(loss_changes(config, pairs, steps), pairs, steps, label)


def landscape(config: SpectralConfig, target: Hertz, estimates: Floats) -> Floats:
    """The loss of each of `estimates`, Hz, against a sine of `target` Hz."""
    with torch.no_grad():
        wanted = spectra(sines(torch.tensor([target], dtype=torch.float64)), config)
        return np.concatenate(
            [
                spectra_distance(spectra(sines(torch.tensor(some)), config), wanted, config).numpy()
                for some in np.array_split(estimates, max(1, len(estimates) // _AT_A_TIME))
            ]
        )


def descend(config: SpectralConfig, pairs: Pairs, rate: Cents, steps: int) -> Floats:
    """Errors in cents `(n,)` after `steps` of Adam on pitch, from the guesses; `rate` falls to zero along a cosine.

    Adam divides a gradient by its own size, so that a loss's scale is worth nothing: a first step is `rate` cents for
    every loss and every start.
    """
    found: list[Floats] = []
    for begin in range(0, len(pairs.target), _AT_A_TIME):
        target = torch.tensor(pairs.target[begin : begin + _AT_A_TIME])
        guess = torch.tensor(pairs.estimate[begin : begin + _AT_A_TIME])
        sound = sines(target)
        cents = torch.zeros_like(guess, requires_grad=True)
        adam = torch.optim.Adam([cents], lr=rate, eps=1e-30)
        slowing = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
        for _ in range(steps):
            adam.zero_grad()
            loss = spectral_loss(sines(guess * 2 ** (cents / 1200)), sound, config).sum()
            torch.autograd.backward(loss)
            adam.step()
            slowing.step()
        found.append((1200 * torch.log2(guess / target) + cents.detach()).numpy())
    return np.concatenate(found)
