from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.dsp.beat import Beat, BeatTracker
from livemusic.dsp.pulse import TEMPI, Pulse
from livemusic.dsp.rhythm import Change, Rhythm

RATE = 22050
Array = npt.NDArray[np.float64]
#: Low, middle and high strokes of a bar, sixteenth by sixteenth.
BARS = {
    "rock": ("x.......x.......", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "funk": ("x......x..x.....", "....x....x..x..x", "x.x.x.x.x.x.x.x."),
    "half time": ("x.........x.....", "........x.......", "x.x.x.x.x.x.x.x."),
    "even": ("x...x...x...x...", "................", "................"),
}
FILL = ("x...............", "....xxxxxxxxxxxx", "................")


class Heard:
    """A source of onsets that hears what it is given, whatever the sound."""

    rate_hz, frame_s, delay_s = 100.0, 0.0, 0.0

    def __init__(self, rows: Array) -> None:
        self._rows = rows

    def push(self, samples: npt.ArrayLike) -> Array:
        return self._rows


def beats_of(*stretches: tuple[float, int]) -> Array:
    """The times of so many beats at each tempo, and of the end."""
    return np.concatenate(([0.0], np.cumsum([60 / bpm for bpm, count in stretches for _ in range(count)])))


def frames(bar: Callable[[int], tuple[str, ...]], beats: Array) -> Array:
    """Onsets a hundred times a second: each stroke a peak of three frames, in its band. `bar`: what bar n is."""
    rows = np.zeros((int(beats[-1] * 100) + 20, 3))
    for count, span in enumerate(np.diff(beats)):
        for band, marks in enumerate(bar(count // 4)):
            for part in range(4):
                if marks[4 * (count % 4) + part] == "x":
                    at = round(100 * (beats[count] + span * part / 4))
                    rows[at : at + 2, band] += (0.6, 0.3)
    return rows


def hear(rows: Array) -> tuple[BeatTracker, list[Beat]]:
    tracker = BeatTracker(RATE, Heard(rows))
    return tracker, tracker.push([])


@pytest.mark.parametrize(
    ("first", "then"), [(132, 90), (120, 80), (140, 100), (128, 124), (90, 120), (100, 140), (124, 128)]
)
@pytest.mark.parametrize("name", BARS)
def test_slower_is_followed_as_soon_as_faster(name: str, first: float, then: float) -> None:
    turn = 4 * round(14 * first / 240)
    beats = beats_of((first, turn), (then, round(8 * then / 60)))
    tracker, told = hear(frames(lambda _: BARS[name], beats))
    settled = [beat for beat in told if beats[turn] + 3 < beat.t < beats[-1]]
    assert len(settled) >= 6
    assert max(np.abs(beats - beat.t).min() for beat in settled) < 0.05
    assert tracker.tempo == pytest.approx(then, rel=0.015)


@pytest.mark.parametrize("name", BARS)
def test_while_it_looks_for_the_new_tempo_it_is_not_sure_and_then_it_is(name: str) -> None:
    beats = beats_of((120, 32), (84, 16))
    _, told = hear(frames(lambda _: BARS[name], beats))
    after = [beat for beat in told if beats[32] < beat.t < beats[-1]]
    wrong = [beat for beat in after if np.abs(beats - beat.t).min() > 0.07]
    assert all(beat.confidence < 0.6 for beat in wrong if beat.t > beats[32] + 1.8)
    assert all(beat.confidence >= 0.6 for beat in after if beat.t > beats[32] + 4)


@pytest.mark.parametrize(("first", "then"), [(100, 130), (130, 100)])
def test_a_gradual_change_is_kept_up_with(first: float, then: float) -> None:
    spans = np.concatenate((np.full(28, 60 / first), 60 / np.linspace(first, then, 24), np.full(12, 60 / then)))
    beats = np.concatenate(([0.0], np.cumsum(spans)))
    tracker, told = hear(frames(lambda _: BARS["rock"], beats))
    away = np.array([np.abs(beats - beat.t).min() for beat in told if 5 < beat.t < beats[-1]])
    assert away.max() < 0.1
    assert np.mean(away < 0.07) > 0.85
    assert tracker.tempo == pytest.approx(then, rel=0.015)


def test_a_fill_is_no_change_of_tempo() -> None:
    beats = beats_of((112, 56))
    tracker, told = hear(frames(lambda bar: FILL if bar in (7, 11) else BARS["rock"], beats))
    assert max(np.abs(beats - beat.t).min() for beat in told if 5 < beat.t < beats[-1]) < 0.05
    assert tracker.tempo == pytest.approx(112, rel=0.01)


def beatless() -> Iterator[tuple[str, Array]]:
    random, t = np.random.default_rng(11), np.arange(12 * RATE) / RATE
    yield "silence", np.zeros(t.size)
    yield "noise", 0.1 * random.normal(size=t.size)
    yield "a held tone", 0.3 * np.sin(2 * np.pi * 220 * t)
    strokes = np.zeros(t.size)
    for at in random.uniform(0, 11, 50):
        part = strokes[round(at * RATE) :][:1000]
        part += 0.3 * random.normal(size=part.size) * np.exp(-np.arange(part.size) / 200)
    yield "strokes at random", strokes


@pytest.mark.parametrize(("name", "sound"), [pytest.param(*case, id=case[0]) for case in beatless()])
def test_what_has_no_beat_is_never_followed(name: str, sound: Array) -> None:
    tracker = BeatTracker(RATE)
    assert all(beat.confidence < 0.5 for beat in tracker.push(sound))
    assert tracker.confidence < 0.5


@pytest.mark.parametrize("name", BARS)
def test_a_steady_rhythm_is_followed_within_three_bars(name: str) -> None:
    beats = beats_of((120, 24))
    _, told = hear(frames(lambda _: BARS[name], beats))
    assert all(beat.confidence >= 0.6 for beat in told if beats[16] < beat.t < beats[-1])


def learned(rhythm: Rhythm, bpm: float, rows: Array, phase: float = 0.0) -> float:
    """Let it hear `rows` at a steady tempo, and say at which phase they end."""
    for row in rows:
        rhythm.push(row, phase, bpm)
        phase += bpm / 6000
    return phase - bpm / 6000


def changed(rhythm: Rhythm, phase: float, bpm: float, allowed: npt.NDArray[np.bool_]) -> Change | None:
    """Look for a change of tempo until all was looked at, with no frame in between."""
    rhythm.look(phase, bpm, allowed)
    return next((change for _ in range(100) if (change := rhythm.look_on()) is not None), None)


def test_a_rhythm_is_known_again_at_another_tempo() -> None:
    beats = beats_of((120, 24), (80, 4))
    rows = frames(lambda _: BARS["funk"], beats)
    rhythm, everywhere = Rhythm(100.0), np.ones(TEMPI.size, bool)
    phase = learned(rhythm, 120, rows[:1200])
    assert changed(rhythm, phase, 120, everywhere) is None
    assert rhythm.likeness > 0.9
    phase = learned(rhythm, 120, rows[1200:1450], phase + 0.02)
    assert changed(rhythm, phase, 120, TEMPI > 130) is None
    change = changed(rhythm, phase, 120, everywhere)
    assert change is not None
    assert change.bpm == pytest.approx(80, rel=0.01)
    assert change.phase == pytest.approx(24 + 2.5 * 80 / 60, abs=0.05)
    assert rhythm.likeness < 0.7
    rhythm.turn(change)
    phase = learned(rhythm, change.bpm, frames(lambda _: BARS["funk"], beats_of((80, 12)))[230:-20], change.phase)
    assert changed(rhythm, phase, change.bpm, everywhere) is None


def test_a_change_is_told_as_it_is_at_the_frame_when_it_is_told() -> None:
    beats = beats_of((120, 24), (80, 5))
    rows = frames(lambda _: BARS["funk"], beats)
    rhythm = Rhythm(100.0)
    phase = learned(rhythm, 120, rows[:1200])
    assert changed(rhythm, phase, 120, np.ones(TEMPI.size, bool)) is None
    for start in range(1200, 1500, 10):
        phase = learned(rhythm, 120, rows[start : start + 10], phase + 0.02)
        rhythm.look(phase, 120, np.ones(TEMPI.size, bool))
        told = rhythm.look_on()
        if told is not None:
            seconds = (start + 10) / 100 - 12
            assert told.bpm == pytest.approx(80, rel=0.01)
            assert told.phase == pytest.approx(24 + seconds * 80 / 60, abs=0.06)
            np.testing.assert_array_equal(told.since, rows[start + 10 - len(told.since) : start + 10])
            return
    pytest.fail("no change was told")


def test_a_rhythm_that_is_forgotten_is_not_looked_for() -> None:
    rhythm = Rhythm(100.0)
    phase = learned(rhythm, 120, frames(lambda _: BARS["rock"], beats_of((120, 24))))
    rhythm.forget()
    assert changed(rhythm, phase, 120, np.ones(TEMPI.size, bool)) is None
    assert rhythm.likeness == 0


def test_a_pulse_remembers_what_it_is_told_to() -> None:
    fresh, old = Pulse(100.0, 6.0), Pulse(100.0, 6.0)
    rows = frames(lambda _: BARS["rock"], beats_of((100, 12)))
    for row in rows:
        old.push(row)
    old.remember(rows[-300:])
    for row in rows[-300:]:
        fresh.push(row)
    scores = fresh.scores()
    assert scores is not None
    np.testing.assert_allclose(old.scores(), scores)
