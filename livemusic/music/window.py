"""Which notes of a loop begin within a stretch of time: the planner's one question."""

from collections.abc import Iterator

from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Ticks, next_multiple

#: Swaps and starts cut half a step before the line, so a pushed or dragged hit stays with its step.
CUT: Ticks = STEP // 2


def onsets(pattern: Pattern, start: Ticks, stop: Ticks) -> Iterator[tuple[Ticks, Note]]:
    """The notes of the endlessly repeated `pattern` that begin in `[start, stop)`, in order, as `(tick, note)`.

    The loop is locked to song position 0, before which it repeats as well.
    """
    for turn in range(start // pattern.length, -(-stop // pattern.length)):
        origin = turn * pattern.length
        for note in pattern.notes:
            if start <= origin + note.tick < stop:
                yield origin + note.tick, note


def next_cut(planned: Ticks, quantum: Ticks) -> Ticks:
    """The first tick from `planned` on where a pattern may take over: half a step before a multiple of `quantum`."""
    return next_multiple(planned + CUT, quantum) - CUT


def lead_in(pattern: Pattern) -> Ticks:
    """How long before song position 0 the loop must start for its pushed first hits to be heard."""
    pushed = [note.tick for note in pattern.notes if note.tick >= pattern.length - CUT]
    return pattern.length - min(pushed) if pushed else 0
