import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.resample import QuickResampler, Resampler


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


@pytest.mark.parametrize("rate", [8000, 22050, 44056, 48000, 96000, 192000])
def test_the_quick_one_keeps_a_tone_and_is_late_by_as_much_as_it_says(rate: int) -> None:
    t = np.arange(rate) / rate
    resampler = QuickResampler(rate, 44100)
    out = resampler.push(np.sin(2 * np.pi * 1000 * t))
    assert (rate / rate - len(out) / 44100) == pytest.approx(resampler.late, abs=2 / min(rate, 44100))
    assert resampler.late < 0.0045
    whole = np.concatenate([out, resampler.flush()])
    assert len(whole) == 44100
    there = np.arange(2000, 40000)
    np.testing.assert_allclose(whole[there], np.sin(2 * np.pi * 1000 * there / 44100), atol=2e-3)


def test_the_quick_one_lets_nothing_through_that_cannot_be() -> None:
    sound = np.sin(2 * np.pi * 30000 * np.arange(48000) / 96000)
    assert np.abs(QuickResampler(96000, 44100).push(sound)[1000:]).max() < 1e-3


@given(st.lists(st.integers(0, 3000), max_size=6), st.sampled_from([(48000, 44100), (8000, 44100), (44100, 8000)]))
@settings(max_examples=30, deadline=None)
def test_the_quick_one_gives_the_same_samples_for_any_block_sizes(cuts: list[int], rates: tuple[int, int]) -> None:
    sound = np.random.default_rng(5).normal(0, 0.2, 6000).astype(np.float32)
    whole, cut = QuickResampler(*rates), QuickResampler(*rates)
    blocks = np.split(sound, np.minimum(np.cumsum(cuts), len(sound)))
    parts = np.concatenate([*map(cut.push, blocks), cut.flush()])
    np.testing.assert_allclose(parts, np.concatenate([whole.push(sound), whole.flush()]), atol=1e-6)
    np.testing.assert_allclose(cut.push(sound[:500]), QuickResampler(*rates).push(sound[:500]), atol=1e-6)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1e9])
def test_the_quick_one_refuses_impossible_rates(rate: float) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        QuickResampler(rate, 44100)
