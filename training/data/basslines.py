"""Piano music as sound with its bass line, and its keys where titles carry them: what harmony is measured on.

GiantMIDI-Piano (see `training.data.giant`) on the built-in piano: which notes there are is known, and what is
heard of them is real enough to be read wrongly.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.dsp.chroma import Chroma, ChromaRow
from livemusic.dsp.harmony import Harmony
from livemusic.dsp.tonality import Key
from livemusic.music.pattern import Note
from livemusic.music.roll import TICKS_PER_SECOND
from training.data.giant import read_performance, recording_of, split_of
from training.data.renders import PIANO_RATE, piano

Array = npt.NDArray[np.float32]
Seconds = float

#: A note is heard for so long before its frame's middle at most, and not in its first moments.
_LATEST, _SOONEST = 0.5, 0.06
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {None: 0, "-flat": -1, "-sharp": 1}
_TITLE = re.compile(r"in[ _]([A-G])(-flat|-sharp)?[ _](major|minor)")
#: Movements after the first may be in another key than the title's.
_LATER = re.compile(r"_mov_[2-9]")


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Frames of music: what of each note is heard `(n, 63)`, and the pitch of the bass, its lowest note, `(n,)`."""

    notes: Array
    bass: Array


def bass_line(paths: list[Path], seconds: Seconds, shift: int = 0) -> Heard:
    """Frames of the second half-minute or so of each file, `shift` semitones higher."""
    parts = [_frames(path, seconds, shift) for path in paths]
    return Heard(np.concatenate([part.notes for part in parts]), np.concatenate([part.bass for part in parts]))


def of_split(folder: Path, split: str) -> list[Path]:
    """The files whose recording is in a split, one of each recording."""
    paths = {recording_of(path.stem): path for path in sorted(folder.rglob("*.mid")) if split_of(path.stem) == split}
    return sorted(paths.values(), key=lambda path: path.name)


def titled(folder: Path) -> dict[Path, Key]:
    """The files whose title says which key they are in: one of each name, first movements only."""
    found = {}
    for name, path in sorted({path.name: path for path in sorted(folder.rglob("*.mid"))}.items()):
        said = _TITLE.search(name)
        if said and not _LATER.search(name):
            found[path] = Key((_LETTERS[said[1]] + _SIGNS[said[2]]) % 12, said[3])
    return found


def listened(path: Path, seconds: Seconds, shift: int = 0) -> tuple[list[ChromaRow], Harmony]:
    """The chroma of the first `seconds` of a file, `shift` semitones higher, and the harmony that is heard in it."""
    sound, harmony = piano(_excerpt(path, 0.0, seconds, shift)), Harmony(PIANO_RATE)
    harmony.push(sound)
    return Chroma(PIANO_RATE).push(sound), harmony


def _excerpt(path: Path, begin: Seconds, seconds: Seconds, shift: int) -> list[Note]:
    first, last = (round(t * TICKS_PER_SECOND) for t in (begin, begin + seconds))
    return [
        Note(note.tick - first, note.pitch + shift, note.velocity, note.duration, note.channel)
        for note in read_performance(path).notes
        if first <= note.tick < last
    ]


def _frames(path: Path, seconds: Seconds, shift: int) -> Heard:
    notes = _excerpt(path, seconds, seconds, shift)
    rows = Chroma(PIANO_RATE).push(piano(notes))
    begin, end, pitch = np.array([(n.tick, n.tick + n.duration, n.pitch) for n in notes], np.float64).reshape(
        -1, 3
    ).T / np.array([[TICKS_PER_SECOND], [TICKS_PER_SECOND], [1.0]])
    heard, bass = [], []
    for row in rows:
        sounding = (begin < row.t - _SOONEST) & (end > row.t) & (begin > row.t - _LATEST)
        if sounding.any() and row.partials > 1:
            heard.append(row.notes / max(float(row.notes.max()), 1e-9))
            bass.append(pitch[sounding].min())
    return Heard(np.array(heard, np.float32), np.array(bass, np.float32))
