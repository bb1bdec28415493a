"""Gives a quantised pattern a hand: velocities and microtiming as a drummer would play them."""

import numpy as np

from livemusic.music.grid import Grid
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.drummer import Drummer, Question, answer, struck, touched


def humanise(
    drummer: Drummer,
    grid: Grid,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    amount: float = 1.0,
    looseness: float = 0.0,
    seed: int = 0,
) -> Grid:
    """The same hits in a drummer's touch: at `amount` 0 as written, at 1 wholly the drummer's.

    `looseness` 0..1 lets every hit differ a little, by `seed`. `ValueError` outside 0..1.
    """
    for name, value in (("amount", amount), ("looseness", looseness)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} {value} is outside 0..1")
    said = answer(drummer, Question(grid, touched=False, bpm=bpm, bar=bar, style=style))
    values = amount * touched(said, np.random.default_rng(seed), looseness) + (1 - amount) * grid.values
    return struck(values, grid.hits, grid.name)
