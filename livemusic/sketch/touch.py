"""Gives a quantised pattern a hand: velocities and microtiming as a drummer would play them."""

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import OFFSET, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.drummer import Drummer, Question, answer, struck, touched

Array = npt.NDArray[np.float32]
_TOUCH = slice(VELOCITY, OFFSET + 1)
#: As many hits of a voice tell how it is played; with fewer it is taken to be played as the others.
_ENOUGH = 4


def feel_of(drummer: Drummer, played: Grid, bpm: BeatsPerMinute = 120.0, bar: int = 16, style: str = "") -> Array:
    """What a played take has of its own: by how much each voice is louder and later than the drummer would play it,
    `(9, 2)` velocity and offset, the median over its hits."""
    said = answer(drummer, Question(played, touched=False, bpm=bpm, bar=bar, style=style))
    apart, hits = played.values[..., _TOUCH] - said[..., _TOUCH], played.hits
    whole = np.median(apart[hits], axis=0) if hits.any() else np.zeros(2)
    voices = [
        np.median(apart[:, voice][hits[:, voice]], axis=0) if hits[:, voice].sum() >= _ENOUGH else whole
        for voice in range(VOICE_COUNT)
    ]
    return np.asarray(voices, np.float32)


def humanise(
    drummer: Drummer,
    grid: Grid,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    amount: float = 1.0,
    looseness: float = 0.0,
    seed: int = 0,
    feel: Array | None = None,
) -> Grid:
    """The same hits in a drummer's touch, at `amount` 0 as written, at 1 wholly the drummer's; in the `feel` of a take.

    Ornaments go with their main hits. `looseness` 0..1 lets every hit differ a little, by `seed`. `ValueError` outside
    0..1.
    """
    for name, value in (("amount", amount), ("looseness", looseness)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} {value} is outside 0..1")
    said = answer(drummer, Question(grid, touched=False, bpm=bpm, bar=bar, style=style))
    if feel is not None:
        said[..., _TOUCH] += feel
    values = amount * touched(said, np.random.default_rng(seed), looseness) + (1 - amount) * grid.values
    return struck(values, grid.hits, grid)
