"""Rows of probabilities go in, hits come out: examples first, then what holds for any rows."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.hits import BELL, HeardHit, HitPicker
from livemusic.dsp.lanes import CYMBAL, DRUM, HAT, HIT, LANES, TOM, above

HOP = 0.01
KICK, SNARE, CLOSED, OPEN, LOW_TOM, MID_TOM, CRASH = 0, 1, 2, 3, 4, 5, 7
Rows = npt.NDArray[np.float64]


def rows_with(count: int, *peaks: tuple[int, int, float], velocity: float = 0.5) -> Rows:
    """Rows `(count, 28)` with peaks at (row, lane, probability), and a bell's slopes a row before and after."""
    rows = np.zeros((count, 2 * len(LANES)))
    rows[:, len(LANES) :] = velocity
    for row, lane, probability in peaks:
        for near in range(max(0, row - 1), min(count, row + 2)):
            bell = np.exp(-0.5 * ((near - row) / BELL) ** 2)
            rows[near, lane] = max(rows[near, lane], bell * probability)
    return rows


def heard(rows: Rows, delay: int = 0, first_s: float = 0.0) -> list[HeardHit]:
    picker = HitPicker(HOP, delay, [0.4] * len(LANES), first_s)
    return [hit for row in rows for hit in picker.push(row)] + picker.flush()


def test_a_voice_is_told_with_the_row_that_makes_it_sure() -> None:
    picker = HitPicker(HOP, 2, [0.4] * len(LANES), 0.035)
    told = [picker.push(row) for row in rows_with(20, (10, KICK, 0.9), velocity=0.7)]
    assert [row for row, hits in enumerate(told) if hits] == [10]
    (hit,) = told[10]
    assert hit == HeardHit(pytest.approx(0.035 + (10 - 2) * HOP), KICK, pytest.approx(0.7), pytest.approx(0.9), KICK)


def test_between_rows_the_time_is_where_the_bell_lies() -> None:
    for middle in (4.6, 4.8, 5.0, 5.2, 5.4):
        rows = np.zeros((10, 2 * len(LANES)))
        rows[:, SNARE] = 0.9 * np.exp(-0.5 * ((np.arange(10) - middle) / BELL) ** 2)
        (hit,) = heard(rows)
        assert hit.t == pytest.approx(middle * HOP, abs=1e-6)


def test_what_stays_probable_is_one_hit() -> None:
    rows = np.zeros((30, 2 * len(LANES)))
    rows[5:25, KICK] = 0.9
    assert len(heard(rows)) == 1


def test_what_is_under_its_threshold_is_no_hit() -> None:
    assert heard(rows_with(10, (5, KICK, 0.39))) == []


def test_strokes_of_one_drum_are_told_apart_unless_faster_than_a_roll() -> None:
    assert len(heard(rows_with(30, (5, SNARE, 0.9), (11, SNARE, 0.9)))) == 2
    assert len(heard(rows_with(30, (5, SNARE, 0.9), (8, SNARE, 0.9)))) == 1


def test_drums_struck_together_are_all_told() -> None:
    lanes = {hit.lane for hit in heard(rows_with(10, (5, KICK, 0.9), (5, CLOSED, 0.8), (5, CRASH, 0.7)))}
    assert lanes == {KICK, CLOSED, CRASH}


def test_only_the_finest_sure_lane_is_told() -> None:
    lanes = [(5, lane, 0.9) for lane in (OPEN, *above(OPEN))]
    assert [hit.lane for hit in heard(rows_with(10, *lanes))] == [OPEN]


def test_a_coarse_lane_is_told_where_no_child_is_sure() -> None:
    unsure = rows_with(10, (5, CLOSED, 0.3), (5, OPEN, 0.3), (5, HAT, 0.8), (5, CYMBAL, 0.9), (5, HIT, 0.9))
    assert [hit.lane for hit in heard(unsure)] == [HAT]
    assert [hit.lane for hit in heard(rows_with(10, (5, HIT, 0.9)))] == [HIT]


def test_a_child_that_peaks_a_row_after_its_parent_is_the_one_told() -> None:
    assert [hit.lane for hit in heard(rows_with(12, (6, TOM, 0.9), (5, DRUM, 0.9), (7, LOW_TOM, 0.9)))] == [LOW_TOM]
    assert [hit.lane for hit in heard(rows_with(12, (5, KICK, 0.9), (6, DRUM, 0.9), (7, HIT, 0.9)))] == [KICK]


def test_a_parent_is_told_beside_the_child_of_another() -> None:
    hits = heard(rows_with(10, (5, KICK, 0.9), (5, DRUM, 0.9), (5, CYMBAL, 0.7), (5, HIT, 0.9)))
    assert [hit.lane for hit in hits] == [KICK, CYMBAL]


def test_there_is_one_hi_hat() -> None:
    assert [hit.lane for hit in heard(rows_with(10, (5, CLOSED, 0.6), (5, OPEN, 0.8)))] == [OPEN]
    assert [hit.lane for hit in heard(rows_with(12, (5, CLOSED, 0.6), (7, OPEN, 0.8)))] == [CLOSED]
    assert [hit.lane for hit in heard(rows_with(20, (5, CLOSED, 0.6), (10, OPEN, 0.8)))] == [CLOSED, OPEN]
    assert [hit.lane for hit in heard(rows_with(10, (5, LOW_TOM, 0.9), (5, MID_TOM, 0.8)))] == [LOW_TOM]


def test_bad_numbers_are_no_hits_and_bad_shapes_are_refused() -> None:
    picker = HitPicker(HOP, 0, [0.4] * len(LANES))
    assert all(picker.push(np.full(2 * len(LANES), np.nan)) == [] for _ in range(5))
    with pytest.raises(ValueError, match="28"):
        picker.push(np.zeros(14))
    with pytest.raises(ValueError, match="lanes"):
        HitPicker(HOP, 0, [0.5])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_rows_give_sane_hits(seed: int) -> None:
    rows = np.random.default_rng(seed).random((60, 2 * len(LANES)))
    hits = heard(rows, delay=1, first_s=0.02)
    for hit in hits:
        assert 0 <= hit.t < 0.02 + 60 * HOP
        assert 0 <= hit.velocity <= 1
        assert 0.4 <= hit.probability <= 1
    for lane in range(len(LANES)):
        times = [hit.t for hit in hits if hit.lane == lane]
        assert all(later - earlier > 0.02 for earlier, later in pairwise(times))
