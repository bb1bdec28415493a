"""The kit's channels: level and pan to the number, no click, and what they say of how loud they are."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.event import note_on
from livemusic.music.kit import GM_PITCHES, VOICE_COUNT
from livemusic.session.lane_mix import LaneMix
from livemusic.sound.balance import Balance, Strips, sides
from livemusic.sound.kit import Kit
from livemusic.sound.protocol import Events
from livemusic.sound.render import render_events
from livemusic.sound.stage import Stage

RATE = 16000
SNARE, CRASH = 1, 7


def struck(voice: int, balance: Balance | None = None, frames: int = RATE // 2) -> np.ndarray:
    kit = Kit(RATE, balance=balance)
    kit.play(0, note_on(9, GM_PITCHES[voice], 90))
    return kit.mix(frames).astype(np.float64)


@pytest.mark.parametrize(
    ("level", "pan", "left", "right"),
    [(1, 0, 1, 1), (1, -1, sqrt(2), 0), (1, 1, 0, sqrt(2)), (0.5, 0, 0.5, 0.5), (0, 0.3, 0, 0)],
)
def test_level_and_pan_are_these_factors(level: float, pan: float, left: float, right: float) -> None:
    assert sides(level, pan) == pytest.approx((left, right), abs=1e-12)


@given(st.floats(0, 2), st.floats(-1, 1))
def test_a_pan_changes_no_power(level: float, pan: float) -> None:
    left, right = sides(level, pan)
    assert left**2 + right**2 == pytest.approx(2 * level**2, abs=1e-9)


@pytest.mark.parametrize("voice", [0, SNARE, CRASH])
def test_a_drum_is_as_loud_and_where_its_lane_says(voice: int) -> None:
    plain = struck(voice)
    lanes = tuple(LaneMix(level_db=-6.0, pan=0.5) if each == voice else LaneMix() for each in range(VOICE_COUNT))
    mixed = struck(voice, Balance.of(lanes))
    expected = plain * np.array(sides(10 ** (-6 / 20), 0.5))
    assert np.abs(mixed - expected).max() < 1e-6
    other = struck((voice + 1) % VOICE_COUNT, Balance.of(lanes))
    assert np.array_equal(other, struck((voice + 1) % VOICE_COUNT))


def test_a_muted_drum_falls_silent_within_a_block_and_without_a_click() -> None:
    kit = Kit(RATE)
    kit.play(0, note_on(9, GM_PITCHES[CRASH], 120))
    before = kit.mix(2048)
    kit.strips.set(Balance.of([LaneMix()] * CRASH + [LaneMix(mute=True)]))
    falling, after = kit.mix(256), kit.mix(256)
    step = max(np.abs(np.diff(before[-512:], axis=0)).max(), 1e-3)
    assert np.abs(np.diff(np.concatenate([before[-1:], falling]), axis=0)).max() < 2 * step
    assert not after.any()


def test_a_drum_that_does_not_ring_starts_where_its_lane_was_put_meanwhile() -> None:
    kit = Kit(RATE)
    kit.mix(256)
    half = Balance((0.5,) * VOICE_COUNT)
    kit.strips.set(half)
    kit.mix(256)
    kit.play(512, note_on(9, 38, 90))
    assert np.abs(kit.mix(RATE // 2) - 0.5 * struck(SNARE)).max() < 1e-6


def test_a_channel_tells_its_highest_sample_once() -> None:
    strips = Strips()
    strips.pass_through(2, np.array([[0.1, -0.4], [0.2, 0.3]], np.float32))
    strips.pass_through(2, np.array([[0.3, 0.1]], np.float32))
    assert strips.peaks() == pytest.approx((0, 0, 0.4, *(0,) * 6))
    assert strips.peaks() == (0.0,) * VOICE_COUNT


def test_the_master_turns_everything_down() -> None:
    loud, soft = Stage(RATE, 0.0, Kit(RATE)), Stage(RATE, 0.0, Kit(RATE))
    soft.handle(Balance(master=0.25))
    soft.render(256)
    loud.render(256)
    for stage in (loud, soft):
        stage.kit.play(256, note_on(9, 38, 60))
    assert np.abs(soft.render(4096) - 0.25 * loud.render(4096)).max() < 1e-6
    soft.handle(Balance(master=0.0))
    soft.render(256)
    assert not soft.render(256).any()


def test_the_stage_takes_a_balance_and_a_rendering_sounds_like_it() -> None:
    lanes = (LaneMix(level_db=-3.0, pan=-0.2), LaneMix(solo=True, pan=0.7))
    balance = Balance.of(lanes)
    stage = Stage(RATE, 0.0, Kit(RATE))
    stage.handle(balance)
    stage.handle(Events(tuple((0.0, note_on(9, pitch, 80)) for pitch in GM_PITCHES)))
    live = np.concatenate([stage.render(256) for _ in range(16)])
    offline = render_events(
        [(0.0, note_on(9, pitch, 80)) for pitch in GM_PITCHES], 4096 / RATE, RATE, kit=Kit(RATE, balance=balance)
    )
    assert np.abs(live - offline).max() < 1e-6
    assert np.abs(live).max() > 0.05
