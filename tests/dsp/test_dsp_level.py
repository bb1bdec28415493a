import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.level import LevelMeter

RATE = 1000


def test_nothing_heard_reads_the_floor() -> None:
    level = LevelMeter(RATE).push([])
    assert (level.peak_db, level.rms_db, level.silent) == (-120, -120, False)


def test_a_full_scale_sine_reads_0_and_minus_3() -> None:
    sine = np.sin(2 * np.pi * 50 * np.arange(3 * RATE) / RATE + 0.3)
    level = LevelMeter(RATE).push(sine)
    assert level.peak_db == pytest.approx(0, abs=0.5)
    assert level.rms_db == pytest.approx(-3.01, abs=0.1)


def test_the_peak_falls_20_db_in_1700_ms() -> None:
    meter = LevelMeter(RATE)
    assert meter.push([1.0]).peak_db == pytest.approx(0)
    assert meter.push(np.zeros(1700)).peak_db == pytest.approx(-20)
    assert meter.push(np.zeros(20000)).peak_db == -120


def test_two_seconds_of_exact_zeros_are_a_dead_microphone() -> None:
    meter = LevelMeter(RATE)
    meter.push([0.5])
    assert not meter.push(np.zeros(1999)).silent
    assert meter.push([0.0]).silent
    assert not meter.push([1e-6]).silent


def test_bad_samples_do_not_spoil_the_meter() -> None:
    meter = LevelMeter(RATE)
    meter.push([np.nan, np.inf, -np.inf])
    assert meter.push(np.zeros(0)).peak_db == -120


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(0, 5000), max_size=8).map(sorted), seed=st.integers(0, 99))
def test_the_same_level_for_any_block_sizes(cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(5000).astype(np.float32) * 0.1
    sound[1000:4000] = 0
    whole, pieces = LevelMeter(RATE), LevelMeter(RATE)
    expected = whole.push(sound)
    for block in np.split(sound, cuts):
        level = pieces.push(block)
    assert level.peak_db == pytest.approx(expected.peak_db, abs=1e-9)
    assert level.rms_db == pytest.approx(expected.rms_db, abs=1e-9)
    assert level.silent == expected.silent


def test_refuses_no_rate() -> None:
    with pytest.raises(ValueError, match="sample rate"):
        LevelMeter(0)
