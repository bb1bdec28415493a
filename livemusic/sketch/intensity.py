"""Softer or harder: velocities, and at the top what keeps time opens up."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from livemusic.music.grid import HIT, VELOCITY, Grid
from livemusic.music.kit import Voice
from livemusic.sketch.importance import ordered, strength

#: At the bottom hits are so much softer; at the top a velocity is raised to this power.
_SOFTEST, _POWER = 0.65, 0.4
#: From here on closed hats open up, and from here on every second bar line has a crash in place of what keeps time.
_OPENS, _CRASHES = 0.5, 0.8
#: From here down open hats close.
_CLOSES = -0.6
_TIME = (Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE)


def intensified(grid: Grid, amounts: Sequence[float], bar: int) -> Grid:
    """The loop softer or harder, each drum by its amount -1..1."""
    if not any(amounts):
        return grid
    values = np.array(grid.values)
    hats = amounts[Voice.CLOSED_HAT]
    if hats > _OPENS:
        _swap(values, Voice.CLOSED_HAT, Voice.OPEN_HAT, (hats - _OPENS) / (1 - _OPENS), bar)
    if amounts[Voice.OPEN_HAT] < _CLOSES:
        _swap(values, Voice.OPEN_HAT, Voice.CLOSED_HAT, (_CLOSES - amounts[Voice.OPEN_HAT]) / (1 + _CLOSES), bar)
    if max(hats, amounts[Voice.RIDE]) > _CRASHES:
        _crash(values, bar)
    hits = values[..., HIT] > 0
    for voice, amount in enumerate(amounts):
        loud = values[..., voice, VELOCITY]
        harder = loud ** (1 - (1 - _POWER) * amount) if amount > 0 else loud * (1 + _SOFTEST * amount)
        values[..., voice, VELOCITY] = np.where(hits[:, voice], harder, 0.0)
    return replace(grid, values=values, ornaments=tuple(one for one in grid.ornaments if hits[one.step, one.voice]))


def _swap(
    values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", one: int, other: int, share: float, bar: int
) -> None:
    """Let `share` of the hits of a drum that are on eighths be on another, those on beats first."""
    strong = strength(len(values), bar)
    free = np.flatnonzero((values[:, one, HIT] > 0) & (values[:, other, HIT] == 0) & (strong >= 1))
    cells = ordered(np.stack([free, np.full_like(free, one)], 1), np.minimum(strong[free], 2).astype(float), bar)
    steps = cells[: round(share * len(cells)), 0]
    values[steps, other] = values[steps, one]
    values[steps, one] = 0.0


def _crash(values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", bar: int) -> None:
    """A crash in place of what keeps time on every second bar line."""
    for step in range(0, len(values), 2 * bar):
        struck = [voice for voice in _TIME if values[step, voice, HIT]]
        if struck and not values[step, Voice.CRASH, HIT]:
            values[step, Voice.CRASH] = values[step, struck[0]]
            values[step, struck] = 0.0
