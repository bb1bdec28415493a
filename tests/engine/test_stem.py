"""A sound of a take on the engine's clock: exact while clocks agree, bent where they drift, silent where it lacks."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.engine.stem import Stem

RATE = 48000


def sine(seconds: float, hertz: float = 200.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE))[:, None].astype(np.float32)


def record(path: Path, sound: np.ndarray, ppm: float = 0.0, jitter: float = 0.0, block: int = 480) -> np.ndarray:
    """What is in the file, of a card that is `ppm` millionths too fast and brings its sound up to `jitter` s late."""
    rng = np.random.default_rng(0)
    stem = Stem(path, RATE, sound.shape[1], 10.0)
    for begin in range(0, len(sound), block):
        at = 10.0 + begin / (RATE * (1 + ppm * 1e-6)) + (jitter * rng.uniform() if begin else 0.0)
        stem.add(at, sound[begin : begin + block])
    stem.close()
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


@pytest.mark.parametrize("block", [1, 7, 480, 5000])
def test_while_clocks_agree_it_is_what_came(tmp_path: Path, block: int) -> None:
    sound = sine(0.2) if block == 1 else sine(12.0)
    heard = record(tmp_path / "a.flac", sound, jitter=0.0015, block=block)
    assert len(heard) == len(sound)
    assert np.abs(heard - sound).max() < 2e-7


@pytest.mark.parametrize("ppm", [-150, -40, 40, 150])
def test_what_drifts_is_bent_without_a_click(tmp_path: Path, ppm: float) -> None:
    seconds = 90.0
    heard = record(tmp_path / "a.flac", sine(seconds), ppm, jitter=0.02)
    length = seconds / (1 + ppm * 1e-6)
    assert abs(len(heard) / RATE - length) < 0.004  # without it: 13 ms at 150 ppm
    assert np.abs(np.diff(heard, axis=0)).max() < 1.02 * 0.3 * 2 * np.pi * 200 / RATE


def test_what_is_missing_is_silence(tmp_path: Path) -> None:
    stem = Stem(tmp_path / "a.flac", RATE, 1, 0.0)
    stem.add(0.5, sine(1.0))
    stem.add(2.5, sine(1.0))
    stem.finish(4.0)
    stem.add(3.5, sine(1.0))
    stem.close()
    heard = soundfile.read(tmp_path / "a.flac", dtype="float32", always_2d=True)[0]
    assert len(heard) == 4 * RATE
    expected = np.zeros((4 * RATE, 1), np.float32)
    expected[24000:72000] = sine(1.0)
    expected[120000:168000] = sine(1.0)
    expected[168000:] = sine(0.5)
    assert np.abs(heard - expected).max() < 2e-7


def test_it_ends_with_the_take_though_less_came(tmp_path: Path) -> None:
    stem = Stem(tmp_path / "a.flac", RATE, 2, 0.0)
    stem.add(0.0, np.repeat(sine(0.5), 2, axis=1))
    stem.finish(2.0)
    stem.close()
    assert soundfile.info(tmp_path / "a.flac").frames == 2 * RATE


def test_what_comes_twice_is_left_out(tmp_path: Path) -> None:
    stem = Stem(tmp_path / "a.flac", RATE, 1, 0.0)
    stem.add(0.0, sine(2.0))
    stem.add(1.0, sine(2.0))
    stem.close()
    assert soundfile.info(tmp_path / "a.flac").frames == pytest.approx(3 * RATE, abs=10)


def test_silence_is_as_long_as_it_takes(tmp_path: Path) -> None:
    """After a pause what comes is in its place at once, however far the clocks had strayed."""
    stem = Stem(tmp_path / "a.flac", RATE, 1, 0.0)
    stem.add(0.02, sine(1.0))
    for number in range(20):
        stem.add(1.02 + 0.05 * number + 0.06 * (number > 5) - 0.1 * (number > 12), np.zeros((2400, 1), np.float32))
    stem.add(1.98, sine(0.5))
    stem.close()
    heard = soundfile.read(tmp_path / "a.flac", dtype="float32", always_2d=True)[0]
    expected = np.zeros((round(2.48 * RATE), 1), np.float32)
    expected[960 : 960 + RATE], expected[95040:] = sine(1.0), sine(0.5)
    assert len(heard) == pytest.approx(len(expected), abs=100)
    begun = int(np.flatnonzero(np.abs(heard[60000:]) > 1e-3)[0]) + 60000
    assert begun == pytest.approx(95040, abs=100)
    assert np.abs(heard[: 960 + RATE] - expected[: 960 + RATE]).max() < 2e-7
