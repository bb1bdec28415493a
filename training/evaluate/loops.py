"""Does what repeats come out as a loop: does the path close after a period, go round once, and keep off itself?

All distances are in units of the path's own spread: the root mean square distance from its middle.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Seconds = float

PHASES = 32
_APART = PHASES // 8
"""Points of a loop that lie an eighth of it apart or more should not touch."""


def spread(path: Array) -> float:
    """Root mean square distance of the points `(n, dim)` from their middle."""
    return float(np.sqrt(((path - path.mean(axis=0)) ** 2).sum(axis=1).mean()))


def return_distance(path: Array, lags: int) -> Array:
    """Root mean square distance after 0, 1, ... `lags` points, in spreads: 0 for a return, some 1.4 for no relation."""
    scaled = (path - path.mean(axis=0)) / max(spread(path), 1e-12)
    apart = [0.0] + [
        float(np.sqrt(((scaled[lag:] - scaled[:-lag]) ** 2).sum(axis=1).mean())) for lag in range(1, lags + 1)
    ]
    return np.array(apart)


def period(path: Array, rate: float, longest: Seconds) -> Seconds:
    """The period of a path `(n, dim)` of `rate` points a second: the first return that is nearly as near as any.

    NaN where it never comes back nearer than half way (between where it was and no relation) within `longest` seconds.
    """
    apart = return_distance(path, min(round(longest * rate), len(path) // 2))
    inner = np.arange(2, len(apart) - 1)
    dips = inner[(apart[inner] <= apart[inner - 1]) & (apart[inner] < apart[inner + 1])]
    dips = dips[dips > int((apart > 0.5 * apart.max()).argmax())]
    if not len(dips) or apart[dips].min() > 0.5 * apart.max():
        return float("nan")
    nearest = apart[dips].min()
    lag = int(dips[apart[dips] <= nearest + 0.2 * (apart.max() - nearest)][0])
    before, here, after = apart[lag - 1 : lag + 2]
    bend = before - 2 * here + after
    return float((lag + (0.5 * (before - after) / bend if bend > 0 else 0.0)) / rate)


def smoothness(path: Array) -> float:
    """Mean cosine of successive steps: 1 for a straight line, 0 for steps at random."""
    steps = np.diff(path, axis=0)
    unit = steps / np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-12)
    return float((unit[1:] * unit[:-1]).sum(axis=1).mean())


def closure(path: Array, phase: Array) -> float:
    """Root mean square distance between points a period apart, in spreads: 0 for a closed loop.

    `phase` `(n,)` counts periods and grows with every point.
    """
    later = np.interp(phase + 1, phase, np.arange(len(path)))
    at = np.flatnonzero(phase + 1 <= phase[-1])
    first = np.floor(later[at]).astype(int)
    share = (later[at] - first)[:, None]
    back = (1 - share) * path[first] + share * path[np.minimum(first + 1, len(path) - 1)]
    return float(np.sqrt(((back - path[at]) ** 2).sum(axis=1).mean()) / max(spread(path), 1e-12))


def mean_loop(path: Array, phase: Array) -> Array:
    """The mean point of each of 32 parts of a period `(32, dim)`; `phase` `(n,)` counts periods."""
    part = np.floor((phase % 1.0) * PHASES).astype(int)
    return np.stack([path[part == number].mean(axis=0) for number in range(PHASES)])


def winding(path: Array, phase: Array) -> float:
    """How often the path goes round its middle in a period: 1 for a simple loop, 0 for a way there and back.

    It is seen along those two of its three widest axes between which it keeps furthest off its middle.
    """
    centred = path - path.mean(axis=0)
    axes = centred @ np.linalg.svd(centred, full_matrices=False)[2][:3].T
    views = [axes[:, pair] for pair in combinations(range(axes.shape[1]), 2)]
    open_view = max(views, key=lambda flat: float(np.percentile(np.linalg.norm(flat, axis=1), 1)))
    angle = np.unwrap(np.arctan2(open_view[:, 1], open_view[:, 0]))
    return float(abs(angle[-1] - angle[0]) / (2 * np.pi) / abs(phase[-1] - phase[0]))


def clearance(loop: Array) -> float:
    """How near the mean loop `(32, dim)` comes to itself at another place of the period, in spreads.

    0 where it crosses itself or goes back the way it came; .7 for a circle.
    """
    apart = np.linalg.norm(loop[:, None] - loop[None], axis=2)
    steps = np.abs(np.arange(PHASES)[:, None] - np.arange(PHASES)[None])
    far = np.minimum(steps, PHASES - steps) >= _APART
    return float(apart[far].min() / max(spread(loop), 1e-12))


def holes(loop: Array) -> Array:
    """The lives of the holes of a set of points, longest first, in spreads: how long each loop of it persists.

    First persistent homology of the Vietoris-Rips complex (Edelsbrunner, Letscher and Zomorodian 2002), by reduction
    of the boundary matrix over the field of two elements. One long life means one loop, two a figure of eight, none
    a way there and back.
    """
    apart = np.linalg.norm(loop[:, None] - loop[None], axis=2) / max(spread(loop), 1e-12)
    count = len(loop)
    edges = sorted((apart[pair], pair) for pair in combinations(range(count), 2))
    number = {pair: index for index, (_, pair) in enumerate(edges)}
    born = np.array([length for length, _ in edges])
    cycles = _cycles(count, [pair for _, pair in edges])
    triangles = sorted(
        max(number[(a, b)], number[(a, c)], number[(b, c)]) * count**3 + a * count**2 + b * count + c
        for a, b, c in combinations(range(count), 3)
    )
    columns: dict[int, set[int]] = {}
    lives = []
    for code in triangles:
        last, rest = divmod(code, count**3)
        a, b, c = rest // count**2, rest // count % count, rest % count
        column = {number[(a, b)], number[(a, c)], number[(b, c)]}
        while column and (low := max(column)) in columns:
            column ^= columns[low]
        if column:
            low = max(column)
            columns[low] = column
            if low in cycles and born[last] > born[low]:
                lives.append(born[last] - born[low])
    return np.sort(np.array([*lives, 0.0, 0.0]))[::-1]


def _cycles(count: int, edges: list[tuple[int, int]]) -> set[int]:
    """The edges that close a cycle, all others joining two parts, if they are laid in this order."""
    part = list(range(count))
    closing = set()
    for index, (a, b) in enumerate(edges):
        if part[a] == part[b]:
            closing.add(index)
        else:
            old, new = part[a], part[b]
            part = [new if name == old else name for name in part]
    return closing
