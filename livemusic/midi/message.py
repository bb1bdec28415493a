"""MIDI messages taken apart: strictly when they come in, and in words for the monitor."""

from livemusic.music.event import CLOCK, CONTINUE, SONG_POSITION, START, STOP
from livemusic.music.kit import VOICE_NAMES, VOICE_OF_PITCH

_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_CHANNEL_KINDS = {
    0x80: ("note off", 2),
    0x90: ("note on", 2),
    0xA0: ("pressure", 2),
    0xB0: ("control", 2),
    0xC0: ("program", 1),
    0xD0: ("pressure", 1),
    0xE0: ("pitch bend", 2),
}
_SYSTEM_KINDS = {
    0xF1: ("time code", 1),
    SONG_POSITION: ("song position", 2),
    0xF3: ("song select", 1),
    0xF6: ("tune request", 0),
    CLOCK: ("clock", 0),
    START: ("start", 0),
    CONTINUE: ("continue", 0),
    STOP: ("stop", 0),
    0xFE: ("active sensing", 0),
    0xFF: ("reset", 0),
}
_CONTROLS = {1: "modulation", 7: "volume", 10: "pan", 64: "pedal", 120: "all sound off", 123: "all notes off"}
_SYSEX, _SYSEX_END = 0xF0, 0xF7
_DRUM_CHANNEL = 9


def checked(data: bytes) -> bytes:
    """`data`, if it is exactly one whole MIDI 1.0 message, status byte and all; `ValueError` otherwise."""
    if not data:
        raise ValueError("an empty MIDI message")
    status, body = data[0], data[1:]
    if status < 0x80:
        raise ValueError(f"MIDI message {data.hex(' ')} lacks its status byte")
    if status == _SYSEX:
        if body[-1:] != bytes((_SYSEX_END,)):
            raise ValueError("a system exclusive message without its end")
        body = body[:-1]
    elif (kind := _kind(status)) is None:
        raise ValueError(f"MIDI status {status:#04x} means nothing")
    elif len(body) != kind[1]:
        raise ValueError(f"MIDI {kind[0]} needs {kind[1]} data bytes, not {len(body)}")
    if any(byte > 0x7F for byte in body):
        raise ValueError(f"MIDI message {data[:8].hex(' ')} has a data byte above 127")
    return data


def describe(data: bytes) -> str:
    """One message in a musician's words: `note on C1 kick 100`. Whatever cannot be read is shown in hex."""
    try:
        checked(data)
    except ValueError:
        return f"unreadable {data[:8].hex(' ')}".rstrip()
    if data[0] == _SYSEX:
        return f"system exclusive, {len(data)} bytes"
    if data[0] == SONG_POSITION:
        return f"song position {data[1] | data[2] << 7}"
    kind = _kind(data[0])
    assert kind is not None
    if data[0] > _SYSEX:
        return " ".join((kind[0], *map(str, data[1:])))
    channel = data[0] & 0x0F
    words = f"{kind[0]} {_values(data)}"
    return words if channel == _DRUM_CHANNEL else f"{words}, channel {channel + 1}"


def note_name(pitch: int) -> str:
    """`C1` for 36: middle C, 60, is C3, as in most DAWs."""
    return f"{_NOTES[pitch % 12]}{pitch // 12 - 2}"


def _kind(status: int) -> tuple[str, int] | None:
    """Name and number of data bytes; None for the undefined system messages."""
    return _CHANNEL_KINDS[status & 0xF0] if status < _SYSEX else _SYSTEM_KINDS.get(status)


def _values(data: bytes) -> str:
    kind, first = data[0] & 0xF0, data[1]
    if kind == 0xE0:
        return str((first | data[2] << 7) - 8192)
    if kind == 0xB0:
        return f"{_CONTROLS.get(first, first)} {data[2]}"
    if kind in (0xC0, 0xD0):
        return str(first + (kind == 0xC0))
    drum = data[0] & 0x0F == _DRUM_CHANNEL and first in VOICE_OF_PITCH
    voice = f" {VOICE_NAMES[VOICE_OF_PITCH[first]]}" if drum else ""
    return f"{note_name(first)}{voice}" + ("" if kind == 0x80 else f" {data[2]}")
