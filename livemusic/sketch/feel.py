"""Half and double time: how often the backbeat comes, at the same tempo and in a loop as long."""

from dataclasses import replace

import numpy as np

from livemusic.music.grid import HIT, Grid
from livemusic.music.kit import Voice

#: In half time these go on as they are: they keep the tempo.
_TIME = (Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE, Voice.CRASH)


def felt(grid: Grid, feel: str) -> Grid:
    """The loop in a feel of `music.performance.FEELS`, as long as it was.

    Half: what drums play in its first half takes all of it, so the backbeat of a bar is on its third beat; cymbals go
    on. Double: all but crashes go twice as fast, hits between eighths left out, and come twice.
    """
    if feel == "half":
        return _half(grid)
    if feel == "double":
        return _double(grid)
    return grid


def _half(grid: Grid) -> Grid:
    steps = grid.steps
    values = np.array(grid.values)
    drums = [voice for voice in Voice if voice not in _TIME]
    values[:, drums] = 0.0
    first = grid.values[: (steps + 1) // 2]
    values[::2, drums] = first[: len(values[::2]), drums]
    ornaments = [
        one if one.voice in _TIME else one._replace(step=2 * one.step)
        for one in grid.ornaments
        if one.voice in _TIME or 2 * one.step < steps
    ]
    return replace(grid, values=values, ornaments=tuple(ornaments))


def _double(grid: Grid) -> Grid:
    steps = grid.steps
    half = (steps + 1) // 2
    place = 2 * (np.arange(steps) % half) % steps
    values = np.array(grid.values[place])
    values[:, Voice.CRASH] = grid.values[:, Voice.CRASH]
    ornaments = [one for one in grid.ornaments if one.voice == Voice.CRASH]
    ornaments += [
        one._replace(step=one.step // 2 + again)
        for one in grid.ornaments
        if one.voice != Voice.CRASH and one.step % 2 == 0
        for again in (0, half)
        if one.step // 2 + again < steps and values[one.step // 2 + again, one.voice, HIT]
    ]
    return replace(grid, values=values, ornaments=tuple(ornaments))
