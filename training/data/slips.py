"""Takes played badly in other ways than the drummer learned to mend: each a function of a window and how much of it.

A window is `(steps, 9, 3)`; every function returns a new one, by chance.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, VELOCITY

Array = npt.NDArray[np.float32]
Slip = Callable[[Array, float, np.random.Generator], Array]


def strayed(values: Array, share: float, chance: np.random.Generator) -> Array:
    """As many hits more as `share` of the hits, in any empty cell, with any velocity and timing."""
    empty = np.argwhere(values[..., HIT] == 0)
    count = min(len(empty), chance.binomial(int((values[..., HIT] > 0).sum()), share))
    cells = empty[chance.choice(len(empty), count, replace=False)]
    out = values.copy()
    touch = [np.ones(count), chance.uniform(0.1, 1.0, count), chance.uniform(-0.5, 0.49, count)]
    out[tuple(cells.T)] = np.stack(touch, axis=1)
    return out


def dropped(values: Array, share: float, chance: np.random.Generator) -> Array:
    """Each hit is lost with probability `share`, and nothing else."""
    return np.where((chance.random(values.shape[:2]) < share)[..., None], np.float32(0), values)


def moved(values: Array, share: float, chance: np.random.Generator) -> Array:
    """Each hit lands a step early or late with probability `share`, where its voice is free there."""
    out = values.copy()
    for step, voice in np.argwhere(values[..., HIT] > 0):
        to = step + chance.choice((-1, 1))
        if chance.random() < share and 0 <= to < len(values) and out[to, voice, HIT] == 0:
            out[to, voice], out[step, voice] = out[step, voice].copy(), 0
    return out


def doubled(values: Array, share: float, chance: np.random.Generator) -> Array:
    """Each hit is struck again a step later with probability `share`, softer and as late, where its voice is free."""
    out = values.copy()
    for step, voice in np.argwhere(values[:-1, :, HIT] > 0):
        if chance.random() < share and out[step + 1, voice, HIT] == 0:
            out[step + 1, voice] = values[step, voice]
            out[step + 1, voice, VELOCITY] *= 0.6
    return out


def uneven(values: Array, share: float, chance: np.random.Generator) -> Array:
    """Velocities with a normal error of `share` of the whole scale; no hit is wrong."""
    out, hits = values.copy(), values[..., HIT] > 0
    out[..., VELOCITY][hits] += share * chance.standard_normal(int(hits.sum()))
    out[..., VELOCITY][hits] = out[..., VELOCITY][hits].clip(1 / 127, 1.0)
    return out


def swapped(values: Array, share: float, chance: np.random.Generator) -> Array:
    """Two of the voices that play are exchanged with probability `share`: the wrong pads all along."""
    playing = np.flatnonzero(values[..., HIT].any(axis=0))
    out = values.copy()
    if len(playing) > 1 and chance.random() < share:
        one, other = chance.choice(playing, 2, replace=False)
        out[:, [one, other]] = values[:, [other, one]]
    return out


SLIPS: dict[str, Slip] = {
    "stray hits, anywhere": strayed,
    "lost hits": dropped,
    "hits a step off": moved,
    "doubled hits": doubled,
    "uneven velocity": uneven,
    "two voices exchanged": swapped,
}
