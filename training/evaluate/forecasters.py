"""Five ways to foresee a path, and how far each strays: the source's evaluation, as published and corrected.

Neighbours, a network of places and a recurrent network are the source's (M-Lin-DM, Deep-Audio-Embedding); standing
still and going straight on are what each must beat. A forecaster is made from the part of a path that may be known and
then runs from starts that it has not seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Float = npt.NDArray[np.float64]
Starts = npt.NDArray[np.int64]
Forecaster = Callable[[Float, Starts, int], Float]
"""From a path `(n, dim)`, starts and a number of steps to the foreseen points `(starts, steps, dim)`."""

STEPS = 30
MEMORY = 20
"""Points that the recurrent forecaster looks back on."""
_NEAREST = 1e-12


def persistence(path: Float, starts: Starts, steps: int) -> Float:
    """Stand still."""
    return np.repeat(path[starts][:, None], steps, axis=1)


def constant_velocity(path: Float, starts: Starts, steps: int) -> Float:
    """Go on as in the last step."""
    ahead = np.arange(1, steps + 1)[:, None]
    return np.asarray(path[starts][:, None] + ahead * (path[starts] - path[starts - 1])[:, None])


@dataclass(frozen=True)
class Neighbours:
    """Follow the velocities of the k nearest known points, weighted by 1/distance.

    `known` `(m, dim)` in their order; with `own` (before, after) the points of a start's own pass are left out, their
    places in the path being those in `known`. `drop` nearest points are thrown away at every step: the source drops
    one, right only at the first step, where a start finds itself.
    """

    known: Float
    k: int = 5
    drop: int = 0
    own: tuple[int, int] | None = None
    last: bool = False
    """Whether the last known point, which has no successor, counts with velocity 0 (as in the source)."""

    def __call__(self, path: Float, starts: Starts, steps: int) -> Float:
        """The foreseen points `(starts, steps, dim)`."""
        velocities = np.diff(self.known, axis=0)
        points = self.known[:-1]
        if self.last:
            velocities, points = np.concatenate([velocities, np.zeros_like(velocities[:1])]), self.known
        index = np.arange(len(points))
        squares = np.tile((points**2).sum(axis=1), (len(starts), 1))
        if self.own is not None:
            begins = starts[:, None]
            squares[(index >= begins - self.own[0]) & (index <= begins + self.own[1])] = np.inf
        here, taken, count = path[starts], [], self.k + self.drop
        for _ in range(steps):
            # |p|^2 - 2 p.h orders points p by their distance from h
            near = np.argpartition(squares - 2 * here @ points.T, count - 1, axis=1)[:, :count]
            far = np.linalg.norm(here[:, None] - points[near], axis=2)
            order = np.argsort(far, axis=1)[:, self.drop :]
            near, far = np.take_along_axis(near, order, axis=1), np.take_along_axis(far, order, axis=1)
            weight = 1 / np.maximum(far, _NEAREST)
            weight /= weight.sum(axis=1, keepdims=True)
            here = here + (weight[..., None] * velocities[near]).sum(axis=1)
            taken.append(here)
        return np.stack(taken, axis=1)


class _Places(nn.Module):
    """A place to the velocity there: two layers of 12, as in the source."""

    memory = 1

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Linear(dim, 12), nn.ReLU(), nn.Dropout(0.05)),
            *(nn.Linear(12, 12), nn.ReLU(), nn.Dropout(0.05)),
            nn.Linear(12, dim),
        )

    def forward(self, path: Tensor) -> Tensor:
        velocity: Tensor = self.body(path[:, -1])
        return velocity


class _Passages(nn.Module):
    """The last 20 places to the next velocity: an LSTM of 32 units, as in the source."""

    memory = MEMORY

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.recurrent = nn.LSTM(dim, 32, batch_first=True)
        self.velocity = nn.Linear(32, dim)

    def forward(self, path: Tensor) -> Tensor:
        velocity: Tensor = self.velocity(self.recurrent(self.dropout(path))[0][:, -1])
        return velocity


@dataclass(frozen=True)
class Network:
    """A network trained to name the next velocity, then fed with its own forecasts. Made by `learn`."""

    body: nn.Module
    memory: int
    mean: Float
    place: Float
    step: Float

    @torch.no_grad()
    def __call__(self, path: Float, starts: Starts, steps: int) -> Float:
        """The foreseen points `(starts, steps, dim)`."""
        window = path[starts[:, None] + np.arange(1 - self.memory, 1)]
        for _ in range(steps):
            seen = torch.from_numpy(((window[:, -self.memory :] - self.mean) / self.place).astype(np.float32))
            velocity = self.body(seen).numpy().astype(np.float64) * self.step
            window = np.concatenate([window, window[:, -1:] + velocity[:, None]], axis=1)
        return np.asarray(window[:, self.memory :])


def learn(kind: str, known: Float, seed: int, epochs: int = 20, batch: int = 32) -> Network:
    """Train a forecaster ("mlp" or "lstm") on a known path `(m, dim)`: mean squared error of the next velocity.

    Sizes and losses are the source's; places and velocities are standardised per axis, which its were not, because
    velocities are some hundred times smaller than places and would hardly be learned.
    """
    torch.manual_seed(seed)
    body: nn.Module = {"mlp": _Places, "lstm": _Passages}[kind](known.shape[1])
    memory = int(body.memory)  # type: ignore[arg-type]
    mean, place = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-9)
    step = np.maximum(np.diff(known, axis=0).std(axis=0), 1e-9)
    places = torch.from_numpy(((known - mean) / place).astype(np.float32)).unfold(0, memory, 1).transpose(1, 2)[:-1]
    targets = torch.from_numpy((np.diff(known, axis=0) / step).astype(np.float32))[memory - 1 :]
    optimiser = torch.optim.Adam(body.parameters(), lr=3e-3)
    for _ in range(epochs):
        order = torch.randperm(len(places))
        for chosen in (order[first : first + batch] for first in range(0, len(order), batch)):
            optimiser.zero_grad(set_to_none=True)
            (body(places[chosen]) - targets[chosen]).square().mean().backward()
            optimiser.step()
    return Network(body.eval(), memory, mean, place, step)


def errors(forecast: Forecaster, path: Float, starts: Starts, steps: int = STEPS) -> Float:
    """Distance between what a forecaster says and what comes, `(starts, steps)`."""
    actual = path[starts[:, None] + np.arange(1, steps + 1)]
    return np.asarray(np.linalg.norm(forecast(path, starts, steps) - actual, axis=2))


def published(path: Float) -> tuple[Float, Float]:
    """The source's divergence of a song's own path `(n, dim)`: mean and standard error after 1 .. 29 steps.

    With its defects: each axis between 0 and 1, neighbours from the same pass, the nearest one dropped at every step,
    the last point's velocity 0. The standard error is over the starts that there are (the source divides by a number
    that is not theirs).
    """
    low, high = path.min(axis=0), path.max(axis=0)
    unit = (path - low) / np.maximum(high - low, 1e-12)
    starts = np.arange(MEMORY - 1, len(unit) - STEPS - 4, 10)
    return mean_and_error(errors(Neighbours(unit, drop=1, last=True), unit, starts, STEPS - 1))


def mean_and_error(distances: Float) -> tuple[Float, Float]:
    """Mean over the starts and its standard error, `(steps,)` each."""
    return distances.mean(axis=0), distances.std(axis=0) / np.sqrt(len(distances))


def spread_of(path: Float) -> float:
    """Root mean square distance of a path's points from their mean."""
    return float(np.sqrt(((path - path.mean(axis=0)) ** 2).sum(axis=1).mean()))


def corrected(path: Float, heard: int, every: int, seed: int, *, own: Sequence[int]) -> dict[str, Float]:
    """Errors of every forecaster on the part of a path that was not heard, divided by the path's spread.

    `heard`: how many rows the model was trained on; forecasters know the points of windows before row `heard` less the
    start's own pass, starts are every `every`-th point from there on. Each is `(starts, 30)`.
    """
    known, spread = path[: heard - own[0]], spread_of(path)
    starts = np.arange(heard, len(path) - STEPS, every)
    ways: dict[str, Any] = {
        "knn": Neighbours(known),
        "mlp": learn("mlp", known, seed),
        "lstm": learn("lstm", known, seed),
        "persistence": persistence,
        "velocity": constant_velocity,
    }
    return {name: errors(way, path, starts) / spread for name, way in ways.items()}
