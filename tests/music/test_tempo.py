"""Ticks and seconds, and the ramp between two tempi against its exact integral."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.music.tempo import TICKS_PER_BEAT, TempoMap

tempi = st.floats(20.0, 400.0)


def integral(bpm: float, to: float, over: int, ticks: int) -> float:
    """The seconds of the first `ticks` of a ramp, by Simpson's rule on 2,000 pieces."""
    pieces = 2000
    step = ticks / pieces

    def rate(x: float) -> float:
        return 60 / TICKS_PER_BEAT / (bpm + (to - bpm) * x / over)

    inner = sum((4 if n % 2 else 2) * rate(n * step) for n in range(1, pieces))
    return step / 3 * (rate(0) + inner + rate(ticks))


@settings(deadline=None)
@given(tempi, tempi, st.integers(1, 64), st.integers(1, 100))
def test_a_ramp_takes_as_long_as_the_integral_of_its_tempo(bpm: float, to: float, bars: int, percent: int) -> None:
    over = bars * 4 * TICKS_PER_BEAT
    ramp = TempoMap(bpm, 100.0, 3840).ramped(to, 7680, over)
    ticks = over * percent // 100
    begin = 100.0 + 3840 * 60 / bpm / TICKS_PER_BEAT
    assert ramp.seconds_at(7680) == pytest.approx(begin, abs=1e-9)
    assert ramp.seconds_at(7680 + ticks) - begin == pytest.approx(integral(bpm, to, over, ticks), rel=1e-7)


@given(tempi, tempi, st.integers(0, 40_000))
def test_every_tick_of_a_ramp_is_found_again_by_its_moment(bpm: float, to: float, tick: int) -> None:
    ramp = TempoMap(bpm, 5.0, 0).ramped(to, 3840, 8 * 3840)
    assert ramp.tick_at(ramp.seconds_at(tick)) == tick
    assert ramp.position(ramp.seconds_at(tick)) == pytest.approx(tick, abs=1e-5)


def test_from_60_to_120_in_4_beats_takes_four_seconds_times_the_logarithm_of_2() -> None:
    ramp = TempoMap(60.0, 0.0, 0).ramped(120.0, 0, 4 * TICKS_PER_BEAT)
    assert ramp.seconds_at(4 * TICKS_PER_BEAT) == pytest.approx(4 * 0.6931471805599453, abs=1e-12)
    assert [ramp.bpm_at(beat * TICKS_PER_BEAT) for beat in (-1, 0, 1, 2, 4, 9)] == [60, 60, 75, 90, 120, 120]


def test_before_a_ramp_and_after_it_time_is_straight() -> None:
    ramp = TempoMap(60.0, 10.0, 0).ramped(120.0, 3840, 3840)
    assert ramp.seconds_at(-960) == pytest.approx(9.0)
    assert ramp.seconds_at(960) == pytest.approx(11.0)
    assert ramp.seconds_at(7680 + 960) - ramp.seconds_at(7680) == pytest.approx(0.5)
    assert ramp.final == 120.0


def test_a_ramp_between_equal_tempi_is_a_straight_line() -> None:
    ramp, line = TempoMap(97.0, 1.0, 5).ramped(97.0, 965, 3840), TempoMap(97.0, 1.0, 5)
    for tick in (0, 5, 965, 2000, 9000):
        assert ramp.seconds_at(tick) == pytest.approx(line.seconds_at(tick), abs=1e-9)
        assert ramp.tick_at(line.seconds_at(tick)) == tick


def test_a_typed_tempo_leaves_a_ramp_where_it_has_come_to() -> None:
    ramp = TempoMap(60.0, 0.0, 0).ramped(120.0, 0, 3840)
    line = ramp.with_bpm(100.0, 1920)
    assert line.seconds_at(1920) == ramp.seconds_at(1920)
    assert (line.bpm_at(1920), line.to) == (100.0, None)


def test_a_ramp_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="ramp of 0 ticks"):
        TempoMap().ramped(100.0, 0, 0)
