"""The plain piano: pitch, onsets, damper, dynamics and level."""

import numpy as np
import pytest

from livemusic.music.pattern import Note
from livemusic.music.roll import TICKS_PER_SECOND
from livemusic.sound.piano import PEAK, render_piano
from livemusic.sound.synth import hertz

RATE = 22050


def note(at: float, pitch: int, velocity: int = 80, long: float = 0.5) -> Note:
    return Note(round(at * TICKS_PER_SECOND), pitch, velocity, round(long * TICKS_PER_SECOND), 0)


def loudness(sound: np.ndarray, start: float, seconds: float = 0.05) -> float:
    part = sound[round(start * RATE) : round((start + seconds) * RATE)]
    return float(np.sqrt(np.mean(part**2)))


@pytest.mark.parametrize("pitch", [33, 45, 60, 69, 81, 96])
def test_a_key_sounds_at_its_pitch(pitch: int) -> None:
    sound = render_piano([note(0, pitch, long=1.0)], RATE)[:RATE].mean(1)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * len(sound)))
    expected = hertz(pitch)
    around = np.arange(len(spectrum)) * RATE / (8 * len(sound))
    near = (around > expected * 0.9) & (around < expected * 1.1)
    assert around[near][spectrum[near].argmax()] == pytest.approx(expected, rel=0.004)


def test_onsets_are_where_the_notes_are() -> None:
    times = [0.5, 1.0, 1.37, 2.2]
    sound = render_piano([note(at, 50 + 3 * number, long=0.2) for number, at in enumerate(times)], RATE)
    assert loudness(sound, 0.4) < 0.01
    for at in times:
        assert loudness(sound, at + 0.002) > 3 * loudness(sound, at - 0.052)


def test_the_damper_falls_when_the_note_ends() -> None:
    short, long = (render_piano([note(0, 48, long=held)], RATE) for held in (0.3, 2.0))
    assert loudness(short, 0.8) < 0.2 * loudness(long, 0.8)


def test_louder_keys_are_louder_and_brighter() -> None:
    sound = render_piano([note(0, 60, 40), note(2, 60, 110)], RATE)
    soft, hard = sound[:RATE].mean(1), sound[2 * RATE : 3 * RATE].mean(1)
    assert loudness(sound, 2.0, 0.5) > 2 * loudness(sound, 0.0, 0.5)
    centres = [np.average(np.arange(RATE // 2 + 1), weights=np.abs(np.fft.rfft(part))) for part in (soft, hard)]
    assert centres[1] > 1.1 * centres[0]


def test_the_peak_is_always_the_same_and_nothing_clips() -> None:
    chance = np.random.default_rng(1)
    busy = [note(float(at), int(chance.integers(21, 109)), 127, 3.0) for at in chance.uniform(0, 4, 200)]
    for notes in ([note(0, 60, 5)], busy):
        sound = render_piano(notes, RATE)
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() == pytest.approx(PEAK, rel=1e-4)


def test_silence_and_a_note_that_never_ends() -> None:
    assert not render_piano([], RATE).any()
    endless = Note(0, 60, 80, 1 << 31, 0)
    assert len(render_piano([endless], RATE)) < 10 * RATE
