"""Losses of the circle on the same music: one network, the same steps, each at its own best learning rate.

What is asked for is the pitch of the bass in notes that were heard (`training.data.basslines`). Every loss gets four
numbers of the same network and reads a pitch from them in its own way; all are judged by the same metrics.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from torch import Tensor, nn

from training.data.basslines import Array, Heard
from training.losses.spiral import (
    angle_of,
    article_spiral,
    chord_loss,
    helix_loss,
    on_circle,
    von_mises,
    wrapped,
)

#: Pitches are told as octaves from here.
_MIDDLE = 60.0
_OCTAVE = 12.0
_HEIGHT = 0.5
RATES = (1e-3, 3e-3, 1e-2)
STEPS, BATCH, WIDTH = 400, 256, 96
#: Semitones either way that what is learned from is transposed by.
_MOVED = 6
#: Pitch classes of the control task, which has no wrap.
CONTROL = (3.0, 9.0)


@dataclass(frozen=True, slots=True)
class Way:
    """A loss of the network's four numbers and pitches, and how a pitch is read from the numbers."""

    loss: Callable[[Tensor, Tensor], Tensor]
    read: Callable[[Tensor], Tensor]


def _octaves(pitch: Tensor) -> Tensor:
    return (pitch - _MIDDLE) / _OCTAVE


def _height(out: Tensor, pitch: Tensor, place: int) -> Tensor:
    return (out[..., place] - _octaves(pitch)).square()


def _at(pitch_class: Tensor, octaves: Tensor) -> Tensor:
    """The pitch of that class that is nearest to where the octaves say."""
    near = octaves * _OCTAVE + _MIDDLE
    return near + wrapped(pitch_class - near)


def _angle(out: Tensor) -> Tensor:
    return torch.atan2(out[..., 1], out[..., 0]) * _OCTAVE / (2 * pi)


def _article(out: Tensor, pitch: Tensor) -> Tensor:
    one = torch.ones_like(pitch)
    target = angle_of(torch.remainder(pitch, _OCTAVE)), one, _octaves(pitch)
    return article_spiral((out[..., 0], out[..., 1].abs(), out[..., 2]), target)


def _mse_class(out: Tensor, pitch: Tensor) -> Tensor:
    share = torch.remainder(pitch, _OCTAVE) / _OCTAVE - 0.5
    return (out[..., 0] - share).square() + _height(out, pitch, 1)


def _mse_circle(out: Tensor, pitch: Tensor) -> Tensor:
    return (out[..., :2] - on_circle(angle_of(pitch))).square().sum(-1) + _height(out, pitch, 2)


#: The losses that are compared, by name.
WAYS: dict[str, Way] = {
    "article": Way(_article, lambda out: _at(out[..., 0] * _OCTAVE / (2 * pi), out[..., 2])),
    "MSE, pitch": Way(lambda out, pitch: _height(out, pitch, 0), lambda out: out[..., 0] * _OCTAVE + _MIDDLE),
    "MSE, pitch class": Way(_mse_class, lambda out: _at((out[..., 0] + 0.5) * _OCTAVE, out[..., 1])),
    "MSE, sine and cosine": Way(_mse_circle, lambda out: _at(_angle(out), out[..., 2])),
    "chord": Way(
        lambda out, pitch: chord_loss(out[..., :2], angle_of(pitch)) + _height(out, pitch, 2),
        lambda out: _at(_angle(out), out[..., 2]),
    ),
    "von Mises": Way(
        lambda out, pitch: von_mises(out[..., :3], angle_of(pitch)) + _height(out, pitch, 3),
        lambda out: _at(_angle(out), out[..., 3]),
    ),
    "helix": Way(
        lambda out, pitch: helix_loss(out[..., :3], pitch - _MIDDLE, _HEIGHT),
        lambda out: _at(_angle(out), out[..., 2] / _HEIGHT),
    ),
}


class Reader(nn.Module):
    """Notes that are heard `(n, 63)` to four numbers."""

    def __init__(self, notes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(notes, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 4)
        )

    def forward(self, notes: Tensor) -> Tensor:
        out: Tensor = self.layers(torch.log1p(20 * notes))
        return out


def train(heard: Heard, way: Way, rate: float, seed: int, steps: int = STEPS, transposes: bool = True) -> Reader:
    """A reader of the bass, trained by one loss, on what it hears transposed as well unless that would meet a wrap."""
    torch.manual_seed(seed)
    reader = Reader(heard.notes.shape[1])
    optimiser = torch.optim.Adam(reader.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    notes, bass = torch.from_numpy(heard.notes), torch.from_numpy(heard.bass)
    for _ in range(steps):
        batch = torch.randint(len(bass), (BATCH,))
        moved, pitch = notes[batch], bass[batch]
        if transposes:
            moved, pitch = transposed(moved, pitch)
        loss = way.loss(reader(moved), pitch).mean()
        if not loss.isfinite():
            break
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return reader


def transposed(notes: Tensor, pitch: Tensor) -> tuple[Tensor, Tensor]:
    """Each of a batch some semitones, up to half an octave, higher or lower, as music comes in any key."""
    by = torch.randint(-_MOVED, _MOVED + 1, (len(notes), 1))
    source = torch.arange(notes.shape[1]) - by
    inside = (source >= 0) & (source < notes.shape[1])
    return notes.gather(1, source.clamp(0, notes.shape[1] - 1)) * inside, pitch + by[:, 0]


@torch.no_grad()
def read(reader: Reader, way: Way, notes: Array) -> Array:
    """The pitches that it hears; what is not finite counts as middle C."""
    return np.asarray(torch.nan_to_num(way.read(reader(torch.from_numpy(notes))), _MIDDLE).numpy(), np.float32)


def judge(found: Array, true: Array) -> dict[str, float]:
    """The metrics that all are judged by: errors in semitones round the circle, and shares that are right."""
    error = np.abs(circular(found - true))
    from_wrap = np.abs(circular(true))
    return {
        "class error": float(error.mean()),
        "within 1 of the wrap": float(error[from_wrap <= 1].mean()) if (from_wrap <= 1).any() else float("nan"),
        "elsewhere": float(error[from_wrap > 1].mean()),
        "class right": float((error < 0.5).mean()),
        "octave right": float((np.abs(found - true) < 6).mean()),
    }


def circular(semitones: Array) -> Array:
    """The shortest way round, -6..6."""
    return np.asarray((semitones + 6) % 12 - 6)


def without_wrap(heard: Heard) -> Heard:
    """The frames whose pitch class is far from the wrap."""
    inside = (heard.bass % 12 >= CONTROL[0]) & (heard.bass % 12 <= CONTROL[1])
    return Heard(heard.notes[inside], heard.bass[inside])


def best_rate(train_on: Heard, judge_on: Heard, way: Way, steps: int = STEPS) -> float:
    """The learning rate whose pitch class error on `judge_on` is least."""

    def error(rate: float) -> float:
        found = read(train(train_on, way, rate, 100, steps), way, judge_on.notes)
        return judge(found, judge_on.bass)["class error"]

    return min(RATES, key=error)


def random_targets(loss: str, steps: int = 500, seed: int = 0) -> dict[str, float]:
    """The source's own experiment: one number in, random targets out, so that there is nothing to learn.

    `loss`: `spiral` or `MSE`. Both losses of the model at the end, on fresh targets, and its angle's error in degrees.
    """
    torch.manual_seed(seed)
    first, last = nn.Linear(1, 10), nn.Linear(10, 3)
    optimiser = torch.optim.Adam([*first.parameters(), *last.parameters()], lr=0.01)

    def predict(count: int) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        out = last(torch.relu(first(torch.rand(count, 1))))
        target = torch.rand(count) * 2 * pi, torch.rand(count), torch.rand(count)
        return (out[:, 0], out[:, 1].abs(), out[:, 2]), target

    def squared(output: tuple[Tensor, ...], target: tuple[Tensor, ...]) -> Tensor:
        return sum(((o - t) ** 2 for o, t in zip(output, target, strict=True)), torch.zeros(())).mean()

    for _ in range(steps):
        value = (article_spiral if loss == "spiral" else squared)(*predict(100))
        optimiser.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        output, target = predict(100_000)
        apart = torch.remainder(output[0] - target[0] + pi, 2 * pi) - pi
        return {
            "spiral loss": float(article_spiral(output, target)),
            "MSE": float(squared(output, target)),
            "angle error": float(apart.abs().mean() * 180 / pi),
        }
