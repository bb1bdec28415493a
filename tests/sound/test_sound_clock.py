import numpy as np
import pytest

from livemusic.sound.clock import FrameClock

RATE = 48000


def watch(
    clock: FrameClock, seconds: float, start: float = 0.0, rate: float = RATE, block: int = 256, offset: float = 0.0
) -> float:
    """Let a card at `rate` that takes `block` frames at a time be looked at, irregularly; returns when it ends."""
    random = np.random.default_rng(0)
    now = start
    while now < start + seconds:
        clock.observe(int((now + offset) * rate // block * block), now)
        now += random.uniform(0.001, 0.003)
    return now


@pytest.mark.parametrize("block", [64, 256, 1024])
def test_it_finds_the_line_along_the_blocks_edges(block: int) -> None:
    clock = FrameClock(RATE)
    now = watch(clock, 2.0, block=block)
    assert clock.settled
    assert abs(clock.frame_at(now) - now * RATE) < 0.0022 * RATE


def test_between_corrections_distances_are_exact() -> None:
    clock = FrameClock(RATE)
    now = watch(clock, 5.0)
    assert clock.frame_at(now + 1) - clock.frame_at(now) == pytest.approx(RATE, abs=1e-6)
    assert clock.time_at(clock.frame_at(now + 0.3)) == pytest.approx(now + 0.3, abs=1e-9)


@pytest.mark.parametrize("drift", [-80e-6, -20e-6, 20e-6, 80e-6])
def test_it_follows_a_card_that_is_not_quite_at_its_rate_without_jumps(drift: float) -> None:
    clock = FrameClock(RATE)
    now = watch(clock, 2.0, rate=RATE * (1 + drift))
    last = clock.frame_at(now)
    for _ in range(60):
        before = now
        now = watch(clock, 1.0, now, RATE * (1 + drift))
        step = (clock.frame_at(now) - last) / (now - before)
        assert step == pytest.approx(RATE, rel=301e-6)
        last = clock.frame_at(now)
    assert abs(last - now * RATE * (1 + drift)) < 0.003 * RATE


def test_after_a_gap_it_jumps() -> None:
    clock = FrameClock(RATE)
    now = watch(clock, 1.0)
    clock.reset()
    assert not clock.settled
    now = watch(clock, 1.0, now, offset=-0.25)
    assert abs(clock.frame_at(now) - (now - 0.25) * RATE) < 0.0022 * RATE


def test_a_look_that_comes_late_changes_nothing() -> None:
    clock = FrameClock(RATE)
    now = watch(clock, 2.0)
    expected = clock.frame_at(now + 10)
    clock.observe(int((now - 0.2) * RATE), now)
    watch(clock, 0.6, now)
    assert clock.frame_at(now + 10) == pytest.approx(expected, abs=0.0006 * RATE * 10)
