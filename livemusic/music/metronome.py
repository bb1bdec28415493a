"""Clicks: one to every beat of the meter, an accent on the first of each bar."""

from collections.abc import Iterator
from typing import NamedTuple

from livemusic.music.tempo import TICKS_PER_BEAT, Meter, Ticks, next_multiple

#: How soft and how loud a click may be; the softest is silence.
LEVEL_DB = (-60.0, 6.0)


class Click(NamedTuple):
    """One click at `tick`; `accent`: on the first beat of a bar."""

    tick: Ticks
    accent: bool


def clicks(meter: Meter, start: Ticks, stop: Ticks) -> Iterator[Click]:
    """The clicks in `[start, stop)`, in order: one every `1/unit` note, bar lines at multiples of the bar."""
    beat = 4 * TICKS_PER_BEAT // meter.unit
    for tick in range(next_multiple(start, beat), stop, beat):
        yield Click(tick, tick % meter.bar == 0)


def to_go(meter: Meter, tick: float) -> int:
    """How many beats are left before song position 0 at `tick` of a count-in; 0 once that is over."""
    beat = 4 * TICKS_PER_BEAT // meter.unit
    return max(0, -int(tick // beat))
