"""Fewer or more hits, all of them where they make sense: the least important go first, the likeliest come first."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.sketch.coder import log_odds
from livemusic.sketch.importance import Bools, Cells, Floats, frame, importance, ordered, strength

Array = npt.NDArray[np.float32]

#: Added hits are on drums that the groove has, and on these.
_ALWAYS = (Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT)
_HATS = (Voice.CLOSED_HAT, Voice.OPEN_HAT)
_HANDS = tuple(voice for voice in Voice if voice != Voice.KICK)
#: Less likely hits than this are not added.
_LEAST_ODDS = -4.5
#: Without a drummer: how likely a drum is on each strength of step, from between eighths to the bar line.
_BY_RULE = {
    Voice.KICK: (-2.5, 0.0, -0.5, 0.5, 1.0),
    Voice.SNARE: (0.5, -1.5, -3.0, -3.0, -4.0),
    Voice.CLOSED_HAT: (0.2, 1.0, 1.2, 1.2, 0.8),
    Voice.OPEN_HAT: (-3.0, -0.8, -2.5, -3.0, -4.0),
    Voice.RIDE: (-0.5, 1.0, 1.2, 1.2, 0.8),
}
_ELSE = (-3.0, -2.5, -4.0, -4.0, -4.0)
#: How hard an added hit is beside those of its drum, and a ghost note.
_SOFTER, _GHOST = 0.75, 0.3


def by_rule(grid: Grid, bar: int) -> tuple[Array, Array]:
    """What `sketch.judged` tells, told from the metre alone: touch `(steps, 9, 3)` and likelihood `(steps, 9)`."""
    odds = np.array([_BY_RULE.get(voice, _ELSE) for voice in Voice])[:, strength(grid.steps, bar)].T
    values = np.zeros((grid.steps, VOICE_COUNT, 3), np.float32)
    values[..., HIT] = 1 / (1 + np.exp(-odds))
    struck = grid.hits
    for voice in Voice:
        loud = grid.values[struck[:, voice], voice, VELOCITY]
        values[:, voice, VELOCITY] = _SOFTER * (loud.mean() if len(loud) else 0.6)
    values[strength(grid.steps, bar) < 2, Voice.SNARE, VELOCITY] = _GHOST
    return values, values[..., HIT].copy()


def denser(
    grid: Grid,
    whole: float,
    lanes: Sequence[float],
    judged: tuple[Array, Array],
    bar: int,
) -> Grid:
    """The loop with fewer or more hits, `whole` of all and `lanes` of each drum, each -1..1 and 0 as it is.

    At -1 of the whole only kicks on bar lines and the backbeat are left, a drum at -1 is silent; at 1 there are up to
    twice as many hits. What is there at a lower density is there at a higher one, too. `judged`: touch and likelihood
    of every cell.
    """
    if not whole and not any(lanes):
        return grid
    kept = _kept(grid, whole, lanes, bar)
    added = _added(grid, whole, lanes, judged, bar)
    values = grid.values * kept[..., None]
    values[added] = judged[0][added]
    values[..., HIT][added] = 1.0
    return replace(grid, values=values)


def _kept(grid: Grid, whole: float, lanes: Sequence[float], bar: int) -> Bools:
    hits = grid.hits
    matters = importance(grid, bar)
    kept = hits.copy()
    if whole < 0:
        cells = np.argwhere(hits)
        ranked = ordered(cells, matters[hits], bar)
        least = max(int(frame(grid, bar).sum()), min(1, len(cells)))
        kept[tuple(ranked[max(least, round((1 + whole) * len(cells))) :].T)] = False
    for voice, amount in enumerate(lanes):
        if amount < 0:
            own = np.argwhere(hits[:, voice])[:, 0]
            cells = np.stack([own, np.full_like(own, voice)], 1)
            ranked = ordered(cells, matters[own, voice], bar)
            kept[tuple(ranked[round((1 + amount) * len(own)) :].T)] = False
    return kept


def _added(grid: Grid, whole: float, lanes: Sequence[float], judged: tuple[Array, Array], bar: int) -> Bools:
    hits = grid.hits
    added = np.zeros_like(hits)
    if not hits.any() or (whole <= 0 and max(lanes) <= 0):
        return added
    order = additions(grid, log_odds(judged[1]), bar)
    silenced = [voice for voice, amount in enumerate(lanes) if amount < 0]
    if whole > 0:
        first = order[: round(whole * min(len(order), int(hits.sum())))]
        added[tuple(first[~np.isin(first[:, 1], silenced)].T)] = True
    for voice, amount in enumerate(lanes):
        if amount > 0:
            own = order[order[:, 1] == voice]
            added[tuple(own[: round(amount * len(own))].T)] = True
    return added


def additions(grid: Grid, odds: Floats | Array, bar: int) -> Cells:
    """What can be added to the loop `(n, 2)`, the likeliest first: never a third hand, nor one hat on the other."""
    hits = grid.hits
    played: Bools = np.asarray(hits.any(0))
    played[list(_ALWAYS)] = True
    free: Bools = np.asarray(~hits & played & (odds > _LEAST_ODDS))
    free[:, Voice.CRASH] = False
    cells = ordered(np.argwhere(free), np.asarray(odds[free], np.float64), bar)
    hands: list[int] = hits[:, _HANDS].sum(1).tolist()
    hat: list[bool] = np.logical_or.reduce(hits[:, _HATS], axis=1).tolist()
    taken = []
    for step, voice in cells.tolist():
        if (voice != Voice.KICK and hands[step] >= 2) or (voice in _HATS and hat[step]):
            continue
        hands[step] += int(voice != Voice.KICK)
        hat[step] = hat[step] or voice in _HATS
        taken.append((step, voice))
    return np.array(taken, np.intp).reshape(-1, 2)
