"""Hits go into a grid where they were played, and out again."""

from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import STEP, Grid
from livemusic.music.overdub import erased, overdubbed

ONE = Grid.of([(0, 0, 100, 0), (4, 1, 90, 10), (8, 0, 80, -20)], 16)


def test_a_hit_lands_on_its_step_and_keeps_its_feel() -> None:
    late = overdubbed(ONE, [(6 * STEP + 60, 70)], 2, 0.0)
    assert (6, 2, 70, 60) in late.rows()
    assert (6, 2, 70, 30) in overdubbed(ONE, [(6 * STEP + 60, 70)], 2, 0.5).rows()
    assert (6, 2, 70, 0) in overdubbed(ONE, [(6 * STEP + 60, 70)], 2, 1.0).rows()


def test_a_hit_pushed_before_the_loop_belongs_to_its_first_step() -> None:
    assert (0, 3, 64, -30) in overdubbed(ONE, [(16 * STEP - 30, 64)], 3, 0.0).rows()


def test_a_new_hit_takes_the_place_of_an_old_one() -> None:
    assert [row for row in overdubbed(ONE, [(0, 20)], 0, 1.0).rows() if row[:2] == (0, 0)] == [(0, 0, 20, 0)]


def test_a_tap_erases_one_hit_and_holding_erases_what_passes() -> None:
    assert erased(ONE, 0, 8 * STEP - 20, 8 * STEP - 20).rows() == [(0, 0, 100, 0), (4, 1, 90, 10)]
    assert erased(ONE, 0, 7 * STEP, 17 * STEP).rows() == [(4, 1, 90, 10)]
    assert erased(ONE, 0, 0, 1000 * STEP).rows() == [(4, 1, 90, 10)]


@given(st.integers(0, 16 * STEP - 1), st.integers(0, 8), st.integers(1, 127), st.floats(0, 1))
def test_whatever_is_played_is_there_once_and_can_be_taken_out(
    tick: int, voice: int, velocity: int, much: float
) -> None:
    grid = overdubbed(Grid.empty(16), [(tick, velocity)], voice, much)
    ((step, where, loud, offset),) = grid.rows()
    assert (where, loud) == (voice, velocity)
    away = (tick - step * STEP + 8 * STEP) % (16 * STEP) - 8 * STEP
    assert abs(offset) <= abs(away) <= STEP // 2
    assert not erased(grid, voice, tick, tick).hits.any()


def offsets(grid: Grid, step: int, voice: int) -> list[tuple[int, int]]:
    return sorted((offset, loud) for at, where, loud, offset in grid.rows() if (at, where) == (step, voice))


def test_a_roll_is_kept_as_it_was_played() -> None:
    roll = [(-55, 60), (5, 70), (64, 80), (118, 90)]
    assert offsets(overdubbed(ONE, [(6 * STEP + offset, loud) for offset, loud in roll], 2, 0.0), 6, 2) == roll


def test_quantised_a_flam_goes_to_the_step_and_stays_a_flam() -> None:
    assert offsets(overdubbed(ONE, [(6 * STEP - 20, 40), (6 * STEP + 30, 110)], 2, 1.0), 6, 2) == [(-50, 40), (0, 110)]
    assert offsets(overdubbed(ONE, [(6 * STEP - 20, 40), (6 * STEP + 30, 110)], 2, 0.5), 6, 2) == [(-35, 40), (15, 110)]


def test_quantised_a_roll_in_32nds_stays_one() -> None:
    grid = overdubbed(Grid.empty(4), [(STEP - 112, 90), (STEP + 9, 70)], 1, 1.0)
    assert [(note.tick, note.velocity) for note in grid.to_pattern().notes] == [(STEP - 121, 90), (STEP, 70)]


def test_quantised_triplets_between_the_steps_stay_where_they_are() -> None:
    assert offsets(overdubbed(Grid.empty(4), [(STEP - 82, 90), (STEP + 81, 95)], 1, 1.0), 1, 1) == [(-82, 90), (81, 95)]


def test_a_strike_beside_a_hit_is_one_more_and_one_on_it_plays_it_again() -> None:
    assert offsets(overdubbed(ONE, [(100, 70)], 0, 0.0), 0, 0) == [(0, 100), (100, 70)]
    assert offsets(overdubbed(ONE, [(50, 70)], 0, 0.0), 0, 0) == [(50, 70)]
    assert offsets(overdubbed(ONE, [(8 * STEP - 125, 70)], 0, 0.0), 8, 0) == [(-20, 80)]


def test_erasing_a_step_takes_its_roll_as_well() -> None:
    roll = Grid.of([(4, 1, 100, 0), (4, 1, 40, -100), (4, 1, 50, 60), (5, 1, 70, -110)], 16)
    assert erased(roll, 1, 4 * STEP + 20, 4 * STEP + 20).rows() == [(5, 1, 70, -110)]


some = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 127), st.integers(-120, 119)), max_size=30
)
strikes = st.dictionaries(st.integers(-120, 119), st.integers(1, 127), min_size=1, max_size=8)


@given(some, st.integers(0, 30), strikes, st.integers(0, 2), st.floats(0, 1))
def test_every_strike_is_there_whatever_was_before(
    rows: list[tuple[int, int, int, int]], step: int, played: dict[int, int], voice: int, much: float
) -> None:
    grid = Grid.of(rows, 6)
    loud = list(played.values())
    now = overdubbed(grid, [(step * STEP + offset, velocity) for offset, velocity in played.items()], voice, much)
    mine = [velocity for _, where, velocity, _ in now.rows() if where == voice]
    assert all(mine.count(velocity) >= loud.count(velocity) for velocity in loud)
    assert [row for row in now.rows() if row[1] != voice] == [row for row in grid.rows() if row[1] != voice]
    assert not [row for row in erased(now, voice, 0, 6 * STEP).rows() if row[1] == voice]
