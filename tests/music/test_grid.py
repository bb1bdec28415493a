"""A grid keeps every hit of a pattern: a main hit for each cell, and its ornaments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import HIT, STEP, VELOCITY, Grid, Ornament, doubles, left_out, steps_in
from livemusic.music.kit import GM_PITCHES
from livemusic.music.pattern import Note, Pattern

SNARE, HAT = 38, 42


def pattern(hits: list[tuple[int, int, int]], beats: int = 4) -> Pattern:
    return Pattern.of((Note(tick, pitch, velocity) for tick, pitch, velocity in hits), 960 * beats)


def played(some: Pattern) -> list[tuple[int, int, int]]:
    return sorted((note.tick, note.pitch, note.velocity) for note in some.notes)


ROLLS = {
    "flam": [(960, SNARE, 110), (910, SNARE, 40)],
    "flam before the loop": [(0, SNARE, 110), (3790, SNARE, 40)],
    "ruff": [(960, SNARE, 110), (880, SNARE, 30), (900, SNARE, 35), (930, SNARE, 41)],
    "drag": [(960, SNARE, 110), (1080, SNARE, 60), (1200, SNARE, 50)],
    "32nds": [(120 * n, SNARE, 60 + n) for n in range(32)],
    "64ths": [(60 * n, SNARE, 40 + n) for n in range(64)],
    "sextuplets": [(160 * n, HAT, 60 + n) for n in range(24)],
    "quintuplets": [(192 * n, HAT, 80 + n) for n in range(20)],
    "septuplets": [(round(960 * n / 7), HAT, 80 + n) for n in range(28)],
    "two at the same tick of two drums": [(0, SNARE, 90), (0, HAT, 90), (5, SNARE, 90), (5, HAT, 90)],
    "every tick": [(tick, SNARE, 1 + tick % 127) for tick in range(480)],
}


@pytest.mark.parametrize("hits", ROLLS.values(), ids=ROLLS)
def test_what_drummers_play_between_the_steps_is_kept(hits: list[tuple[int, int, int]]) -> None:
    assert played(Grid.from_pattern(pattern(hits)).to_pattern()) == sorted(hits)


ticks = st.integers(0, 3839)
notes = st.lists(st.tuples(ticks, st.sampled_from(GM_PITCHES), st.integers(1, 127)), max_size=80)


@given(notes)
def test_every_hit_of_any_pattern_is_kept(hits: list[tuple[int, int, int]]) -> None:
    whole = pattern(hits)
    grid = Grid.from_pattern(whole)
    assert played(grid.to_pattern()) == played(whole)
    assert grid.count == len(whole.notes)
    assert doubles(whole) == 0
    assert Grid.from_pattern(grid.to_pattern()) == grid
    assert Grid.of(grid.rows(), grid.steps) == grid
    assert Grid.from_bytes(grid.to_bytes()) == grid
    assert hash(Grid.from_bytes(grid.to_bytes())) == hash(grid)


@given(notes)
def test_the_models_see_the_loudest_hit_of_a_cell(hits: list[tuple[int, int, int]]) -> None:
    for step, voice, (main, *others) in Grid.from_pattern(pattern(hits)).cells():
        assert all(main >= other for other in others if main[0] != other[0])
        assert all(main[1] < offset for loud, offset in others if loud == main[0])
        mine = [loud for tick, pitch, loud in hits if pitch == GM_PITCHES[voice] and (tick + 120) // 240 % 16 == step]
        assert main[0] == max(mine)


def test_two_hits_of_a_drum_at_one_tick_are_one_and_that_is_said() -> None:
    double = pattern([(0, 38, 60), (0, 40, 90), (0, 36, 80), (0, 35, 80), (5, 38, 60), (0, 56, 99)])
    assert doubles(double) == 2
    assert left_out(double) == "2 hits left out: another of the same drum, louder, is at the very same moment"
    assert left_out(pattern([(0, 38, 60), (0, 40, 90)])) == (
        "1 hit left out: another of the same drum, louder, is at the very same moment"
    )
    assert left_out(pattern(ROLLS["64ths"])) == ""
    assert Grid.from_pattern(double).rows() == [(0, 0, 80, 0), (0, 1, 90, 0), (0, 1, 60, 5)]


def test_an_ornament_goes_where_its_main_hit_goes() -> None:
    flam = Grid.of([(4, 1, 100, 10), (4, 1, 50, -40), (8, 0, 90, 0)], 16)
    values = flam.values.copy()
    values[4, 1] = 1.0, 50 / 127, -100 / STEP
    assert Grid(values, ornaments=flam.ornaments).rows() == [(4, 1, 50, -100), (4, 1, 25, -150), (8, 0, 90, 0)]
    values[4, 1] = 0.0
    assert Grid(values, ornaments=flam.ornaments).ornaments == ()


def test_cutting_repeating_and_joining_carry_ornaments() -> None:
    flam = Grid.of([(1, 1, 100, 10), (1, 1, 50, -40)], 2)
    assert flam.looped(5).rows() == [(1, 1, 100, 10), (1, 1, 50, -40), (3, 1, 100, 10), (3, 1, 50, -40)]
    assert flam.looped(1).rows() == []
    assert flam.looped(6).cut(3, 5).rows() == [(0, 1, 100, 10), (0, 1, 50, -40)]
    assert Grid.joined([Grid.empty(3), flam]).rows() == [(4, 1, 100, 10), (4, 1, 50, -40)]


def test_hits_that_would_meet_after_their_main_hits_moved_are_all_heard() -> None:
    near = Grid.of([(0, 1, 100, 0), (0, 1, 50, 100), (1, 1, 90, 0), (1, 1, 40, -100)], 4)
    values = near.values.copy()
    values[0, 1, 2] = 40 / STEP
    assert played(Grid(values, ornaments=near.ornaments).to_pattern()) == [
        (40, SNARE, 100), (140, SNARE, 50), (141, SNARE, 40), (240, SNARE, 90),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        (16, 0, 5, 0.5),
        (0, 9, 5, 0.5),
        (-1, 0, 5, 0.5),
        (0, 0, 0, 0.5),
        (0, 0, 240, 0.5),
        (0, 0, 5, 0.0),
        (0, 0, 5, 1.1),
    ],
)
def test_an_ornament_outside_is_refused(wrong: tuple[int, int, int, float]) -> None:
    with pytest.raises(ValueError, match="ornament"):
        Grid(np.zeros((16, 9, 3)), ornaments=(Ornament(*wrong),))


def test_a_cell_has_a_hit_for_each_tick_at_most() -> None:
    values = np.zeros((1, 9, 3), np.float32)
    values[0, 0, HIT : VELOCITY + 1] = 1.0
    many = tuple(Ornament(0, 0, ticks, 0.5) for ticks in (*range(-239, 0), *range(1, 240)))
    assert len(Grid(values, ornaments=many[:239]).to_pattern().notes) == 240
    with pytest.raises(ValueError, match="240 hits at most"):
        Grid(values, ornaments=many)
    with pytest.raises(ValueError, match="same tick"):
        Grid(values, ornaments=(Ornament(0, 0, 5, 0.5), Ornament(0, 0, 5, 0.6)))


def test_a_main_hit_far_from_its_step_is_refused() -> None:
    with pytest.raises(ValueError, match="offset 130"):
        Grid.of([(0, 0, 100, 130)], 16)
    with pytest.raises(ValueError, match="as loud"):
        Grid.of([(0, 0, 100, 130), (0, 0, 30, 0)], 16)
    assert Grid.of([(0, 0, 20, 130), (0, 0, 30, 0)], 16).rows() == [(0, 0, 30, 0), (0, 0, 20, 130)]


def test_bytes_tell_how_many_steps_they_are() -> None:
    assert steps_in(b"") == 0
    assert steps_in(Grid.from_pattern(pattern(ROLLS["32nds"])).to_bytes()) == 16
