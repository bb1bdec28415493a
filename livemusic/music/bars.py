"""Where bars begin in music whose meter changes."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from livemusic.music.tempo import Meter, Ticks

#: A change of meter that is no farther from a bar line is meant to be on it: a 64th.
_NEAR: Ticks = 60


@dataclass(frozen=True, slots=True)
class Bars:
    """Bar lines from tick 0 on. `changes`: where each meter begins, the first at 0; each begins a bar, and where that
    is no whole bar after the last change, the bar before it is a short one.
    """

    changes: tuple[tuple[Ticks, Meter], ...] = ((0, Meter()),)

    @classmethod
    def of(cls, changes: Iterable[tuple[Ticks, Meter]]) -> "Bars":
        """From changes in order of time, 4/4 until the first; those of a tick overrule each other, one a hair beside a
        bar line is on it, and one that changes nothing is none."""
        kept: list[tuple[Ticks, Meter]] = [(0, Meter())]
        for tick, meter in changes:
            begin, before = kept[-1]
            line = begin + (tick - begin + before.bar // 2) // before.bar * before.bar
            at = line if abs(tick - line) <= _NEAR else tick
            if at <= begin:
                kept[-1] = (begin, meter)
            elif meter != before:
                kept.append((at, meter))
        return cls(tuple(kept))

    def line(self, tick: Ticks) -> Ticks:
        """The last bar line at or before `tick`."""
        begin, meter = self.changes[self._in_force(tick)]
        return begin + max(0, tick - begin) // meter.bar * meter.bar

    def next_line(self, tick: Ticks) -> Ticks:
        """The first bar line at or after `tick`."""
        before = self.line(tick)
        if before >= tick:
            return before
        number = self._in_force(tick)
        after = before + self.changes[number][1].bar
        return min(after, self.changes[number + 1][0]) if number + 1 < len(self.changes) else after

    def back(self, tick: Ticks, count: int) -> Ticks:
        """The bar line `count` bars before the bar line `tick`, or 0."""
        for _ in range(count):
            if tick <= 0:
                return 0
            tick = self.line(tick - 1)
        return tick

    def prevailing(self, length: Ticks) -> Meter:
        """The meter that holds for most of the first `length` ticks, the earlier of two that hold as long."""
        held: dict[Meter, Ticks] = {}
        for (begin, meter), (end, _) in pairwise((*self.changes, (length, Meter()))):
            held[meter] = held.get(meter, 0) + max(0, min(end, length) - begin)
        return max(held, key=lambda meter: held[meter])

    def _in_force(self, tick: Ticks) -> int:
        return max(0, bisect_right(self.changes, tick, key=lambda change: change[0]) - 1)
