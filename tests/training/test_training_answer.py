"""The profiles that answers are judged by, on patterns of which it is known how far they are apart."""

from pathlib import Path

import pytest

from livemusic.music.grid import STEP, Grid
from livemusic.sketch.answer import CallHit
from training.evaluate.answer import balanced, calls_of, lateness, later, louder, loudness, preset_grooves

BACKBEAT = Grid.of([(0, 0, 127, 0), (8, 0, 127, 0), (4, 1, 127, 24), (12, 1, 127, 24), (2, 2, 64, -12)], 16)


def apart(one: Grid, other: Grid) -> tuple[float, float]:
    weights, late = lateness(one)
    return louder(loudness(one), loudness(other)), later(weights, late, lateness(other)[1])


def test_a_groove_is_at_no_distance_from_itself_however_often_it_is_played() -> None:
    assert apart(BACKBEAT, BACKBEAT) == (0.0, 0.0)
    assert apart(BACKBEAT.looped(64), BACKBEAT) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_half_as_loud_and_a_tenth_of_a_step_later_are_that_far() -> None:
    other = Grid.of([(step, voice, round(loud / 2), late + 24) for step, voice, loud, late in BACKBEAT.rows()], 16)
    assert apart(BACKBEAT, other) == pytest.approx((2 / 3, 24 / STEP), abs=0.01)


def test_nothing_in_common_is_two() -> None:
    assert apart(BACKBEAT, Grid.of([(5, 8, 90, 0)], 16))[0] == pytest.approx(2.0)


def test_where_a_family_is_not_struck_all_at_that_place_tell_how_late_it_is() -> None:
    hats = Grid.of([(0, 2, 90, 48), (4, 2, 90, 48)], 16)
    kicks = Grid.of([(0, 0, 90, 0)], 16)
    assert apart(kicks, hats)[1] == pytest.approx(48 / STEP)


def test_calls_are_whole_bars_and_a_pushed_hit_belongs_to_the_next() -> None:
    take = Grid.joined([BACKBEAT, BACKBEAT])
    pushed = [CallHit(tick, 0, 100) for tick in (0, 960, 1920, 3840 - 50, 5000, 5500)]
    one, two, both = calls_of(take, pushed, 100.0)
    assert [hit.tick for hit in one.hits] == [0, 960, 1920]
    assert [hit.tick for hit in two.hits] == [-50, 1160, 1660]
    assert (both.played, len(both.hits), both.sure) == (take, 6, False)
    assert next(calls_of(take, None, 100.0)).sure


def test_presets_are_compared_with_as_they_are_played() -> None:
    grooves = list(preset_grooves(Path("presets")))
    assert len(grooves) >= 40
    assert all(grid.steps % 16 == 0 for grid in grooves)


@pytest.mark.parametrize("bars", [1, 2, 4])
def test_notes_of_an_answer_that_is_cut_off_end(bars: int) -> None:
    grid = Grid.of([(0, 0, 100, -60), (16 * bars - 1, 0, 90, 119), (3, 2, 50, 0), (3, 2, 20, 10)], 16 * bars)
    assert balanced(grid, bars)
