"""The output meter says of known signals what they are."""

import numpy as np
import pytest

from livemusic.dsp.level import SILENCE_DB
from livemusic.sound.meter import OutputMeter, decibels
from livemusic.sound.protocol import Levels

RATE = 48000


def told(sound: np.ndarray, block: int = 256, voices: tuple[float, ...] = (0.0,) * 9) -> list[Levels]:
    levels: list[Levels] = []
    meter = OutputMeter(RATE, lambda: voices, levels.append)
    for start in range(0, len(sound), block):
        meter.push(sound[start : start + block].astype(np.float32))
    return levels


def sine(amplitude: float, seconds: float = 2.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)


def test_a_sine_reads_its_peak_and_three_decibels_less() -> None:
    level = told(np.stack([sine(0.5), sine(0.1)], axis=1))[-1]
    assert level.peak_db == pytest.approx((-6.0, -20.0), abs=0.15)
    assert level.rms_db == pytest.approx((-9.0, -23.0), abs=0.15)


def test_silence_is_told_once() -> None:
    assert told(np.zeros((RATE, 2))) == [Levels()]


def test_it_is_told_about_twenty_times_a_second() -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (RATE, 2)) * np.linspace(0, 1, RATE)[:, None]
    assert 15 <= len(told(noise)) <= 20


def test_the_sizes_of_the_blocks_change_no_reading() -> None:
    sound = np.stack([sine(0.5, 1.0), sine(0.2, 1.0)], axis=1)
    ends = [told(sound, block)[-1] for block in (64, 240, 2400)]
    for end in ends[1:]:
        assert end.peak_db == pytest.approx(ends[0].peak_db, abs=0.15)
        assert end.rms_db == pytest.approx(ends[0].rms_db, abs=0.15)


def test_the_voices_are_told_in_decibels() -> None:
    levels = told(np.zeros((RATE, 2)), voices=(1.0, 0.5, *(0.0,) * 7))
    assert levels[0].voices_db == (0.0, -6.0, *(SILENCE_DB,) * 7)
    assert decibels(1e-9) == SILENCE_DB
