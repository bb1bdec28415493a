"""GiantMIDI-Piano as rolls, split by recording.

Source: Kong, Li, Chen and Wang, "GiantMIDI-Piano: A large-scale MIDI dataset for classical piano music", TISMIR 2022
(arXiv 2010.07061): performances transcribed from recordings, CC BY 4.0.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import numpy.typing as npt

from livemusic.errors import MediaError
from livemusic.music.pattern import Pattern
from livemusic.music.roll import STEPS_PER_SECOND, piece_of, roll_of
from training.progress import progress

CREDIT = {
    "name": "GiantMIDI-Piano (56 files)",
    "licence": "CC BY 4.0",
    "credit": "ByteDance; Kong, Li, Chen and Wang, GiantMIDI-Piano: A large-scale MIDI dataset for classical piano "
    "music, TISMIR 2022",
}
SPLITS = ("train", "validation", "test")
#: Steps of a window: four seconds.
WINDOW = 64
#: In the file names of the data set a recording has eleven letters of its own.
_RECORDING = re.compile(r"[_ ]([A-Za-z0-9_-]{11})(?:_no_\d+)?(?:_cut.*|_mov_?\d+|_midi|_part\d+|_[a-z])?$")
_TENTHS = {"test": (0, 1), "validation": (2,)}

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One file: who wrote it, which recording it is of, and its roll `(steps, 88, 2)`."""

    name: str
    composer: str
    recording: str
    roll: Array

    @property
    def split(self) -> str:
        """The split of its recording: by the recording's name, so that it is the same wherever it is read."""
        return _split(self.recording)

    def windows(self) -> Array:
        """Its whole windows that are not silent, `(n, 64, 88, 2)`, without overlap."""
        whole = len(self.roll) // WINDOW
        cut = self.roll[: whole * WINDOW].reshape(whole, WINDOW, *self.roll.shape[1:])
        return cut[cut.any((1, 2, 3))]


def recording_of(name: str) -> str:
    """The recording that a file, by its name without its end, is of."""
    named = _RECORDING.search(name)
    return named[1] if named else name


def split_of(name: str) -> str:
    """The split of a file, by its name without its end."""
    return _split(recording_of(name))


def _split(recording: str) -> str:
    tenth = int(hashlib.sha256(recording.encode()).hexdigest(), 16) % 10
    return next((split for split, tenths in _TENTHS.items() if tenth in tenths), "train")


def read_performance(path: Path) -> Pattern:
    """The notes of a file, from its first on, at 120 bpm. Raises `MediaError` for one that is no MIDI."""
    try:
        now, events = 0.0, []
        for message in mido.MidiFile(path, clip=True):
            now += message.time
            if not message.is_meta:
                events.append((now, bytes(message.bytes())))
        return piece_of(events, path.stem)
    except Exception as error:  # mido raises whatever a broken byte leads to
        raise MediaError(f"{path} is not a readable MIDI file ({error}): fetch the data set again") from error


def read_piece(path: Path) -> Piece:
    """A file of the data set as a roll. Raises `MediaError` for one that is no MIDI."""
    roll = roll_of(read_performance(path))
    return Piece(path.stem, re.split(r"[_,]", path.stem)[0], recording_of(path.stem), roll)


def load(folder: Path) -> list[Piece]:
    """All pieces below `folder`, by name; of the same file in two places one. `MediaError` where there are none."""
    paths = sorted({path.name: path for path in sorted(folder.rglob("*.mid"))}.values(), key=lambda path: path.name)
    pieces = [piece for path in progress(paths, "piano", "file", len(paths)) if (piece := read_piece(path)).roll.any()]
    if not pieces:
        raise MediaError(f"{folder} has no MIDI files with piano notes: check --data")
    return pieces


def windows_of(pieces: list[Piece], split: str) -> Array:
    """The windows of a split, `(n, 64, 88, 2)`. `MediaError` where it has none."""
    parts = [piece.windows() for piece in pieces if piece.split == split]
    if not sum(map(len, parts)):
        raise MediaError(f"none of the {len(pieces)} pieces falls into the {split} split: give more of them")
    return np.concatenate(parts)


def summary(pieces: list[Piece]) -> str:
    """One line on what the data are."""
    hours = {split: sum(len(piece.roll) for piece in pieces if piece.split == split) for split in SPLITS}
    said = ", ".join(f"{steps / STEPS_PER_SECOND / 3600:.2f} h {split}" for split, steps in hours.items())
    recordings = len({piece.recording for piece in pieces})
    return f"{len(pieces)} pieces of {recordings} recordings, silence before the first note left out: {said}"
