"""The ear tells the same points however the sound is cut, and survives whatever comes in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.library import Library
from livemusic.latent.points import Points

RATES = (8000, 11025, 48000)


@pytest.fixture(scope="module", params=["windows", "steps"])
def embedder(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    make_embedder: Callable[..., Path],
    make_stepper: Callable[..., Path],
) -> Embedder:
    make = {"windows": make_embedder, "steps": make_stepper}[request.param]
    return Embedder.open(make(tmp_path_factory.mktemp("models") / "ear-1"))


def music(rate: int, seconds: float = 0.5) -> np.ndarray:
    t = np.arange(int(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * t * (1 + t)) * (1 + np.sin(9 * t))).astype(np.float32)


def heard(ear: Ear, *blocks: np.ndarray) -> np.ndarray:
    return Points.joined([*map(ear.hear, blocks), ear.flush()]).rows


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 700), max_size=12))
def test_block_sizes_do_not_matter(embedder: Embedder, rate: int, sizes: list[int]) -> None:
    sound = music(rate)
    whole = heard(Ear(embedder, rate), sound)
    cut = heard(Ear(embedder, rate), *np.split(sound, np.minimum(np.cumsum(sizes), len(sound))))
    assert cut.shape == whole.shape
    assert np.abs(cut - whole).max() < 1e-4


@pytest.mark.parametrize("rate", RATES)
def test_a_point_carries_the_end_of_its_window(embedder: Embedder, rate: int) -> None:
    ear = Ear(embedder, rate)
    rows = heard(ear, music(rate))
    spec = embedder.spec
    assert rows.dtype == np.float32
    assert ear.hop_s == spec.hop / spec.sample_rate
    assert rows[0, 0] == pytest.approx(((spec.frames - 1) * spec.hop + spec.fft) / spec.sample_rate)
    assert np.diff(rows[:, 0]) == pytest.approx(ear.hop_s, abs=1e-6)
    assert 0.5 - ear.hop_s < rows[-1, 0] <= 0.5


def test_before_the_first_window_there_is_no_point(embedder: Embedder) -> None:
    ear = Ear(embedder, 8000)
    assert ear.hear(music(8000)[:127]).rows.shape == (0, 5)
    assert ear.hear([]).rows.shape == (0, 5)
    assert ear.hear(music(8000)[127:128]).rows.shape == (1, 5)


def test_an_hour_in_one_block_is_heard_in_pieces(embedder: Embedder) -> None:
    sound = np.tile(music(8000, 4.0), 20)
    whole = Ear(embedder, 8000).hear(sound).rows
    ear = Ear(embedder, 8000)
    parts = Points.joined([ear.hear(block) for block in np.split(sound, 64)]).rows
    assert np.abs(whole - parts).max() < 1e-4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e30, -1e30, 1e-40, 0.5]), min_size=300, max_size=400),
    st.sampled_from(RATES),
)
def test_nothing_that_comes_in_makes_a_point_that_is_no_number(
    embedder: Embedder, samples: list[float], rate: int
) -> None:
    rows = heard(Ear(embedder, rate), np.array(samples), music(rate))
    assert len(rows)
    assert np.isfinite(rows).all()


def test_both_kinds_of_encoder_say_the_same(
    tmp_path: Path, make_embedder: Callable[..., Path], make_stepper: Callable[..., Path]
) -> None:
    windowed, recurrent = (Embedder.open(make(tmp_path / make.__name__)) for make in (make_embedder, make_stepper))
    ears = Ear(windowed, 8000), Ear(recurrent, 8000)
    np.testing.assert_allclose(*(heard(ear, music(8000)) for ear in ears), atol=1e-5)


def test_in_silence_the_point_stays_and_before_the_first_sound_there_is_none(embedder: Embedder) -> None:
    ear, quiet = Ear(embedder, 8000), np.zeros(8000, np.float32)
    assert len(ear.hear(quiet).rows) == 0
    sounding = ear.hear(music(8000)).z
    silent = ear.hear(quiet)
    assert len(silent.rows) == 8000 // 32
    assert (silent.z[8:] == silent.z[8]).all()
    assert silent.level[-1] < -100
    again = ear.hear(music(8000)).z
    assert np.abs(again[20:] - sounding[-len(again) + 20 :]).max() < 5 * np.abs(sounding).max()


@pytest.mark.parametrize("softer", [20, 40])
def test_the_same_music_softer_takes_the_same_path(shipped: Embedder, softer: float) -> None:
    sound = tune(44100)
    loud, soft = (Ear(shipped, 44100).hear(sound * np.float32(gain)).rows for gain in (1, 10 ** (-softer / 20)))
    np.testing.assert_allclose(soft[:, 2:], loud[:, 2:], atol=0.01)
    np.testing.assert_allclose(soft[:, 1], loud[:, 1] - softer, atol=0.01)


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
def test_what_ships_hears_every_rate(shipped: Embedder, rate: int) -> None:
    here, there = (Ear(shipped, each).hear(tune(each)) for each in (rate, 44100))
    count = min(len(here.rows), len(there.rows))
    apart = np.linalg.norm(here.z[:count] - there.z[:count], axis=1).mean()
    wide = np.linalg.norm(there.z - there.z.mean(axis=0), axis=1).mean()
    assert apart < (0.1 if rate >= 44100 else 0.8) * wide


@pytest.fixture(scope="module")
def shipped() -> Embedder:
    return Embedder.open(Library().folder("embedder"))


def tune(rate: int) -> np.ndarray:
    """Two seconds of notes of an eighth of a second."""
    t = np.arange(2 * rate) / rate
    hertz = 220 * 2 ** (np.array([0, 4, 7, 12, 9, 5, 2, 7, 0, 3, 7, 10, 12, 8, 5, 1]) / 12)
    note = np.minimum((8 * t).astype(int), 15)
    sound = 0.4 * np.sin(2 * np.pi * hertz[note] * t) * np.exp(-6 * (8 * t % 1))
    return sound.astype(np.float32)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1e9])
def test_a_sample_rate_must_be_one(embedder: Embedder, rate: float) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Ear(embedder, rate)
