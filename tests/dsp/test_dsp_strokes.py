import numpy as np
import pytest

from livemusic.dsp.onset import SpectralFlux
from livemusic.dsp.strokes import strokes

RATE = 44100


def struck(seconds: float, *hits: tuple[float, float, float]) -> np.ndarray:
    """Decaying tones: when, at what frequency, how loud."""
    sound = np.zeros(round(seconds * RATE))
    for at, frequency, level in hits:
        t = np.arange(round(0.12 * RATE)) / RATE
        begin = round(at * RATE)
        tone = level * np.sin(2 * np.pi * frequency * t) * np.exp(-t / 0.03)
        sound[begin : begin + len(t)] += tone[: len(sound) - begin]
    return sound.astype(np.float32)


def heard(sound: np.ndarray) -> list[tuple[float, int, float]]:
    flux = SpectralFlux(RATE)
    return [tuple(stroke) for stroke in strokes(flux.push(sound), flux)]


@pytest.mark.parametrize(("frequency", "band"), [(60.0, 0), (900.0, 1), (7000.0, 2)])
def test_strokes_are_found_in_their_band_when_they_are(frequency: float, band: int) -> None:
    times = (0.4, 0.9, 1.35)
    found = [stroke for stroke in heard(struck(2.0, *((t, frequency, 0.5) for t in times))) if stroke[1] == band]
    assert [t for t, _, _ in found] == pytest.approx(times, abs=0.02)


def test_what_is_louder_is_stronger() -> None:
    soft, loud = (s for s in heard(struck(2.0, (0.5, 900.0, 0.02), (1.2, 900.0, 0.9))) if s[1] == 1)
    assert soft[2] < loud[2] == 1.0


@pytest.mark.parametrize("sound", [np.zeros(RATE, np.float32), np.zeros(0, np.float32)])
def test_in_silence_nothing_is_struck(sound: np.ndarray) -> None:
    assert heard(sound) == []
