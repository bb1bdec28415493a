"""Chords played on the piano, as sound: what tests of harmony listen to."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from livemusic.dsp.tonality import CHORDS
from livemusic.music.pattern import Note
from livemusic.music.roll import TICKS_PER_SECOND
from livemusic.sound.piano import render_piano

RATE = 22050
Played = tuple[int, str]


@cache
def played(chords: tuple[Played, ...], seconds: float = 1.5, low: int = 57) -> np.ndarray:
    """Chords (root, kind) one after another, each on its root in the bass: mono float32 at 22050 Hz."""
    notes = []
    for number, (root, kind) in enumerate(chords):
        at, held = (round(s * TICKS_PER_SECOND) for s in (number * seconds, 0.96 * seconds))
        notes += [Note(at, low + (root + step - low) % 12, 80, held, 0) for step in CHORDS[kind]]
        notes.append(Note(at, 36 + root % 12, 84, held, 0))
    return render_piano(notes, RATE).mean(1)


def cadence(tonic: int) -> tuple[Played, ...]:
    """ii-V-I in major, two bars of I."""
    return ((tonic + 2) % 12, "m7"), ((tonic + 7) % 12, "7"), (tonic, "maj7"), (tonic, "maj7")


def transposed(chords: Sequence[Played], by: int) -> tuple[Played, ...]:
    """The same, so many semitones higher."""
    return tuple(((root + by) % 12, kind) for root, kind in chords)
