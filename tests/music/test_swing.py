"""Swing delays every second sixteenth, flams and rolls with it, and keeps all hits in their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.grid import STEP, Grid
from livemusic.music.pattern import Note, Pattern


def ticks(hits: list[tuple[int, int]], swing: float, beats: int = 4) -> list[int]:
    pattern = Pattern.of((Note(tick, 38, velocity) for tick, velocity in hits), 960 * beats)
    return [note.tick for note in Grid.from_pattern(pattern).to_pattern(swing).notes]


def test_every_second_sixteenth_is_late_as_far_as_the_last_of_three_triplets() -> None:
    straight = [(n * STEP, 100) for n in range(8)]
    assert ticks(straight, 0.0) == [0, 240, 480, 720, 960, 1200, 1440, 1680]
    assert ticks(straight, 0.5) == [0, 280, 480, 760, 960, 1240, 1440, 1720]
    assert ticks(straight, 1.0) == [0, 320, 480, 800, 960, 1280, 1440, 1760]


def test_a_hand_that_is_early_or_late_stays_so() -> None:
    assert ticks([(15, 90), (232, 90), (489, 90), (700, 90)], 1.0) == [15, 312, 489, 780]


@pytest.mark.parametrize("step", range(4))
def test_a_flam_stays_a_flam(step: int) -> None:
    main = 960 + step * STEP
    for apart in (20, 50, 60):
        first, second = ticks([(main - apart, 40), (main, 110)], 1.0)
        assert second - first == apart
        assert second == main + 80 * (step % 2)


def test_a_roll_swings_evenly() -> None:
    assert ticks([(120 * n, 60 + n) for n in range(8)], 1.0) == [0, 160, 320, 400, 480, 640, 800, 880]


def test_a_flam_over_the_middle_between_steps_keeps_its_order() -> None:
    grace, main = ticks([(480 - 130, 40), (480 - 100, 110)], 1.0)
    assert grace < main <= 480


hits = st.dictionaries(st.integers(0, 3839), st.integers(1, 127), min_size=1, max_size=120)


@given(hits, st.floats(0, 1), st.sampled_from([1, 2, 4]))
def test_swing_never_loses_nor_reorders_a_hit(hits: dict[int, int], swing: float, beats: int) -> None:
    length = 960 * beats
    some = {tick % length: velocity for tick, velocity in hits.items()}
    pattern = Pattern.of((Note(tick, 38, velocity) for tick, velocity in some.items()), length)
    swung = Grid.from_pattern(pattern).to_pattern(swing)
    assert len(swung.notes) == len(pattern.notes)
    before = [note.velocity for note in pattern.notes]
    after = [note.velocity for note in swung.notes]
    assert any(after[turn:] + after[:turn] == before for turn in range(len(after)))


@given(hits, st.integers(1, 17))
def test_an_odd_number_of_steps_swings_as_well(hits: dict[int, int], steps: int) -> None:
    some = {tick % (steps * STEP): velocity for tick, velocity in hits.items()}
    pattern = Pattern.of((Note(tick, 38, velocity) for tick, velocity in some.items()), steps * STEP)
    assert len(Grid.from_pattern(pattern).to_pattern(1.0).notes) == len(some)
