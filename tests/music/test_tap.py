"""A tempo out of taps, one of which may be bad."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.tap import Taps


def tapped(taps: list[float]) -> float | None:
    tempo = Taps()
    bpm = None
    for at in taps:
        bpm = tempo.hear(at)
    assert bpm == tempo.bpm
    return bpm


def test_two_taps_make_a_tempo_and_one_does_not() -> None:
    assert tapped([3.0]) is None
    assert tapped([3.0, 3.5]) == pytest.approx(120.0)


def test_a_finger_that_wavers_is_averaged() -> None:
    random = Random(0)
    assert tapped([beat * 0.5 + random.gauss(0, 0.012) for beat in range(8)]) == pytest.approx(120.0, abs=1.5)


@pytest.mark.parametrize(
    "taps",
    [
        [0, 0.5, 1.0, 1.5, 2.5, 3.0],  # one missed
        [0, 0.5, 1.0, 1.27, 1.5, 2.0, 2.5],  # one too many
        [0, 0.5, 1.0, 1.7, 2.0, 2.5, 3.0],  # one far off
        [0, 0.5, 1.0, 1.5, 2.0, 2.35],  # the last one bad
        [0, 0.3, 0.8, 1.3, 1.8, 2.3],  # the first one bad
        [0, 0.5, 0.52, 1.0, 1.03, 1.5],  # a finger that bounces
    ],
)
def test_one_bad_tap_is_forgiven(taps: list[float]) -> None:
    assert tapped(taps) == pytest.approx(120.0, abs=1.0)


def test_a_pause_begins_anew() -> None:
    assert tapped([0, 0.5, 1.0, 1.5, 3.6]) is None
    assert tapped([0, 0.5, 1.0, 1.5, 3.6, 4.2]) == pytest.approx(100.0)


def test_another_tempo_takes_over_within_eight_taps() -> None:
    assert tapped([beat * 0.5 for beat in range(8)] + [3.5 + 0.4 * beat for beat in range(1, 9)]) == pytest.approx(150)


def test_what_is_too_fast_to_play_is_no_tempo() -> None:
    assert tapped([0, 0.1, 0.2, 0.3]) is None


@given(st.lists(st.floats(0, 3), max_size=20))
def test_any_taps_give_a_tempo_in_range_or_none(gaps: list[float]) -> None:
    tempo, now = Taps(), 0.0
    for gap in gaps:
        now += gap
        bpm = tempo.hear(now)
        assert bpm is None or 20 <= bpm <= 400


@given(st.floats(32, 390), st.integers(2, 12), st.floats(-1e4, 1e6))
def test_even_taps_give_their_tempo(bpm: float, taps: int, begin: float) -> None:
    assert tapped([begin + beat * 60 / bpm for beat in range(taps)]) == pytest.approx(bpm, rel=1e-4)
