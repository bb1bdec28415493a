from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.music.event import ALL_SOUND_OFF, CONTROL, note_off, note_on
from livemusic.music.kit import GM_PITCHES, VOICE_OF_PITCH
from livemusic.sound.kit import Kit, limit

RATE = 44100
MINUS_ONE_DB = 10 ** (-1 / 20)
LONGEST = 4 * RATE


def one(pitch: int, velocity: int = 100, rate: int = RATE, frames: int = LONGEST) -> np.ndarray:
    kit = Kit(rate)
    kit.play(0, note_on(9, pitch, velocity))
    return kit.render(frames).astype(np.float64)


def brightness(sound: np.ndarray) -> float:
    """The spectrum's centre of gravity in Hz."""
    power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())


def first_sound(sound: np.ndarray) -> int:
    return int(np.flatnonzero(np.abs(sound).max(axis=1) > 1e-7)[0])


EVENTS = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from([*VOICE_OF_PITCH, 3]), st.integers(0, 127)), max_size=25
)


@settings(max_examples=25)
@given(EVENTS, st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_the_sizes_of_the_blocks_change_nothing(events: list[tuple[int, int, int]], sizes: list[int]) -> None:
    whole, parts = Kit(8000), Kit(8000)
    for frame, pitch, velocity in events:
        message = note_on(9, pitch, velocity) if pitch != 3 else bytes((CONTROL, ALL_SOUND_OFF, 0))
        whole.play(frame, message)
        parts.play(frame, message)
    expected = whole.render(sum(sizes))
    assert np.abs(np.concatenate([parts.render(size) for size in sizes]) - expected).max() <= 1e-6


@pytest.mark.parametrize("frame", [0, 1, 255, 256, 257, 1000])
def test_a_stroke_starts_on_its_frame_whenever_it_is_announced(frame: int) -> None:
    reference = one(36, frames=512)
    kit = Kit(RATE)
    blocks = []
    for start in range(0, 2048, 256):
        if start == frame // 256 * 256:
            kit.play(frame, note_on(9, 36, 100))
        blocks.append(kit.render(256))
    sound = np.concatenate(blocks)
    assert not sound[:frame].any()
    assert np.abs(sound[frame : frame + 512] - reference).max() < 1e-6
    assert kit.late == 0


def test_a_late_stroke_sounds_at_once_and_is_counted() -> None:
    kit = Kit(RATE)
    kit.render(1000)
    kit.play(400, note_on(9, 38, 100))
    assert np.abs(kit.render(512) - one(38, frames=512)).max() < 1e-6
    assert kit.late == 1


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize("pitch", GM_PITCHES)
def test_every_voice_sounds_cleanly_at_every_rate(pitch: int, rate: int) -> None:
    sound = one(pitch, 127, rate, 4 * rate)
    assert np.isfinite(sound).all()
    assert 0.05 < np.abs(sound).max() <= MINUS_ONE_DB
    assert first_sound(sound) < rate // 1000
    end = int(np.flatnonzero(np.abs(sound).max(axis=1))[-1])
    assert end < 4 * rate - 1, "it never ends"
    assert np.abs(np.diff(sound[end - 200 : end + 2], axis=0)).max() < 1e-4, "it ends with a click"


@pytest.mark.parametrize("pitch", sorted(VOICE_OF_PITCH))
def test_every_pitch_that_folds_onto_a_voice_is_heard(pitch: int) -> None:
    assert np.abs(one(pitch, frames=2000)).max() > 0.01


@pytest.mark.parametrize("pitch", [*GM_PITCHES, 37, 44])
def test_a_harder_stroke_is_louder_and_brighter(pitch: int) -> None:
    strokes = [one(pitch, velocity) for velocity in (15, 45, 80, 127)]
    levels = [np.sqrt(np.mean(stroke**2)) for stroke in strokes]
    assert all(b > 1.3 * a for a, b in pairwise(levels))
    colours = [brightness(stroke) for stroke in strokes]
    assert all(b > a for a, b in pairwise(colours))


@pytest.mark.parametrize("closing", [42, 44, 22])
def test_the_closed_hat_ends_the_open_one(closing: int) -> None:
    kit, free = Kit(RATE), Kit(RATE)
    for each in (kit, free):
        each.play(0, note_on(9, 46, 110))
    kit.play(RATE // 4, note_on(9, closing, 1))
    choked, rings = kit.render(RATE), free.render(RATE)
    assert np.array_equal(choked[: RATE // 4], rings[: RATE // 4])
    after = slice(RATE // 2, None)
    assert np.abs(choked[after]).max() < 0.02 * np.abs(rings[after]).max()
    assert np.abs(np.diff(choked, axis=0)).max() <= np.abs(np.diff(rings, axis=0)).max() * 1.01


def test_other_voices_do_not_choke_the_hat() -> None:
    kit = Kit(RATE)
    kit.play(0, note_on(9, 46, 110))
    kit.render(1000)
    kit.play(1000, note_on(9, 38, 1))
    kit.render(1000)
    assert kit.ringing == 2


def test_all_sound_off_is_silence_within_ten_milliseconds_without_a_click() -> None:
    kit = Kit(RATE)
    for pitch in (49, 51, 46):
        kit.play(0, note_on(9, pitch, 100))
    before = kit.render(5000)
    kit.play(5000, bytes((CONTROL | 9, ALL_SOUND_OFF, 0)))
    after = kit.render(1000)
    assert not after[RATE // 100 :].any()
    assert np.abs(np.diff(after, axis=0)).max() <= np.abs(np.diff(before, axis=0)).max()


def test_two_strokes_alike_are_not_the_same() -> None:
    kit = Kit(RATE)
    kit.play(0, note_on(9, 42, 90))
    kit.play(RATE, note_on(9, 42, 90))
    sound = kit.render(2 * RATE)
    first, second = sound[:RATE], sound[RATE:]
    assert np.abs(first - second).max() > 0.01 * np.abs(first).max()
    assert np.abs(20 * np.log10(np.std(first) / np.std(second))) < 1.0


def test_the_same_seed_plays_the_same_and_another_does_not() -> None:
    def play(seed: int) -> np.ndarray:
        kit = Kit(8000, seed)
        kit.play(0, note_on(9, 38, 100))
        return kit.render(2000)

    assert np.array_equal(play(3), play(3))
    assert not np.array_equal(play(3), play(4))


def test_a_barrage_stays_under_the_ceiling_and_keeps_few_voices() -> None:
    kit = Kit(RATE)
    for number in range(800):
        kit.play(number * 60, note_on(9, (*GM_PITCHES, 37, 44)[number % 11], 127))
    sound = kit.render(800 * 60)
    assert np.isfinite(sound).all()
    assert 0.5 < np.abs(sound).max() <= MINUS_ONE_DB
    assert kit.ringing < 11 * 12


@pytest.mark.parametrize(
    "data", [b"", b"\x99", b"\xf8", b"\xfa", bytes((0x99, 5, 100)), note_off(9, 36), bytes((0x99, 36, 0)), b"\xc9\x01"]
)
def test_what_is_no_stroke_passes_by_in_silence(data: bytes) -> None:
    kit = Kit(8000)
    kit.play(0, data)
    assert not kit.render(500).any()


def test_a_sample_rate_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="sample rate 100"):
        Kit(100)


def test_the_limiter_leaves_quiet_sound_alone_rises_with_level_and_swallows_nonsense() -> None:
    ramp = np.linspace(-8, 8, 4001, dtype=np.float32)[:, None].repeat(2, axis=1)
    bent = limit(ramp.copy())
    assert (np.diff(bent[:, 0]) >= 0).all()
    quiet = np.abs(ramp) < 0.6
    assert np.array_equal(bent[quiet], ramp[quiet])
    assert np.abs(bent).max() <= MINUS_ONE_DB
    assert not limit(np.array([[np.nan, np.inf], [-np.inf, 0]], np.float32)).any()
