"""Played takes with slips, before and after cleaning, beside the nearest clean pattern of the training data."""

import argparse
from typing import Any

import numpy as np

from livemusic.music.grid import HIT, Grid
from livemusic.sketch.clean import denoise
from livemusic.sketch.coder import STRUCK
from training.data.groove import WINDOW_STEPS
from training.data.questions import slipped
from training.data.takes import read_takes, windows_of
from training.evaluate.graphs import Coder, Drummer
from training.evaluate.neighbours import flat, nearest, prf

_LEVELS = (0.1, 0.2, 0.3)


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each share of noise: hit F1 before, after, and of the two other ways."""
    takes = read_takes(args.data)
    train, tested = windows_of(takes, "train", WINDOW_STEPS), windows_of(takes, args.split, WINDOW_STEPS)
    drummer, coder = Drummer(args.drummer), Coder(args.model)
    true = tested.grids[..., HIT] > 0
    rows = []
    for level in _LEVELS:
        chance = np.random.default_rng(round(1000 * level))
        noisy = np.stack([slipped(values, level, chance) for values in tested.grids])
        cleaned = np.stack(
            [
                denoise(drummer, Grid(values), level, float(bpm)).hits
                for values, bpm in zip(noisy, tested.bpm, strict=True)
            ]
        )
        looked = train.grids[nearest(flat(noisy[..., :2]), flat(train.grids[..., :2]), 1)[:, 0]][..., HIT] > 0
        coded = np.stack(
            [coder.decode(coder.encode(Grid(values), 2), values.shape[0])[..., HIT] >= STRUCK for values in noisy]
        )
        rows.append(
            {
                "noise": level,
                "before": prf(noisy[..., HIT] > 0, true)[2],
                "after": prf(cleaned, true)[2],
                "nearest neighbour": prf(looked, true)[2],
                "dictionary, 2 per beat": prf(coded, true)[2],
            }
        )
    return rows
