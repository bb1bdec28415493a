"""Standard MIDI files taken apart, also those not quite to the letter: what is whole is read, the rest is said.

mido, pretty_midi and miditoolkit (both on mido) and symusic refuse files that sequencers play, as a whole and for one
bad byte; so chunks and events are split here. Nothing in here raises for damage but where there is no music to be had.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

#: A message of a track: raw bytes as a port would get them; a meta event is `ff`, its kind, and its payload.
Event = tuple[int, bytes]

META = 0xFF
TRACK_NAME, INSTRUMENT_NAME, END_OF_TRACK, SET_TEMPO, TIME_SIGNATURE = 0x03, 0x04, 0x2F, 0x51, 0x58
TEXT = 0x01
_SYSEX, _MORE_SYSEX = 0xF0, 0xF7
_HEADER, _TRACK = b"MThd", b"MTrk"
_ANY_LENGTH = b"\xff\xff\xff\xff"
#: Data bytes of the messages that a file should not hold: time code, song position and song select; the rest has none.
_SYSTEM_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_ONE_BYTE = (0xC0, 0xD0)
#: SMPTE frames per second by the header's byte: 24, 25, 30 drop-frame, 30.
_FRAME_RATES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30000, 1001), 30: Fraction(30)}
_BEAT_US = 500_000
#: Payloads of fixed length: the kind, its name, and how many bytes it has at least.
_FIXED = {
    0x00: ("sequence number", 0),
    0x20: ("channel prefix", 1),
    0x21: ("port number", 1),
    SET_TEMPO: ("tempo", 3),
    0x54: ("SMPTE offset", 5),
    TIME_SIGNATURE: ("meter", 2),
    0x59: ("key signature", 2),
}


class NoMusicError(ValueError):
    """What was given is no MIDI file, or nothing in it can be read; the text says why, without a subject."""


@dataclass(frozen=True, slots=True)
class Smf:
    """A file's tracks; of one that holds several pieces (type 2) those of the first with notes.

    A track is a row of `(ticks from the start, message)` in order, its end of track last. `kind` 0..2; `resolution`:
    ticks per beat; `remarks`: whole sentences on what was skipped or mended.
    """

    kind: int
    resolution: Fraction
    tracks: tuple[tuple[Event, ...], ...]
    remarks: tuple[str, ...] = ()


class _Remarks:
    """Counts what is to be said, so that a thousand faults of a kind make one sentence."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[str, int]] = {}

    def note(self, one: str, many: str = "") -> None:
        """Say `one`, and `many`, with its `{count}`, where that is to be said again."""
        said, count = self._counts.get(many or one, (one, 0))
        self._counts[many or one] = said, count + 1

    def sentences(self) -> tuple[str, ...]:
        """What was noted, each kind once."""
        return tuple(
            many.format(count=f"{count:,}") if count > 1 else one for many, (one, count) in self._counts.items()
        )


def parse_smf(data: bytes) -> Smf:
    """The tracks in the bytes of a MIDI file, with what had to be skipped. `NoMusicError` where there is no header."""
    remarks = _Remarks()
    data = _unwrapped(data, remarks)
    kind, told, division = struct.unpack_from(">HHH", data, 8)
    if kind > 2:
        remarks.note(f"Its type is {kind}, which is unknown; it was read as type 1.")
        kind = 1
    tracks, others = [], 0
    position = _after_header(data, remarks)
    while (start := _next_chunk(data, position, remarks)) is not None:
        if data.startswith(_HEADER, start):
            remarks.note("A second MIDI file follows in it and was not read.")
            break
        if data.startswith(_TRACK, start):
            events, position = _track(data, start, remarks)
            tracks.append(tuple(events))
        else:
            others += 1
            position = start + 8 + _length(data, start)
    if told > len(tracks) + others:
        missing = told - len(tracks)
        remarks.note(
            f"{'A track' if missing == 1 else f'{missing:,} tracks'} that it tells of {_is(missing)} not in it."
        )
    resolution = _resolution(division, tracks, remarks)
    if kind == 2 and (playing := [track for track in tracks if _has_notes(track)]):
        tracks = playing[:1]
        if len(playing) > 1:
            remarks.note(f"Of its {len(playing):,} pieces the first was read.")
    return Smf(kind, resolution, tuple(tracks), remarks.sentences())


def _has_notes(track: Iterable[Event]) -> bool:
    return any(message[0] & 0xF0 == 0x90 and message[2] > 0 for _, message in track)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _unwrapped(data: bytes, remarks: _Remarks) -> bytes:
    """The file itself, out of a RIFF container or from behind what is not MIDI."""
    start = data.find(_HEADER)
    if start < 0:
        raise NoMusicError("is no MIDI file" if data else "is empty")
    if len(data) < start + 14:
        raise NoMusicError("breaks off in its header: nothing can be read")
    if data.startswith(b"RIFF"):
        size = int.from_bytes(data[start - 4 : start], "little") if data[start - 8 : start - 4] == b"data" else 0
        return data[start : start + size] if size >= 22 else data[start:]
    if start:
        remarks.note(
            "A byte before its header was skipped."
            if start == 1
            else f"{start:,} bytes before its header were skipped."
        )
    return data[start:]


def _after_header(data: bytes, remarks: _Remarks) -> int:
    """Where the chunks begin: where the header says, unless there is no chunk."""
    end = 8 + _length(data, 0)
    if end >= 14 and (end == len(data) or _is_chunk(data, end)):
        return end
    if end != 14:
        remarks.note("The length of its header is wrong.")
    return 14


def _length(data: bytes, start: int) -> int:
    return int.from_bytes(data[start + 4 : start + 8], "big")


def _is_chunk(data: bytes, start: int) -> bool:
    """Whether a chunk begins here, by four printable characters and a length that is possible."""
    tag = data[start : start + 4]
    return len(data) >= start + 8 and (
        tag == _TRACK or (all(0x20 <= byte < 0x7F for byte in tag) and start + 8 + _length(data, start) <= len(data))
    )


def _next_chunk(data: bytes, position: int, remarks: _Remarks) -> int | None:
    """Where the next chunk begins, behind whatever lies between; None at the end."""
    if position >= len(data):
        return None
    if _is_chunk(data, position):
        if not data.startswith((_TRACK, _HEADER), position):
            tag = data[position : position + 4].decode("ascii")
            remarks.note(
                f"A part of it that is no track ({tag}) was skipped.",
                "{count} parts of it that are no tracks were skipped.",
            )
        return position
    found = data.find(_TRACK, position)
    found = found if found >= 0 and len(data) >= found + 8 else -1
    if data[position : found if found >= 0 else len(data)].strip(b"\0"):
        remarks.note("Bytes between its tracks that are no music were skipped.")
    return found if found >= 0 else None


def _track(data: bytes, start: int, remarks: _Remarks) -> tuple[list[Event], int]:
    """The events of the track at `start`, and where what follows it begins."""
    begin, length = start + 8, _length(data, start)
    told = begin + length
    events: list[Event] = []
    tick, position, ended = 0, begin, False
    for tick, message, at in _events(data, begin, told, remarks):
        position = at
        if message[:2] == b"\xff\x2f":
            ended = True
            break
        if message:
            events.append((tick, message))
    events.append((tick, b"\xff\x2f"))
    if not ended:
        remarks.note(
            "A track ends without its end mark; what is whole was read.",
            "{count} tracks end without their end mark; what is whole was read.",
        )
    if position == told:
        return events, position
    if ended and position < told and (told == len(data) or _is_chunk(data, told)):
        return events, position if data.startswith(_TRACK, position) else told  # padding after the end mark
    if ended or length:
        remarks.note("The length of a track is wrong.", "The lengths of {count} tracks are wrong.")
    return events, position


def _events(data: bytes, begin: int, told: int, remarks: _Remarks) -> Iterator[tuple[int, bytes, int]]:
    """`(tick, message, where the next begins)`, up to where there are no more; an empty message only takes its time."""
    tick, position, status, size = 0, begin, 0, len(data)
    while position < size:
        if _over(data, position, told):
            return
        delta, at = _number(data, position)
        if at >= size:
            remarks.note("The end of it is missing.")
            yield tick, b"", size
            return
        tick += delta
        byte = data[at]
        if byte >= 0xF0:
            message, position = _system(data, at, remarks)
        else:
            if byte >= 0x80:
                status, at = byte, at + 1
            message, position = _channel_message(data, at, status, remarks)
        if position > size:
            remarks.note("It breaks off in the middle of a message; what is whole was read.")
            yield tick, b"", size
            return
        yield tick, message, position


def _over(data: bytes, position: int, told: int) -> bool:
    """Whether a track without an end mark ends here: at its told end, or where another track plainly begins."""
    if position == told and (_is_chunk(data, position) or not data[position:].strip(b"\0")):
        return True
    if not data.startswith(_TRACK, position):
        return False
    return (
        position >= told
        or told > len(data)
        or data[position + 4 : position + 6] == b"\0\0"
        or (data[position + 4 : position + 8] == _ANY_LENGTH)
    )


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A number of variable length, and where what follows it begins; beyond the end where it is not whole."""
    value = 0
    for at in range(position, min(position + 5, len(data))):
        value = value << 7 | data[at] & 0x7F
        if data[at] < 0x80:
            return value, at + 1
    return value, len(data) + 1


def _system(data: bytes, at: int, remarks: _Remarks) -> tuple[bytes, int]:
    """A meta event, system exclusive, or something that a file should not hold."""
    status = data[at]
    if status == META:
        length, begin = _number(data, at + 2)
        end = begin + length
        return (_meta(data[at + 1], data[begin:end], remarks) if end <= len(data) else b""), end
    if status in (_SYSEX, _MORE_SYSEX):
        length, begin = _number(data, at + 1)
        if begin + length > len(data):  # written without its length, as it goes over a cable
            begin, length = at + 1, data.find(b"\xf7", at + 1) + 1 - (at + 1)
            if length <= 0:
                return b"", len(data) + 1
            remarks.note("A system exclusive message without its length was skipped.")
            return b"", begin + length
        return data[at : at + 1] + data[begin : begin + length], begin + length
    remarks.note(
        f"A message that no file should hold ({status:02x}) was skipped.",
        "{count} messages that no file should hold were skipped.",
    )
    return b"", at + 1 + _SYSTEM_DATA.get(status, 0)


def _meta(kind: int, payload: bytes, remarks: _Remarks) -> bytes:
    """A meta event, or nothing where its payload does not fit."""
    name, least = _FIXED.get(kind, ("", 0))
    fits = len(payload) >= least
    if kind == SET_TEMPO and fits:
        payload = payload[:3]
        fits = any(payload)
    elif kind == TIME_SIGNATURE and fits:
        fits = payload[0] > 0 and payload[1] <= 7
    elif kind == 0x59 and fits:
        fits = payload[0] in (*range(8), *range(249, 256)) and payload[1] <= 1
    elif kind == 0x54 and fits:
        fits = payload[0] < 0x80 and payload[0] & 0x1F < 24 and payload[1] < 60 and payload[2] < 60
    if not fits:
        remarks.note(f"A {name} that does not fit was skipped.", "{count} " + f"{name}s that do not fit were skipped.")
        return b""
    return bytes((META, kind)) + payload


def _channel_message(data: bytes, at: int, status: int, remarks: _Remarks) -> tuple[bytes, int]:
    """A note, controller, program and so on; velocities and values above 127 are taken for 127."""
    if status == 0:
        remarks.note("Data before the first message of a track were skipped.")
        return b"", at + 1
    end = at + (1 if status & 0xF0 in _ONE_BYTE else 2)
    body = data[at:end]
    if len(body) == end - at and max(body) > 0x7F:
        if body[0] > 0x7F:
            remarks.note(
                "A message with a number above 127 was skipped.",
                "{count} messages with numbers above 127 were skipped.",
            )
            return b"", end
        remarks.note("A value above 127 was taken for 127.", "{count} values above 127 were taken for 127.")
        body = bytes((body[0], 0x7F))
    return bytes((status,)) + body, end


def _resolution(division: int, tracks: list[tuple[Event, ...]], remarks: _Remarks) -> Fraction:
    """Ticks per beat. Frames become beats at the first tempo, or at 120 bpm."""
    if division < 0x8000:
        if division == 0:
            raise NoMusicError("says that a beat has no ticks, so its notes have no place in time")
        return Fraction(division)
    rate, parts = _FRAME_RATES.get(256 - (division >> 8)), division & 0xFF
    if rate is None or parts == 0:
        raise NoMusicError("counts time in SMPTE frames of no known rate")
    tempi = [message for track in tracks for _, message in track if message[:2] == b"\xff\x51"]
    beat = int.from_bytes(tempi[0][2:5], "big") if tempi else _BEAT_US
    remarks.note(f"It counts time in SMPTE frames, not in beats; beats were laid over it at {60e6 / beat:.6g} bpm.")
    return rate * parts * Fraction(beat, 1_000_000)
