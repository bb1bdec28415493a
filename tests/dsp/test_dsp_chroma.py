"""Chroma: the right classes, the tuning, nothing for noise, and the same whatever the blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.chroma import Chroma, ChromaRow
from livemusic.dsp.resample import Resampler
from tests.progressions import RATE, played


def numbers(rows: list[ChromaRow]) -> np.ndarray:
    return np.array([[row.t, *row.classes, *row.bass, row.partials, row.pitched, row.tuning] for row in rows])


def heard(sound: np.ndarray, rate: float = RATE) -> list[ChromaRow]:
    chroma = Chroma(rate)
    return chroma.push(sound) + chroma.flush()


def tones(*hertz: float, seconds: float = 2.0, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return sum(0.1 * np.sin(2 * np.pi * f * k * t) / k for f in hertz for k in (1, 2, 3)).astype(np.float32)


@pytest.mark.parametrize("pitch", range(45, 90, 5))
def test_a_note_is_its_pitch_class_whatever_its_overtones(pitch: int) -> None:
    row = heard(tones(440 * 2 ** ((pitch - 69) / 12)))[-5]
    assert row.classes.argmax() == pitch % 12
    assert row.classes[pitch % 12] > 0.8 * row.classes.sum()


def test_the_bass_is_told_apart() -> None:
    row = heard(tones(110.0, 440 * 2 ** (-5 / 12), 440 * 2 ** (3 / 12)))[-5]  # A below, E and C above
    assert row.bass.argmax() == 9
    assert set(np.argsort(row.classes)[-3:]) == {9, 4, 0}


@pytest.mark.parametrize("cents", [-40, -15, 0, 15, 40])
def test_the_tuning_is_followed(cents: float) -> None:
    sound = tones(*(440 * 2 ** ((step + cents / 100) / 12) for step in (-9, -5, 0)))
    row = heard(sound)[-3]
    assert row.tuning * 100 == pytest.approx(cents, abs=6)
    assert set(np.argsort(row.classes)[-3:]) == {0, 4, 9}


def test_loudness_counts_beside_the_loudest_only() -> None:
    sound = played(((0, ""), (7, "7")))
    loud, soft = (numbers(heard(level * sound)) for level in (1.0, 0.1))
    np.testing.assert_allclose(loud[20:-10, 1:13], soft[20:-10, 1:13], atol=0.02)


def test_noise_and_clicks_have_no_pitch() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, 5 * RATE).astype(np.float32)
    clicks = np.where(np.arange(5 * RATE) % 5000 < 300, noise * 5, 0).astype(np.float32)
    for sound in (noise, clicks):
        assert np.mean([row.pitched for row in heard(sound)]) < 0.2
    assert np.mean([row.pitched for row in heard(played(((0, ""),)))]) > 2


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000])
def test_any_rate_hears_the_same(rate: int) -> None:
    chord = played(((9, "m"),))
    here, there = heard(chord), heard(Resampler(RATE, rate).push(chord), rate)
    one, other = (np.mean([row.classes for row in rows[5:25]], 0) for rows in (here, there))
    assert float(one @ other) > 0.97 * float(np.linalg.norm(one) * np.linalg.norm(other))


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 3 * RATE), max_size=12).map(sorted))
def test_the_same_rows_for_any_block_sizes(cuts: list[int]) -> None:
    sound = played(((2, "m7"), (7, "7")))
    whole, chroma = heard(sound), Chroma(RATE)
    pieces = [row for piece in np.split(sound, cuts) for row in chroma.push(piece)] + chroma.flush()
    np.testing.assert_allclose(numbers(pieces), numbers(whole), atol=1e-3)


def test_bad_samples_are_silence_and_bad_rates_are_refused() -> None:
    bad = np.full(RATE, np.nan, np.float32)
    assert all(not row.classes.any() for row in heard(bad))
    for rate in (4000, 400000):
        with pytest.raises(ValueError, match=str(rate)):
            Chroma(rate)
