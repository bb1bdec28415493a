"""The ear tells the same points however the sound is cut, and survives whatever comes in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.inference.encoder import Ear, Embedder

RATES = (8000, 11025, 48000)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory, make_embedder: Callable[..., Path]) -> Embedder:
    return Embedder.open(make_embedder(tmp_path_factory.mktemp("models") / "ear-1"))


def music(rate: int, seconds: float = 0.5) -> np.ndarray:
    t = np.arange(int(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * t * (1 + t)) * (1 + np.sin(9 * t))).astype(np.float32)


def heard(ear: Ear, *blocks: np.ndarray) -> np.ndarray:
    return np.concatenate([*map(ear.hear, blocks), ear.flush()])


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
    assert ear.hear(music(8000)[:127]).shape == (0, 4)
    assert ear.hear([]).shape == (0, 4)
    assert ear.hear(music(8000)[127:128]).shape == (1, 4)


def test_an_hour_in_one_block_is_heard_in_pieces(embedder: Embedder) -> None:
    sound = np.tile(music(8000, 4.0), 20)
    whole = Ear(embedder, 8000).hear(sound)
    ear = Ear(embedder, 8000)
    parts = np.concatenate([ear.hear(block) for block in np.split(sound, 64)])
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


def test_a_window_must_fit(embedder: Embedder) -> None:
    assert embedder.embed(np.zeros((3, 9))).shape == (3,)
    assert embedder.embed(np.zeros((5, 3, 9))).shape == (5, 3)
    for shape in ((9, 3), (3,), (2, 9, 3)):
        with pytest.raises(ValueError, match="a window is"):
            embedder.embed(np.zeros(shape))


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1e9])
def test_a_sample_rate_must_be_one(embedder: Embedder, rate: float) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Ear(embedder, rate)
