"""Hits go into a grid where they were played, and out again."""

from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import STEP, Grid
from livemusic.music.overdub import erased, struck

ONE = Grid.of([(0, 0, 100, 0), (4, 1, 90, 10), (8, 0, 80, -20)], 16)


def test_a_hit_lands_on_its_step_and_keeps_its_feel() -> None:
    late = struck(ONE, [(6 * STEP + 60, 70)], 2, 0.0)
    assert (6, 2, 70, 60) in late.rows()
    assert (6, 2, 70, 30) in struck(ONE, [(6 * STEP + 60, 70)], 2, 0.5).rows()
    assert (6, 2, 70, 0) in struck(ONE, [(6 * STEP + 60, 70)], 2, 1.0).rows()


def test_a_hit_pushed_before_the_loop_belongs_to_its_first_step() -> None:
    assert (0, 3, 64, -30) in struck(ONE, [(16 * STEP - 30, 64)], 3, 0.0).rows()


def test_a_new_hit_takes_the_place_of_an_old_one() -> None:
    assert [row for row in struck(ONE, [(0, 20)], 0, 1.0).rows() if row[:2] == (0, 0)] == [(0, 0, 20, 0)]


def test_a_tap_erases_one_hit_and_holding_erases_what_passes() -> None:
    assert erased(ONE, 0, 8 * STEP - 20, 8 * STEP - 20).rows() == [(0, 0, 100, 0), (4, 1, 90, 10)]
    assert erased(ONE, 0, 7 * STEP, 17 * STEP).rows() == [(4, 1, 90, 10)]
    assert erased(ONE, 0, 0, 1000 * STEP).rows() == [(4, 1, 90, 10)]


@given(st.integers(0, 16 * STEP - 1), st.integers(0, 8), st.integers(1, 127), st.floats(0, 1))
def test_whatever_is_played_is_there_once_and_can_be_taken_out(
    tick: int, voice: int, velocity: int, much: float
) -> None:
    grid = struck(Grid.empty(16), [(tick, velocity)], voice, much)
    ((step, where, loud, offset),) = grid.rows()
    assert (where, loud) == (voice, velocity)
    away = (tick - step * STEP + 8 * STEP) % (16 * STEP) - 8 * STEP
    assert abs(offset) <= abs(away) <= STEP // 2
    assert not erased(grid, voice, tick, tick).hits.any()
