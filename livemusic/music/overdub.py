"""Writes what is played by hand into a grid, and takes it out again."""

from livemusic.music.grid import STEP, Grid
from livemusic.music.tempo import Ticks


def struck(grid: Grid, tick: Ticks, voice: int, velocity: int, quantise: float) -> Grid:
    """`grid` with a hit of `voice` at `tick` of its loop, moved towards its step by `quantise` 0..1.

    It takes the place of a hit on the same step. `velocity` 1..127.
    """
    step = (tick + STEP // 2) // STEP
    offset = (tick - step * STEP) * (1 - quantise) / STEP
    values = grid.values.copy()
    values[step % grid.steps, voice] = 1.0, velocity / 127, offset
    return Grid(values, grid.name)


def erased(grid: Grid, voice: int, begin: Ticks, end: Ticks) -> Grid:
    """`grid` without the hits of `voice` on the steps nearest to `begin` and `end` of its loop and all between."""
    first, last = ((tick + STEP // 2) // STEP for tick in (begin, end))
    values = grid.values.copy()
    for step in range(first, min(last, first + grid.steps - 1) + 1):
        values[step % grid.steps, voice] = 0.0
    return Grid(values, grid.name)
