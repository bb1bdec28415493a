from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.beat import Beat, BeatTracker

RATE = 22050
Sound = npt.NDArray[np.float32]


def strokes(times: Sequence[float] | npt.NDArray[np.float64], seconds: float, rate: int = RATE) -> Sound:
    """Short decaying bursts of noise at `times`."""
    sound = np.zeros(round(seconds * rate), np.float32)
    stroke = np.random.default_rng(1).normal(size=rate // 20) * np.exp(-np.arange(rate // 20) / (rate / 100))
    for at in times:
        begin = round(at * rate)
        part = sound[begin : begin + stroke.size]
        part += (0.3 * stroke[: part.size]).astype(np.float32)
    return sound


def steady(bpm: float, seconds: float, rate: int = RATE) -> Sound:
    return strokes(np.arange(0, seconds, 60 / bpm), seconds, rate)


def distance(beat: Beat, bpm: float) -> float:
    """From the nearest stroke of a steady pulse, in seconds."""
    return float((beat.t * bpm / 60 + 0.5) % 1 - 0.5) * 60 / bpm


@pytest.mark.parametrize("bpm", [80, 97.3, 120, 141, 160])
def test_a_steady_pulse_is_found_and_kept(bpm: float) -> None:
    tracker = BeatTracker(RATE)
    beats = [beat for beat in tracker.push(steady(bpm, 12)) if beat.t > 4]
    assert len(beats) == pytest.approx(8 * bpm / 60, abs=1.5)
    assert max(abs(distance(beat, bpm)) for beat in beats) < 0.03
    assert tracker.tempo == pytest.approx(bpm, rel=0.01)
    assert [beat.count for beat in beats] == list(range(beats[0].count, beats[0].count + len(beats)))
    assert tracker.confidence > 0.5


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
def test_any_sample_rate_will_do(rate: int) -> None:
    beats = [beat for beat in BeatTracker(rate).push(steady(110, 8, rate)) if beat.t > 4]
    assert len(beats) >= 6
    assert max(abs(distance(beat, 110)) for beat in beats) < 0.035


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.sampled_from([1, 37, 220, 512, 1023, 9000]), min_size=1, max_size=6))
def test_the_same_beats_for_any_block_sizes(sizes: list[int]) -> None:
    sound = steady(130, 3)
    expected = BeatTracker(RATE).push(sound)
    tracker, beats, start, turn = BeatTracker(RATE), list[Beat](), 0, 0
    while start < sound.size:
        size = sizes[turn % len(sizes)] if start > RATE // 10 or sizes[turn % len(sizes)] > 1 else 64
        beats += tracker.push(sound[start : start + max(size, 32)])
        start, turn = start + max(size, 32), turn + 1
    assert beats == expected
    assert beats


def test_a_beat_is_told_before_the_sound_is_two_frames_past_it() -> None:
    sound, tracker = steady(125, 10), BeatTracker(RATE)
    late = []
    for start in range(0, sound.size, 100):
        late += [(start + 100) / RATE - beat.t for beat in tracker.push(sound[start : start + 100]) if beat.t > 4]
    assert late
    assert max(late) < 0.02


@pytest.mark.parametrize(("first", "then"), [(100, 140), (140, 100), (90, 120)])
def test_a_change_of_tempo_is_followed_in_three_seconds(first: float, then: float) -> None:
    before = np.arange(0, 15, 60 / first)
    step = before[-1] + 60 / first
    after = np.arange(step, step + 8, 60 / then)
    tracker = BeatTracker(RATE)
    beats = tracker.push(strokes([*before, *after], after[-1]))
    settled = [beat.t for beat in beats if beat.t > step + 3]
    assert max(np.abs(after - t).min() for t in settled) < 0.05
    assert tracker.tempo == pytest.approx(then, rel=0.02)


def test_loud_and_quiet_music_have_the_same_beats() -> None:
    sound = steady(104, 8)
    loud, quiet = (BeatTracker(RATE).push(sound * gain) for gain in (1.0, 0.05))
    later = [[beat.t for beat in beats if beat.t > 4] for beats in (loud, quiet)]
    np.testing.assert_allclose(later[0], later[1], atol=0.02)


def test_silence_has_no_beat() -> None:
    tracker = BeatTracker(RATE)
    assert tracker.push(np.zeros(5 * RATE)) == []
    assert tracker.tempo is None
    assert tracker.latest is None
    assert tracker.confidence == 0


def test_the_beat_goes_on_through_silence_and_says_that_it_is_a_guess() -> None:
    tracker = BeatTracker(RATE)
    tracker.push(steady(120, 8))
    sure = tracker.confidence
    beats = tracker.push(np.zeros(40 * RATE))
    assert len(beats) == pytest.approx(80, abs=2)
    assert tracker.tempo == pytest.approx(120, rel=0.02)
    assert tracker.confidence < 0.1 < sure


def test_noise_is_not_trusted() -> None:
    tracker = BeatTracker(RATE)
    tracker.push(np.random.default_rng(3).normal(size=20 * RATE) * 0.1)
    assert tracker.confidence < 0.3


def test_nothing_breaks_on_damage() -> None:
    tracker = BeatTracker(RATE)
    tracker.push([])
    sound = steady(120, 8)
    sound[::977] = np.nan
    sound[5::1977] = np.inf
    assert all(np.isfinite(beat.t) for beat in tracker.push(sound))
    with pytest.raises(ValueError, match="one channel"):
        tracker.push(np.zeros((4, 2)))


@pytest.mark.parametrize("rate", [0, 7999, 1e6, float("nan")])
def test_refuses_sample_rates_that_cannot_be(rate: float) -> None:
    with pytest.raises(ValueError, match="8000"):
        BeatTracker(rate)


def test_double_and_halve_stay_in_their_octave() -> None:
    tracker, sound = BeatTracker(RATE), steady(100, 24)
    tracker.push(sound[: 8 * RATE])
    tracker.double()
    fast = tracker.push(sound[8 * RATE : 16 * RATE])
    assert tracker.tempo == pytest.approx(200, rel=0.02)
    assert len(fast) == pytest.approx(26, abs=2)
    with pytest.raises(ValueError, match="outside 40"):
        tracker.double()
    tracker.halve()
    slow = tracker.push(sound[16 * RATE :])
    assert tracker.tempo == pytest.approx(100, rel=0.02)
    assert max(abs(distance(beat, 100)) for beat in slow[2:]) < 0.03


def test_a_locked_octave_stays_when_the_music_doubles() -> None:
    slow, fast = steady(80, 9), steady(160, 15)
    fresh, locked = BeatTracker(RATE), BeatTracker(RATE)
    locked.push(slow)
    locked.lock()
    for tracker in (fresh, locked):
        tracker.push(fast)
    assert fresh.tempo == pytest.approx(160, rel=0.02)
    assert locked.tempo == pytest.approx(80, rel=0.02)
    locked.unlock()
    locked.push(steady(200, 8))
    assert locked.tempo in (pytest.approx(200, rel=0.02), pytest.approx(100, rel=0.02))


def test_held_the_beat_goes_its_own_way_until_released() -> None:
    tracker = BeatTracker(RATE)
    tracker.push(steady(100, 8))
    held = tracker.tempo
    tracker.hold()
    tracker.push(steady(140, 6))
    assert tracker.tempo == held
    tracker.release()
    tracker.push(steady(140, 6))
    assert tracker.tempo == pytest.approx(140, rel=0.02)


@pytest.mark.parametrize("beats", [0.5, -0.25, 0.1])
def test_a_nudge_moves_the_beat_and_lasts(beats: float) -> None:
    tracker, sound = BeatTracker(RATE), steady(100, 16)
    tracker.push(sound[: 8 * RATE])
    tracker.nudge(beats)
    moved = tracker.push(sound[8 * RATE :])
    assert all(abs((beat.t / 0.6 - beats + 0.5) % 1 - 0.5) < 0.06 for beat in moved[1:])
    with pytest.raises(ValueError, match="nudge"):
        tracker.nudge(2)


class Hits:
    """A source of onsets that hears a kick every 50 frames, whatever the sound."""

    rate_hz, frame_s, delay_s = 100.0, 0.0, 0.0

    def push(self, samples: npt.ArrayLike) -> npt.NDArray[np.float64]:
        rows = np.zeros((len(np.asarray(samples)), 3))
        rows[::50, 0] = 1
        rows[25::50, 2] = np.nan
        return rows


def test_any_source_of_onsets_will_do() -> None:
    tracker = BeatTracker(RATE, Hits())
    beats = [beat.t for beat in tracker.push(np.zeros(1000)) if beat.t > 4]
    assert len(beats) >= 11
    assert max(abs((t + 0.25) % 0.5 - 0.25) for t in beats) < 0.05
