"""Piano rolls: what the pedal holds, what a roll keeps, and which chord it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.chord import NAMES, NONE, SPAN, chord_tones, chords, profiles
from livemusic.music.event import CONTROL, note_off, note_on
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import (
    KEYS,
    LOUDNESS,
    LOWEST,
    MAX_STEPS,
    STEP,
    TICKS_PER_SECOND,
    lengths,
    notes_of,
    piece_of,
    roll_of,
    sounding,
    struck,
)


def pedal(value: int) -> bytes:
    return bytes((CONTROL, 64, value))


def chord(*pitches: int, at: int = 0, long: int = SPAN) -> list[Note]:
    """Notes struck together at a step, sounding for some steps."""
    return [Note(at * STEP, pitch, 80, long * STEP, 0) for pitch in pitches]


def test_a_note_sounds_until_it_is_let_go_of_and_the_pedal_is_up() -> None:
    piece = piece_of(
        [
            (5.0, note_on(0, 60, 90)),
            (5.5, note_off(0, 60)),
            (6.0, pedal(127)),
            (6.0, note_on(0, 64, 70)),
            (6.25, note_off(0, 64)),
            (6.5, note_on(0, 67, 70)),
            (7.0, pedal(0)),
            (8.0, note_off(0, 67)),
        ]
    )
    assert [(note.tick, note.pitch, note.duration) for note in piece.notes] == [
        (0, 60, TICKS_PER_SECOND // 2),
        (TICKS_PER_SECOND, 64, TICKS_PER_SECOND),
        (TICKS_PER_SECOND * 3 // 2, 67, TICKS_PER_SECOND * 3 // 2),
    ]
    assert piece.length == 3 * TICKS_PER_SECOND


def test_a_key_struck_again_ends_what_it_said_before() -> None:
    piece = piece_of([(0.0, pedal(127)), (0.0, note_on(0, 60, 50)), (0.1, note_off(0, 60)), (1.0, note_on(0, 60, 60)),
                      (1.5, note_off(0, 60)), (2.0, pedal(0))])  # fmt: skip
    assert [(note.tick, note.duration) for note in piece.notes] == [(0, 1920), (1920, 1920)]


def test_drums_and_pitches_off_the_keyboard_are_left_out() -> None:
    piece = piece_of([(0.0, note_on(9, 60, 90)), (1.0, note_on(0, 20, 90)), (2.0, note_on(1, 108, 90)), (3.0, b"\xf8")])
    assert [(note.tick, note.pitch, note.channel) for note in piece.notes] == [(0, 108, 0)]
    assert not piece_of([]).notes
    with pytest.raises(ValueError, match="longer than 3 hours"):
        piece_of([(0.0, note_on(0, 60, 90)), (MAX_STEPS / 16 + 1, note_off(0, 60))])


NOTES = st.builds(
    lambda step, key, velocity, long: Note(step * STEP, LOWEST + key, velocity, long * STEP, 0),
    st.integers(0, 60), st.integers(0, KEYS - 1), st.integers(1, 127), st.integers(1, 64),
)  # fmt: skip


@given(st.lists(NOTES, min_size=1, max_size=30))
def test_a_roll_says_the_notes_it_was_made_of(notes: list[Note]) -> None:
    piece = Pattern.of(notes, 70 * STEP)
    again = notes_of(roll_of(piece))
    assert [(note.tick, note.pitch) for note in again] == [(note.tick, note.pitch) for note in piece.notes]
    for one, other in zip(again, piece.notes, strict=True):
        assert abs(one.velocity - other.velocity) <= 1
        assert one.duration == pytest.approx(other.duration, rel=0.02)


def test_what_reaches_the_threshold_is_struck_and_lengths_do_not_depend_on_how_loudly() -> None:
    roll = roll_of(Pattern.of([Note(0, 60, 80, 8 * STEP, 0), Note(0, 64, 80, 8 * STEP, 0)], 8 * STEP))
    roll[0, 64 - LOWEST] *= 0.5
    assert np.count_nonzero(struck(roll, 0.5)[..., LOUDNESS]) == 1
    kept = struck(roll, 0.4)
    assert np.allclose(lengths(kept)[0, [60 - LOWEST, 64 - LOWEST]], 8, atol=0.01)
    assert kept[0, 64 - LOWEST, LOUDNESS] == 0.5


def test_a_key_sounds_for_its_length_and_to_its_next_strike_at_most() -> None:
    notes = [*chord(60, long=6), *chord(60, at=4, long=2), *chord(62, at=1, long=3)]
    heard = sounding(roll_of(Pattern.of(notes, 8 * STEP)))
    assert np.flatnonzero(heard[:, 60 - LOWEST]).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.flatnonzero(heard[:, 62 - LOWEST]).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("pitches", "name"),
    [((60, 64, 67), "C"), ((57, 60, 64), "Am"), ((54, 58, 61, 66), "F#"), ((60, 61, 62, 63), "-"), ((), "-")],
)
def test_triads_are_named_whatever_their_octave(pitches: tuple[int, ...], name: str) -> None:
    piece = Pattern.of([*chord(*pitches), *chord(30, at=8 * 5)], 8 * 6 * STEP)
    assert NAMES[chords(roll_of(piece))[0]] == name


@pytest.mark.parametrize("shift", range(1, 12))
def test_a_chord_moves_with_its_notes(shift: int) -> None:
    notes = [*chord(48, 52, 55), *chord(57, 60, 64, at=8), *chord(50, 53, 57, at=16)]
    still = chords(roll_of(Pattern.of(notes, 24 * STEP)))
    moved = [Note(note.tick, note.pitch + shift, note.velocity, note.duration, 0) for note in notes]
    named = chords(roll_of(Pattern.of(moved, 24 * STEP)))
    assert still.tolist() == [0, 21, 14]
    assert named.tolist() == [chord // 12 * 12 + (chord % 12 + shift) % 12 for chord in still]


def test_a_chord_is_remembered_and_forgotten() -> None:
    roll = roll_of(Pattern.of(chord(60, 64, 67), SPAN * STEP))
    silent = np.concatenate([roll, np.zeros((8 * SPAN, *roll.shape[1:]), np.float32)])
    assert chords(silent).tolist() == [0, 0, 0, 0, *[NONE] * 5]
    assert profiles(silent)[1].sum() == pytest.approx(profiles(silent)[0].sum() / 2)


def test_batches_of_rolls_are_read_like_each_of_them() -> None:
    chance = np.random.default_rng(3)
    rolls = (chance.random((3, 20, KEYS, 2)) < 0.03).astype(np.float32)
    rolls[..., 1] *= 0.5 * rolls[..., 0]
    for read in (chords, profiles, chord_tones, sounding):
        assert np.array_equal(read(rolls), np.stack([read(roll) for roll in rolls]))  # type: ignore[operator]


def test_chord_tones_are_struck_notes_of_the_chord() -> None:
    roll = roll_of(Pattern.of([*chord(60, 64, 67, 72), *chord(61, at=3)], SPAN * STEP))
    assert {(int(step), int(key) + LOWEST) for step, key in np.argwhere(chord_tones(roll))} == {
        (0, 60), (0, 64), (0, 67), (0, 72),
    }  # fmt: skip
