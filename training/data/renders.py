"""Music whose structure is written down, as sound: the demo song, and grooves that go round in a loop.

The one place in the training house that uses the app's own instruments (the kit and the synthesiser, pure numpy).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples
from livemusic.music.event import note_on
from livemusic.music.grid import Grid
from livemusic.music.kit import GM_PITCHES
from livemusic.music.pattern import Note
from livemusic.music.song import CHANNELS, compose
from livemusic.music.tempo import TempoMap
from livemusic.sound.demo import render_song
from livemusic.sound.piano import render_piano
from livemusic.sound.render import render_events
from training.data.takes import Take

SAMPLE_RATE = 44100
PIANO_RATE = 22050
LOOP_STEPS = 32
BEATS = LOOP_STEPS // 4
_BAR = 16
_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Demo:
    """The demo song once through, and its sections as its score has them."""

    sound: Samples
    intervals: npt.NDArray[np.float64]
    labels: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Looped:
    """Two bars of a take over and over on the kit, and their tempo."""

    sound: Samples
    bpm: float
    id: str


def piano(notes: Sequence[Note]) -> Samples:
    """Notes at 120 bpm on the piano, mono float32 at `PIANO_RATE`."""
    return np.asarray(render_piano(notes, PIANO_RATE).mean(axis=1), np.float32)


def demo_song() -> Demo:
    """The demo song. Takes some seconds."""
    song = compose()
    stems = render_song(song, SAMPLE_RATE)
    edges = [song.tempo.seconds_at(section.start) for section in song.sections] + [song.seconds]
    intervals = np.stack([edges[:-1], edges[1:]], axis=1)
    return Demo((stems.band + stems.drums).mean(axis=1), intervals, [section.name for section in song.sections])


def loops(takes: Sequence[Take], split: str, most: int) -> list[Looped]:
    """Two bars, the second and third, of the first `most` beats in a split that are long enough."""
    chosen = [take for take in takes if take.split == split and take.kind == "beat" and take.grid.steps >= 4 * _BAR]
    return [_looped(take) for take in chosen[:most]]


def _looped(take: Take) -> Looped:
    bars = take.grid.values[_BAR : _BAR + LOOP_STEPS]
    tempo = TempoMap(take.bpm)
    turns = int(_LONGEST_S / tempo.seconds_at(BEATS * 960))
    notes = Grid(np.tile(bars, (turns, 1, 1))).to_pattern().notes
    events = ((tempo.seconds_at(note.tick), note_on(CHANNELS["drums"], note.pitch, note.velocity)) for note in notes)
    sound = render_events(events, turns * tempo.seconds_at(BEATS * 960), SAMPLE_RATE)
    return Looped(sound.mean(axis=1), take.bpm, take.id)


def own_stroke(voice: int, seconds: float = 1.6, velocity: int = 127) -> Samples:
    """What the kit itself plays for the voice 0..8 at a velocity 1..127, mono."""
    stroke = (0.0, note_on(CHANNELS["drums"], GM_PITCHES[voice], velocity))
    return np.asarray(render_events([stroke], seconds, SAMPLE_RATE).mean(axis=1), np.float32)
