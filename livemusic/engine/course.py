"""How tempo, meter and swing went while music was played, for those who write it down."""

from bisect import bisect_left, bisect_right
from typing import TypeVar

from livemusic.music.bars import Bars
from livemusic.music.tempo import TICKS_PER_BEAT, BeatsPerMinute, Meter, TempoMap, Ticks, next_multiple

Value = TypeVar("Value")
Changes = list[tuple[Ticks, Value]]

#: A tempo that is no farther from the last is the same in a file, which counts in microseconds for a beat.
_SAME: BeatsPerMinute = 1e-3
#: A ramp is written down in steps of so many ticks.
_RAMP_STEP: Ticks = TICKS_PER_BEAT // 8


class Course:
    """Changes at their ticks on the tape, each in force until the next. Thread: whichever owns it."""

    def __init__(self) -> None:
        self._tempi: Changes[BeatsPerMinute] = []
        self._meters: Changes[Meter] = []
        self._swings: Changes[float] = []

    def tempo(self, tick: Ticks, bpm: BeatsPerMinute) -> None:
        """`bpm` from `tick` on."""
        if not self._tempi or abs(self._tempi[-1][1] - bpm) > _SAME or tick < self._tempi[-1][0]:
            _put(self._tempi, tick, bpm)

    def follow(self, tempo: TempoMap, begin: Ticks, end: Ticks, tape: Ticks) -> None:
        """`tempo` from song position `begin` to `end`, `tape` later on the tape; a ramp in steps as long as its own."""
        at = begin
        while at < end:
            ramped = tempo.to is not None and tempo.tick <= at < tempo.end
            until = min(next_multiple(at + 1, _RAMP_STEP), tempo.end) if ramped else end
            if tempo.to is not None and at < tempo.tick:
                until = min(end, tempo.tick)
            if not ramped:
                self.tempo(at + tape, tempo.bpm_at(at))
            elif at % _RAMP_STEP == 0 or at == tempo.tick:
                seconds = tempo.seconds_at(until) - tempo.seconds_at(at)
                self.tempo(at + tape, 60 * (until - at) / TICKS_PER_BEAT / seconds)
            at = until

    def meter(self, tick: Ticks, meter: Meter) -> None:
        """`meter` from the bar line `tick` on."""
        _put(self._meters, tick, meter)

    def swing(self, tick: Ticks, swing: float) -> None:
        """`swing` from `tick` on."""
        _put(self._swings, tick, swing)

    def keep(self, begin: Ticks) -> None:
        """Forget what was over before `begin`."""
        for changes in (self._tempi, self._swings):
            del changes[: max(0, _in_force(changes, begin))]

    def bars(self) -> Bars:
        """The bar lines."""
        return Bars.of(self._meters)

    def between(
        self, begin: Ticks, end: Ticks
    ) -> tuple[tuple[tuple[Ticks, BeatsPerMinute], ...], tuple[tuple[Ticks, Meter], ...], float]:
        """Tempi and meters from `begin` to `end`, counted from `begin`; and the swing, 0 where it changes."""
        meters = _cut(self.bars().changes, begin, end)
        swings = {swing for _, swing in _cut(self._swings, begin, end)}
        return _cut(self._tempi, begin, end), meters, swings.pop() if len(swings) == 1 else 0.0


def _put(changes: "Changes[Value]", tick: Ticks, value: Value) -> None:
    """From `tick` on, whatever was to come."""
    del changes[bisect_left(changes, tick, key=lambda change: change[0]) :]
    if not changes or changes[-1][1] != value:
        changes.append((tick, value))


def _in_force(changes: "Changes[Value] | tuple[tuple[Ticks, Value], ...]", tick: Ticks) -> int:
    return bisect_right(changes, tick, key=lambda change: change[0]) - 1


def _cut(
    changes: "Changes[Value] | tuple[tuple[Ticks, Value], ...]", begin: Ticks, end: Ticks
) -> tuple[tuple[Ticks, Value], ...]:
    first = max(0, _in_force(changes, begin))
    return tuple((max(0, tick - begin), value) for tick, value in changes[first:] if tick < end)
