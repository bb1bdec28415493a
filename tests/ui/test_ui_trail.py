import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.ui.views.trail import Trail


def rows(*numbers: float) -> np.ndarray:
    return np.array([[n, n, n, n] for n in numbers], np.float32)


def test_stretches_join_into_one_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(1, 3, rows(3, 4))
    np.testing.assert_array_equal(trail.points, rows(0, 1, 2, 3, 4))


def test_a_new_epoch_is_a_new_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(2, 0, rows(7))
    np.testing.assert_array_equal(trail.points, rows(7))


def test_an_empty_new_epoch_clears_the_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(2, 0, np.empty((0, 4), np.float32))
    assert len(trail) == 0


def test_an_overlap_is_written_anew() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2, 3))
    trail.extend(1, 2, rows(8, 9, 10))
    np.testing.assert_array_equal(trail.points, rows(0, 1, 8, 9, 10))


def test_after_a_gap_the_path_starts_there() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1))
    trail.extend(1, 500, rows(5, 6))
    trail.extend(1, 502, rows(7))
    np.testing.assert_array_equal(trail.points, rows(5, 6, 7))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_bad_point_repeats_the_one_before_it(bad: float) -> None:
    trail = Trail()
    trail.extend(1, 0, rows(1, 2))
    trail.extend(1, 2, rows(bad, bad, 5))
    np.testing.assert_array_equal(trail.points, rows(1, 2, 2, 2, 5))


def test_a_path_that_starts_badly_starts_at_nought() -> None:
    np.testing.assert_array_equal(Trail.of(rows(np.nan, 3)).points, rows(0, 3))


@given(st.lists(st.integers(0, 700), max_size=30))
def test_any_cutting_gives_the_same_path(sizes: list[int]) -> None:
    whole = rows(*range(sum(sizes))) if sizes and sum(sizes) else np.empty((0, 4), np.float32)
    trail, first = Trail(), 0
    for size in sizes:
        trail.extend(9, first, whole[first : first + size])
        first += size
    np.testing.assert_array_equal(trail.points, whole)


def test_the_extent_is_deaf_to_outliers() -> None:
    points = np.random.default_rng(0).uniform(-1, 1, (2000, 4)).astype(np.float32)
    points[5, 1:] = 1e6
    centre, radius = Trail.of(points).extent()
    assert np.abs(centre).max() < 0.1
    assert 1.0 < radius < 2.0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_extent_of_next_to_nothing_is_something(count: int) -> None:
    centre, radius = Trail.of(np.ones((count, 4), np.float32)).extent()
    assert radius > 0
    assert np.isfinite(centre).all()
