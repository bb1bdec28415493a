"""Takes the slips out of a played take: lost hits back, stray ones gone, timing mended."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.drummer import Array, Bools, Drummer, Question, answer, struck
from livemusic.sketch.noise import ASKED, MOST, Noise, noise_of

#: Which probability makes a hit where the share of hits to be doubted is told: where most were right on validation.
STRUCK = 0.45
#: Never are hits taken out or put in that the drummer finds less likely than their contrary by so much (log-odds).
_LEAST_OUT, _LEAST_INTO = -0.2, -1.0


class Margins(NamedTuple):
    """How sure the drummer must be, as log-odds, to take out a hit or put one in: so sure in a clean take, and less by
    the slope where there are slips for sure. It is told `told` times the share that was estimated, `least` at least."""

    out: float
    out_slope: float
    into: float
    into_slope: float
    told: float
    least: float


#: What `python -m training evaluate noise` chooses on the validation split.
MARGINS = Margins(5.64, 4.798, 2.481, 2.408, 1.274, 0.074)


def denoise(
    drummer: Drummer,
    grid: Grid,
    noise: float | None = None,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
) -> Grid:
    """The take as it was probably meant; `noise` 0..1 is the share of hits not to be trusted, 0 changes nothing; None
    estimates it, and then a take that is clean keeps its hits and its timing.

    Hits that stay keep their velocity and their ornaments; all get the drummer's timing, by estimate in part only where
    slips are unlikely. `ValueError` outside 0..1.
    """
    if noise is not None and not 0 <= noise <= 1:
        raise ValueError(f"noise {noise} is outside 0..1")
    if noise == 0 or not grid.hits.any():
        return grid
    asked = Question(grid, noise=ASKED if noise is None else min(noise, MOST), bpm=bpm, bar=bar, style=style)
    values = answer(drummer, asked)
    hits = values[..., HIT] >= STRUCK
    trust = 0.0
    if noise is None:
        found = noise_of(values, grid, bar)
        values = answer(drummer, replace(asked, noise=told_of(found)))
        hits, trust = struck_of(values[..., HIT], grid.hits, found), 1.0 - found.slips
    kept = np.asarray(hits & grid.hits)
    values[..., VELOCITY][kept] = grid.values[..., VELOCITY][kept]
    values[..., OFFSET][kept] += trust * (grid.values[..., OFFSET] - values[..., OFFSET])[kept]
    return struck(values, np.asarray(hits), grid)


def told_of(noise: Noise, margins: Margins = MARGINS) -> float:
    """The noise that the drummer is told after an estimate."""
    return float(np.clip(margins.told * noise.share, margins.least, MOST))


def struck_of(chance: Array, played: Bools, noise: Noise, margins: Margins = MARGINS) -> Bools:
    """Which cells are hits after an estimate: the played ones but those that are surely none, and those that surely
    lack."""
    kept = np.clip(chance.astype(np.float64), 1e-6, 1 - 1e-6)
    odds = np.log(kept / (1 - kept))
    out = max(margins.out - margins.out_slope * noise.slips, _LEAST_OUT)
    into = max(margins.into - margins.into_slope * noise.slips, _LEAST_INTO)
    return np.asarray(np.where(played, odds >= -out, odds >= into))
