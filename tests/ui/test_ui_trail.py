import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.latent.view import View
from livemusic.ui.views.trail import Trail


def known(trail: Trail) -> np.ndarray:
    return np.column_stack([trail.t, trail.level, trail.z])


def rows(*numbers: float) -> np.ndarray:
    return np.array([[n, n, n, n, n] for n in numbers], np.float32)


def test_stretches_join_into_one_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(1, 3, rows(3, 4))
    np.testing.assert_array_equal(known(trail), rows(0, 1, 2, 3, 4))


def test_a_new_epoch_is_a_new_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(2, 0, rows(7))
    np.testing.assert_array_equal(known(trail), rows(7))


def test_an_empty_new_epoch_clears_the_path() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2))
    trail.extend(2, 0, np.empty((0, 5), np.float32))
    assert len(trail) == 0


def test_an_overlap_is_written_anew() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1, 2, 3))
    trail.extend(1, 2, rows(8, 9, 10))
    np.testing.assert_array_equal(known(trail), rows(0, 1, 8, 9, 10))


def test_after_a_gap_the_path_starts_there() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(0, 1))
    trail.extend(1, 500, rows(5, 6))
    trail.extend(1, 502, rows(7))
    np.testing.assert_array_equal(known(trail), rows(5, 6, 7))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_bad_point_repeats_the_one_before_it(bad: float) -> None:
    trail = Trail()
    trail.extend(1, 0, rows(1, 2))
    trail.extend(1, 2, rows(bad, bad, 5))
    np.testing.assert_array_equal(known(trail), rows(1, 2, 2, 2, 5))


def test_a_path_that_starts_badly_starts_at_nought() -> None:
    np.testing.assert_array_equal(known(Trail.of(rows(np.nan, 3))), rows(0, 3))


@given(st.lists(st.integers(0, 700), max_size=30))
def test_any_cutting_gives_the_same_path(sizes: list[int]) -> None:
    whole = rows(*range(sum(sizes))) if sizes and sum(sizes) else np.empty((0, 5), np.float32)
    trail, first = Trail(), 0
    for size in sizes:
        trail.extend(9, first, whole[first : first + size])
        first += size
    np.testing.assert_array_equal(known(trail), whole[:, : known(trail).shape[1]])


class Turned:
    """A view of five numbers: three of them, times something."""

    def __init__(self, *columns: int, scale: float = 1.0) -> None:
        self.columns, self.scale = list(columns), np.float32(scale)

    def place(self, z: np.ndarray, first: int | None = 0) -> np.ndarray:
        return z[:, self.columns] * self.scale

    @property
    def projection(self) -> "Turned":
        return self


def wide(count: int, seed: int = 0) -> np.ndarray:
    walk = np.cumsum(np.random.default_rng(seed).normal(size=(count, 5)), 0)
    return np.column_stack([np.arange(count) / 43, np.full(count, -20.0), walk]).astype(np.float32)


def test_points_are_placed_by_the_view_of_the_song() -> None:
    path, trail = wide(50), Trail(Turned(4, 0, 2))
    trail.extend(1, 0, path[:30])
    trail.extend(1, 30, path[30:])
    np.testing.assert_array_equal(trail.places(), path[:, [6, 2, 4]])
    np.testing.assert_array_equal(trail.places(10, 40, 7), path[10:40:7, [6, 2, 4]])


def test_a_new_view_turns_without_a_jump_and_arrives() -> None:
    path = wide(400)
    trail = Trail.of(path, Turned(0, 1, 2))
    before = trail.places().copy()
    trail.look(Turned(3, 1, 4), 100.0)
    np.testing.assert_allclose(trail.places(), before, atol=1e-5)
    way = before
    for frame in range(1, 64):
        trail.advance(100.0 + frame / 60)
        now = trail.places().copy()
        assert np.abs(now - way).max() < 0.05 * np.abs(before - path[:, [5, 3, 6]]).max()
        way = now
    np.testing.assert_allclose(way, path[:, [5, 3, 6]], rtol=1e-6)
    assert trail.left == 0


def test_a_view_may_come_before_the_first_point() -> None:
    trail, path = Trail(), wide(5)
    trail.look(View(np.zeros(5, np.float32), np.eye(3, 5, dtype=np.float32), np.zeros((0, 3), np.float32)), 1.0)
    trail.advance(1.2)
    assert trail.left == 0
    trail.extend(1, 0, path)
    np.testing.assert_array_equal(trail.places(), path[:, 2:5])


def test_the_same_moment_of_a_turn_is_the_same_however_it_was_reached() -> None:
    one, other = (Trail.of(wide(100), Turned(0, 1, 2)) for _ in range(2))
    for trail in (one, other):
        trail.look(Turned(2, 3, 4), 5.0)
    for now in np.linspace(5, 5.4, 30):
        one.advance(float(now))
    other.advance(5.4)
    np.testing.assert_array_equal(one.places(), other.places())


def test_a_view_that_comes_during_a_turn_starts_where_everything_is() -> None:
    trail = Trail.of(wide(100), Turned(0, 1, 2))
    trail.look(Turned(2, 3, 4), 5.0)
    trail.advance(5.5)
    here = trail.places().copy()
    trail.look(Turned(1, 1, 1), 5.5)
    np.testing.assert_allclose(trail.places(), here, rtol=1e-5, atol=1e-5)


def test_points_that_come_during_a_turn_go_on_from_the_head() -> None:
    path = wide(101)
    trail = Trail.of(path[:100], Turned(0, 1, 2))
    trail.look(Turned(2, 3, 4, scale=3.0), 5.0)
    trail.advance(5.3)
    trail.extend(0, 100, path[100:])
    step = np.linalg.norm(np.diff(trail.places()[-2:], axis=0))
    assert step == pytest.approx(3 * np.linalg.norm(np.diff(path[-2:, [4, 5, 6]], axis=0)), rel=1e-3)
    np.testing.assert_allclose(trail.ahead(path[100:, 2:], 100), trail.places()[-1:], rtol=1e-5)


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=12), st.integers(0, 9))
def test_no_point_is_ever_outside_of_the_extent(steps: list[tuple[int, bool]], seed: int) -> None:
    path, trail, first, now = wide(600, seed), Trail(Turned(0, 1, 2)), 0, 0.0
    for count, turns in steps:
        trail.extend(1, first, path[first : first + count])
        first += count
        if turns:
            trail.look(Turned(*np.random.default_rng(first).integers(0, 5, 3)), now)
        for _ in range(3):
            now += 0.17
            trail.advance(now)
            apart = trail.places().astype(float) - trail.extent.centre
            across = np.hypot(apart[:, 0], apart[:, 1])
            slopes = np.linspace(-np.pi / 2, np.pi / 2, 33)
            reach = np.outer(np.cos(slopes), across) + np.outer(np.sin(slopes), apart[:, 2])
            assert (reach.max(1) <= trail.extent.support + 1e-3).all()


def test_what_a_layout_adds_to_a_moment_stays_with_it_in_any_cutting() -> None:
    offsets = np.random.default_rng(4).normal(size=(20, 3)).astype(np.float32)
    view = View(np.zeros(5, np.float32), np.eye(3, 5, dtype=np.float32), offsets, 10)
    path, whole, cut = wide(300), Trail(view), Trail(view)
    whole.extend(1, 0, path)
    for begin in range(0, 300, 37):
        cut.extend(1, begin, path[begin : begin + 37])
    np.testing.assert_allclose(whole.places(), view.place(path[:, 2:]), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(cut.places(), whole.places(), rtol=1e-5, atol=1e-5)


def test_the_point_nearest_in_time() -> None:
    trail = Trail.of(rows(0, 1, 2, 5))
    assert [trail.at(t) for t in (-3.0, 0.4, 0.6, 2.9, 4.0, 99.0)] == [0, 0, 1, 2, 3, 3]
    assert Trail().at(1.0) == 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_extent_of_next_to_nothing_is_something(count: int) -> None:
    extent = Trail.of(np.ones((count, 5), np.float32)).extent
    assert extent.radius > 0
    assert np.isfinite(extent.centre).all()


def test_a_path_in_more_or_fewer_dimensions_is_a_new_one() -> None:
    trail = Trail()
    trail.extend(1, 0, rows(1, 2))
    trail.extend(2, 0, wide(3))
    assert trail.z.shape == (3, 5)
