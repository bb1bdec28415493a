"""A known sound is found in a recording: to the sample, whatever happened to it on the way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.dsp.delay import Delay, chirp, find_delay

RATE = 48000
CHIRP = chirp(RATE)


def recording(lag: int, length: int = 24000, gain: float = 1.0) -> np.ndarray:
    heard = np.zeros(length, np.float32)
    heard[lag : lag + len(CHIRP)] = gain * CHIRP
    return heard


@pytest.mark.parametrize("lag", [0, 1, 255, 256, 11999, 24000 - len(CHIRP)])
def test_a_copy_is_found_for_certain(lag: int) -> None:
    delay = find_delay(CHIRP, recording(lag))
    assert delay.samples == lag
    assert delay.confidence == pytest.approx(1.0, abs=1e-6)


@given(
    lag=st.integers(0, 19000),
    gain=st.floats(1e-4, 4.0),
    upside_down=st.booleans(),
    offset=st.floats(-0.5, 0.5),
    seed=st.integers(0, 99),
)
def test_loudness_polarity_offset_and_noise_do_not_move_it(
    lag: int, gain: float, upside_down: bool, offset: float, seed: int
) -> None:
    noise = 0.3 * gain * np.random.default_rng(seed).standard_normal(24000)
    heard = recording(lag, gain=-gain if upside_down else gain) + noise + offset
    delay = find_delay(CHIRP, heard)
    assert abs(delay.samples - lag) <= 1
    assert 0.7 < delay.confidence < 1.0


def test_the_direct_way_wins_over_an_echo() -> None:
    heard = recording(500) + recording(3000, gain=0.7)
    assert find_delay(CHIRP, heard).samples == 500


def test_a_dull_small_speaker_is_heard() -> None:
    """Three samples of smoothing, and everything below 800 Hz lost."""
    heard = np.convolve(recording(1000), np.ones(3) / 3, "same")
    lines = np.fft.rfft(heard)
    lines[: int(800 * len(heard) / RATE)] = 0
    delay = find_delay(CHIRP, np.fft.irfft(lines, len(heard)))
    assert abs(delay.samples - 1000) <= 2
    assert delay.confidence > 0.7


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["hiss", "hum", "beat"])
def test_what_is_no_copy_is_not_believed(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = np.arange(28800) / RATE
    sounds = {
        "hiss": rng.standard_normal(28800),
        "hum": np.sin(2 * np.pi * (50 + 400 * seed) * t),
        "beat": np.sin(2 * np.pi * 200 * t) * np.exp(-20 * (t % 0.25)) + 0.01 * rng.standard_normal(28800),
    }
    assert find_delay(CHIRP, sounds[kind]).confidence < 0.2


def test_a_loud_click_elsewhere_does_not_hide_a_faint_copy() -> None:
    heard = recording(6000, gain=1e-3)
    heard[20000:20050] = 1.0
    assert find_delay(CHIRP, heard) == Delay(6000, pytest.approx(1.0, abs=1e-3))


def test_silence_is_nothing_and_broken_samples_are_silence() -> None:
    assert find_delay(CHIRP, np.zeros(9000)) == Delay(0, 0.0)
    assert find_delay(CHIRP, np.full(9000, 0.25)).confidence < 0.2
    assert find_delay(CHIRP, np.full(9000, np.nan)) == Delay(0, 0.0)
    heard = recording(700)
    heard[20000], heard[21000] = np.nan, np.inf
    assert find_delay(CHIRP, heard).samples == 700


@given(st.integers(2, 60), st.integers(0, 60), st.integers(0, 999))
def test_it_is_the_best_of_all_places_by_pearson(count: int, more: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted, heard = rng.standard_normal(count), rng.standard_normal(count + more)
    delay = find_delay(wanted, heard)
    each = [abs(np.corrcoef(wanted, heard[lag : lag + count])[0, 1]) for lag in range(more + 1)]
    assert delay.confidence == pytest.approx(max(each), abs=1e-4)
    assert each[delay.samples] == pytest.approx(max(each), abs=1e-4)


@pytest.mark.parametrize(
    ("signal", "heard", "words"),
    [
        ([], np.ones(10), "signal is empty"),
        (np.ones(5), np.ones(10), "constant"),
        ([0, 1, 0], [0, 1], "2 samples, fewer than the signal's 3"),
        ([[0, 1]], [0, 1], "one channel"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(signal: object, heard: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        find_delay(signal, heard)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 96000, 192000])
def test_the_chirp_is_soft_and_found_at_any_rate(rate: int) -> None:
    sound = chirp(rate)
    assert sound.dtype == np.float32
    assert len(sound) == round(0.1 * rate)
    assert 0.9 < np.abs(sound).max() <= 1.0
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01
    assert find_delay(sound, np.concatenate((np.zeros(77), sound, np.zeros(500)))).samples == 77


@pytest.mark.parametrize(("rate", "seconds"), [(4000, 0.1), (1 << 20, 0.1), (48000, 0.0), (48000, 11.0)])
def test_a_chirp_outside_what_makes_sense_is_refused(rate: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        chirp(rate, seconds)
