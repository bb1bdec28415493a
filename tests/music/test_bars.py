"""Bar lines in music whose meter changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.bars import Bars
from livemusic.music.tempo import Meter

FOUR, THREE, SEVEN = Meter(), Meter(3, 4), Meter(7, 8)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ([], [0, 3840, 7680]),
        ([(0, THREE)], [0, 2880, 5760]),
        ([(7, THREE)], [0, 2880, 5760]),  # a hair late
        ([(0, Meter(1, 4)), (960, FOUR)], [0, 960, 4800]),
        ([(3840, SEVEN)], [0, 3840, 7200]),
        ([(5000, THREE)], [0, 3840, 5000, 7880]),  # in the middle of a bar: that one is short
        ([(0, FOUR), (960, FOUR)], [0, 3840, 7680]),
        ([(0, THREE), (0, SEVEN)], [0, 3360, 6720]),
        ([(3840, THREE), (3850, SEVEN)], [0, 3840, 7200]),
    ],
)
def test_a_change_of_meter_begins_a_bar(changes: list[tuple[int, Meter]], lines: list[int]) -> None:
    bars = Bars.of(changes)
    found = [0]
    while len(found) < len(lines):
        found.append(bars.next_line(found[-1] + 1))
    assert found == lines
    assert bars.back(lines[-1], len(lines) - 1) == 0
    assert bars.back(lines[-1], 1) == lines[-2]
    assert bars.back(lines[-1], 99) == 0


def test_the_meter_that_holds_longest_prevails() -> None:
    bars = Bars.of([(0, Meter(1, 4)), (960, FOUR), (8640, THREE)])
    assert bars.prevailing(960) == Meter(1, 4)
    assert bars.prevailing(8640) == FOUR
    assert bars.prevailing(8640 + 7680) == FOUR
    assert bars.prevailing(30_000) == THREE


@given(
    st.lists(st.tuples(st.integers(0, 50_000), st.sampled_from([FOUR, THREE, SEVEN, Meter(5, 16)]))),
    st.integers(0, 90_000),
)
def test_lines_are_on_both_sides(changes: list[tuple[int, Meter]], tick: int) -> None:
    bars = Bars.of(sorted(changes, key=lambda change: change[0]))
    before, after = bars.line(tick), bars.next_line(tick)
    assert before <= tick <= after
    assert bars.line(after) == bars.next_line(after) == after
    assert bars.line(before) == before
    assert before == after or bars.next_line(before + 1) == after
