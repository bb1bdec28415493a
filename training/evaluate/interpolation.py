"""The way between two patterns: its ends, its evenness, and whether it can be told from what drummers play."""

import argparse
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.sketch.coder import STRUCK, sparse
from livemusic.sketch.coder import Coder as AnyCoder
from livemusic.sketch.path import MODES, Path
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.descriptors import Array, told_apart
from training.evaluate.graphs import Coder

_FOLDS, _EACH, _LEAST_HITS = 5, 6, 8
_STOPS = 9
_AUDIBLE = 8 / 127
Way = Callable[[Array, Array, float], Array]


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each way of getting from one pattern to another."""
    coder = Coder(args.model)
    windows = windows_of(read_takes(args.data), args.split, WINDOW_STEPS, "beat", _LEAST_HITS)
    chance = np.random.default_rng(0)
    real, folds = sampled(windows, chance)
    pairs = [
        (row, chance.choice(real[(folds == fold) & (windows.takes[real] != windows.takes[row])]))
        for row, fold in zip(real, folds, strict=True)
    ]
    at = chance.integers(1, _STOPS - 1, len(pairs)) / (_STOPS - 1)
    again = np.array([chance.choice(np.flatnonzero(windows.takes == windows.takes[row])) for row in real])
    ways: dict[str, Way] = {f"ours, {mode}": walker(coder, mode) for mode in MODES}
    ways["grid crossfade"] = crossfaded
    if args.seed_model:
        ways["seed codes averaged"] = averaged(Coder(args.seed_model))
    played = [windows.grids[row] for row in real]
    rows = [
        {
            "way": "real",
            "ends exact": 1.0,
            "largest step": 0.0,
            **_apart(played, [windows.grids[row] for row in again], folds),
        }
    ]
    for name, way in ways.items():
        made = [way(windows.grids[a], windows.grids[b], t) for (a, b), t in zip(pairs, at, strict=True)]
        ends, uneven = _path(way, [(windows.grids[a], windows.grids[b]) for a, b in pairs[::8]])
        rows.append({"way": name, "ends exact": ends, "largest step": uneven, **_apart(played, made, folds)})
    return rows


def sampled(windows: Windows, chance: np.random.Generator) -> tuple[Any, Any]:
    """A few windows of every take, and the fold of each: takes never share a fold's both sides."""
    takes = chance.permutation(np.unique(windows.takes))
    rows, folds = [], []
    for number, take in enumerate(takes):
        own = chance.permutation(np.flatnonzero(windows.takes == take))[:_EACH]
        rows += list(own)
        folds += [number % _FOLDS] * len(own)
    return np.array(rows), np.array(folds)


def walker(coder: AnyCoder, mode: Any) -> Way:
    """Our own path."""

    def way(one: Array, other: Array, t: float) -> Array:
        return np.asarray(Path(coder, [Grid(one), Grid(other)], mode).at([1 - t, t]).values)

    return way


def crossfaded(one: Array, other: Array, t: float) -> Array:
    """What a mixer does: velocities faded, hits sound while they are louder than a whisper."""
    level = (1 - t) * one[..., VELOCITY] + t * other[..., VELOCITY]
    struck = level > _AUDIBLE
    parts = (1 - t) * one[..., HIT] + t * other[..., HIT]
    offset = ((1 - t) * one[..., OFFSET] + t * other[..., OFFSET]) / np.maximum(parts, 1e-6)
    return np.asarray(np.stack([struck, level * struck, offset * struck], axis=-1), np.float32)


def averaged(coder: AnyCoder) -> Way:
    """What the source does: codes averaged, decoded, cut at the threshold."""

    def way(one: Array, other: Array, t: float) -> Array:
        code = (1 - t) * sparse(coder, Grid(one)) + t * sparse(coder, Grid(other))
        values = coder.decode(code, len(one))
        values[..., HIT] = values[..., HIT] >= STRUCK
        return np.array(Grid(values).values)

    return way


def _path(way: Way, pairs: list[tuple[Array, Array]]) -> tuple[float, float]:
    """The share of ends that come back exactly, and the largest of eight steps, in parts of the way (even: 1/8)."""
    exact, largest = [], []
    for one, other in pairs:
        hits = [way(one, other, t)[..., HIT] > 0 for t in np.linspace(0, 1, _STOPS)]
        exact += [(hits[0] == (one[..., HIT] > 0)).all(), (hits[-1] == (other[..., HIT] > 0)).all()]
        steps = [(a ^ b).sum() for a, b in pairwise(hits)]
        largest.append(max(steps) / max(1, sum(steps)))
    return float(np.mean(exact)), float(np.mean(largest))


def _apart(real: list[Array], made: list[Array], folds: Any) -> dict[str, float]:
    return {
        "AUC, rhythm": told_apart(real, made, folds, folds),
        "AUC, rhythm and touch": told_apart(real, made, folds, folds, with_touch=True),
    }
