"""Takes the slips out of a played take: lost hits back, stray ones gone, timing mended."""

import numpy as np

from livemusic.music.grid import HIT, VELOCITY, Grid
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.drummer import Drummer, Question, answer, struck

#: Which probability makes a hit: where most were right on validation (F1).
STRUCK = 0.45


def denoise(
    drummer: Drummer, grid: Grid, noise: float = 0.2, bpm: BeatsPerMinute = 120.0, bar: int = 16, style: str = ""
) -> Grid:
    """The take as it was probably meant; `noise` 0..1 is the share of hits not to be trusted, 0 changes nothing.

    Hits that stay keep their velocity and their ornaments; all get the drummer's timing. `ValueError` outside 0..1.
    """
    if not 0 <= noise <= 1:
        raise ValueError(f"noise {noise} is outside 0..1")
    if noise == 0:
        return grid
    values = answer(drummer, Question(grid, noise=min(noise, 0.35), bpm=bpm, bar=bar, style=style))
    hits = values[..., HIT] >= STRUCK
    kept = hits & grid.hits
    values[..., VELOCITY][kept] = grid.values[..., VELOCITY][kept]
    return struck(values, np.asarray(hits), grid)
