"""Drum patterns and recorded events from and to standard MIDI files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import mido
import msgspec

from livemusic.errors import MediaError
from livemusic.midi.drum_parts import NoDrumsError, find_drums
from livemusic.midi.kits import read
from livemusic.midi.parts import FOR_EVER, parts_of, scaled
from livemusic.midi.smf import SET_TEMPO, TEXT, TIME_SIGNATURE, NoMusicError, Smf, parse_smf
from livemusic.music.bars import Bars
from livemusic.music.event import is_note_off, is_note_on, note_off, note_on
from livemusic.music.pattern import Note, Pattern
from livemusic.music.route import GM_ROUTE, Route
from livemusic.music.tempo import MAX_BPM, MIN_BPM, TICKS_PER_BEAT, BeatsPerMinute, Meter, Ticks
from livemusic.session.drum_map import GENERAL_MIDI, DrumMap, Lane
from livemusic.session.files import AnyPath, kept_from, replacing

MAX_BARS = 4096
_MAX_BYTES = 1 << 20
_SYSTEM = 0xF0
_DEFAULT_BPM: BeatsPerMinute = 120.0
#: An end of track so near to a bar line is meant to be on it.
_HAIR: Ticks = 2
_FIRST_MARK = b"livemusic 1 "


class Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What went into a clip that we wrote, so that it comes back as it was: swing 0..1, and the channel 0..15 and note
    of each voice with the name of the map they are from."""

    swing: float = 0.0
    map: str = GENERAL_MIDI.name
    route: Route = GM_ROUTE

    def __post_init__(self) -> None:
        if not 0.0 <= self.swing <= 1.0:
            raise ValueError(f"swing {self.swing} is outside 0..1")
        self.drum_map()

    def drum_map(self) -> DrumMap:
        """The map that reads the route back."""
        return DrumMap(self.map, tuple(Lane(pitch, channel + 1) for channel, pitch in self.route))


@dataclass(frozen=True, slots=True)
class Loop:
    """What a MIDI file says: the notes, the tempo at the first one, and the meter that holds for most of it.

    `drum_map`: what the notes were read by. `swing`: how much of it we had printed into the clip when we wrote it.
    `others`: notes that were left out because they are no drums or no map knows them. `remarks`: whole sentences on
    that and on whatever else in the file is not as it was meant.
    """

    pattern: Pattern
    bpm: BeatsPerMinute
    meter: Meter
    drum_map: DrumMap = GENERAL_MIDI
    swing: float = 0.0
    others: int = 0
    remarks: tuple[str, ...] = ()


def read_pattern(path: AnyPath, own: Sequence[DrumMap] = (), decided: DrumMap | None = None) -> Loop:
    """The drums of a MIDI file of any type and resolution, as General MIDI notes at 960 ticks per beat.

    Which notes are drums is in `drum_parts`; what they are is said by the map `decided`, or else by the one, of the
    musician's `own` and those built in, that explains them best. Of a type 2 file it is the first track with notes.
    Positions stay as they are, leading silence too; it ends at the bar line after the last strike, or where the file
    ends on a later one. `MediaError` for what is missing, no MIDI, without drums, or longer than 4096 bars.
    """
    path = Path(path)
    smf = read_midi(path)
    printed = _printed(smf)
    try:
        drums = find_drums(parts_of(smf), own, decided, None if printed is None else printed.drum_map())
    except NoDrumsError as problem:
        raise MediaError(f"{path} {problem}. Choose a clip with drums, on channel 10 at best.") from problem
    reading = read(drums.parts, drums.drum_map)
    if not reading.notes:
        raise MediaError(
            f"{path} has no drum notes that the drum map {drums.drum_map.name} knows. Choose another map or clip."
        )
    remarks = (*drums.remarks, *reading.remarks)
    others = reading.lost + sum(len(part.notes) for part in drums.others)
    return _loop(path, smf, reading.notes, drums.drum_map, printed.swing if printed else 0.0, others, remarks)


def read_strikes(path: AnyPath) -> Loop:
    """All notes of a MIDI file as they are, whatever they play, as `read_pattern` reads drums; one without notes is a
    silent bar."""
    path = Path(path)
    smf = read_midi(path)
    return _loop(path, smf, [note for part in parts_of(smf) for note in part.notes])


def read_midi(path: AnyPath) -> Smf:
    """A MIDI file's tracks, of a type 2 file the first with notes. `MediaError` for what is missing, no MIDI at all, or
    larger than 1 MB."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise MediaError(f"{path} is not a file. Choose a MIDI file.")
        with open(path, "rb") as source:
            data = source.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise MediaError(f"Cannot read {path}: {_reason(problem)}.") from problem
    if len(data) > _MAX_BYTES:
        raise MediaError(
            f"{path} is larger than {_MAX_BYTES >> 20} MB: that is more than one piece of music. Choose another file."
        )
    try:
        return parse_smf(data)
    except NoMusicError as problem:
        raise MediaError(f"{path} {problem}. Export it again, or choose another file.") from problem


def write_pattern(
    path: AnyPath,
    pattern: Pattern,
    bpm: BeatsPerMinute,
    meter: Meter,
    repeats: int = 1,
    printed: Printed | None = None,
) -> None:
    """Write the pattern `repeats` times; the file is exactly that long, so it loops in a DAW.

    A note rings on at most to its next strike or the file's end. `MediaError` where it cannot be written.
    """
    if repeats < 1:
        raise ValueError(f"repeats {repeats} must be at least 1")
    end = pattern.length * repeats
    strikes: dict[tuple[int, int], list[tuple[Ticks, Note]]] = {}
    for turn in range(repeats):
        for note in pattern.notes:
            strikes.setdefault((note.channel, note.pitch), []).append((turn * pattern.length + note.tick, note))
    events: list[tuple[Ticks, bytes]] = []
    for (channel, pitch), notes in strikes.items():
        nexts = [tick for tick, _ in notes[1:]] + [end]
        for (tick, note), limit in zip(notes, nexts, strict=True):
            events.append((tick, note_on(channel, pitch, note.velocity)))
            events.append((min(tick + note.duration, limit), note_off(channel, pitch)))
    write_events(path, events, [(0, bpm)], [(0, meter)], end, pattern.name, printed)


def write_events(
    path: AnyPath,
    events: Iterable[tuple[Ticks, bytes]],
    tempi: Sequence[tuple[Ticks, BeatsPerMinute]],
    meters: Sequence[tuple[Ticks, Meter]],
    end: Ticks = 0,
    name: str = "",
    printed: Printed | None = None,
) -> None:
    """Write MIDI messages at their ticks as a file that lasts at least to `end`, note-offs before note-ons.

    `tempi` and `meters`: where each begins. What comes before tick 0 moves there; clock and other system messages,
    which files cannot hold, are left out. Every note ends: at its next strike, or with the file.
    `MediaError` where it cannot be written or would replace what is no MIDI file; the old file, if any, is whole until
    the new one is.
    """
    notes = _balanced(sorted((event for event in events if event[1][0] < _SYSTEM), key=_order), end)
    metas: list[tuple[Ticks, mido.MetaMessage]] = []
    if name:
        metas.append((0, mido.MetaMessage("track_name", name=name)))
    if printed is not None and printed != Printed():
        text = _FIRST_MARK + msgspec.json.encode(printed)
        metas.append((0, mido.MetaMessage("text", text=text.decode())))
    metas += [(max(0, tick), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))) for tick, bpm in tempi]
    metas += [
        (max(0, tick), mido.MetaMessage("time_signature", numerator=meter.beats, denominator=meter.unit))
        for tick, meter in meters
    ]
    messages = [(max(0, tick), mido.Message.from_bytes(data)) for tick, data in notes]
    track = mido.MidiTrack()
    now: Ticks = 0
    for tick, message in sorted([*metas, *messages], key=lambda event: event[0]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, end - now)))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, tracks=[track], charset="utf-8")
    try:
        if (found := kept_from(path)) and not _is_midi(found):
            raise ValueError("there is another file already, which is no MIDI file, and it is left as it is")
        with replacing(path) as target:
            file.save(file=target)
    except (OSError, ValueError) as problem:
        raise MediaError(f"Cannot write {path}: {_reason(problem)}. Choose another folder or name.") from problem


def _is_midi(head: bytes) -> bool:
    return head.startswith(b"MThd") or (head.startswith(b"RIFF") and head[8:12] == b"RMID")


def _order(event: tuple[Ticks, bytes]) -> tuple[Ticks, int]:
    return event[0], event[1][0] & _SYSTEM


def _balanced(events: Iterable[tuple[Ticks, bytes]], end: Ticks) -> list[tuple[Ticks, bytes]]:
    """`events`, in order, so that each note that begins ends once, before its next strike and with the last at most."""
    kept: list[tuple[Ticks, bytes]] = []
    sounding: set[tuple[int, int]] = set()
    tick: Ticks = 0
    for tick, data in events:
        key = data[0] & 0x0F, data[1]
        if is_note_on(data):
            if key in sounding:
                kept.append((tick, note_off(*key)))
            sounding.add(key)
        elif is_note_off(data):
            if key not in sounding:
                continue
            sounding.discard(key)
        kept.append((tick, data))
    return kept + [(max(tick, end), note_off(*key)) for key in sorted(sounding)]


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem) or type(problem).__name__


def _printed(smf: Smf) -> Printed | None:
    """What we wrote of ourselves into a file that is ours."""
    head = bytes((0xFF, TEXT)) + _FIRST_MARK
    for track in smf.tracks:
        for _, message in track:
            if message.startswith(head):
                try:
                    return msgspec.json.decode(message[len(head) :], type=Printed)
                except (msgspec.DecodeError, ValueError):
                    return None
    return None


def _loop(
    path: Path,
    smf: Smf,
    notes: Sequence[Note],
    drum_map: DrumMap = GENERAL_MIDI,
    swing: float = 0.0,
    others: int = 0,
    remarks: Iterable[str] = (),
) -> Loop:
    bars, unplayable = _bars(smf)
    length = _length(smf, notes, bars)
    meter = bars.prevailing(length)
    if length > MAX_BARS * meter.bar:
        raise MediaError(f"{path} is {length // meter.bar} bars long; {MAX_BARS} is the most. Cut out what you need.")
    name = path.stem.encode(errors="replace").decode()  # a file's name may be none that can be written elsewhere
    bpm, bent = _bpm(smf, min((note.tick for note in notes), default=0))
    said = (*smf.remarks, *remarks, *unplayable, *bent)
    ended = [replace(note, duration=length - note.tick) if note.duration == FOR_EVER else note for note in notes]
    return Loop(Pattern.of(ended, length, name), bpm, meter, drum_map, swing, others, said)


def _length(smf: Smf, notes: Iterable[Note], bars: Bars) -> Ticks:
    """To the bar line after the last strike, or to a later one where the file was made to end there."""
    last = max((note.tick for note in notes), default=0)
    length = bars.next_line(last + 1)
    end = max((scaled(smf, track[-1][0]) for track in smf.tracks), default=0)
    for line in (bars.line(end), bars.next_line(end)):
        if abs(line - end) <= _HAIR:
            length = max(length, line)
    return length


def _metas(smf: Smf, kind: int) -> list[tuple[Ticks, bytes]]:
    """The payloads of all meta events of a kind, in order of time."""
    found = [
        (scaled(smf, tick), message[2:])
        for track in smf.tracks
        for tick, message in track
        if message[0] == 0xFF and message[1] == kind
    ]
    return sorted(found, key=lambda event: event[0])


def _bars(smf: Smf) -> tuple[Bars, list[str]]:
    """The file's bar lines, and what is said of meters that cannot be played."""
    meters, unplayable = [], []
    for tick, (beats, power, *_) in _metas(smf, TIME_SIGNATURE):
        unit = 1 << power
        while unit > 16 and beats % 2 == 0:
            beats, unit = beats // 2, unit // 2
        try:
            meters.append((tick, Meter(2 * beats, 2) if unit == 1 else Meter(beats, unit)))
        except ValueError:
            unplayable.append(f"A meter of {beats}/{unit} cannot be counted here and was passed over.")
    return Bars.of(meters), [*dict.fromkeys(unplayable)]


def _bpm(smf: Smf, at: Ticks) -> tuple[BeatsPerMinute, list[str]]:
    """The tempo in force at a tick, within what can be played, and what is said where that is another."""
    tempi = [(tick, 60e6 / int.from_bytes(payload, "big")) for tick, payload in _metas(smf, SET_TEMPO)]
    read = ([bpm for tick, bpm in tempi if tick <= at] or [_DEFAULT_BPM])[-1]
    bpm = min(max(read, MIN_BPM), MAX_BPM)
    said = []
    if abs(bpm - read) > 1e-3 * bpm:
        said.append(f"Its tempo of {read:.4g} bpm is outside {MIN_BPM:g} to {MAX_BPM:g}; it is played at {bpm:g} bpm.")
    later = [other for tick, other in tempi if tick > at]
    if any(abs(other - read) > 0.5 for other in later):
        low, high = min(read, *later), max(read, *later)
        said.append(
            f"Its tempo changes between {low:.4g} and {high:.4g} bpm; a pattern has one, that of its first note."
        )
    return bpm, said
