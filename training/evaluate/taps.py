"""Tapped rhythm to drums: precision and recall of hits, beside the nearest tapped rhythm's drums."""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

from livemusic.music.grid import HIT, Grid
from livemusic.sketch.drummer import Question, answer
from livemusic.sketch.taps import taps_of
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.graphs import Drummer
from training.evaluate.neighbours import Array, flat, nearest, prf

_NEIGHBOURS = 24
_RECALLS = (0.5, 0.65, 0.8)


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows for the drummer and for neighbours: thresholds chosen on validation for a recall, figures of the split."""
    takes = read_takes(args.data)
    train, tuned, tested = (windows_of(takes, split, hop=WINDOW_STEPS) for split in ("train", "validation", args.split))
    drummer = Drummer(args.drummer)
    ways: dict[str, Callable[[Windows], Array]] = {
        "drummer": lambda windows: likely(drummer, windows),
        f"{_NEIGHBOURS} nearest": lambda windows: looked_up(train, windows),
    }
    rows = []
    for name, way in ways.items():
        chosen, judged = way(tuned), way(tested)
        for recall in _RECALLS:
            threshold = threshold_for(chosen, tuned.grids[..., HIT] > 0, recall)
            precision, found, f1 = prf(judged >= threshold, tested.grids[..., HIT] > 0)
            rows.append({"way": name, "threshold": threshold, "precision": precision, "recall": found, "f1": f1})
    return rows


def likely(drummer: Drummer, windows: Windows) -> Array:
    """The probabilities `(n, steps, 9)`, nothing where nothing was tapped."""
    out = []
    for values, bpm in zip(windows.grids, windows.bpm, strict=True):
        grid = Grid(values)
        taps = taps_of(grid)
        empty = Grid.empty(grid.steps)
        asked = Question(empty, np.zeros(empty.hits.shape, bool), taps, bpm=float(bpm))
        out.append(answer(drummer, asked)[..., HIT] * taps[:, :1])
    return np.stack(out)


def looked_up(train: Windows, windows: Windows) -> Array:
    """The share of the nearest tapped rhythms of the training split that have each hit."""

    def features(some: Windows) -> Array:
        taps = np.stack([taps_of(Grid(values)) for values in some.grids]) * np.array([1, 2, 2], np.float32)
        return np.concatenate([flat(taps), 2 * np.log2(some.bpm / 120)[:, None]], axis=1).astype(np.float32)

    near = nearest(features(windows), features(train), _NEIGHBOURS)
    tapped = windows.grids[..., HIT].max(2)
    shares: Array = train.grids[near][..., HIT].mean(1) * tapped[..., None]
    return shares


def threshold_for(chances: Array, true: Any, recall: float) -> float:
    """The highest threshold with which at least `recall` of the true hits are found."""
    return float(np.quantile(chances[true], 1 - recall))
