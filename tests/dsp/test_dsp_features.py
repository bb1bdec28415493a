import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.features import Features, magnitudes, tukey
from livemusic.dsp.framer import Framer
from livemusic.dsp.spec import FeatureSpec

SPEC = FeatureSpec()
SMALL = FeatureSpec(sample_rate=8000, fft=64, hop=64, bins=20, frames=5)


def tone(seconds: float, hertz: float = 440.0, amplitude: float = 0.5) -> np.ndarray:
    t = np.arange(round(seconds * SPEC.sample_rate)) / SPEC.sample_rate
    return (amplitude * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def noise(seconds: float, amplitude: float = 0.1, seed: int = 0) -> np.ndarray:
    size = round(seconds * SPEC.sample_rate)
    return (amplitude * np.random.default_rng(seed).standard_normal(size)).astype(np.float32)


def rows_of(sound: np.ndarray, spec: FeatureSpec = SPEC) -> np.ndarray:
    return Features(spec).push(Framer(spec.fft, spec.hop).push(sound))


def test_tukey_is_flat_with_raised_ends() -> None:
    window = tukey(11, 0.4)
    np.testing.assert_allclose(window, [0, 0.5, 1, 1, 1, 1, 1, 1, 1, 0.5, 0], atol=1e-15)
    np.testing.assert_array_equal(tukey(4, 0.0), np.ones(4))


def test_magnitudes_equal_a_discrete_fourier_transform_by_hand() -> None:
    frames = np.random.default_rng(1).standard_normal((3, SMALL.fft))
    n, k = np.arange(SMALL.fft), np.arange(SMALL.bins)
    kernel = np.exp(-2j * np.pi * np.outer(n, k) / SMALL.fft)
    window = tukey(SMALL.fft, SMALL.alpha)
    expected = np.abs(((frames - frames.mean(1, keepdims=True)) * window) @ kernel) / window.sum()
    np.testing.assert_allclose(magnitudes(frames, SMALL), expected, atol=1e-14)


def test_a_sine_on_a_line_shows_half_its_amplitude() -> None:
    frames = tone(1024 / 44100, hertz=20 * 44100 / 1024, amplitude=0.8).reshape(1, -1)
    assert magnitudes(frames, SPEC)[0].argmax() == 20
    assert magnitudes(frames, SPEC)[0, 20] == pytest.approx(0.4, abs=0.01)


def test_the_mean_of_a_frame_is_not_heard() -> None:
    frames = np.full((2, SPEC.fft), 0.7)
    np.testing.assert_allclose(magnitudes(frames, SPEC), 0, atol=1e-15)


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, 64 * 40), max_size=8).map(sorted), seed=st.integers(0, 99))
def test_the_same_windows_for_any_block_sizes(cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(64 * 40).astype(np.float32)
    whole = Features(SMALL).windows(Framer(64, 64).push(sound))
    framer, features = Framer(64, 64), Features(SMALL)
    pieces = np.concatenate([features.windows(framer.push(block)) for block in np.split(sound, cuts)])
    assert whole.shape == (36, 5, 20)
    np.testing.assert_allclose(pieces, whole, rtol=0, atol=1e-7)


def test_windows_are_the_last_rows_newest_last() -> None:
    sound = noise(2)
    rows = rows_of(sound)
    windows = Features(SPEC).windows(Framer(1024, 1024).push(sound))
    np.testing.assert_array_equal(windows, [rows[i : i + 22] for i in range(len(rows) - 21)])


@settings(max_examples=20)
@given(frame=st.integers(1, 39), seed=st.integers(0, 99))
def test_the_future_never_changes_the_past(frame: int, seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(64 * 40).astype(np.float32)
    changed = sound.copy()
    changed[frame * 64 :] *= -100
    np.testing.assert_array_equal(rows_of(changed, SMALL)[:frame], rows_of(sound, SMALL)[:frame])
    assert not np.array_equal(rows_of(changed, SMALL), rows_of(sound, SMALL))


def test_bad_samples_are_heard_as_zeros() -> None:
    frames = noise(0.5)[: 1024 * 20].reshape(20, 1024)
    broken, zeroed = frames.copy(), frames.copy()
    broken[3, 5], broken[7, 100:200], zeroed[3, 5], zeroed[7, 100:200] = np.nan, np.inf, 0, 0
    np.testing.assert_array_equal(Features(SPEC).push(broken), Features(SPEC).push(zeroed))


def test_silence_and_hiss_are_dark() -> None:
    assert rows_of(np.zeros(44100)).max() == 0
    assert rows_of(noise(1, amplitude=1e-4)).max() == 0
    after_music = rows_of(np.concatenate([tone(1), np.zeros(44100)]))
    assert after_music[-40:].max() == 0


def test_the_same_music_louder_or_softer_looks_the_same() -> None:
    np.testing.assert_allclose(rows_of(noise(3, 0.02)), rows_of(noise(3, 0.2)), atol=1e-4)


def test_one_loud_hit_does_not_deafen_what_follows() -> None:
    music = noise(4, 0.03)
    struck = music.copy()
    struck[88200 : 88200 + 1024] += noise(1024 / 44100, 0.8, seed=1)
    struck_rows, rows = rows_of(struck), rows_of(music)
    assert struck_rows[86:88].mean(1).max() > 0.99
    assert np.abs(struck_rows[90:] - rows[90:]).max() < 0.2


def test_a_quiet_passage_is_first_quieter_then_seen_in_full() -> None:
    rows = rows_of(np.concatenate([noise(3, 0.3), noise(40, 0.03)])).mean(1)
    loud, soon, late = rows[100:125].mean(), rows[140:160].mean(), rows[-20:].mean()
    assert soon < loud - 0.2
    assert late > loud - 0.05


@pytest.mark.parametrize("sound", [np.clip(noise(1, 5.0), -1, 1), tone(1) + 0.9, noise(1, 1e6), tone(1, hertz=0.5)])
def test_rows_stay_between_0_and_1(sound: np.ndarray) -> None:
    rows = rows_of(sound)
    assert np.isfinite(rows).all()
    assert rows.min() >= 0
    assert rows.max() <= 1
    assert rows.dtype == np.float32


def test_refuses_frames_of_another_length() -> None:
    with pytest.raises(ValueError, match="1024"):
        Features(SPEC).push(np.zeros((2, 512)))
