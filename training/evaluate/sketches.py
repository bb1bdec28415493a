"""Sketches: can they be told from what drummers play, and how near is each to the nearest training pattern?"""

import argparse
from typing import Any

import numpy as np

from livemusic.music.grid import HIT
from livemusic.sketch.sketch import Sketcher, Wish
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.descriptors import told_apart
from training.evaluate.graphs import Coder, Drummer
from training.evaluate.interpolation import sampled
from training.evaluate.neighbours import flat, nearest
from training.styles import read_map

_VARIATIONS = (0.1, 0.3, 0.6, 1.0)
_FOLDS = 5
_LEAST_HITS = 8


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows for sketches in the styles of the split, and for other training patterns in their place.

    The takes that were split off are of other sessions and fewer drummers, so that even training patterns can be told
    from them; so sketches are also held against the training patterns of the same styles. Landmarks are the played
    patterns that sketches begin with, in the sketches' own folds: less can hardly be told.
    """
    takes = read_takes(args.data)
    train = windows_of(takes, "train", kinds="beat", hits=_LEAST_HITS)
    tested = windows_of(takes, args.split, WINDOW_STEPS, "beat", _LEAST_HITS)
    chance = np.random.default_rng(0)
    rows, folds = sampled(tested, chance)
    map_ = read_map(args.model)
    wanted = [str(style) if style in map_.styles else "" for style in tested.styles[rows]]
    played = [tested.grids[row] for row in rows]
    learned = [_drawn(train, style, chance) for style in wanted]
    learned_folds = train.takes[learned] % _FOLDS
    sketcher = Sketcher(Coder(args.model), Drummer(args.drummer), map_)
    others = [_drawn(train, style, chance) for style in wanted]
    ways = {
        "training patterns": [train.grids[row] for row in others],
        "landmarks": [np.array(map_.grids[int(chance.choice(map_.of_style(style)))].values) for style in wanted],
    }
    for variation in _VARIATIONS:
        ways[f"sketch, variation {variation}"] = [
            np.array(sketcher.sketch(seed, Wish(variation=variation), style, bpm=float(bpm)).values)
            for seed, (style, bpm) in enumerate(zip(wanted, tested.bpm[rows], strict=True))
        ]
    known = train.grids[..., HIT] > 0
    table: list[dict[str, Any]] = [{"way": f"{args.split} patterns", **_novelty(np.stack(played), known)}]
    for name, made in ways.items():
        table.append({"way": name, **_novelty(np.stack(made), known)})
    for row, made in zip(table, [played, *ways.values()], strict=True):
        for against, real, real_folds in (
            ("training", [train.grids[row] for row in learned], learned_folds),
            (args.split, played, folds),
        ):
            own = train.takes[others] % _FOLDS if row["way"] == "training patterns" else folds
            row[f"AUC against {against}"] = told_apart(real, made, real_folds, own)
    return table


def _drawn(train: Windows, style: str, chance: np.random.Generator) -> int:
    """A window of a take of the style, every take as likely."""
    rows = np.flatnonzero((train.styles == style) | (style == ""))
    take = chance.choice(np.unique(train.takes[rows]))
    return int(chance.choice(rows[train.takes[rows] == take]))


def _novelty(made: Any, known: Any) -> dict[str, float]:
    """Hits by which each differs from the nearest training window, as a share of its own; and the share of copies."""
    hits = made[..., HIT] > 0
    near = known[nearest(flat(hits), flat(known), 1)[:, 0]]
    apart = (hits ^ near).sum(axis=(1, 2)) / np.maximum(hits.sum(axis=(1, 2)), 1)
    return {"novelty": float(np.median(apart)), "copies": float((apart == 0).mean())}
