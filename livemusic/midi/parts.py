"""What a MIDI file says of its parts: which are drums, and which are plainly something else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from livemusic.midi.smf import INSTRUMENT_NAME, META, TRACK_NAME, Event, Smf
from livemusic.music.event import ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROL, NOTE_OFF, NOTE_ON
from livemusic.music.pattern import Note
from livemusic.music.route import DRUM_CHANNEL
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks

#: `drums`: it says so. `channel 10`: it says nothing else. `other`: it says that it is none. `unsaid`: nothing.
Role = Literal["drums", "channel 10", "other", "unsaid"]

#: The length of a note that nothing ends.
FOR_EVER: Ticks = 1 << 31
_PROGRAM, _BANK, _SYSTEM = 0xC0, 0, 0xF0
_LONGEST_NAME = 60
_GM2_DRUMS, _GM2_MELODY, _XG_DRUMS = 120, 121, (126, 127)
#: General MIDI's programs by eights.
_FAMILIES = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed instrument", "flute", "synth lead", "synth pad", "synth effect", "folk instrument", "tuned percussion",
    "sound effect",
)  # fmt: skip
_DRUM_WORDS = re.compile(
    r"drum|perc|kick|snare|hi.?hat|\bhats?\b|cymbal|\btoms?\b|\bride\b|\bcrash|\bclaps?\b|\brim|cowbell|tambo|shaker"
    r"|conga|bongo|timbal|schlagz|batter|bateri|trommel|cajon",
    re.IGNORECASE,
)
#: They say drums where nothing in the name says otherwise.
_BEAT_WORDS = re.compile(r"\bkit\b|beat|groove|\bfill\b|\b[bs]d\b|\b[coh]h\b|\b[89]0[89]\b", re.IGNORECASE)
_BOTH = re.compile(r"drums?\W*(n|and|&|\+)?\W*bass|bass\W*(n|and|&|\+)\W*drum", re.IGNORECASE)
_TUNED_DRUMS = re.compile(r"steel\s*(drum|pan)|tuned perc|mallet", re.IGNORECASE)
_OTHER_WORDS = re.compile(
    r"bass|piano|guitar|gitarr|chitarr|\bg(i)?tr\b|string|synth|organ|orgel|\blead|\bpads?\b|\bkeys?\b|keyboard|violin|viola\b|cello|flute|flöte"
    r"|sax|trumpet|trombon|brass|\bhorns?\b|vocal|voice|choir|melod|chord|\barp|rhodes|wurli|clav|harp|marimba|vibra"
    r"|xylo|glocken|celesta|clarinet|oboe|bassoon|tuba|mandolin|banjo|ukulele|klavier|flügel|accordion|harmonica|solo\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(
    r"((electric|acoustic|grand|upright|fretless|slap|finger(ed)?|picked|synth|sub|e|left|right|hand|lh|rh|l|r|the|part|track|midi|\d+)\W*)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one channel in one track; `called`: what it says it is, where it is no drums."""

    channel: int
    notes: tuple[Note, ...]
    role: Role
    called: str = ""


def parts_of(smf: Smf) -> list[Part]:
    """All parts with notes, in the order of tracks and channels; ticks are 960 to the beat."""
    declared = _Declared(smf)
    parts = []
    for track in smf.tracks:
        rows: dict[int, list[Event]] = {}
        for event in track:
            if event[1][0] < _SYSTEM:
                rows.setdefault(event[1][0] & 0x0F, []).append(event)
        playing = {channel: row for channel, row in sorted(rows.items()) if any(_strikes(data) for _, data in row)}
        names = _names(track) if len(playing) == 1 else ("", "")
        for channel, row in playing.items():
            first = next(tick for tick, message in row if _strikes(message))
            drums, program = declared.drums(channel, first), declared.program(row, channel)
            parts.append(Part(channel, tuple(_notes(smf, row, channel)), *_role(channel, names, drums, program)))
    return parts


def drum_channels(smf: Smf) -> frozenset[int]:
    """The channels that messages in the file make drums at some time, besides channel 10."""
    declared = _Declared(smf)
    return frozenset(channel for channel, states in declared.states.items() if any(drums for _, drums in states))


def scaled(smf: Smf, tick: int) -> Ticks:
    """A tick of the file as one of 960 to the beat, the nearest."""
    top, bottom = smf.resolution.numerator, smf.resolution.denominator
    return (2 * tick * TICKS_PER_BEAT * bottom + top) // (2 * top)


def _strikes(message: bytes) -> bool:
    return message[0] & 0xF0 == NOTE_ON and message[2] > 0


def _notes(smf: Smf, row: Iterable[Event], channel: int) -> Iterator[Note]:
    """The strikes of a channel paired with their ends: the next note-off, the next strike of the same drum, the end of
    all notes, or never; the end of a note that was cut off is none of the next."""
    sounding: dict[int, tuple[Ticks, int]] = {}
    cut: dict[int, Ticks] = {}
    tick: Ticks = 0

    def finish(pitch: int) -> Note:
        start, velocity = sounding.pop(pitch)
        return Note(start, pitch, velocity, min(max(1, tick - start), FOR_EVER), channel)

    for raw, message in row:
        tick = min(scaled(smf, raw), 1 << 31)
        kind, pitch = message[0] & 0xF0, message[1]
        if _strikes(message):
            if pitch in sounding:
                cut[pitch] = tick
                yield finish(pitch)
            sounding[pitch] = (tick, message[2])
        elif kind in (NOTE_ON, NOTE_OFF) and pitch in sounding:
            if not cut.get(pitch) == sounding[pitch][0] == tick:
                yield finish(pitch)
        elif kind == CONTROL and (pitch == ALL_SOUND_OFF or pitch >= ALL_NOTES_OFF):
            for each in list(sounding):
                yield finish(each)
    for pitch, (start, velocity) in sounding.items():
        yield Note(start, pitch, velocity, FOR_EVER, channel)


def _names(track: Iterable[Event]) -> tuple[str, str]:
    """The names of the instrument and of the track."""
    found = {TRACK_NAME: "", INSTRUMENT_NAME: ""}
    for _, message in track:
        if message[0] == META and message[1] in found and not found[message[1]]:
            text = message[2 : 2 + _LONGEST_NAME].decode("utf-8", "ignore")
            found[message[1]] = "".join(letter for letter in text if letter.isprintable()).strip()
    return found[INSTRUMENT_NAME], found[TRACK_NAME]


def _role(channel: int, names: tuple[str, str], drums: bool | None, program: int | None) -> tuple[Role, str]:
    if drums is not None:
        return ("drums", "") if drums else ("other", f"channel {channel + 1} is set to melody")
    name = next((name for name in names if _says(name)), "")
    if channel == DRUM_CHANNEL:
        rest = _OTHER_WORDS.sub("", name)
        plainly = _says(name) == "other" and _PLAINLY.fullmatch(rest.strip(" -_.()#/")) is not None
        return ("other", f"its name is “{name}”") if plainly else ("channel 10", "")
    if name:
        return ("drums", "") if _says(name) == "drums" else ("other", f"its name is “{name}”")
    if program is not None:
        return "other", f"its program, {program + 1}, is a {_FAMILIES[program // 8]}"
    return "unsaid", ""


def _says(name: str) -> Literal["drums", "other", ""]:
    if _BOTH.search(name):
        return ""
    if _TUNED_DRUMS.search(name):
        return "other"
    if _DRUM_WORDS.search(name):
        return "drums"
    if _OTHER_WORDS.search(name):
        return "other"
    return "drums" if _BEAT_WORDS.search(name) else ""


class _Declared:
    """What messages say of channels: banks and programs, and the drum parts of GS, XG and General MIDI 2."""

    def __init__(self, smf: Smf) -> None:
        self.states: dict[int, list[tuple[int, bool]]] = {}
        self._programs: dict[int, int] = {}
        events = sorted(
            (event for track in smf.tracks for event in track if _tells(event[1])), key=lambda event: event[0]
        )
        exclusive = list(_exclusive(events))
        is_gs = any(data[:1] == b"\x41" and data[2:3] == b"\x42" for _, data in exclusive)
        for tick, data in exclusive:
            if (part := _drum_part(data)) is not None:
                self.states.setdefault(part[0], []).append((tick, part[1]))
        for tick, message in events:
            channel = message[0] & 0x0F
            if message[0] & 0xF0 == _PROGRAM:
                self._programs.setdefault(channel, message[1])
            elif message[0] & 0xF0 == CONTROL:
                if message[2] == _GM2_DRUMS or (message[2] in _XG_DRUMS and not is_gs):
                    self.states.setdefault(channel, []).append((tick, True))
                elif message[2] == _GM2_MELODY:
                    self.states.setdefault(channel, []).append((tick, False))
        for states in self.states.values():
            states.sort(key=lambda state: state[0])

    def drums(self, channel: int, tick: int) -> bool | None:
        """Whether the channel is said to be drums at a tick, or said to be none; None where nothing is said."""
        said = [drums for at, drums in self.states.get(channel, ()) if at <= tick]
        return said[-1] if said else None

    def program(self, row: Iterable[Event], channel: int) -> int | None:
        """The first program of a channel in its messages in a track, or else anywhere."""
        own = next((message[1] for _, message in row if message[0] & 0xF0 == _PROGRAM), None)
        return self._programs.get(channel) if own is None else own


def _tells(message: bytes) -> bool:
    kind = message[0] & 0xF0
    return message[0] in (0xF0, 0xF7) or kind == _PROGRAM or (kind == CONTROL and message[1] == _BANK)


def _exclusive(events: Iterable[Event]) -> Iterator[Event]:
    """System exclusive messages without their first byte, those in several packets put together."""
    held = b""
    for tick, message in events:
        if message[0] == 0xF0:
            held = message[1:]
        elif message[0] == 0xF7:
            held = message[2:] if message[1:2] == b"\xf0" else held + message[1:]
        else:
            continue
        if held.endswith(b"\xf7"):
            yield tick, held
            held = b""


def _drum_part(data: bytes) -> tuple[int, bool] | None:
    """The channel of which a message says whether it is drums. GS counts parts 1 to 9, 0 (channel 10), 10 to 15."""
    if len(data) >= 8 and data[0] == 0x41 and data[2:5] == b"\x42\x12\x40" and data[5] >> 4 == 1 and data[6] == 0x15:
        part = data[5] & 0x0F
        return (DRUM_CHANNEL if part == 0 else part - 1 if part < 10 else part), data[7] > 0
    is_xg = len(data) >= 7 and data[0] == 0x43 and data[1] >> 4 == 1 and data[2:4] == b"\x4c\x08"
    if is_xg and data[4] < 16 and data[5] == 0x07:
        return data[4], data[6] > 0
    return None
