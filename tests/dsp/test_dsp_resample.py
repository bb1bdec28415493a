import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.resample import Resampler


def all_of(resampler: Resampler, blocks: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([*(resampler.push(block) for block in blocks), resampler.flush()])


@pytest.mark.parametrize("rate", [8000, 22050, 48000, 96000, 11025.5])
def test_a_tone_keeps_its_pitch_level_and_place(rate: float) -> None:
    sine = np.sin(2 * np.pi * 440 * np.arange(round(rate)) / rate).astype(np.float32)
    out = all_of(Resampler(rate, 44100), [sine])
    assert len(out) == pytest.approx(44100, abs=6)
    expected = np.sin(2 * np.pi * 440 * np.arange(len(out)) / 44100)
    np.testing.assert_allclose(out[4000:-4000], expected[4000:-4000], atol=1e-3)


@settings(max_examples=20)
@given(
    cuts=st.lists(st.integers(0, 9000), max_size=10).map(sorted),
    rates=st.sampled_from([(48000, 44100), (44100, 48000), (8000, 44100), (96000, 44100), (44100, 44100)]),
)
def test_the_same_samples_for_any_block_sizes(cuts: list[int], rates: tuple[int, int]) -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, 9000).astype(np.float32)
    whole = all_of(Resampler(*rates), [sound])
    pieces = all_of(Resampler(*rates), np.split(sound, cuts))
    np.testing.assert_allclose(pieces, whole, rtol=0, atol=1e-6)


def test_equal_rates_change_nothing() -> None:
    sound = np.linspace(-1, 1, 100, dtype=np.float32)
    resampler = Resampler(44100, 44100.0)
    np.testing.assert_array_equal(resampler.push(sound), sound)
    assert resampler.flush().size == 0


def test_a_bad_sample_does_not_poison_the_stream() -> None:
    resampler = Resampler(48000, 44100)
    out = all_of(resampler, [np.full(5000, np.nan, np.float32), np.full(5000, 0.5, np.float32)])
    assert np.isfinite(out).all()
    assert out[-2000] == pytest.approx(0.5, abs=1e-3)


def test_flush_starts_afresh() -> None:
    resampler = Resampler(48000, 44100)
    sound = np.random.default_rng(0).uniform(-1, 1, 6000).astype(np.float32)
    first, second = all_of(resampler, [sound]), all_of(resampler, [sound])
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 2e6])
def test_refuses_impossible_rates(rate: float) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Resampler(rate, 44100)
