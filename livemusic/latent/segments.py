"""Where rows of numbers change, and which stretches of them are alike: levels that hold for a while, some of which
return.

Sections are sought that explain the rows best when a level costs nothing while it holds, a change costs `CHANGE` and
another level costs `LEVEL`: change points by optimal partitioning (Jackson et al. 2005, "An algorithm for optimal
partitioning of data on an interval"), levels by Ward's agglomeration (1963) of the stretches, and at the end the best
way through the levels (Viterbi). Squared distances are told in units of how much the rows vary within a section, so the
same costs serve every space.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

#: What a change costs while stretches are sought, and what a level more must explain, in mean squares per row.
CHANGE, LEVEL = 5.0, 25.0
#: Rows so far apart are compared to learn how much they vary within a section; of those pairs the share that moved most
#: is left out, because sections change there.
LAG, STILL = 4, 0.7
#: How much of a measure is the same in all directions, and how much smaller than the whole is what varies within.
ROUND, WITHIN = 0.3, 0.3
#: Less than this share of the rows' own size is rounding, not music.
_LEAST = 1e-3
_NOTHING = 1e-30


def measure(rows: Rows, edges: Sequence[int] | None = None) -> Rows:
    """The linear map `(dim, dim)` after which squared distances between `rows` `(n, dim)` are in units of how much
    they vary within a section, the mean over directions.

    What varies within a section: the rows of each stretch between `edges` around their mean, or short moves where no
    edges are known. That gives the shape; the size lies (geometrically) between it and a share of how much all rows
    vary. `ValueError` for no more than `LAG` rows.
    """
    if len(rows) <= LAG:
        raise ValueError(f"a measure needs more than {LAG} rows, not {len(rows)}")
    if edges is None:
        moves = (rows[LAG:] - rows[:-LAG]) / np.sqrt(2)
        size = np.einsum("nd,nd->n", moves, moves / np.maximum(moves.var(axis=0), _NOTHING))
        moves = moves[size <= np.quantile(size, STILL)]
    else:
        moves = np.concatenate([rows[i:j] - rows[i:j].mean(axis=0) for i, j in pairwise(edges)])
    within = moves.T @ moves / len(moves)
    floor = _LEAST**2 * float(np.square(rows).sum(axis=1).mean()) + _NOTHING
    short, whole = float(np.trace(within)) + floor, WITHIN * float(rows.var(axis=0).sum()) + floor
    dim = rows.shape[1]
    shape = (1 - ROUND) * within / short + ROUND * np.eye(dim) / dim
    variances, axes = np.linalg.eigh(shape * np.sqrt(short * whole))
    return np.asarray(axes / np.sqrt(np.maximum(variances, floor / dim) * dim))


class Partition:
    """The change points of rows that come one after another, in constant time per row: the best for all rows so far.

    No stretch is shorter than `shortest` rows, where there are so many, or longer than `longest`.
    """

    def __init__(self, dim: int, shortest: int, longest: int) -> None:
        self._shortest, self._longest = shortest, longest
        self._sums = np.zeros((256, dim))
        self._squares, self._costs = np.zeros(256), np.zeros(256)
        self._before = np.zeros(256, np.intp)
        self._costs[0] = -CHANGE
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def push(self, row: Rows) -> None:
        """Take in the next row `(dim,)`."""
        self._count += 1
        end = self._count
        if end == len(self._sums):
            for name in ("_sums", "_squares", "_costs", "_before"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        self._sums[end] = self._sums[end - 1] + row
        self._squares[end] = self._squares[end - 1] + row @ row
        first, last = max(0, end - self._longest), max(1, end - self._shortest + 1)
        spans = self._sums[end] - self._sums[first:last]
        explained = np.einsum("nd,nd->n", spans, spans) / (end - np.arange(first, last))
        costs = self._costs[first:last] + (self._squares[end] - self._squares[first:last]) - explained
        best = int(costs.argmin())
        self._costs[end] = costs[best] + CHANGE if end >= self._shortest else np.inf
        self._before[end] = first + best

    def edges(self) -> list[int]:
        """Where stretches begin, and the end of the last: `[0, ..., n]`; `[0]` where there are no rows."""
        edges = [self._count]
        while edges[-1] > 0:
            edges.append(int(self._before[edges[-1]]))
        return edges[::-1]


def partition(rows: Rows, shortest: int, longest: int) -> list[int]:
    """The change points of all `rows` `(n, dim)`."""
    sought = Partition(rows.shape[1], shortest, longest)
    for row in rows:
        sought.push(row)
    return sought.edges()


def kin(counts: npt.ArrayLike, means: Rows, groups: int = 1) -> Indices:
    """Which stretches are of one level: a number for each, from 0 on.

    `counts` `(n,)` rows, `means` `(n, dim)`. The two whose union costs least are joined again and again (Ward), until
    that would cost more than `LEVEL`, or while there are more than `groups` where that is more than 1.
    """
    weights, centres = np.array(counts, np.float64), np.array(means, np.float64)
    names = np.arange(len(weights), dtype=np.intp)
    if len(weights) < 2:
        return names
    squares = np.einsum("nd,nd->n", centres, centres)
    apart = np.maximum(squares[:, None] + squares - 2 * centres @ centres.T, 0.0)
    costs = apart * (weights[:, None] * weights / (weights[:, None] + weights))
    np.fill_diagonal(costs, np.inf)
    alive, left = np.ones(len(weights), bool), len(weights)
    while left > 1:
        one, other = sorted(divmod(int(costs.argmin()), len(weights)))
        if (costs[one, other] > LEVEL) if groups == 1 else left <= groups:
            break
        total = weights[one] + weights[other]
        centres[one] = (weights[one] * centres[one] + weights[other] * centres[other]) / total
        weights[one] = total
        names[names == other] = one
        alive[other], left = False, left - 1
        costs[other] = costs[:, other] = np.inf
        away = centres - centres[one]
        joined = np.einsum("nd,nd->n", away, away) * (weights * total / (weights + total))
        joined[~alive] = joined[one] = np.inf
        costs[one] = costs[:, one] = joined
    return np.unique(names, return_inverse=True)[1].astype(np.intp)


def course(rows: Rows, centres: Rows) -> Indices:
    """The best way of `rows` `(n, dim)` through levels `(k, dim)` when every change costs `CHANGE`: a level a row."""
    squares = np.einsum("kd,kd->k", centres, centres)
    costs = squares - 2 * rows @ centres.T
    stay = np.arange(len(centres))
    reached, came = costs[0].copy(), np.zeros(costs.shape, np.intp)
    for index in range(1, len(rows)):
        best = int(reached.argmin())
        changed = reached[best] + CHANGE
        came[index] = np.where(reached <= changed, stay, best)
        reached = np.minimum(reached, changed) + costs[index]
    way = np.zeros(len(rows), np.intp)
    way[-1] = reached.argmin()
    for index in range(len(rows) - 1, 0, -1):
        way[index - 1] = came[index, way[index]]
    return way
