"""A hand in a pattern: what is named changes, and nothing else does."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livemusic.music.editing import (
    AGAIN,
    ORNAMENTS,
    cleared,
    copied,
    drawn,
    filled,
    hits_of,
    louder,
    moved,
    ornament_at,
    ornamented,
    pasted,
    pasted_hits,
    randomised,
    removed,
    repeated,
    rotated,
    with_step,
    without,
)
from livemusic.music.grid import STEP, Grid, Row

KICK, SNARE, HAT = 0, 1, 2
BEAT = Grid.of([(0, KICK, 110, 0), (4, SNARE, 100, -20), (4, SNARE, 40, -70), (6, HAT, 60, 10), (8, KICK, 90, 5)], 16)


@st.composite
def grids(draw: st.DrawFn, most: int = 12) -> Grid:
    steps = draw(st.sampled_from((7, 16, 32)))
    rows: dict[tuple[int, int, int], Row] = {}
    for _ in range(draw(st.integers(0, most))):
        step, voice, offset = draw(st.integers(0, steps - 1)), draw(st.integers(0, 8)), draw(st.integers(-119, 119))
        rows[step, voice, offset] = (step, voice, draw(st.integers(1, 127)), offset)
    return Grid.of(rows.values(), steps)


def rows_of(grid: Grid, besides: int | None = None) -> set[Row]:
    return {row for row in grid.rows() if row[1] != besides}


def test_a_hit_is_drawn_and_removed() -> None:
    more = drawn(BEAT, HAT, 10 * STEP, 77)
    assert set(more.rows()) - set(BEAT.rows()) == {(10, HAT, 77, 0)}
    assert removed(more, [(HAT, 10 * STEP)]) == BEAT


def test_a_hit_drawn_on_another_takes_its_place_and_one_beside_it_is_one_more() -> None:
    assert [row[2] for row in drawn(BEAT, KICK, 8 * STEP, 50).rows() if row[:2] == (8, KICK)] == [50]
    assert [row[2] for row in drawn(BEAT, KICK, 8 * STEP - 80, 50).rows() if row[:2] == (8, KICK)] == [90, 50]


def test_a_hit_that_goes_takes_its_ornaments_along_and_an_ornament_goes_alone() -> None:
    assert removed(BEAT, [(SNARE, 4 * STEP - 20)]).count == BEAT.count - 2
    assert removed(BEAT, [(SNARE, 4 * STEP - 70)]).rows() == [row for row in BEAT.rows() if row[2] != 40]


def test_a_hit_moves_with_its_touch_and_round_the_loop() -> None:
    later = moved(BEAT, [(SNARE, 4 * STEP - 20)], STEP)
    assert {(5, SNARE, 100, -20), (5, SNARE, 40, -70)} <= set(later.rows())
    assert (15, KICK, 110, 0) in moved(BEAT, [(KICK, 0)], -STEP).rows()
    assert (0, KICK, 90, -115) in moved(BEAT, [(KICK, 8 * STEP + 5)], 8 * STEP - 120).rows()
    assert (6, SNARE, 60, 10) in moved(BEAT, [(HAT, 6 * STEP + 10)], 0, -1).rows()
    assert (0, 8, 110, 0) in moved(BEAT, [(KICK, 0)], 0, 20).rows()


def test_an_ornament_moves_beside_its_hit_and_leaves_it_for_good() -> None:
    nearer = moved(BEAT, [(SNARE, 4 * STEP - 70)], 20)
    assert [row for row in nearer.rows() if row[1] == SNARE] == [(4, SNARE, 100, -20), (4, SNARE, 40, -50)]
    away = moved(BEAT, [(SNARE, 4 * STEP - 70)], -STEP)
    assert [row for row in away.rows() if row[1] == SNARE] == [(3, SNARE, 40, -70), (4, SNARE, 100, -20)]


def test_a_hit_grows_louder_with_its_ornaments_and_never_beyond_the_range() -> None:
    loud = louder(BEAT, [(SNARE, 4 * STEP - 20)], 20)
    assert [row[2] for row in loud.rows() if row[1] == SNARE] == [120, 48]
    assert {row[2] for row in louder(BEAT, hits_of(BEAT), 127).rows() if row[3] != -70} == {127}
    assert {row[2] for row in louder(BEAT, hits_of(BEAT), -127).rows()} == {1}
    grace = louder(BEAT, [(SNARE, 4 * STEP - 70)], 90)
    assert [row[2] for row in grace.rows() if row[1] == SNARE] == [100, 100]


def test_a_step_is_set_drawn_and_emptied() -> None:
    assert (4, SNARE, 50, -20) in with_step(BEAT, SNARE, 4, 50).rows()
    assert (5, SNARE, 50, 0) in with_step(BEAT, SNARE, 5, 50).rows()
    assert rows_of(with_step(BEAT, SNARE, 4, 0)) == rows_of(BEAT, SNARE)
    assert with_step(BEAT, SNARE, 5, 0) == BEAT
    with pytest.raises(ValueError, match="step 16 is outside"):
        with_step(BEAT, SNARE, 16, 90)


@pytest.mark.parametrize("kind", ORNAMENTS)
def test_ornaments_are_put_on_told_and_taken_off(kind) -> None:
    dressed = ornamented(BEAT, [(KICK, 0)], kind)
    assert dressed.count == BEAT.count + len(ORNAMENTS[kind])
    assert ornament_at(dressed, (KICK, 0)) == kind
    assert ornamented(dressed, [(KICK, 0)], "none") == BEAT
    assert {tick for voice, tick in hits_of(dressed) if voice == KICK} == {
        0, 8 * STEP + 5, *(ticks for ticks, _ in ORNAMENTS[kind])
    }  # fmt: skip


def test_an_ornament_of_another_kind_is_none_of_ours() -> None:
    assert ornament_at(BEAT, (SNARE, 4 * STEP - 70)) is None
    assert ornament_at(BEAT, (HAT, 0)) is None


@given(grids(), st.integers(0, 8), st.integers(0, 31), st.integers(1, 127))
def test_drawing_and_removing_loses_nothing(grid: Grid, voice: int, step: int, velocity: int) -> None:
    step %= grid.steps
    near = [tick - step * STEP for other, tick in hits_of(grid) if other == voice]
    assume(all(min(t % grid.length, -t % grid.length) >= STEP for t in near))
    assert removed(drawn(grid, voice, step * STEP, velocity), [(voice, step * STEP)]) == grid


@given(grids(), st.data())
def test_what_is_moved_comes_back(grid: Grid, data: st.DataObject) -> None:
    hits = hits_of(grid)
    assert moved(grid, hits, grid.length) == grid
    by = data.draw(st.integers(-grid.steps, grid.steps)) * STEP
    assert moved(moved(grid, hits, by), [(v, _round(t + by, grid)) for v, t in _mains(grid)], -by) == grid


def _mains(grid: Grid) -> list[tuple[int, int]]:
    return [(voice, step * STEP + hits[0][1]) for step, voice, hits in grid.cells()]


def _round(tick: int, grid: Grid) -> int:
    return (tick + STEP // 2) % grid.length - STEP // 2


@given(grids(), st.data(), st.integers(-127, 127), st.integers(-4000, 4000))
def test_other_lanes_are_left_alone(grid: Grid, data: st.DataObject, by: int, ticks: int) -> None:
    voice = data.draw(st.integers(0, 8))
    mine = [hit for hit in hits_of(grid) if hit[0] == voice]
    for edited in (
        removed(grid, mine),
        moved(grid, mine, ticks),
        louder(grid, mine, by),
        ornamented(grid, mine, "roll"),
        cleared(grid, voice),
        filled(grid, voice, 2, 100),
        rotated(grid, voice, by),
        randomised(grid, voice, 0.5, ticks + 4000),
        drawn(grid, voice, ticks, 99),
    ):
        assert rows_of(edited, voice) == rows_of(grid, voice)
        assert edited.steps == grid.steps


@given(grids())
def test_twice_as_long_and_half_of_that_is_the_same(grid: Grid) -> None:
    twice = repeated(grid, 0, grid.steps)
    assert twice.steps == 2 * grid.steps
    assert twice.count == 2 * grid.count
    assert without(twice, grid.steps, twice.steps) == grid


@given(grids(), st.data())
def test_a_stretch_repeated_and_taken_out_again_is_the_same(grid: Grid, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, grid.steps - 1))
    stop = data.draw(st.integers(start + 1, grid.steps))
    longer = repeated(grid, start, stop)
    assert longer.cut(start, stop) == longer.cut(stop, 2 * stop - start) == grid.cut(start, stop)
    assert without(longer, stop, 2 * stop - start) == grid


def test_a_pattern_never_becomes_nothing() -> None:
    with pytest.raises(ValueError, match="one bar"):
        without(BEAT, 0, 16)


@given(grids(), st.integers(0, 8), st.integers(-40, 40))
def test_a_lane_turned_back_is_as_it_was(grid: Grid, voice: int, steps: int) -> None:
    turned = rotated(grid, voice, steps)
    assert turned.count == grid.count
    assert rotated(turned, voice, -steps) == grid


@given(grids())
def test_what_is_copied_and_pasted_on_an_empty_pattern_is_the_same(grid: Grid) -> None:
    hits = hits_of(grid)
    rows = copied(grid, hits)
    first = min((step for step, *_ in grid.rows()), default=0)
    empty = Grid.empty(grid.steps)
    assert pasted(empty, rows, first) == grid
    assert {(voice, tick) for voice, tick in pasted_hits(empty, rows, first)} == set(_mains(grid))


def test_what_is_pasted_ends_with_the_pattern() -> None:
    rows = copied(BEAT, hits_of(BEAT))
    half = pasted(Grid.empty(16), rows, 12)
    assert [row[:2] for row in half.rows()] == [(12, KICK)]


def test_a_fill_keeps_the_touch_that_is_there() -> None:
    full = filled(BEAT, HAT, 2, 90)
    assert [row for row in full.rows() if row[1] == HAT] == [
        (step, HAT, 60 if step == 6 else 90, 10 if step == 6 else 0) for step in range(0, 16, 2)
    ]
    assert rows_of(filled(BEAT, SNARE, 8, 90), None) == rows_of(BEAT, SNARE) | {(0, SNARE, 90, 0), (8, SNARE, 90, 0)}


def test_chance_is_the_same_by_one_seed_and_stays_near() -> None:
    hats = filled(BEAT, HAT, 1, 64)
    once, again, other = randomised(hats, HAT, 0.15, 1), randomised(hats, HAT, 0.15, 1), randomised(hats, HAT, 0.15, 2)
    assert once == again != other
    changes = [a[2] - b[2] for a, b in zip(once.rows(), hats.rows(), strict=True) if a[1] == HAT]
    assert 0 < max(map(abs, changes)) <= 20
    assert AGAIN < STEP
