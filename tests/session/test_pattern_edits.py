"""The words for a hand in a pattern: checked, written, and kept within 1 to 32 bars."""

import msgspec
import pytest

from livemusic.engine.pattern_edits import EditPattern
from livemusic.music.grid import STEP, Grid
from livemusic.session.edits import MOST_BARS
from livemusic.session.pattern_edits import (
    ClearLane,
    DoublePattern,
    DrawHit,
    DuplicateBar,
    FillLane,
    HalvePattern,
    MoveHits,
    PasteHits,
    RandomiseVelocity,
    RemoveBar,
    RotateLane,
    SetOrnament,
    SetStep,
    SetStepOrnament,
)

BAR = 16 * STEP
TWO = Grid.of([(0, 0, 100, 0), (16, 1, 90, 0)], 32)


def test_bars_are_duplicated_and_removed_by_number_or_the_last() -> None:
    first, last = DuplicateBar(0).made_of(TWO, BAR), DuplicateBar().made_of(TWO, BAR)
    assert [row[:2] for row in first.rows()] == [(0, 0), (16, 0), (32, 1)]
    assert [row[:2] for row in last.rows()] == [(0, 0), (16, 1), (32, 1)]
    assert RemoveBar(0).made_of(first, BAR) == TWO == RemoveBar().made_of(last, BAR)
    with pytest.raises(ValueError, match="no bar 3: the pattern has 2"):
        DuplicateBar(2).made_of(TWO, BAR)
    with pytest.raises(ValueError, match="one bar"):
        RemoveBar().made_of(Grid.empty(16), BAR)


def test_a_pattern_is_doubled_up_to_the_most_bars_and_halved_down_to_one() -> None:
    grid = TWO
    for bars in (4, 8, 16, 32):
        grid = DoublePattern().made_of(grid, BAR)
        assert grid.length == bars * BAR
    assert bars == MOST_BARS
    with pytest.raises(ValueError, match="32 bars"):
        DoublePattern().made_of(grid, BAR)
    with pytest.raises(ValueError, match="32 bars"):
        DuplicateBar().made_of(grid, BAR)
    for _ in range(4):
        grid = HalvePattern().made_of(grid, BAR)
    assert grid == TWO
    with pytest.raises(ValueError, match="1 bar cannot be halved"):
        HalvePattern().made_of(HalvePattern().made_of(grid, BAR), BAR)


def test_bars_follow_the_meter() -> None:
    bar = 14 * STEP
    seven = Grid.of([(0, 0, 100, 0), (14, 1, 100, 0)], 28)
    assert [row[:2] for row in DuplicateBar(0).made_of(seven, bar).rows()] == [(0, 0), (14, 0), (28, 1)]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DrawHit(9, 0), "voice 9"),
        (lambda: DrawHit(0, 0, 0), "velocity 0"),
        (lambda: SetStep(0, 0, 128), "velocity 128"),
        (lambda: FillLane(0, 0), "every 0"),
        (lambda: RandomiseVelocity(0, 1.5), "amount 1.5"),
    ],
)
def test_what_cannot_be_is_refused(make, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_an_ornament_on_a_step_finds_its_hit_wherever_it_lies_and_says_where_there_is_none() -> None:
    grid = Grid.of([(4, 1, 100, -30)], 16)
    flam = SetStepOrnament(1, 4, "flam").made_of(grid, BAR)
    assert flam == SetOrnament(((1, 4 * STEP - 30),), "flam").made_of(grid, BAR)
    assert SetStepOrnament(1, 4, "none").made_of(flam, BAR) == grid
    with pytest.raises(ValueError, match="no snare on step 5"):
        SetStepOrnament(1, 5, "flam").made_of(grid, BAR)


def test_they_come_over_the_wire_as_they_were() -> None:
    for edit in (
        DrawHit(1, -20, 90),
        SetStep(1, 3, 0),
        MoveHits(((0, 0), (1, 240)), 240),
        SetOrnament(((0, 0),), "flam"),
        PasteHits(((0, 1, 90, -20),), 4),
        DuplicateBar(1),
        ClearLane(3),
        RotateLane(3, -1),
    ):
        request = EditPattern(2, edit)
        assert msgspec.json.decode(msgspec.json.encode(request), type=EditPattern) == request


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (DrawHit(1, 0), "draw snare in C"),
        (MoveHits(((0, 0), (1, 240)), 240), "move 2 hits in C"),
        (SetOrnament(((0, 0),), "flam"), "flam on a hit in C"),
        (SetOrnament(((0, 0),), "none"), "no ornament on a hit in C"),
        (DoublePattern(), "double pattern in C"),
        (FillLane(2, 4), "fill closed hat in C"),
    ],
)
def test_undo_calls_them_by_what_they_do(edit, words: str) -> None:
    assert EditPattern(2, edit).called() == words
