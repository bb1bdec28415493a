"""What is made of a call: every hit at its moment, coarse ones where they fit, and answers in the same groove."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.lanes import CYMBAL, DRUM, LANES, TOM
from livemusic.dsp.lanes import HAT as ANY_HAT
from livemusic.dsp.lanes import HIT as ANY
from livemusic.music.grid import HIT, OFFSET, STEP, VELOCITY, Grid
from livemusic.music.kit import Voice
from livemusic.sketch.answer import (
    DRAG,
    CallHit,
    answered,
    call_of,
    cleaned,
    enough,
    in_touch_of,
    loop_bars,
    reply,
    rolled,
    undragged,
)
from livemusic.sketch.drummer import Drummer

CALL = [
    CallHit(-30, 0, 110), CallHit(485, 2, 60), CallHit(950, 1, 100), CallHit(1440, 2, 55), CallHit(1920, 0, 90),
    CallHit(2885, 1, 104), CallHit(3370, 2, 61),
]  # fmt: skip


def test_every_hit_is_in_the_call_at_its_moment_and_as_loud() -> None:
    grid = call_of(None, CALL, 16)
    assert sorted((step * STEP + offset, voice, loud) for step, voice, loud, offset in grid.rows()) == sorted(
        (hit.tick, hit.lane, hit.velocity) for hit in CALL
    )


def test_a_flam_stays_one() -> None:
    grid = call_of(None, [CallHit(960, 1, 100), CallHit(930, 1, 40)], 16)
    assert grid.rows() == [(4, 1, 100, 0), (4, 1, 40, -30)]


def test_hits_outside_the_call_are_left_out() -> None:
    assert call_of(None, [CallHit(-121, 0, 90), CallHit(3840 - 120, 0, 90), CallHit(0, 0, 80)], 16).count == 1


@pytest.mark.parametrize(("lane", "voices"), [
    (ANY_HAT, {2, 3}), (TOM, {4, 5, 6}), (CYMBAL, {2, 3, 7, 8}), (DRUM, {0, 1, 4, 5, 6}), (ANY, set(range(9))),
])  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
def test_a_coarse_hit_becomes_a_voice_below_it(drummer: Drummer, lane: int, voices: set[int], known: bool) -> None:
    grid = call_of(drummer if known else None, [*CALL, CallHit(720, lane, 70)], 16)
    assert grid.count == len(CALL) + 1
    assert set(np.flatnonzero(grid.hits[3])) <= voices


def test_a_coarse_hit_goes_where_the_drummer_has_a_habit(drummer: Drummer) -> None:
    assert call_of(drummer, [CallHit(960, DRUM, 70)], 16).hits[4, Voice.SNARE]
    assert call_of(drummer, [CallHit(480, ANY_HAT, 70)], 16).hits[2, Voice.CLOSED_HAT]


def test_two_coarse_hits_at_once_become_two_voices() -> None:
    assert call_of(None, [CallHit(0, TOM, 70), CallHit(3, TOM, 80)], 16).hits[0].sum() == 2


def test_a_few_strokes_are_no_groove() -> None:
    assert not enough(CALL[:1], 1)
    assert enough(CALL[:2], 1)
    assert not enough(CALL[:3], 4)


def test_no_freedom_is_the_call_and_the_same_seed_the_same_answer(drummer: Drummer) -> None:
    call = call_of(None, CALL, 16)
    assert reply(drummer, call, 0.0) == call
    assert reply(drummer, call, 1.0, 5) == reply(drummer, call, 1.0, 5)
    with pytest.raises(ValueError, match="freedom"):
        reply(drummer, call, 1.5)


def test_what_is_made_up_is_as_loud_and_as_late_as_the_call_plays_there() -> None:
    call = Grid.of([(0, 0, 100, 0), (4, 1, 90, 24), (12, 1, 90, 24), (2, 2, 40, 60), (6, 2, 40, 60)], 16)
    new = Grid.of([(0, 0, 100, 0), (8, 1, 127, -100), (10, 2, 127, -100)], 16)
    touched = in_touch_of(call, new).values
    assert touched[0, 0].tolist() == call.values[0, 0].tolist()
    for (step, voice), (loud, late) in {(8, 1): (90 / 127, 24 / STEP), (10, 2): (40 / 127, 60 / STEP)}.items():
        assert abs(touched[step, voice, VELOCITY] - loud) < 0.1
        assert abs(touched[step, voice, OFFSET] - late) < 0.1


def test_cleaning_takes_out_and_puts_in_only_what_is_sure(drummer: Drummer) -> None:
    call = call_of(None, CALL, 16)
    clean = cleaned(drummer, call)
    kept = call.hits & clean.hits
    assert (clean.values[kept] == call.values[kept]).all()


@pytest.mark.parametrize(("late", "wanted"), [(0.01, 0.01), (0.09, DRAG), (-0.06, -DRAG)])
def test_an_answer_is_never_dragged_farther_than_drummers_do(late: float, wanted: float) -> None:
    step = 60 / 60 / 4
    values = np.zeros((16, 9, 3), np.float32)
    values[[0, 4, 8], 1] = 1.0, 0.8, late / step
    moved = undragged(Grid(values), 60.0)
    assert np.median(moved.values[..., OFFSET][moved.hits]) * step == pytest.approx(wanted, abs=1e-4)


def test_a_rolled_loop_begins_later() -> None:
    grid = Grid.of([(0, 0, 100, -20), (0, 0, 30, 40), (5, 1, 90, 10)], 16)
    assert rolled(grid, 16) == grid
    assert rolled(grid, 19).rows() == [(3, 0, 100, -20), (3, 0, 30, 40), (8, 1, 90, 10)]


def test_loops_of_one_two_and_four_bars_are_told_apart() -> None:
    bars = [
        Grid.of([(step, voice, 90, 0) for step in steps], 16)
        for voice, steps in enumerate([(0, 4), (2, 9), (7,), (1,)])
    ]
    a, b, c, d = bars
    assert loop_bars([a]) == 1
    assert loop_bars([a, a, a]) == 1
    assert loop_bars([a, b, a, b]) == 2
    assert loop_bars([a, b, c, d] * 2) == 4
    assert loop_bars([a, b, c, d]) == 1


hits = st.lists(
    st.builds(
        CallHit, st.integers(-120, 2 * 3840), st.integers(0, len(LANES) - 1), st.integers(1, 127), st.integers(-1, 8)
    ),
    max_size=60,
)


@settings(max_examples=30, deadline=None)
@given(hits, st.floats(0, 1), st.booleans(), st.sampled_from([16, 12, 14, 7, 1]))
def test_whatever_is_heard_the_answer_is_a_pattern_as_long(
    drummer: Drummer, heard: list[CallHit], freedom: float, sure: bool, bar: int
) -> None:
    grid = answered(drummer, heard, 2 * bar, freedom, 3, 97.0, bar, sure)
    assert grid.steps == 2 * bar
    grid.to_pattern()
    assert np.isfinite(grid.values).all()
    assert not (grid.values[..., HIT] % 1).any()
