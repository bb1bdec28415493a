"""All drums of a recording and its tempo, for whoever needs them at once; and as a MIDI file."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from livemusic.dsp.beat import Beat, BeatTracker
from livemusic.dsp.hits import HeardHit
from livemusic.engine.film import open_sound
from livemusic.engine.listeners.drums import loudness
from livemusic.errors import MediaError
from livemusic.inference.hearing import DrumEar, Hearing
from livemusic.midi.files import write_events
from livemusic.music.event import note_off, note_on
from livemusic.music.kit import GM_PITCHES
from livemusic.music.route import DRUM_CHANNEL
from livemusic.music.tempo import TICKS_PER_BEAT, BeatsPerMinute, Meter, Seconds
from livemusic.session.files import AnyPath, shown

#: The tempo of a MIDI file for music without a beat.
UNKNOWN_BPM: BeatsPerMinute = 120.0
#: A beat counts that is so sure; of a recording with fewer of them the tempo is not known.
_SURE, _FEWEST = 0.6, 8
#: Over so many beats, heard without a gap and this steady (in beats), the tempo is the slope of all their times.
_STEADY = 0.08
_NOTE: Seconds = 0.05
#: What is softer throughout, in full scale, is silence.
_SILENT = 1e-5


class WholeHits(NamedTuple):
    """The `hits` of a recording of so many `seconds`, in order of time; its tempo, None where no beat was heard for
    long; and what the musician should know of the recording, or ``.
    """

    hits: tuple[HeardHit, ...]
    seconds: Seconds
    bpm: BeatsPerMinute | None
    remark: str


def whole_hits(source: Path, hearing: Hearing, told: Callable[[float], None] = lambda share: None) -> WholeHits:
    """The drums of the audio file or film `source`; `told` hears how much is done, 0..1.

    It needs little memory however long that is. `MediaError` where it cannot be read or nothing is to be heard in it.
    """
    with closing(open_sound(source)) as recording:
        rate, length = recording.sample_rate, recording.length or 0.0
        ear, tracker = DrumEar(hearing, rate), BeatTracker(rate)
        hits, beats, heard, loudest = list[HeardHit](), list[Beat](), 0, 0.0
        for block in recording.blocks():
            hits += ear.hear(block)
            beats += (beat for beat in tracker.push(block) if beat.confidence >= _SURE)
            heard += len(block)
            loudest = max(loudest, float(np.abs(np.nan_to_num(block)).max(initial=0.0)))
            told(min(1.0, heard / rate / length) if length else 0.0)
        hits += ear.flush()
        remark = recording.remark
    if loudest < _SILENT:
        raise MediaError(f"{shown(source)} is silent: there is nothing to hear in it.")
    return WholeHits(tuple(sorted(hits)), heard / rate, tempo_of(beats), remark)


def tempo_of(beats: Sequence[Beat]) -> BeatsPerMinute | None:
    """The tempo of all that has these beats, which are sure; None where they are too few. What changes has the one that
    it has mostly.
    """
    if len(beats) < _FEWEST:
        return None
    usual = float(np.median([beat.bpm for beat in beats]))
    counts, times = (np.array([getattr(beat, name) for beat in beats], float) for name in ("count", "t"))
    slope, begin = np.polyfit(counts, times, 1)
    off = np.abs(times - (begin + slope * counts)) / max(slope, 1e-9)
    return 60 / float(slope) if slope > 0 and float(np.max(off)) < _STEADY else usual


def write_hits(path: AnyPath, heard: WholeHits, name: str) -> None:
    """Write the hits as General MIDI drums on channel 10, each at its own time, with the tempo of the music (120 where
    it has none), in a file as long as the recording. A hit that is only known to be some cymbal, say, is the one that
    it most probably was. `MediaError`.
    """
    bpm = heard.bpm or UNKNOWN_BPM
    per_second = bpm / 60 * TICKS_PER_BEAT
    events = []
    for hit in heard.hits:
        pitch = GM_PITCHES[hit.voice]
        events.append((round(hit.t * per_second), note_on(DRUM_CHANNEL, pitch, loudness(hit))))
        events.append((round((hit.t + _NOTE) * per_second), note_off(DRUM_CHANNEL, pitch)))
    write_events(path, events, [(0, bpm)], [(0, Meter())], round(heard.seconds * per_second), name)
