"""What is told of the harmony: keys, chords and the centre's way, and nothing where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.harmony import Harmony, HarmonyRow
from livemusic.dsp.spiral import RISE
from livemusic.dsp.tonality import Chord, Key
from livemusic.music.event import note_on
from livemusic.sound.kit import Kit
from tests.progressions import RATE, Played, cadence, played, transposed

BAR = 1.5
#: I vi IV V I IV V I
TURNS: tuple[Played, ...] = ((0, ""), (9, "m"), (5, ""), (7, "7"), (0, ""), (5, ""), (7, "7"), (0, ""))


def heard(sound: np.ndarray, rate: float = RATE) -> list[HarmonyRow]:
    harmony = Harmony(rate)
    return harmony.push(sound) + harmony.flush()


def drums(seconds: float) -> np.ndarray:
    """A rock beat on the built-in kit, mono."""
    kit = Kit(RATE)
    for eighth in range(int(seconds * 4)):
        at = round(eighth * RATE / 4)
        kit.play(at, note_on(9, 42, 80))
        if eighth % 4 in (0, 2):
            kit.play(at, note_on(9, 36 if eighth % 4 == 0 else 38, 110))
    return np.concatenate([kit.render(1024) for _ in range(int(seconds * RATE / 1024) + 1)]).mean(1)


def of_bar(rows: list[HarmonyRow], number: int) -> list[HarmonyRow]:
    """Once the chord has settled."""
    return [row for row in rows if number * BAR + 0.5 < row.t < (number + 1) * BAR]


@pytest.mark.parametrize("tonic", range(12))
def test_a_cadence_in_every_key(tonic: int) -> None:
    chords = cadence(tonic) * 2
    rows = heard(played(chords))
    for number, (root, kind) in enumerate(chords):
        told = [row.chord for row in of_bar(rows, number)]
        assert np.mean([chord == Chord(root, kind) for chord in told]) > 0.7, (number, root, kind)
    end = [row for row in rows if row.t < len(chords) * BAR][-1]
    assert end.key == Key(tonic, "major")
    assert end.confidence > 0.5


@pytest.mark.parametrize("steps", [1, 5, 6, 10])
def test_a_transposed_copy_is_heard_transposed(steps: int) -> None:
    here, there = heard(played(TURNS)), heard(played(transposed(TURNS, steps)))
    middle = len(here) // 2
    one, other = (np.mean([row.classes for row in rows[middle:]], 0) for rows in (here, there))
    np.testing.assert_allclose(np.roll(one, steps), other, atol=0.05)
    assert here[-20].key is not None
    assert there[-20].key == Key((here[-20].key.tonic + steps) % 12, here[-20].key.mode)
    for row, moved in zip(here[middle::10], there[middle::10], strict=True):
        assert row.centre is not None
        assert moved.centre is not None
        fifths = (moved.centre[2] - row.centre[2]) / RISE - 7 * steps
        assert (fifths + 6) % 12 - 6 == pytest.approx(0, abs=0.6)


def test_a_modulation_moves_key_and_centre() -> None:
    """From C to A major: three fifths up, and the centre is never still further from where it goes."""
    rows = heard(played(TURNS + transposed(TURNS, 9) * 2))
    half = len(TURNS) * BAR
    before, after = (
        [row for row in rows if begin < row.t < end] for begin, end in ((half - 2, half), (3 * half - 5, 3 * half))
    )
    assert {row.key for row in before} == {Key(0, "major")}
    assert {row.key for row in after} == {Key(9, "major")}
    risen = np.mean([row.centre[2] for row in after if row.centre]) - np.mean([r.centre[2] for r in before if r.centre])
    assert risen / RISE == pytest.approx(3, abs=1.0)
    places = np.array([row.centre for row in rows if row.centre is not None])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 0.25  # it glides


def test_a_minor_key_is_told_from_its_relative() -> None:
    rows = heard(played(((9, "m"), (2, "m"), (4, "7"), (9, "m"), (5, ""), (2, "m"), (4, "7"), (9, "m"))))
    assert rows[-20].key == Key(9, "minor")


def test_under_drums() -> None:
    music = played(TURNS)
    beat = drums(len(music) / RATE)[: len(music)]
    rows = heard(music / np.abs(music).max() + 0.5 * beat / np.abs(beat).max())
    assert rows[-30].key == Key(0, "major")


def test_silence_noise_and_drums_say_nothing() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8 * RATE).astype(np.float32)
    for sound in (np.zeros(8 * RATE, np.float32), noise, drums(8)):
        for row in heard(sound):
            assert (row.centre, row.key, row.chord) == (None, None, None)
            assert row.confidence == 0


def test_what_was_there_is_forgotten() -> None:
    music = played(TURNS)
    rows = heard(np.concatenate([music, np.zeros(8 * RATE, np.float32)]))
    assert (rows[-1].centre, rows[-1].key, rows[-1].chord) == (None, None, None)


def test_of_all_that_was_heard() -> None:
    harmony = Harmony(RATE)
    assert harmony.overall == (None, 0.0)
    harmony.push(played(TURNS))
    key, sure = harmony.overall
    assert key == Key(0, "major")
    assert 0.5 < sure <= 1


@settings(max_examples=10)
@given(cuts=st.lists(st.integers(0, 4 * RATE), max_size=12).map(sorted))
def test_streaming_equals_offline(cuts: list[int]) -> None:
    sound = played(cadence(3))
    whole, harmony = heard(sound), Harmony(RATE)
    pieces = [row for piece in np.split(sound, cuts) for row in harmony.push(piece)] + harmony.flush()
    assert [(row.t, row.key, row.chord) for row in pieces] == [(row.t, row.key, row.chord) for row in whole]
    for one, other in zip(pieces, whole, strict=True):
        np.testing.assert_allclose(one.classes, other.classes, atol=1e-3)
        assert (one.centre is None) == (other.centre is None)
        if one.centre and other.centre:
            np.testing.assert_allclose(one.centre, other.centre, atol=5e-3)
