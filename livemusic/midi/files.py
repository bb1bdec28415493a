"""Drum patterns and recorded events from and to standard MIDI files."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

from livemusic.errors import MediaError
from livemusic.music.event import note_off, note_on
from livemusic.music.grid import STEP
from livemusic.music.kit import VOICE_OF_PITCH
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import MAX_BPM, MIN_BPM, TICKS_PER_BEAT, BeatsPerMinute, Meter, Ticks, next_multiple
from livemusic.session.files import AnyPath, kept_from, replacing

MAX_BARS = 4096
_MAX_BYTES = 1 << 20
_DRUM_CHANNEL = 9
_SYSTEM = 0xF0
_DEFAULT_BPM: BeatsPerMinute = 120.0


@dataclass(frozen=True, slots=True)
class Loop:
    """What a MIDI file says: the notes, the tempo at the first one, and the meter it begins in.

    `others` are the notes that were left out because the nine voices have no such drum, or because they are no drums.
    """

    pattern: Pattern
    bpm: BeatsPerMinute
    meter: Meter
    others: int = 0


def read_pattern(path: AnyPath) -> Loop:
    """The drums of a MIDI file of any type and resolution, as a pattern of whole bars at 960 ticks per beat.

    Drums are the notes of channel 10; where it is empty, the notes of any channel that are drum pitches. Of a type 2
    file it is the first track with notes. Positions stay as they are, leading silence too; a file without drums is a
    silent bar. `MediaError` for what is missing, damaged, timed in SMPTE frames, or longer than 4096 bars.
    """
    path = Path(path)
    file = read_midi(path)
    tracks = [[*_timed(track, file.ticks_per_beat)] for track in file.tracks]
    if file.type == 2:
        tracks = [next((track for track in tracks if any(_strikes(message) for _, message in track)), [])]
    events = sorted((event for track in tracks for event in track), key=lambda event: event[0])
    meter = _meter(events)
    first = min((tick for tick, message in events if _strikes(message)), default=0)
    pattern = _pattern(events, meter, path)
    drums = sum(note.pitch in VOICE_OF_PITCH for note in pattern.notes)
    return Loop(pattern, _bpm(events, first), meter, sum(_strikes(message) for _, message in events) - drums)


def read_midi(path: AnyPath) -> mido.MidiFile:
    """A MIDI file as it is. `MediaError` for what is missing, damaged, timed in SMPTE frames or larger than 1 MB."""
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
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
    except Exception as problem:  # a parser fed with damage raises whatever it stumbles over
        raise MediaError(f"{path} is not a whole MIDI file ({_reason(problem)}). Export it again.") from problem
    if file.ticks_per_beat < 1:
        raise MediaError(f"{path} counts time in SMPTE frames, not in beats. Export it with ticks per beat.")
    return file


def write_pattern(path: AnyPath, pattern: Pattern, bpm: BeatsPerMinute, meter: Meter, repeats: int = 1) -> None:
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
    write_events(path, events, bpm, meter, end, pattern.name)


def write_events(
    path: AnyPath,
    events: Iterable[tuple[Ticks, bytes]],
    bpm: BeatsPerMinute,
    meter: Meter,
    end: Ticks = 0,
    name: str = "",
) -> None:
    """Write MIDI messages at their ticks as a file that lasts at least to `end`, note-offs before note-ons.

    What comes before tick 0 moves there; clock and other system messages, which files cannot hold, are left out.
    `MediaError` where it cannot be written or would replace what is no MIDI file; the old file, if any, is whole until
    the new one is.
    """
    kept = sorted(((max(0, tick), data) for tick, data in events if data[0] < _SYSTEM), key=_order)
    track = mido.MidiTrack()
    if name:
        track.append(mido.MetaMessage("track_name", name=name))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    track.append(mido.MetaMessage("time_signature", numerator=meter.beats, denominator=meter.unit))
    now: Ticks = 0
    for tick, data in kept:
        track.append(mido.Message.from_bytes(data, time=tick - now))
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


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem) or type(problem).__name__


def _timed(track: Sequence[mido.Message], resolution: int) -> Iterable[tuple[Ticks, mido.Message]]:
    """The messages at their ticks from the start, 960 to the beat, rounded."""
    raw = 0
    for message in track:
        raw += message.time
        yield (2 * raw * TICKS_PER_BEAT + resolution) // (2 * resolution), message


def _strikes(message: mido.Message) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


def _meter(events: Iterable[tuple[Ticks, mido.Message]]) -> Meter:
    for _, message in events:
        if message.type == "time_signature":
            try:
                return Meter(message.numerator, message.denominator)
            except ValueError:
                break  # none that can be played: count in four
    return Meter()


def _bpm(events: Iterable[tuple[Ticks, mido.Message]], at: Ticks) -> BeatsPerMinute:
    """The tempo in force at a tick, within what can be played."""
    bpm = _DEFAULT_BPM
    for tick, message in events:
        if message.type == "set_tempo" and tick <= at:
            bpm = min(max(60e6 / max(message.tempo, 1), MIN_BPM), MAX_BPM)
    return bpm


def _pattern(events: Sequence[tuple[Ticks, mido.Message]], meter: Meter, path: Path) -> Pattern:
    struck = [message for _, message in events if _strikes(message)]
    on_drum_channel = any(message.channel == _DRUM_CHANNEL for message in struck)
    chosen = [
        (tick, message)
        for tick, message in events
        if message.type in ("note_on", "note_off")
        and (message.channel == _DRUM_CHANNEL if on_drum_channel else message.note in VOICE_OF_PITCH)
    ]
    length = _length(events, chosen, meter)
    if length > MAX_BARS * meter.bar:
        raise MediaError(f"{path} is {length // meter.bar} bars long; {MAX_BARS} is the most. Cut out what you need.")
    name = path.stem.encode(errors="replace").decode()  # a file's name may be none that can be written elsewhere
    return Pattern.of(_notes(chosen, length), length, name)


def _length(
    events: Sequence[tuple[Ticks, mido.Message]], chosen: Sequence[tuple[Ticks, mido.Message]], meter: Meter
) -> Ticks:
    """Whole bars up to the last strike, or to the file's end where that was put there on purpose.

    On purpose: on a bar line, or clearly after the last note's tail, which alone does not make another bar.
    """
    last = max((tick for tick, message in chosen if _strikes(message)), default=-1) + 1
    tail = max((tick for tick, _ in chosen), default=0)
    end = max((tick for tick, _ in events), default=0)
    meant = end % meter.bar == 0 or end > tail + STEP
    return max(meter.bar, next_multiple(max(last, end) if meant else last, meter.bar))


def _notes(events: Iterable[tuple[Ticks, mido.Message]], length: Ticks) -> list[Note]:
    """Strikes paired with their ends: the next note-off, the next strike of the same drum, or the end."""
    notes: list[Note] = []
    sounding: dict[tuple[int, int], tuple[Ticks, int]] = {}
    cut: dict[tuple[int, int], Ticks] = {}

    def finish(key: tuple[int, int], tick: Ticks) -> None:
        start, velocity = sounding.pop(key)
        notes.append(Note(start, key[1], velocity, max(1, tick - start), key[0]))

    for tick, message in events:
        key = (message.channel, message.note)
        if _strikes(message):
            if key in sounding:
                cut[key] = tick
                finish(key, tick)
            sounding[key] = (tick, message.velocity)
        elif key in sounding and not cut.get(key) == sounding[key][0] == tick:  # not the end of the note just cut
            finish(key, tick)
    for key in list(sounding):
        finish(key, length)
    return notes
