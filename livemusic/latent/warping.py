"""Dynamic time warping from coarse to fine: the cheapest way through two sequences, some of which only one may have."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Hertz = float
Rows = npt.NDArray[np.float32]
Cells = npt.NDArray[np.intp]
#: Rows of both takes at a rate, so scaled that the squared distance of two moments by chance is 1 on average.
Features = Callable[[Hertz], tuple[Rows, Rows]]

#: A moment costs as much as its features are apart; one that only one take has costs this.
GAP = 0.8
#: What is looked at first has so many cells at most, so that hours need no more memory than minutes.
_CELLS = 8_000_000
_BROADEST: Hertz = 10.0
_MIDDLE: Hertz = 10.0
FINEST: Hertz = 50.0
_FINER = 5
#: Rows of a block in which the path is found anew, and the most cells of one.
_BLOCK = 270
_MOST = 4_000_000
#: On in both takes, up to twice as fast in either, and on in one alone: what these cost of a cell, and besides.
_STEPS = np.array([[1, 1], [1, 2], [2, 1], [1, 0], [0, 1]])
_TIMES = np.array([2.0, 3.0, 3.0, 0.0, 0.0])


class Way(NamedTuple):
    """Cells `(n, 2)` of two sequences at a rate, neither ever going back, and whether both went on to reach each."""

    cells: Cells
    matched: npt.NDArray[np.bool_]


def distances(x: Rows, y: Rows) -> npt.NDArray[np.float64]:
    """Squared distances of all rows, `(n, m)`."""
    lengths = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1)[None]
    return np.asarray(np.maximum(lengths - 2 * x @ y.T, 0), np.float64)


def warp(cost: npt.NDArray[np.float64], gap: float = GAP) -> tuple[Way, float]:
    """The cheapest way from the first cell of `cost` to the last, and what it costs.

    Each row and column that is passed costs its cell, or `gap` where only one sequence goes on (Needleman & Wunsch
    1970); by librosa's `sequence.dtw`, whose step weights can say that.
    """
    from librosa.sequence import dtw  # it takes seconds to load

    added = np.array([0.0, 0.0, 0.0, gap, gap])
    spent, cells = dtw(C=cost, step_sizes_sigma=_STEPS, weights_mul=_TIMES, weights_add=added)
    cells = np.ascontiguousarray(cells[::-1])
    steps = np.diff(cells, axis=0, prepend=cells[:1] - 1)
    return Way(cells, np.asarray((steps > 0).all(axis=1))), float(spent[-1, -1])


def broadest(first: float, second: float) -> Hertz:
    """The rate at which takes of so many seconds are looked at first."""
    return float(min(_BROADEST, np.sqrt(_CELLS / max(1.0, first * second))))


def refine(way: Way, rate: Hertz, features: Features) -> tuple[Way, Hertz]:
    """`way` at `FINEST`, found anew in blocks at ever higher rates.

    At each rate twice, the second time in blocks from middle to middle of the first ones, whose ends lie on the rough
    way (memory-restricted multi-scale DTW: Praetzlich, Driedger & Mueller 2016).
    """
    while rate < FINEST:
        finer = _MIDDLE if rate < _MIDDLE <= rate * _FINER else min(rate * _FINER, FINEST)
        x, y = features(finer)
        cells = np.minimum(np.round(way.cells * (finer / rate)).astype(np.intp), (len(x) - 1, len(y) - 1))
        cells[-1] = len(x) - 1, len(y) - 1
        way, rate = Way(cells, way.matched), finer
        for part in (0.0, 0.5):
            way = _in_blocks(way, x, y, part)
    return way, rate


def _in_blocks(way: Way, x: Rows, y: Rows, part: float) -> Way:
    along = way.cells.sum(axis=1) / 2
    marks = np.arange(along[0] + (part or 1.0) * _BLOCK, along[-1] - 0.25 * _BLOCK, _BLOCK)
    anchors = np.unique(np.concatenate([[0], np.searchsorted(along, marks), [len(along) - 1]]))
    cells, matched = [way.cells[:1]], [way.matched[:1]]
    for first, last in pairwise(anchors.tolist()):
        (i, j), (to_i, to_j) = way.cells[first], way.cells[last]
        if to_i == i or to_j == j or (to_i - i) * (to_j - j) > _MOST:
            cells.append(way.cells[first + 1 : last + 1])
            matched.append(way.matched[first + 1 : last + 1])
        else:
            found, _ = warp(distances(x[i : to_i + 1], y[j : to_j + 1]))
            cells.append(found.cells[1:] + np.array((i, j)))
            matched.append(found.matched[1:])
    return Way(np.concatenate(cells), np.concatenate(matched))
