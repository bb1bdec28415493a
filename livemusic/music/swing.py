"""Swing: every second sixteenth comes late, and no hit ever overtakes another of its drum."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from livemusic.music.tempo import TICKS_PER_BEAT, Ticks

STEPS_PER_BEAT = 4
STEP: Ticks = TICKS_PER_BEAT // STEPS_PER_BEAT
#: At full swing a sixteenth is as late as the last of three triplets.
_FULL: Ticks = STEP // 3
#: As far from a step hits are as late as it is; farther away, and they are on their way to the next.
_STIFF: Ticks = STEP // 4


class Placed(NamedTuple):
    """One hit of a drum at `tick`, which may lie before the loop; `main`: the tick of the main hit of its cell."""

    tick: Ticks
    main: Ticks
    velocity: int


def swung(lane: Iterable[Placed], swing: float, length: Ticks) -> Iterator[tuple[Ticks, int]]:
    """All hits of one drum of a loop as (tick, velocity), each at a tick of its own, in the order they had.

    Swing moves a hit as its step. A hit near its main hit, as a grace note is, moves as that does; others that lie
    between steps, as the strokes of a roll do, move by what is between.
    """
    hits = sorted(lane, key=attrgetter("tick"))
    late = round(swing * _FULL)
    delays = _delays(hits, late, length) if late else [0] * len(hits)
    taken: set[Ticks] = set()
    for hit, delay in zip(hits, delays, strict=True):
        tick = (hit.tick + delay) % length
        while tick in taken:
            tick = (tick + 1) % length
        taken.add(tick)
        yield tick, hit.velocity


def _delays(hits: list[Placed], late: Ticks, length: Ticks) -> list[Ticks]:
    """How late each hit comes: at most so much later than the next one that a third of what is between them is left."""
    delays = [_delay(hit.main if abs(hit.tick - hit.main) <= _STIFF else hit.tick, late, length) for hit in hits]
    for index in (*reversed(range(len(hits))), *reversed(range(len(hits)))):
        following = (index + 1) % len(hits)
        gap = hits[following].tick - hits[index].tick + (0 if following else length)
        delays[index] = min(delays[index], delays[following] + 2 * max(gap, 0) // 3)
    return delays


def _delay(tick: Ticks, late: Ticks, length: Ticks) -> Ticks:
    """How late a hit at `tick` comes by itself."""
    step, offset = divmod(tick + STEP // 2, STEP)
    offset -= STEP // 2
    own, beside = (late * (number % (length // STEP) % 2) for number in (step, step + (1 if offset > 0 else -1)))
    past = max(0, abs(offset) - _STIFF)
    return own + round((beside - own) * past / (STEP - 2 * _STIFF))
