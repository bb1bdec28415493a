"""Where each drum voice goes: patterns are written in General MIDI, ports may want other notes and channels."""

from dataclasses import replace

from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.kit import GM_PITCHES
from livemusic.music.pattern import Pattern

#: For each voice its MIDI channel 0..15 and its pitch.
Route = tuple[tuple[int, int], ...]

DRUM_CHANNEL = 9
GM_ROUTE: Route = tuple((DRUM_CHANNEL, pitch) for pitch in GM_PITCHES)
_VOICES = {pitch: voice for voice, pitch in enumerate(GM_PITCHES)}


def routed_pattern(pattern: Pattern, route: Route) -> Pattern:
    """`pattern`, written in General MIDI, as `route` wants it; of notes that meet there the louder stays."""
    notes = []
    for note in pattern.notes:
        channel, pitch = route[_VOICES[note.pitch]] if note.pitch in _VOICES else (note.channel, note.pitch)
        notes.append(replace(note, channel=channel, pitch=pitch))
    return Pattern.of(notes, pattern.length, pattern.name)


def routed(data: bytes, route: Route) -> bytes:
    """A note of a voice as `route` wants it; everything else as it is."""
    if (is_note_on(data) or is_note_off(data)) and data[0] & 0x0F == DRUM_CHANNEL and data[1] in _VOICES:
        channel, pitch = route[_VOICES[data[1]]]
        return bytes((data[0] & 0xF0 | channel, pitch, data[2]))
    return data
