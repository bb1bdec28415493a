"""The Groove takes that beats are measured on, played by the built-in kit, and by recorded drums where a variable names
their folder."""

import csv
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples
from livemusic.music.kit import VOICE_OF_PITCH

Times = npt.NDArray[np.float64]
#: When, at which pitch, how hard (1..127).
Stroke = tuple[float, int, int]

RATE = 44100
_SHORTEST, _LONGEST = 10.0, 60.0
#: The kit of the one-shots, none that any model was trained with: for each voice the names of its classes, and how loud
#: it is beside the others (its own shots are as loud as they were recorded, hats 30 dB below drums).
_KIT = "sm_drums"
_SHOTS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("kick",), 1.0), (("snare",), 0.8), (("hihat_closed",), 0.25), (("hihat_open",), 0.3), (("tom_floor",), 0.7),
    (("tom_mid",), 0.7), (("tom_mid",), 0.7), (("crash",), 0.5), (("ride", "ride_bell"), 0.3),
)  # fmt: skip


class Take(NamedTuple):
    """Sound at 44.1 kHz and its true beats in seconds; where the tempo changes, when it has changed, and from and to
    what (bpm)."""

    sound: Samples
    beats: Times
    step: float = 0.0
    first: float = 0.0
    then: float = 0.0


class Groove(NamedTuple):
    """What was played of a take, in its first minute, and how long that is."""

    strokes: list[Stroke]
    seconds: float
    beats: Times


def grooves(split: str = "test") -> Iterator[Groove]:
    """The grooves (not the fills) of a split that last 10 s or more, the first minute of each, at the tempo they were
    played to; none where the variable GROOVE names no folder with them."""
    from livemusic.midi.files import read_pattern

    if not (folder := os.environ.get("GROOVE")):
        print("GROOVE names no folder with the Groove MIDI Dataset: left out.", file=sys.stderr)
        return
    with open(Path(folder) / "info.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split and row["beat_type"] == "beat"]
    for row in rows:
        length = float(row["duration"])
        if length < _SHORTEST:
            continue
        loop = read_pattern(Path(folder) / row["midi_filename"])
        tick, length = 60 / loop.bpm / 960, min(length, _LONGEST)
        strokes = [(note.tick * tick, note.pitch, note.velocity) for note in loop.pattern.notes]
        yield Groove([stroke for stroke in strokes if stroke[0] < length], length, np.arange(0, length, 60 / loop.bpm))


def render(strokes: Sequence[Stroke], seconds: float) -> Samples:
    """The strokes on the built-in kit, mono at 44.1 kHz."""
    from livemusic.music.event import note_on
    from livemusic.sound.render import render_events

    events = sorted((at, note_on(9, pitch, velocity)) for at, pitch, velocity in strokes)
    mono: Samples = render_events(events, seconds, RATE).mean(axis=1)
    return mono


class Recorded:
    """Plays strokes with recorded drums: the shot of a voice that was struck about as hard."""

    def __init__(self, folder: Path) -> None:
        with (folder / "oneshots.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["file"].startswith(f"{_KIT}/")]
        self._voices = list[list[Samples]]()
        for classes, gain in _SHOTS:
            shots = [_shot(folder / row["file"]) for row in rows if row["class"] in classes]
            shots.sort(key=lambda shot: float(np.abs(shot).max()))
            self._voices.append([gain * shot / np.abs(shot).max() for shot in shots])

    @classmethod
    def open(cls) -> "Recorded | None":
        """The kit in the folder that the variable ONESHOTS names; None, and a line on stderr, where it names none."""
        if folder := os.environ.get("ONESHOTS"):
            return cls(Path(folder))
        print("ONESHOTS names no folder with one-shots of drums: recorded drums are left out.", file=sys.stderr)
        return None

    def render(self, strokes: Sequence[Stroke], seconds: float) -> Samples:
        """The strokes, mono at 44.1 kHz."""
        sound = np.zeros(round(seconds * RATE), np.float32)
        for at, pitch, velocity in strokes:
            if pitch in VOICE_OF_PITCH and (shots := self._voices[VOICE_OF_PITCH[pitch]]):
                shot = shots[min(len(shots) - 1, velocity * len(shots) // 128)]
                part = sound[round(at * RATE) :][: len(shot)]
                part += 0.5 * (velocity / 127) ** 1.5 * shot[: len(part)]
        return sound


def _shot(path: Path) -> Samples:
    """All of a recording."""
    from livemusic.audio.file import Recording

    with closing(Recording(path)) as recording:
        return np.concatenate(list(recording.blocks()))
