"""How well the next steps of a path are foreseen on time that was held out: squared error and cosine of displacement.

After M-Lin-DM, Deep-Video-Embedding, which prints both for one step. Lengths are in units of the path's spread over
the training part, so paths compare; a squared error is told over that of standing still.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from livemusic.latent.forecast import forecast
from training.losses.forecast import forecast_loss
from training.models.picture import Forecaster
from training.models.picture_seed import LENGTH, sequences

Array = npt.NDArray[np.float64]
Foresee = Callable[[Array, int], Array]
"""From the path so far `(n, dim)` and a number of steps to the next points `(steps, dim)`."""

STEPS = (1, 10)
SHARE = 0.7
"""The part of a film, from its beginning, that may be learned from."""
_EVERY = 3


@dataclass(frozen=True, slots=True)
class Foresight:
    """For each of `STEPS`: squared error over persistence's, mean cosine of displacement (0 where nothing moves)."""

    error: tuple[float, ...]
    cosine: tuple[float, ...]


def cut(length: int) -> int:
    """How many points of a path of this `length` may be learned from."""
    return int(SHARE * length)


def frame_of(path: Array) -> tuple[Array, float]:
    """The middle `(dim,)` of the training part of a path, and that part's spread: the units of all that follows."""
    known = path[: cut(len(path))]
    middle = known.mean(axis=0)
    return middle, max(float(np.sqrt(((known - middle) ** 2).sum(axis=1).mean())), 1e-12)


def measure(path: Array, foresee: Foresee) -> Foresight:
    """Foresee from every third point of the held-out part of a path in its own units (`frame_of`)."""
    starts = np.arange(max(cut(len(path)), LENGTH), len(path) - STEPS[-1], _EVERY)
    errors, still, cosines = np.zeros(len(STEPS)), np.zeros(len(STEPS)), np.zeros(len(STEPS))
    for start in starts:
        ahead = foresee(path[: start + 1], STEPS[-1])
        for index, step in enumerate(STEPS):
            wanted, given = path[start + step] - path[start], ahead[step - 1] - path[start]
            errors[index] += ((given - wanted) ** 2).sum()
            still[index] += (wanted**2).sum()
            lengths = np.linalg.norm(wanted) * np.linalg.norm(given)
            cosines[index] += wanted @ given / lengths if lengths > 0 else 0.0
    return Foresight(tuple(errors / np.maximum(still, 1e-12)), tuple(cosines / len(starts)))


def persistence(path: Array, steps: int) -> Array:
    """It stays where it is."""
    return np.tile(path[-1], (steps, 1))


def constant_velocity(path: Array, steps: int) -> Array:
    """It goes on as it went."""
    return np.asarray(path[-1] + np.arange(1, steps + 1)[:, None] * (path[-1] - path[-2]))


def neighbours(known: Array) -> Foresee:
    """It goes on as it did when it was near here in the `known` part of the path."""
    return lambda path, steps: forecast(np.concatenate([known, path[-1:]]), steps, exclude=1)


def recurrent(memory: Callable[[Tensor], Tensor]) -> Foresee:
    """`memory`, a network from stretches `(1, 75, dim)` to the next step `(1, dim)`, asked again and again."""

    @torch.no_grad()
    def foresee(path: Array, steps: int) -> Array:
        stretch = torch.from_numpy(path[-LENGTH:]).float()[None]
        ahead = []
        for _ in range(steps):
            here = stretch[:, -1] + memory(stretch)
            ahead.append(here[0])
            stretch = torch.cat([stretch[:, 1:], here[:, None]], dim=1)
        return torch.stack(ahead).double().numpy()

    return foresee


@torch.enable_grad()
def train_memory(known: Array, epochs: int = 15, seed: int = 0) -> Callable[[Tensor], Tensor]:
    """An LSTM of 32 units fitted to the steps of the `known` part of a path (l = 75, Adam).

    Its loss is -cos, as in the source, plus the squared error over the mean square of a step: the source trains on
    -cos alone, which leaves the length of what it foresees to chance.
    """
    torch.manual_seed(seed)
    model = Forecaster(known.shape[1])
    stretches, steps = sequences(torch.from_numpy(known).float())
    usual = steps.square().sum(dim=1).mean().sqrt().clamp_min(1e-9)
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for epoch in range(epochs):
        order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(len(stretches)))
        for first in range(0, len(order), 16):
            chosen = order[first : first + 16]
            foreseen = model(stretches[chosen])[:, -1]
            error = (foreseen - steps[chosen] / usual).square().sum(dim=1).mean()
            loss = forecast_loss(foreseen, steps[chosen]) + error
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimiser.step()
        schedule.step()
    model.eval()
    return lambda stretch: usual * model(stretch)[:, -1]
