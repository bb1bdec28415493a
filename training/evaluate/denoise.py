"""Played takes with slips, before and after cleaning, beside the nearest clean pattern of the training data."""

import argparse
from typing import Any

import numpy as np

from livemusic.music.grid import HIT, Grid
from livemusic.sketch.clean import denoise
from livemusic.sketch.coder import STRUCK
from livemusic.sketch.drummer import Question, answer
from livemusic.sketch.noise import ASKED, noise_of
from training.data.groove import WINDOW_STEPS
from training.data.questions import slipped
from training.data.slips import SLIPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.graphs import Coder, Drummer
from training.evaluate.neighbours import Array, flat, nearest, prf

_LEVELS = (0.0, 0.1, 0.2, 0.3)
#: How much of slips of other kinds than the drummer learned.
_OTHERS = 0.2


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each kind and share of slips: hit F1 before and after, by estimate and told the share, the estimate,
    and the two other ways."""
    takes = read_takes(args.data)
    train, whole = windows_of(takes, "train", WINDOW_STEPS), windows_of(takes, args.split, WINDOW_STEPS)
    every = slice(None, None, args.every)
    tested = Windows(whole.grids[every], whole.bpm[every], whole.styles[every], whole.takes[every])
    drummer, coder = Drummer(args.drummer), Coder(args.model)
    rows = []
    for level in _LEVELS:
        chance = np.random.default_rng(round(1000 * level))
        noisy = np.stack([slipped(values, level, chance) for values in tested.grids]) if level else tested.grids
        looked = train.grids[nearest(flat(noisy[..., :2]), flat(train.grids[..., :2]), 1)[:, 0]][..., HIT] > 0
        coded = np.stack(
            [coder.decode(coder.encode(Grid(values), 2), values.shape[0])[..., HIT] >= STRUCK for values in noisy]
        )
        row = {"slips": "as learned" if level else "none", **_cleaned(drummer, tested, noisy, level)}
        true = tested.grids[..., HIT] > 0
        row |= {"nearest neighbour": prf(looked, true)[2], "dictionary, 2 per beat": prf(coded, true)[2]}
        rows.append(row)
    for name, slip in SLIPS.items():
        chance = np.random.default_rng(7)
        noisy = np.stack([slip(values, _OTHERS, chance) for values in tested.grids])
        row = {"slips": name, **_cleaned(drummer, tested, noisy, _OTHERS)}
        rows.append(row | {"nearest neighbour": "", "dictionary, 2 per beat": ""})
    return rows


def _cleaned(drummer: Drummer, windows: Windows, noisy: Array, level: float) -> dict[str, Any]:
    """Hit F1 of windows with slips before and after cleaning."""
    true = windows.grids[..., HIT] > 0
    by_estimate, told, estimates = [], [], []
    for values, tempo in zip(noisy, windows.bpm, strict=True):
        grid, bpm = Grid(values), float(tempo)
        by_estimate.append(denoise(drummer, grid, None, bpm).hits)
        told.append(denoise(drummer, grid, level, bpm).hits)
        estimates.append(noise_of(answer(drummer, Question(grid, noise=ASKED, bpm=bpm)), grid).share)
    return {
        "share": level,
        "before": prf(noisy[..., HIT] > 0, true)[2],
        "after, by estimate": prf(np.stack(by_estimate), true)[2],
        "after, told the share": prf(np.stack(told), true)[2],
        "estimate": float(np.mean(estimates)),
    }
