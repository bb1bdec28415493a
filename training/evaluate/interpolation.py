"""The way between two patterns: its ends, its evenness, and whether it can be told from what drummers play."""

import argparse
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.sketch.coder import Coder as AnyCoder
from livemusic.sketch.path import MODES
from livemusic.sketch.path import Path as Walk
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.descriptors import Array, told_apart
from training.evaluate.graphs import Coder
from training.models.dense import Dense
from training.models.wta import Dictionary
from training.train import CHECKPOINT, channels_of, load_run

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
    ways |= {f"codes averaged, {name}": averaged(args.runs / f"drums-{name}") for name in trained(args.runs)}
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
        return np.asarray(Walk(coder, [Grid(one), Grid(other)], mode).at([1 - t, t]).values)

    return way


def crossfaded(one: Array, other: Array, t: float) -> Array:
    """What a mixer does: velocities faded, hits sound while they are louder than a whisper."""
    level = (1 - t) * one[..., VELOCITY] + t * other[..., VELOCITY]
    struck = level > _AUDIBLE
    parts = (1 - t) * one[..., HIT] + t * other[..., HIT]
    offset = ((1 - t) * one[..., OFFSET] + t * other[..., OFFSET]) / np.maximum(parts, 1e-6)
    return np.asarray(np.stack([struck, level * struck, offset * struck], axis=-1), np.float32)


def trained(runs: Path) -> list[str]:
    """Which of the baselines have been trained: the source's recipe and the variational autoencoders."""
    return [name for name in ("seed", "vae-2", "vae-32") if (runs / f"drums-{name}" / CHECKPOINT).exists()]


def averaged(run: Path) -> Way:
    """What the source does, and what is done with variational autoencoders: codes averaged, decoded, cut at a half."""
    model, _ = load_run(run)
    assert isinstance(model, Dense | Dictionary)

    @torch.no_grad()
    def way(one: Array, other: Array, t: float) -> Array:
        grids = torch.from_numpy(channels_of(np.stack([one, other])))
        if isinstance(model, Dense):
            codes = model.read(grids)
            laid = model.lay(torch.lerp(codes[:1], codes[1:], t))
        else:
            codes = model.sparse(grids, max(model.config.actives))
            laid = model.decoder(torch.lerp(codes[:1], codes[1:], t))
        return np.array(Grid(laid[0].numpy().reshape(3, VOICE_COUNT, -1).transpose(2, 1, 0)).values)

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
