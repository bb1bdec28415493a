"""Forecasters on systems whose future is known: a limit cycle, the Lorenz attractor, and cases worked by hand."""

from collections.abc import Iterator

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.evaluate.forecasters import (  # noqa: E402
    Neighbours,
    constant_velocity,
    corrected,
    errors,
    learn,
    mean_and_error,
    persistence,
    published,
    spread_of,
)

PERIOD = 50


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def circle(count: int, period: float = PERIOD) -> np.ndarray:
    angle = 2 * np.pi * np.arange(count) / period
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def lorenz(count: int, every: int = 2, step: float = 0.01) -> np.ndarray:
    """Lorenz's system (10, 28, 8/3) by Runge and Kutta's fourth-order method, a point every `every` steps."""

    def flow(p: np.ndarray) -> np.ndarray:
        return np.array([10 * (p[1] - p[0]), p[0] * (28 - p[2]) - p[1], p[0] * p[1] - 8 / 3 * p[2]])

    here, path = np.array([1.0, 1.0, 20.0]), []
    for index in range(1000 + count * every):
        a = flow(here)
        b = flow(here + step / 2 * a)
        c = flow(here + step / 2 * b)
        d = flow(here + step * c)
        here = here + step / 6 * (a + 2 * b + 2 * c + d)
        if index >= 1000 and (index - 1000) % every == 0:
            path.append(here)
    return np.array(path)


def test_standing_still_and_going_straight_on_a_circle() -> None:
    path, starts = circle(200), np.array([10, 60])
    ahead = np.arange(1, 31)
    np.testing.assert_allclose(
        errors(persistence, path, starts), np.tile(2 * np.abs(np.sin(np.pi * ahead / PERIOD)), (2, 1)), atol=1e-12
    )
    straight = constant_velocity(path, np.array([1]), 2)[0]
    np.testing.assert_allclose(straight, [2 * path[1] - path[0], 3 * path[1] - 2 * path[0]])


def test_one_neighbour_goes_round_a_limit_cycle_without_error() -> None:
    path = circle(400)
    strayed = errors(Neighbours(path[:200], k=1), path, np.array([230, 301, 357]))
    np.testing.assert_allclose(strayed, 0, atol=1e-9)


def test_five_neighbours_stay_on_a_cycle_that_never_repeats_exactly() -> None:
    path = circle(900, PERIOD + np.sqrt(2))
    starts = np.arange(600, 860, 7)
    strayed = errors(Neighbours(path[:550]), path, starts).mean(axis=0)
    still = errors(persistence, path, starts).mean(axis=0)
    assert strayed[29] < 0.05 * still[29]


@pytest.mark.parametrize("kind", ["mlp", "lstm"])
def test_networks_learn_a_limit_cycle(kind: str) -> None:
    path = circle(900, PERIOD + np.sqrt(2))
    starts = np.arange(600, 860, 7)
    network = learn(kind, path[:550], seed=0)
    strayed, still = (errors(way, path, starts).mean(axis=0) for way in (network, persistence))
    assert strayed[0] < 0.25 * still[0]
    assert strayed[19] < 0.25 * still[19]
    again = learn(kind, path[:550], seed=0)
    np.testing.assert_array_equal(network(path, starts, 5), again(path, starts, 5))


def test_neighbours_foresee_lorenz_for_a_while_and_then_lose_it() -> None:
    path = lorenz(2600)
    starts = np.arange(2000, 2560, 20)
    ways = {"knn": Neighbours(path[:1950]), "still": persistence, "straight": constant_velocity}
    strayed = {name: errors(way, path, starts).mean(axis=0) / spread_of(path) for name, way in ways.items()}
    assert strayed["knn"][0] < 0.2 * strayed["still"][0]
    assert strayed["knn"][9] < 0.2 * strayed["still"][9]
    assert strayed["knn"][29] < 0.5 * strayed["straight"][29]
    # chaos: what is wrong at first grows by some e-foldings (exponent 0.9 a unit of time, 30 points are 0.6)
    assert strayed["knn"][29] > np.exp(0.9 * 0.58) * strayed["knn"][0]


def test_a_dropped_neighbour_is_the_nearest_one() -> None:
    known = np.array([[0.0], [1.0], [3.0], [6.0]])
    path, start = np.array([[0.9], [0.0]]), np.array([0])
    assert Neighbours(known, k=1)(path, start, 2)[0].ravel() == pytest.approx([2.9, 5.9])
    assert Neighbours(known, k=1, drop=1)(path, start, 2)[0].ravel() == pytest.approx([1.9, 4.9])
    # two neighbours, 1/0.1 and 1/0.9 heavy, with velocities 2 and 1
    assert Neighbours(known, k=2)(path, start, 1)[0].item() == pytest.approx(0.9 + (20 + 1 / 0.9) / (10 + 1 / 0.9))


def test_a_start_in_its_own_pass_is_guided_by_others_only() -> None:
    known = np.array([[0.0], [1.0], [2.0], [10.0], [1.5], [2.5], [3.5]])
    assert Neighbours(known, k=1)(known, np.array([1]), 1).item() == 2.0
    # points 0 .. 3 are barred; nearest to 1.0 is then 1.5, whose velocity is 1
    assert Neighbours(known, k=1, own=(1, 2))(known, np.array([1]), 1).item() == 2.0
    known[5] = 4.0
    assert Neighbours(known, k=1, own=(1, 2))(known, np.array([1]), 1).item() == 3.5


def test_published_divergence_by_hand() -> None:
    # 60 points on a line: starts 19; every neighbour has the same velocity, so the forecast is right
    line = np.linspace(5, 9, 60)[:, None]
    mean, error = published(line)
    assert mean.shape == error.shape == (29,)
    np.testing.assert_allclose(mean, 0, atol=1e-12)
    # the same line and a copy of it 1 aside, played before: at the start the query itself is dropped, and its
    # neighbours i +- 1, 2, 3 all move on by one, so only the last point's missing velocity can spoil it
    twice = np.concatenate([np.c_[np.arange(60.0), np.zeros(60)], np.c_[np.arange(60.0), np.ones(60)]])
    starts = np.arange(19, 120 - 34, 10)
    mean, error = published(twice)
    unit = twice / [59, 1]
    expected = errors(Neighbours(unit, drop=1, last=True), unit, starts, 29)
    np.testing.assert_allclose(mean, expected.mean(axis=0))
    np.testing.assert_allclose(error, expected.std(axis=0) / np.sqrt(len(starts)))
    assert expected[0] == pytest.approx(np.zeros(29), abs=1e-12)  # 19 .. 48: neighbours all move on by one
    jump = starts.tolist().index(49)
    # from 49 the path jumps back to the start of the copy after ten steps, which no neighbour foresees
    assert expected[jump][9] < 0.3 < expected[jump][10]


def test_mean_and_standard_error_by_hand() -> None:
    mean, error = mean_and_error(np.array([[1.0, 2], [3, 2], [5, 2], [7, 2]]))
    assert mean.tolist() == [4, 2]
    assert error == pytest.approx([np.sqrt(5) / 2, 0])


def test_corrected_divergence_is_in_units_of_the_spread_and_knows_nothing_of_the_rest() -> None:
    path = circle(700, PERIOD + np.sqrt(2))
    found = corrected(7 * path + 3, 450, 10, 0, own=(43, 73))
    assert found["persistence"][:, 24].mean() == pytest.approx(2, rel=0.01)  # across the circle, of spread 1
    assert found["knn"].shape == (22, 30)
    changed = path.copy()
    changed[600:] += 5
    assert errors(Neighbours(changed[:407]), changed, np.array([450])) == pytest.approx(
        errors(Neighbours(path[:407]), path, np.array([450]))
    )
