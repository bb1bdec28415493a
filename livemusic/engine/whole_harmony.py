"""The harmony of a whole recording, for whoever needs all of it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from livemusic.dsp.harmony import Harmony, HarmonyRow
from livemusic.dsp.level import SILENCE_DB, LevelMeter
from livemusic.dsp.tonality import Chord, Key
from livemusic.engine.film import open_sound
from livemusic.errors import MediaError
from livemusic.music.tempo import Seconds
from livemusic.session.files import shown

#: One row in so many is kept, three a second.
_EVERY = 8
#: A recording shorter than this has no harmony to speak of.
_SHORTEST: Seconds = 2.0
#: A recording that is never louder than this is silent.
_SILENT_DB = -90.0


@dataclass(frozen=True, slots=True)
class Span:
    """A key or a chord, from `start` to `end` seconds of sound; `name` as it is called there."""

    start: Seconds
    end: Seconds
    name: str
    what: Key | Chord


@dataclass(frozen=True, slots=True)
class WholeHarmony:
    """`key`: of all of it, None where there is no harmony; `rows`: three a second; `keys`, `chords`: in order, with
    gaps where there was none. `remark`: what the musician should know of the recording, or ``.
    """

    seconds: Seconds
    key: Key | None
    confidence: float
    rows: list[HarmonyRow]
    keys: list[Span]
    chords: list[Span]
    remark: str


def whole_harmony(source: Path, told: Callable[[float], None] = lambda share: None) -> WholeHarmony:
    """The harmony of the audio file or film `source`, which is never in memory whole.

    `told` hears how much is done, 0..1. `MediaError` where it cannot be read, is too short, or silent.
    """
    with closing(open_sound(source)) as recording:
        rate, length = recording.sample_rate, recording.length or 0.0
        try:
            harmony = Harmony(rate)
        except ValueError as problem:
            raise MediaError(f"{shown(source)} cannot be listened to: its {problem}.") from problem
        meter, loudest, heard = LevelMeter(rate), SILENCE_DB, 0
        found = _Found()
        for block in recording.blocks():
            heard += len(block)
            loudest = max(loudest, meter.push(block).peak_db)
            found.take(harmony.push(block))
            told(min(1.0, heard / rate / length) if length else 0.0)
        found.take(harmony.flush())
        remark = recording.remark
    if heard / rate < _SHORTEST:
        raise MediaError(f"{shown(source)} is too short: it takes {_SHORTEST:.2g} s of music.")
    if loudest < _SILENT_DB:
        raise MediaError(f"{shown(source)} is silent: there is nothing to hear in it.")
    seconds = heard / rate
    keys, chords = found.ended(seconds)
    key, confidence = harmony.overall
    return WholeHarmony(seconds, key, confidence, found.rows, keys, chords, remark)


@dataclass(slots=True)
class _Found:
    """Gathers what rows tell."""

    rows: list[HarmonyRow] = field(default_factory=list)
    _keys: list[Span] = field(default_factory=list)
    _chords: list[Span] = field(default_factory=list)
    _key: tuple[Seconds, Key] | None = None
    _chord: tuple[Seconds, Chord, str] | None = None
    _count: int = 0

    def take(self, rows: list[HarmonyRow]) -> None:
        for row in rows:
            if self._count % _EVERY == 0:
                self.rows.append(row)
            self._count += 1
            if row.key != (self._key and self._key[1]):
                self._end_key(row.t)
                self._key = None if row.key is None else (row.t, row.key)
            if row.chord != (self._chord and self._chord[1]):
                self._end_chord(row.t)
                self._chord = None if row.chord is None else (row.t, row.chord, row.chord.named(row.key))

    def ended(self, t: Seconds) -> tuple[list[Span], list[Span]]:
        self._end_key(t)
        self._end_chord(t)
        return self._keys, self._chords

    def _end_key(self, t: Seconds) -> None:
        if self._key is not None:
            start, key = self._key
            self._keys.append(Span(start, t, key.name, key))

    def _end_chord(self, t: Seconds) -> None:
        if self._chord is not None:
            start, chord, name = self._chord
            self._chords.append(Span(start, t, name, chord))
