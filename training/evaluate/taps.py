"""Tapped rhythm to drums: which voices sounded at each tap?

A tapped rhythm is what GrooVAE (Gillick et al. 2019, Tap2Drum) and the groove transformer (Haki et al. 2022) are given:
all hits of a pattern on one line, with the velocity and timing of the loudest at each step. Every window of two bars of
the split, none overlapping, beats and fills, is tapped so and answered, knowing its tempo and nothing else. Precision,
recall and F1 count cells of sixteenth and voice (nine voices; velocity and timing play no part), of all windows
together. A threshold is the highest that reached a recall on validation, or the lowest that reached a precision there.

The last rows say what the taps leave open. "rest of the take known": the three nearest tapped rhythms of the very take
that is asked about, its other windows, so that kit, style and habit of the drummer are no question (takes of four
windows or more). "cymbals as one": hats, rides and crashes count as one voice.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, Grid
from livemusic.music.kit import Voice
from livemusic.sketch.drummer import Question, answer
from livemusic.sketch.taps import taps_of
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.graphs import Drummer
from training.evaluate.neighbours import Array, flat, nearest, prf

Bools = npt.NDArray[np.bool_]
_NEIGHBOURS, _OWN_NEIGHBOURS = 24, 3
_RECALLS = (0.5, 0.65, 0.8)
_CURVE = (0.2, 0.35, *_RECALLS, 0.9)
#: The published precision of the groove transformer, measured by its authors on their own windows.
_PRECISION = 0.912
_CYMBALS = [Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.CRASH, Voice.RIDE]


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows for the drummer, for neighbours, and for what would be if more were known than the taps."""
    takes = read_takes(args.data)
    train, tuned, tested = (windows_of(takes, split, hop=WINDOW_STEPS) for split in ("train", "validation", args.split))
    drummer = Drummer(args.drummer)
    ways: dict[str, Callable[[Windows], Array]] = {
        "drummer": lambda windows: likely(drummer, windows),
        "drummer, told the style": lambda windows: likely(drummer, windows, told=drummer.styles),
        f"{_NEIGHBOURS} nearest": lambda windows: looked_up(train, windows),
        "rest of the take known": recalled,
    }
    rows = []
    for name, way in ways.items():
        chosen, judged = way(tuned), way(tested)
        tried, true = (windows.grids[..., HIT] > 0 for windows in (tuned, tested))
        thresholds = [threshold_for(chosen, tried, recall) for recall in (_CURVE if name == "drummer" else _RECALLS)]
        thresholds.append(threshold_of(chosen, tried, _PRECISION))
        rows += [_row(name, threshold, judged, true) for threshold in thresholds]
        if name == "drummer":
            merged = [_merged(judged), np.asarray(_merged(true), bool)]
            tried_at = [threshold_for(_merged(chosen), np.asarray(_merged(tried), bool), recall) for recall in _RECALLS]
            last = [_row("drummer, cymbals as one", threshold, *merged) for threshold in tried_at]
    return rows + last


def _row(way: str, threshold: float, chances: Array, true: Bools) -> dict[str, Any]:
    asked = ~np.isnan(chances).any((1, 2))
    precision, recall, f1 = prf(chances[asked] >= threshold, true[asked])
    return {"way": way, "threshold": threshold, "precision": precision, "recall": recall, "f1": f1}


def _merged(cells: Any) -> Any:
    """Cells with one voice for all cymbals."""
    others = [voice for voice in Voice if voice not in _CYMBALS]
    return np.concatenate([cells[..., others], cells[..., _CYMBALS].max(-1, keepdims=True)], axis=-1)


def likely(drummer: Drummer, windows: Windows, told: Sequence[str] = ()) -> Array:
    """The probabilities `(n, steps, 9)`, nothing where nothing was tapped; styles that may be `told` are."""
    out = []
    for values, bpm, style in zip(windows.grids, windows.bpm, windows.styles, strict=True):
        grid = Grid(values)
        taps = taps_of(grid)
        empty = Grid.empty(grid.steps)
        asked = Question(
            empty, np.zeros(empty.hits.shape, bool), taps, bpm=float(bpm), style=str(style) if style in told else ""
        )
        out.append(answer(drummer, asked)[..., HIT] * taps[:, :1])
    return np.stack(out)


def looked_up(train: Windows, windows: Windows) -> Array:
    """The share of the nearest tapped rhythms of the training split that have each hit."""
    near = nearest(_features(windows), _features(train), _NEIGHBOURS)
    shares: Array = train.grids[near][..., HIT].mean(1) * windows.grids[..., HIT].max(2)[..., None]
    return shares


def recalled(windows: Windows) -> Array:
    """The same of the nearest other windows of the very take; not a number where it has too few."""
    features, shares = _features(windows), np.full(windows.grids.shape[:3], np.nan, np.float32)
    for row, take in enumerate(windows.takes):
        others = np.flatnonzero((windows.takes == take) & (np.arange(len(windows)) != row))
        if len(others) >= _OWN_NEIGHBOURS:
            near = others[nearest(features[row : row + 1], features[others], _OWN_NEIGHBOURS)[0]]
            shares[row] = windows.grids[near][..., HIT].mean(0) * windows.grids[row, ..., HIT].max(1)[:, None]
    return shares


def _features(windows: Windows) -> Array:
    taps = np.stack([taps_of(Grid(values)) for values in windows.grids]) * np.array([1, 2, 2], np.float32)
    return np.concatenate([flat(taps), 2 * np.log2(windows.bpm / 120)[:, None]], axis=1).astype(np.float32)


def threshold_for(chances: Array, true: Any, recall: float) -> float:
    """The highest threshold with which at least `recall` of the true hits are found."""
    found = chances[true]
    return float(np.quantile(found[~np.isnan(found)], 1 - recall))


def threshold_of(chances: Array, true: Any, precision: float) -> float:
    """The lowest threshold with which at least `precision` of what is found is true; 1 if there is none."""
    known = ~np.isnan(chances)
    order = np.argsort(-chances[known], kind="stable")
    ranked, right = chances[known][order], np.cumsum(true[known][order])
    good = np.flatnonzero((right >= precision * np.arange(1, len(right) + 1)) & (np.diff(ranked, append=-1.0) < 0))
    return float(ranked[good[-1]]) if len(good) else 1.0
