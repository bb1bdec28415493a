"""The demo song: an ordinary piece of music, as data, that anything in the program may play or listen to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from livemusic.music import song_score as score
from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import BeatsPerMinute, Meter, Seconds, TempoMap, Ticks

PARTS = ("drums", "bass", "keys", "pad", "pluck", "lead")
#: MIDI channel of each part, 0..15; drums on 9 as everywhere.
CHANNELS = dict(zip(PARTS, (9, 1, 2, 3, 4, 5), strict=True))

_DRUM_VELOCITY = {"X": 116, "x": 96, "o": 68, "g": 34}
_ACCENTED, _PLAIN, _QUIET = 104, 92, 62
#: Sixteenths off the eighth come late, by 10 % of a step; each voice leans a little its own way.
_SWING: Ticks = 24
_LEAN: dict[Voice, Ticks] = {Voice.SNARE: 9, Voice.CLOSED_HAT: -2, Voice.RIDE: -2, Voice.LOW_TOM: 4}
_PART_LEAN: dict[str, Ticks] = {"bass": 5, "keys": 8, "pluck": 3, "lead": 10}
_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the song: `length` ticks from `start`; `patterns` in the order of `PARTS`, none longer than it."""

    name: str
    start: Ticks
    length: Ticks
    patterns: tuple[Pattern, ...]

    def pattern(self, part: str) -> Pattern:
        """What `part` plays here, ticks from the section's start."""
        return self.patterns[PARTS.index(part)]


@dataclass(frozen=True, slots=True)
class Song:
    """Sections one after another at one tempo; the end leads into the beginning."""

    name: str
    bpm: BeatsPerMinute
    meter: Meter
    sections: tuple[Section, ...]

    @property
    def length(self) -> Ticks:
        return sum(section.length for section in self.sections)

    @property
    def seconds(self) -> Seconds:
        return self.tempo.seconds_at(self.length)

    @property
    def tempo(self) -> TempoMap:
        return TempoMap(self.bpm)

    def notes(self, part: str) -> Iterator[Note]:
        """The notes of `part` through the whole song, in order."""
        for section in self.sections:
            for note in section.pattern(part).notes:
                yield Note(section.start + note.tick, note.pitch, note.velocity, note.duration, note.channel)

    def drum_grids(self) -> dict[str, Grid]:
        """The song's own drum patterns by section name, whole sections."""
        return {section.name: Grid.from_pattern(section.pattern("drums")) for section in self.sections}


def compose() -> Song:
    """The demo song, from the score: 40 bars of A minor at 105 bpm, 91.4 s."""
    meter = Meter(4, 4)
    lengths = {name: len(chords) * meter.bar for name, chords in score.HARMONY.items()}
    patterns = {name: _patterns(name, length, meter.bar) for name, length in lengths.items()}
    starts = accumulate((lengths[name] for name in score.ORDER), initial=0)
    sections = (
        Section(name, start, lengths[name], patterns[name]) for name, start in zip(score.ORDER, starts, strict=False)
    )
    return Song("Kitchen at midnight", 105.0, meter, tuple(sections))


def _patterns(name: str, length: Ticks, bar: Ticks) -> tuple[Pattern, ...]:
    parts: dict[str, Iterable[Note]] = {
        "drums": _drums(score.DRUMS[name]),
        "bass": _line(score.BASS.get(name, ()), "bass"),
        "keys": _keys(name, bar),
        "pad": _pad(name, bar),
        "pluck": _line(score.PLUCK.get(name, ()), "pluck"),
        "lead": _line(score.LEAD.get(name, ()), "lead"),
    }
    return tuple(Pattern.of(parts[part], length, f"{name} {part}") for part in PARTS)


def _drums(groups: tuple[score.Rows, ...]) -> Iterator[Note]:
    hits = []
    first = 0
    for rows in groups:
        for voice_name, row in rows.items():
            voice = Voice(VOICE_NAMES.index(voice_name))
            for step, mark in enumerate(row, first):
                if mark != ".":
                    offset = _swing(step) + _LEAN.get(voice, 0) + _waver(step, voice, 3)
                    velocity = _DRUM_VELOCITY[mark] + _waver(step, 2 * voice + 1, 4)
                    hits.append((step, int(voice), velocity, offset if step else max(0, offset)))
        first += max(len(row) for row in rows.values())
    yield from Grid.of(hits, first).to_pattern().notes


def _line(bars: Iterable[str], part: str) -> Iterator[Note]:
    """A single voice from its tokens."""
    tokens = [token for line in bars for token in line.split()]
    for step, token in enumerate(tokens):
        if token in ".-":
            continue
        held = next((i for i, following in enumerate(tokens[step + 1 :]) if following != "-"), len(tokens) - step - 1)
        velocity = _QUIET if token.endswith("'") else _ACCENTED if step % 16 == 0 else _PLAIN
        yield _note(step, _pitch(token.rstrip("'")), velocity + _waver(step, len(part), 4), 1 + held, part)


def _keys(name: str, bar: Ticks) -> Iterator[Note]:
    """The electric piano: the section's chords in its rhythm."""
    rhythm = score.COMPING.get(name)
    chords = score.HARMONY[name]
    for number, chord in enumerate(chords if rhythm else ()):
        assert rhythm is not None
        row = rhythm[-1] if number == len(chords) - 1 else rhythm[number % 2]
        names = chord.split()
        for step, mark in enumerate(row):
            if mark in "xo":
                held = len(row[step + 1 :]) - len(row[step + 1 :].lstrip("-"))
                velocity = (88 if mark == "x" else 64) + _waver(step, number, 3)
                for voice, pitch in enumerate(score.CHORDS[names[step * len(names) // 16]]):
                    yield _note(number * 16 + step, pitch, velocity + 2 * voice, 1 + held, "keys")


def _pad(name: str, bar: Ticks) -> Iterator[Note]:
    """Long chords; each of several transpositions adds a layer."""
    for number, chord in enumerate(score.HARMONY[name]):
        names = chord.split()
        length = bar // len(names)
        for half, symbol in enumerate(names):
            for shift in score.PADS.get(name, ()):
                for pitch in score.CHORDS[symbol]:
                    yield Note(number * bar + half * length, pitch + shift, 80 - abs(shift), length, CHANNELS["pad"])


def _note(step: int, pitch: int, velocity: int, steps: int, part: str) -> Note:
    tick = step * STEP + _swing(step) + _PART_LEAN[part] + _waver(step, pitch, 3) * (step > 0)
    return Note(tick, pitch, max(1, min(127, velocity)), steps * STEP - STEP // 8, CHANNELS[part])


def _pitch(token: str) -> int:
    """`A#0` -> 34; middle C, 60, is C3."""
    return _NOTES[token[0]] + ("#" in token) + 12 * (int(token[-1]) + 2)


def _swing(step: int) -> Ticks:
    return _SWING * (step % 2)


def _waver(step: int, salt: int, most: int) -> int:
    """A small unevenness, always the same at the same place: -`most` .. `most`."""
    return (step * 7 + salt * 13 + step // 16 * 5) % (2 * most + 1) - most
