"""Every loss of the circle beside a slow reference, values and gradients; and what is wrong with the published one."""

from collections.abc import Callable
from math import atan2, cos, log, pi, sin, sqrt

import numpy as np
import pytest
import torch
from torch import Tensor

from training.losses.spiral import (
    angle_of,
    article_spiral,
    chord_loss,
    harmonic_distance,
    helix_loss,
    on_circle,
    on_helix,
    rhythm_loss,
    von_mises,
    wrapped,
)

F64 = torch.float64


def bessel(kappa: float) -> float:
    """I0 by its series."""
    term = total = 1.0
    for k in range(1, 200):
        term *= (kappa / 2) ** 2 / k**2
        total += term
    return total


def slow_chord(point: list[float], pitch: float) -> float:
    return 1 - cos(atan2(point[1], point[0]) - 2 * pi * pitch / 12)


def slow_von_mises(point: list[float], pitch: float) -> float:
    kappa = log(1 + np.exp(point[2]))
    return -kappa * cos(atan2(point[1], point[0]) - 2 * pi * pitch / 12) + log(2 * pi * bessel(kappa))


def slow_helix(point: list[float], pitch: float) -> float:
    angle, theta = atan2(point[1], point[0]), 2 * pi * pitch / 12
    return (cos(angle) - cos(theta)) ** 2 + (sin(angle) - sin(theta)) ** 2 + (point[2] - 0.5 * pitch / 12) ** 2


CASES: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[list[float], float], float], int]] = {
    "chord": (lambda point, pitch: chord_loss(point, angle_of(pitch)), slow_chord, 2),
    "von Mises": (lambda point, pitch: von_mises(point, angle_of(pitch)), slow_von_mises, 3),
    "helix": (helix_loss, slow_helix, 3),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_of_a_batch(name: str) -> None:
    loss, slow, width = CASES[name]
    rng = np.random.default_rng(0)
    points, pitches = rng.normal(0, 1.5, (4, 3, width)), rng.uniform(0, 48, (4, 3))
    point = torch.tensor(points, requires_grad=True)
    found = loss(point, torch.tensor(pitches))
    assert found.shape == (4, 3)
    found.sum().backward()
    assert point.grad is not None
    for at in np.ndindex(4, 3):
        here, pitch = points[at].tolist(), float(pitches[at])
        assert found[at].item() == pytest.approx(slow(here, pitch), abs=1e-9)
        for i in range(width):
            up, down = here.copy(), here.copy()
            up[i] += 1e-5
            down[i] -= 1e-5
            slope = (slow(up, pitch) - slow(down, pitch)) / 2e-5
            assert point.grad[at][i].item() == pytest.approx(slope, abs=1e-6)


def article_example() -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    output = (pi / 4, pi / 2, 3 * pi / 4, pi), (0.5, 0.7, 0.6, 0.8), (0.2, 0.4, 0.3, 0.5)
    target = (pi / 4, 3 * pi / 2, 3 * pi / 4, 0.0), (0.4, 0.6, 0.8, 0.7), (0.3, 0.4, 0.5, 0.4)
    return tuple(torch.tensor(row) for row in output), tuple(torch.tensor(row) for row in target)


def test_the_articles_first_example() -> None:
    assert f"{article_spiral(*article_example()).item():.4f}" == "0.8069"


def test_the_article_beside_a_slow_reference() -> None:
    rng = np.random.default_rng(1)
    rows = rng.uniform(0.1, 3, (2, 3, 5))
    output = tuple(torch.tensor(row, requires_grad=True) for row in rows[0])
    loss = article_spiral(output, tuple(torch.tensor(row) for row in rows[1]), 1.3, 0.7)

    def slow(one: np.ndarray, other: np.ndarray) -> float:
        far = 0.0
        for (a, r, h), (b, s, g) in zip(one.T, other.T, strict=True):
            across, along = 1.3 * (r * cos(a) - s * cos(b)), 1.3 * (r * sin(a) - s * sin(b))
            far += sqrt(across**2 + along**2 + (0.7 * (h - g)) ** 2) / 5
        return far

    assert loss.item() == pytest.approx(slow(rows[0], rows[1]))
    loss.backward()
    for part, i in np.ndindex(3, 5):
        up, down = rows[0].copy(), rows[0].copy()
        up[part, i] += 1e-6
        down[part, i] -= 1e-6
        grad = output[part].grad
        assert grad is not None
        assert grad[i].item() == pytest.approx((slow(up, rows[1]) - slow(down, rows[1])) / 2e-6, abs=1e-6)


def test_the_articles_gradient_is_nan_at_an_exact_match_and_the_sound_ones_are_not() -> None:
    point = torch.tensor([0.3, 0.5, 0.2], requires_grad=True)
    article_spiral(point.split(1), point.detach().split(1)).backward()
    assert point.grad is not None
    assert point.grad.isnan().any()
    pitch = torch.tensor([0.0, 7.0, 11.5], dtype=F64)
    right = on_helix(pitch).requires_grad_()
    (helix_loss(right, pitch).sum() + chord_loss(right[..., :2], angle_of(pitch)).sum()).backward()
    assert right.grad is not None
    assert right.grad.abs().max() < 1e-6
    nowhere = torch.zeros(3, 3, requires_grad=True)
    (helix_loss(nowhere, pitch.float()).sum() + von_mises(nowhere, angle_of(pitch.float())).sum()).backward()
    assert nowhere.grad is not None
    assert nowhere.grad.isfinite().all()
    sure = torch.tensor([[1.0, 0.0, 5000.0]], requires_grad=True)
    von_mises(sure, torch.zeros(1)).sum().backward()
    assert sure.grad is not None
    assert sure.grad.isfinite().all()


def test_chord_is_half_the_squared_error_of_sine_and_cosine() -> None:
    one, other = torch.rand(50, dtype=F64) * 20, torch.rand(50, dtype=F64) * 20
    squared = ((on_circle(one) - on_circle(other)) ** 2).sum(-1)
    assert torch.allclose(chord_loss(on_circle(one), other), squared / 2)


def test_transposing_one_of_two_costs_the_chord_and_a_tritone_the_most() -> None:
    steps = torch.arange(1, 7, dtype=F64)
    far = (2 * chord_loss(on_circle(angle_of(steps)), torch.zeros(6, dtype=F64))).sqrt()
    assert far.tolist() == pytest.approx([0.518, 1, 1.414, 1.732, 1.932, 2], abs=1e-3)
    pitch, by = torch.rand(20, dtype=F64) * 40, torch.randint(0, 12, (20,)).double()
    both = helix_loss(on_helix(pitch + by), pitch + by + 1) - helix_loss(on_helix(pitch), pitch + 1)
    assert both.abs().max() < 1e-9


def test_an_octave_is_nearer_than_a_semitone_below_519() -> None:
    c, octave, semitone = (torch.tensor(pitch, dtype=F64) for pitch in (60.0, 72.0, 61.0))
    for height, nearer in ((0.515, True), (0.522, False)):
        cost = [helix_loss(on_helix(c, height), pitch, height).item() for pitch in (octave, semitone)]
        assert (cost[0] < cost[1]) is nearer


def test_intervals_and_bars() -> None:
    c, g, fis = (torch.tensor(pitch, dtype=F64) for pitch in (0.0, 7.0, 6.0))
    assert harmonic_distance(c, c + 24).item() == pytest.approx(0, abs=1e-9)
    assert harmonic_distance(c, g, {7: 1.0}).item() == pytest.approx(1 - cos(2 * pi * 49 / 12))
    assert harmonic_distance(c, g, {7: 1.0}) < harmonic_distance(c, g, {1: 1.0})
    assert harmonic_distance(c, fis).item() == pytest.approx(4)
    time = torch.tensor([0.0, 1.0, 4.0, 2.0], dtype=F64, requires_grad=True)
    levels = {4.0: 1.0, 2.0: 0.5, 1.0: 0.25}
    far = rhythm_loss(time, torch.zeros(4, dtype=F64), levels)
    expected = [0.0, 1.0 + 0.5 * 2 + 0.01 / 16, 0.01, 2.0 + 0.01 / 4]
    assert far.tolist() == pytest.approx(expected, abs=1e-9)
    far.sum().backward()
    assert time.grad is not None
    assert time.grad[0].item() == pytest.approx(0, abs=1e-9)
    assert wrapped(torch.tensor([11.0, -7.0, 30.0])).tolist() == [-1.0, 5.0, -6.0]
