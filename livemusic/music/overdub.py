"""Writes what is played by hand into a grid, and takes it out again."""

from collections.abc import Sequence

from livemusic.music.grid import STEP, Grid, Row
from livemusic.music.tempo import Ticks

#: A strike so near to a hit is that hit played again; farther away it is one more.
_AGAIN: Ticks = STEP // 4
#: One of several hits farther from the step than this is no sixteenth that came early or late.
_OFF: Ticks = STEP // 3

#: `(tick of the loop, velocity 1..127)`
TimedHit = tuple[Ticks, int]


def nearest(tick: Ticks) -> int:
    """The step that a hit at `tick` belongs to."""
    return (tick + STEP // 2) // STEP


def overdubbed(grid: Grid, hits: Sequence[TimedHit], voice: int, quantise: float) -> Grid:
    """`grid` with `hits` of one drum on one step, in one round of the loop.

    Together they move towards the step by `quantise` 0..1 of what the loudest of those is away that can be meant for
    it: a flam stays one, and a roll that lies between the steps stays as it was played. A hit that was there already
    makes room for a strike next to it.
    """
    step = nearest(hits[0][0])
    played: dict[Ticks, int] = {}
    for tick, velocity in hits:
        played[tick - step * STEP] = max(velocity, played.get(tick - step * STEP, 0))
    meant = [offset for offset in played if len(played) == 1 or abs(offset) <= _OFF]
    moved = round(quantise * max(meant, key=lambda offset: (played[offset], -abs(offset)), default=0))
    fresh = [step * STEP + offset - moved for offset in played]
    kept = [
        row
        for row in _laid(grid, voice)
        if row[1] != voice or all(_apart(row[0] * STEP + row[3] - tick, grid.length) > _AGAIN for tick in fresh)
    ]
    new = (_row(tick, voice, velocity, grid.steps) for tick, velocity in zip(fresh, played.values(), strict=True))
    return Grid.of([*kept, *new], grid.steps, grid.name)


def erased(grid: Grid, voice: int, begin: Ticks, end: Ticks) -> Grid:
    """`grid` without the hits of `voice` on the steps nearest to `begin` and `end` of its loop and all between."""
    first = nearest(begin)
    gone = {step % grid.steps for step in range(first, min(nearest(end), first + grid.steps - 1) + 1)}
    return Grid.of([row for row in _laid(grid, voice) if row[1] != voice or row[0] not in gone], grid.steps, grid.name)


def _laid(grid: Grid, voice: int) -> list[Row]:
    """The rows of a grid; of one voice each at the step it is nearest to, whichever hit it belonged to."""
    return [_row(row[0] * STEP + row[3], voice, row[2], grid.steps) if row[1] == voice else row for row in grid.rows()]


def _row(tick: Ticks, voice: int, velocity: int, steps: int) -> Row:
    step = nearest(tick)
    return step % steps, voice, velocity, tick - step * STEP


def _apart(ticks: Ticks, length: Ticks) -> Ticks:
    """How far two places of a loop are from each other, the shorter way round."""
    return min(ticks % length, -ticks % length)
