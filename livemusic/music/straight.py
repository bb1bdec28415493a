"""Swing taken out again of a pattern that it was printed into."""

from dataclasses import replace

from livemusic.music.grid import Grid
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Ticks

#: Swing depends on what is beside a hit, so its inverse is approached; a few rounds find it.
_ROUNDS = 60


def straight(pattern: Pattern, swing: float) -> Pattern:
    """`pattern`, of General MIDI notes, as it was before `Grid.to_pattern` gave it `swing` 0..1; as near as can be
    where no pattern becomes it."""
    if not swing:
        return pattern
    lanes: dict[int, list[Note]] = {}
    for note in pattern.notes:
        lanes.setdefault(note.pitch, []).append(note)
    notes = [note for lane in lanes.values() for note in _straight(lane, swing, pattern.length)]
    return Pattern.of(notes, pattern.length, pattern.name)


def _straight(lane: list[Note], swing: float, length: Ticks) -> list[Note]:
    """The notes of one drum, in the order they have, each as much earlier as swing makes it later."""
    early = [0] * len(lane)
    best, least = early, length * len(lane)
    for _ in range(_ROUNDS):
        guess = [replace(note, tick=(note.tick - by) % length) for note, by in zip(lane, early, strict=True)]
        late = _late(guess, swing, length)
        if late is None:
            break
        missed = sum(abs(by - delay) for by, delay in zip(early, late, strict=True))
        if missed < least:
            best, least = early, missed
        if not missed:
            break
        early = [by + _half(delay - by) for by, delay in zip(early, late, strict=True)]
    return [replace(note, tick=(note.tick - by) % length) for note, by in zip(lane, best, strict=True)]


def _half(missed: Ticks) -> Ticks:
    """Half of the way, a tick at least: all of it would go to and fro where swing grows from tick to tick."""
    return (missed + 1) // 2 if missed > 0 else -((1 - missed) // 2)


def _late(lane: list[Note], swing: float, length: Ticks) -> list[Ticks] | None:
    """How much later `swing` makes each note; None where two of them are at one tick."""
    order = sorted(range(len(lane)), key=lambda index: lane[index].tick)
    ticks = [lane[index].tick for index in order]
    if len(set(ticks)) < len(ticks):
        return None
    swung = _played(Pattern(tuple(lane), length), swing)
    count = len(ticks)
    # none is earlier than it was, and all keep their order round the loop
    delays = [
        [(swung[(turn + place) % count] - ticks[place]) % length for place in range(count)] for turn in range(count)
    ]
    least = min(delays, key=sum)
    late = dict(zip(order, least, strict=True))
    return [late[index] for index in range(count)]


def _played(pattern: Pattern, swing: float) -> list[Ticks]:
    return sorted(note.tick for note in Grid.from_pattern(pattern).to_pattern(swing=swing).notes)
