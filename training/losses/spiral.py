"""Losses for what goes round, pitch class or place in a bar: the published spiral loss as it stands, and sound ones.

The source's "spiral loss" (how-does-a-spiral-loss-function-improve-music, 2025-01-30) is the distance of two points in
cylinder coordinates. No curve is in it, and its gradient is NaN where both are one. What it is meant for is done by a
distance on the circle, of which there are several, by the helix of Shepard ("Geometrical approximations to the
structure of musical pitch", Psychological Review 1982), and by a likelihood (von Mises).

Pitches are in semitones, times in beats, angles in radians. Everything is batched over any shape, and every loss is
one number for each element unless it says otherwise.
"""

from collections.abc import Mapping, Sequence
from math import log, pi

import torch
from torch import Tensor
from torch.nn import functional as F

CLASSES = 12
_LOG_TWO_PI = log(2 * pi)
#: A vector shorter than this is not stretched to the circle: its gradient would have no bound.
_SHORT = 1e-2


def article_spiral(
    output: Sequence[Tensor], target: Sequence[Tensor], radius: float = 1.0, height: float = 1.0
) -> Tensor:
    """The source's loss as it is printed, one number: the mean distance of two points (angle, radius, height).

    Its gradient is NaN where a point is met exactly, because that of a root at zero is infinite.
    """
    (angle, r, h), (angle_, r_, h_) = output, target
    across = radius * r * torch.cos(angle) - radius * r_ * torch.cos(angle_)
    along = radius * r * torch.sin(angle) - radius * r_ * torch.sin(angle_)
    up = height * h - height * h_
    return torch.sqrt(across**2 + along**2 + up**2).mean()


def angle_of(pitch: Tensor) -> Tensor:
    """Of pitches in semitones: an octave is the whole circle."""
    return pitch * (2 * pi / CLASSES)


def on_circle(angle: Tensor) -> Tensor:
    """Angles `(...)` as points `(..., 2)`: cosine, sine."""
    return torch.stack([torch.cos(angle), torch.sin(angle)], -1)


def direction(point: Tensor) -> Tensor:
    """Points `(..., 2)` moved onto the circle; the origin, which is nowhere, stays where it is."""
    length: Tensor = point.norm(dim=-1, keepdim=True)
    return point / length.clamp(min=_SHORT)


def chord_loss(point: Tensor, angle: Tensor) -> Tensor:
    """1 - cos of the angle between predicted `point` `(..., 2)`, of any length, and `angle` `(...)`.

    It is half the square of the chord between them on the circle: the mean squared error of (sin, cos) is the same.
    """
    return 1 - (direction(point) * on_circle(angle)).sum(-1)


def von_mises(point: Tensor, angle: Tensor) -> Tensor:
    """The negative log likelihood of `angle` `(...)`; `point` `(..., 3)`: a direction and how concentrated, before a
    softplus.

    Mardia and Jupp, Directional Statistics, 3.5.17. log I0 is taken by its scaled form, so a sure model is no overflow.
    """
    kappa = F.softplus(point[..., 2])
    likeness = (direction(point[..., :2]) * on_circle(angle)).sum(-1)
    return _LOG_TWO_PI + torch.log(torch.special.i0e(kappa)) + kappa * (1 - likeness)


def on_helix(pitch: Tensor, octave: float = 0.5) -> Tensor:
    """Pitches `(...)` as points `(..., 3)`: round once for an octave, and up by `octave`."""
    return torch.cat([on_circle(angle_of(pitch)), (octave / CLASSES * pitch)[..., None]], -1)


def helix_loss(point: Tensor, pitch: Tensor, octave: float = 0.5) -> Tensor:
    """The squared distance on Shepard's helix of `point` `(..., 3)`, its direction taken for the angle, and `pitch`.

    With d semitones between them 2 (1 - cos(2 pi d / 12)) + (octave d / 12)^2: below `octave` .519 an octave costs less
    than a semitone.
    """
    found = torch.cat([direction(point[..., :2]), point[..., 2:]], -1)
    return ((found - on_helix(pitch, octave)) ** 2).sum(-1)


def harmonic_distance(pitch: Tensor, other: Tensor, weights: Mapping[int, float] | None = None) -> Tensor:
    """How far two pitches are apart on several circles of intervals, 0 for the same pitch class.

    `weights`: interval in semitones -> weight; by it a fifth (7) is near, or a semitone (1). Default: both alike.
    """
    away = angle_of(pitch - other)
    far = torch.zeros_like(away)
    for interval, weight in (weights or {1: 1.0, 7: 1.0}).items():
        far = far + weight * (1 - torch.cos(interval * away))
    return far


def rhythm_loss(
    time: Tensor, other: Tensor, levels: Mapping[float, float], bar: float = 4.0, drift: float = 0.01
) -> Tensor:
    """How far two times (beats) are apart in the bar: `levels` are lengths in beats -> weight.

    The last term, `drift` times the square of bars between them, keeps the bar itself.
    """
    apart = time - other
    far = drift * (apart / bar) ** 2
    for length, weight in levels.items():
        far = far + weight * (1 - torch.cos(2 * pi * apart / length))
    return far


def wrapped(semitones: Tensor) -> Tensor:
    """The shortest way round to the same pitch class, -6..6."""
    return torch.remainder(semitones + CLASSES / 2, CLASSES) - CLASSES / 2
