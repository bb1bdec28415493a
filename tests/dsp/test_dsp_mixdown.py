"""Channels become one, and nothing is lost where they would cancel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.dsp.mixdown import Mixdown

RATE = 48000
TONE = (0.5 * np.sin(2 * np.pi * 220 * np.arange(2 * RATE) / RATE)).astype(np.float32)


def mixed(*sides: np.ndarray) -> tuple[np.ndarray, Mixdown]:
    mixdown = Mixdown(len(sides), RATE)
    return mixdown.push(np.stack(sides, axis=1).astype(np.float32)), mixdown


@pytest.mark.parametrize(
    "sides",
    [(TONE, TONE), (TONE, 0 * TONE), (0 * TONE, TONE), (TONE, -0.5 * TONE), (TONE, np.roll(TONE, 54)), (TONE,) * 6],
)
def test_sides_that_do_not_cancel_are_added(sides: tuple[np.ndarray, ...]) -> None:
    mono, mixdown = mixed(*sides)
    assert np.array_equal(mono, np.stack(sides, axis=1).astype(np.float32).mean(axis=1, dtype=np.float32))
    assert not mixdown.cancels
    assert mixdown.remark("it") == ""


def test_one_channel_of_six_is_no_cancellation() -> None:
    _, mixdown = mixed(TONE, *[0 * TONE] * 5)
    assert not mixdown.cancels


@pytest.mark.parametrize("turned", [1.0, 0.9, 0.7, 1.3])
def test_of_sides_that_cancel_the_louder_is_heard(turned: float) -> None:
    mono, mixdown = mixed(TONE, -turned * TONE)
    assert np.abs(mono[RATE // 2 :]).max() == pytest.approx(0.5 * max(1.0, turned), rel=1e-3)
    assert mixdown.cancels
    assert "in has sides that cancel each other out" in mixdown.remark("in")


def test_noise_that_cancels_in_four_channels() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * RATE)
    mono, _ = mixed(noise, -noise, 2 * noise, -2 * noise)
    assert np.std(mono[RATE:]) == pytest.approx(0.2, rel=0.02)


def test_the_change_over_does_not_click_and_goes_back() -> None:
    first, last = TONE, np.concatenate([-TONE[: RATE // 2], TONE[RATE // 2 :]])
    mono, mixdown = mixed(first, last)
    steepest = np.abs(np.diff(TONE)).max()
    assert np.abs(np.diff(mono)[: RATE // 2 - 1]).max() <= 1.2 * steepest
    assert not mixdown.cancels
    assert np.array_equal(mono[-RATE // 2 :], TONE[-RATE // 2 :])
    assert mixdown.remark("it")  # it is said all the same


def test_a_side_that_becomes_the_louder_takes_over() -> None:
    swell = np.repeat([0.95, 1.38], RATE)
    mono, mixdown = mixed((2 - swell) * TONE, -swell * TONE)
    assert mixdown.cancels
    assert np.abs(mono[RATE // 4 : RATE // 2]).max() < 0.53
    assert np.abs(mono[-4800:]).max() > 0.65


@given(st.lists(st.integers(0, 3000), max_size=20), st.floats(-1.2, 1.2))
def test_blocks_of_any_size_give_the_same_sound(sizes: list[int], share: float) -> None:
    both = np.stack([TONE, np.float32(share) * TONE], axis=1)[:20000]
    whole = Mixdown(2, RATE).push(both)
    mixdown, parts, at = Mixdown(2, RATE), [], 0
    for size in [*sizes, len(both)]:
        parts.append(mixdown.push(both[at : at + size]))
        at += size
    assert np.concatenate(parts) == pytest.approx(whole, abs=1e-6)


def test_what_is_no_number_does_no_harm() -> None:
    both = np.stack([TONE, -TONE], axis=1)
    both[100] = np.nan
    both[200, 0] = np.inf
    mixdown = Mixdown(2, RATE)
    mixdown.push(both)
    assert mixdown.cancels


@pytest.mark.parametrize(("channels", "rate"), [(0, 48000), (2, 0)])
def test_there_must_be_something_to_mix(channels: int, rate: int) -> None:
    with pytest.raises(ValueError, match="cannot be mixed"):
        Mixdown(channels, rate)
