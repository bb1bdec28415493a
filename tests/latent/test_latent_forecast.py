import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.forecast import divergence, forecast

STEP = 2 * np.pi / 50


def circle(points: int, noise: float = 0.0) -> np.ndarray:
    angle = STEP * np.arange(points)
    clean = np.stack((np.cos(angle), np.sin(angle), np.zeros(points)), axis=1)
    return clean + np.random.default_rng(1).normal(0, noise, clean.shape)


def by_the_book(z: np.ndarray, steps: int, k: int, exclude: int) -> np.ndarray:
    """The definition, one neighbour at a time."""
    usable, here, out = range(max(0, len(z) - 1 - exclude)), z[-1], []
    for _ in range(steps):
        near = sorted(usable, key=lambda i: np.linalg.norm(z[i] - here))[:k]
        weights = [1 / max(np.linalg.norm(z[i] - here), 1e-12) for i in near]
        here = here + sum(w * (z[i + 1] - z[i]) for w, i in zip(weights, near, strict=True)) / sum(weights)
        out.append(here)
    return np.array(out)


@pytest.mark.parametrize(("k", "exclude"), [(1, 0), (5, 0), (5, 20), (5, 76), (500, 10)])
def test_it_is_the_definition(k: int, exclude: int) -> None:
    z = np.cumsum(np.random.default_rng(2).normal(0, 1, (80, 3)), axis=0).astype(np.float32).astype(float)
    np.testing.assert_allclose(forecast(z, 30, k, exclude), by_the_book(z, 30, k, exclude), atol=1e-9)


def test_far_from_the_origin_it_is_still_the_definition() -> None:
    z = circle(200) + 4096.0
    z = z.astype(np.float32).astype(float)
    np.testing.assert_allclose(forecast(z, 40, exclude=20), by_the_book(z, 40, 5, 20), atol=1e-6)


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_round_a_loop_it_goes_on_round(noise: float) -> None:
    played = circle(520)
    ahead = forecast(circle(500, noise), 20, exclude=25)
    np.testing.assert_allclose(np.linalg.norm(ahead, axis=1), 1.0, atol=0.1)
    assert np.linalg.norm(ahead - played[500:], axis=1).max() < 0.35
    assert np.linalg.norm(played[499] - played[519]) > 1.8


def test_a_straight_line_goes_straight_on_beyond_where_it_has_been() -> None:
    line = np.arange(40)[:, None] * np.array([[1.0, -2.0]])
    np.testing.assert_allclose(forecast(line, 3), [[40, -80], [41, -82], [42, -84]], atol=1e-6)
    np.testing.assert_allclose(forecast(line, 3, exclude=30), [[40, -80], [41, -82], [42, -84]], atol=1e-6)


def test_it_cannot_speed_up() -> None:
    fall = (np.arange(40.0) ** 2)[:, None]
    assert forecast(fall, 5)[-1, 0] < 39**2 + 5 * (39**2 - 38**2)


def test_the_latest_points_can_be_left_out() -> None:
    there_and_back = np.concatenate((np.arange(0, 50, 3.0), np.arange(48.5, 19, -1.0)))[:, None]
    assert forecast(there_and_back, 1, k=1)[0, 0] == pytest.approx(18.5)
    assert forecast(there_and_back, 1, k=1, exclude=40)[0, 0] == pytest.approx(22.5)


@pytest.mark.parametrize("z", [np.ones((1, 3)), np.ones((2, 3)), np.ones((30, 3))])
def test_without_movement_or_neighbours_it_stays(z: np.ndarray) -> None:
    np.testing.assert_array_equal(forecast(z, 4, exclude=3), np.ones((4, 3)))


@pytest.mark.parametrize(
    ("z", "steps", "k", "word"),
    [
        (np.empty((0, 3)), 1, 5, "at least one point"),
        (np.zeros(3), 1, 5, "path is"),
        (np.full((3, 3), np.nan), 1, 5, "finite"),
        (np.full((3, 3), 1e300), 1, 5, "finite"),
        (np.zeros((3, 3)), 0, 5, "steps 0"),
        (np.zeros((3, 3)), 1, 0, "k 0"),
    ],
)
def test_what_is_no_path_is_refused(z: np.ndarray, steps: int, k: int, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        forecast(z, steps, k)


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 2), min_size=1, max_size=30), st.integers(0, 5))
def test_any_path_has_a_finite_forecast_no_faster_than_it_was(path: list[tuple[float, ...]], exclude: int) -> None:
    z = np.array(path)
    ahead = forecast(z, 7, 3, exclude)
    assert np.isfinite(ahead).all()
    pace = np.linalg.norm(np.diff(z, axis=0), axis=1).max(initial=0.0)
    moves = np.linalg.norm(np.diff(ahead, axis=0, prepend=z[-1:]), axis=1)
    assert moves.max() <= pace * (1 + 1e-6) + 1e-6


def test_divergence_never_looks_at_the_answer() -> None:
    z = np.random.default_rng(3).normal(size=(200, 3))
    result = divergence(z, range(19, 170, 10), 20, k=1)
    assert result.error.shape == (16, 20)
    assert result.error[:, 0].min() > 0.1


def test_looking_back_only_it_equals_forecasts_made_then() -> None:
    z = circle(200, 0.02)
    result = divergence(z, [60, 120], 10, exclude=(5, len(z)))
    for row, start in enumerate((60, 120)):
        ahead = forecast(z[: start + 1], 10, exclude=5)
        np.testing.assert_allclose(
            result.error[row], np.linalg.norm(ahead - z[start + 1 : start + 11], axis=1), atol=1e-6
        )


def test_on_a_loop_it_beats_staying_put() -> None:
    z = circle(500, 0.01)
    result = divergence(z, range(100, 460, 10), 25, exclude=(25, 50))
    assert (result.relative[3:] < 0.5).all()
    np.testing.assert_allclose(result.persistence[:, 24].mean(), 2.0, atol=0.02)
    np.testing.assert_allclose(result.standard_error, result.error.std(axis=0, ddof=1) / 6)


def test_where_nothing_moves_there_is_no_ratio_and_one_start_has_no_spread() -> None:
    result = divergence(np.ones((20, 2)), [3], 4)
    assert result.mean.tolist() == [0, 0, 0, 0]
    assert np.isnan(result.relative).all()
    assert np.isnan(result.standard_error).all()


@pytest.mark.parametrize("starts", [[], [-1], [16]])
def test_starts_without_a_sequel_are_refused(starts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"0\.\.15"):
        divergence(np.ones((20, 2)), starts, 4)
