"""How noisy a take is, and whether it is clean at all: from what a drummer finds strange in it.

`python -m training evaluate noise` fits the weights, on training windows with slips.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.sketch.drummer import ANSWERS, Array

Numbers = npt.NDArray[np.float64]

#: The noise that a drummer is told while it is not known yet, and the most that it learned.
ASKED, MOST = 0.1, 0.35
_SURE = 0.45
_SHORTEST = 32


class Noise(NamedTuple):
    """`share`: of a take's hits that are lost, stray or moved, 0..0.35; `slips`: 0..1, how likely there are any."""

    share: float
    slips: float


#: Of 1, the clues and their squares: the share, and the log-odds of slips.
SHARE = np.fromstring(
    """
    1.917 0.11509 0.4163 0.10265 -0.024502 -1.4262 -0.49748 0.20081 -0.0069811 0.1319 1.3612 0.048661 1.4086
    -0.027645 0.013206 -0.016163 -0.05529 0.072343 0.087329 -0.0035493 -0.16563 0.23387 0.14682 -0.025705 0.83083
    -0.23788 -0.10469 -0.042369 4.5447 0.95506 -0.025948 0.0031932 -0.15791 -12.896 -0.10422 0.24326 0.010174
    -0.0023707 0.0095948 0.040694 -0.083198 -0.22699 -0.010797 -0.09071 -0.83678 -0.12141 0.07948
    """,
    sep=" ",
)
SLIPS = np.fromstring(
    """
    -10.152 -8.4444 1.9229 21.959 15.972 35.252 -36.687 6.775 -4.1626 3.8038 -94.516 -7.6701 -6.4237 -0.40795 2.3887
    1.1859 -0.8159 0.029075 -1.9486 2.3544 20.365 17.271 6.1259 -3.7926 26.143 3.7613 -14.434 -13.988 -170.58 170.44
    -0.36956 1.7258 -3.9646 365.72 7.1874 -2.3892 0.1787 -0.76303 -0.31388 0.7148 -0.19974 0.80952 -4.2064 -77.994
    -53.789 -7.8371 7.1537
    """,
    sep=" ",
)


def noise_of(said: Array, grid: Grid, bar: int = 16) -> Noise:
    """The noise of a take, from what the drummer `said` `(steps, 9, 5)` when told that it is `ASKED`."""
    if not grid.hits.any():
        return Noise(0.0, 0.0)
    seen = clues(said, grid, bar)
    return Noise(float(np.clip(seen @ SHARE, 0.0, MOST)), float(1 / (1 + np.exp(-np.clip(seen @ SLIPS, -30, 30)))))


def clues(said: Array, grid: Grid, bar: int = 16) -> Numbers:
    """What is strange in a take with hits: 1, then 23 figures, then their squares `(47,)`.

    Twelve of what the drummer would have played: hits and rests that surprise (probability, nats), timing and velocity
    that are off (absolute, and in its spreads), and its spread of timing. Eleven of the take beside itself: hits that
    the bar, half bar and beat before do not have, hits that are far off the grid, spread of timing in all and within a
    step, and how far timing and velocity are from the bar before. A short loop is heard repeated.
    """
    repeats = max(1, -(-_SHORTEST // grid.steps))
    values = np.tile(grid.values, (repeats, 1, 1)).astype(np.float64)
    figures = _heard(np.tile(said, (repeats, 1, 1)).astype(np.float64), values) + _repeated(values, bar)
    seen = np.array(figures)
    return np.concatenate([[1.0], seen, seen**2])


def _heard(said: Numbers, values: Numbers) -> list[float]:
    hits = values[..., HIT] > 0
    count = hits.sum()
    chance = np.clip(said[..., HIT], 1e-4, 1 - 1e-4)
    late = np.abs(said[..., OFFSET] - values[..., OFFSET])[hits]
    hard = np.abs(said[..., VELOCITY] - values[..., VELOCITY])[hits]
    velocity_spread, spread = said[..., ANSWERS - 2][hits], said[..., ANSWERS - 1][hits]
    sums = (
        (1 - chance)[hits],
        chance[~hits],
        -np.log(chance[hits]),
        -np.log1p(-chance[~hits]),
        late,
        hard,
        late / spread,
        hard / velocity_spread,
        (chance >= _SURE) != hits,
        spread,
        late > 0.25,
        np.log(spread),
    )
    return [float(part.sum() / count) for part in sums]


def _repeated(values: Numbers, bar: int) -> list[float]:
    hits, late = values[..., HIT] > 0, values[..., OFFSET]
    steps, count, off = len(values), hits.sum(), np.abs(values[..., OFFSET][hits])
    lags = [min(max(1, lag), steps - 1) for lag in (bar, bar // 2, bar // 4)]
    missing = [(hits[lag:] ^ hits[:-lag]).sum() / count / (1 - lag / steps) for lag in lags]
    alone = hits.copy()
    once = []
    for lag in lags[:2]:
        alone &= ~np.roll(hits, lag, 0) & ~np.roll(hits, -lag, 0)
        once.append(alone.sum() / count)
    chords = [late[step, row].std() for step, row in enumerate(hits) if row.sum() > 1]
    both = hits[lags[0] :] & hits[: -lags[0]]
    apart = [
        np.abs(values[lags[0] :, :, part] - values[: -lags[0], :, part])[both].mean() if both.any() else 0.1
        for part in (OFFSET, VELOCITY)
    ]
    far = [(off > 0.3).mean(), (off > 0.2).mean(), late[hits].std(), np.mean(chords) if chords else 0.0]
    return [float(part) for part in (*missing, *once, *far, *apart)]
