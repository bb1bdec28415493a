"""What leaves the player: a MIDI message due at a tick."""

from typing import NamedTuple

from livemusic.music.tempo import Ticks

NOTE_OFF, NOTE_ON, CONTROL, PITCH_BEND = 0x80, 0x90, 0xB0, 0xE0
ALL_SOUND_OFF, ALL_NOTES_OFF = 120, 123
SYSTEM = 0xF0
SONG_POSITION, CLOCK, START, CONTINUE, STOP = 0xF2, 0xF8, 0xFA, 0xFB, 0xFC


#: A click of the metronome on its way to the speakers: `(CLICK, accent, level)`; MIDI leaves this status undefined.
CLICK = 0xF4
#: The level of a click at full scale; one more is one dB more.
CLICK_0_DB = 100


class Event(NamedTuple):
    """`data`: the raw bytes of one MIDI message, due at `tick`."""

    tick: Ticks
    data: bytes


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    return bytes((NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    return bytes((NOTE_OFF | channel, pitch, 0))


def is_note_on(data: bytes) -> bool:
    return data[0] & 0xF0 == NOTE_ON and data[2] > 0


def is_note_off(data: bytes) -> bool:
    """Also a note-on of velocity 0, as running status sends it."""
    kind = data[0] & 0xF0
    return kind == NOTE_OFF or (kind == NOTE_ON and data[2] == 0)
