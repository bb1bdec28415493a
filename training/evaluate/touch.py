"""Velocities and timing for plain hits: mean absolute errors against what was played, beside others."""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.sketch.touch import feel_of, humanise
from training.data.groove import WINDOW_STEPS
from training.data.takes import Windows, read_takes, windows_of
from training.evaluate.graphs import Drummer
from training.evaluate.neighbours import Array, flat, nearest

_NEIGHBOURS = 8


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows with the errors of velocity (0..1) and offset (ms at the take's tempo)."""
    takes = read_takes(args.data)
    train, tested = windows_of(takes, "train", WINDOW_STEPS), windows_of(takes, args.split, WINDOW_STEPS)
    drummer = Drummer(args.drummer)
    hits = train.grids[..., HIT] > 0
    flat_touch = np.array([np.median(train.grids[hits][:, feature]) for feature in (VELOCITY, OFFSET)])
    average = np.concatenate(
        [tested.grids[..., :1], np.broadcast_to(flat_touch, (*tested.grids.shape[:3], 2))], axis=-1
    )
    ways = {"drummer": touched(drummer, tested), "drummer, told the style": touched(drummer, tested, drummer.styles)}
    ways["drummer, feel of the take"] = felt(drummer, tested)
    ways |= {"all average": average, f"{_NEIGHBOURS} nearest": looked_up(train, tested)}
    return [{"way": name, **errors(values, tested)} for name, values in ways.items()]


def touched(drummer: Drummer, windows: Windows, told: Sequence[str] = ()) -> Array:
    """The windows' hits in the drummer's touch; styles that may be `told` are."""
    each = zip(windows.grids, windows.bpm, windows.styles, strict=True)
    return np.stack(
        [
            humanise(drummer, Grid(values), float(bpm), style=str(style) if style in told else "").values
            for values, bpm, style in each
        ]
    )


def felt(drummer: Drummer, windows: Windows) -> Array:
    """The windows' hits in the drummer's touch, in the feel of the other windows of their takes where there are any."""
    out = []
    for row, (values, bpm) in enumerate(zip(windows.grids, windows.bpm, strict=True)):
        others = windows.grids[(windows.takes == windows.takes[row]) & (np.arange(len(windows)) != row)]
        feel = feel_of(drummer, Grid(np.concatenate(others)), float(bpm)) if len(others) else None
        out.append(humanise(drummer, Grid(values), float(bpm), feel=feel).values)
    return np.stack(out)


def errors(values: Array, windows: Windows) -> dict[str, float]:
    """Mean absolute errors over all hits."""
    hits = windows.grids[..., HIT] > 0
    apart = np.abs(values - windows.grids)
    step_ms = np.broadcast_to((15000.0 / windows.bpm)[:, None, None], hits.shape)
    return {
        "velocity MAE": float(apart[..., VELOCITY][hits].mean()),
        "offset MAE, step": float(apart[..., OFFSET][hits].mean()),
        "offset MAE, ms": float((apart[..., OFFSET] * step_ms)[hits].mean()),
    }


def looked_up(train: Windows, windows: Windows) -> Array:
    """The mean touch of the nearest patterns where they have the hit, of their voice where none has it."""
    near = nearest(flat(windows.grids[..., HIT]), flat(train.grids[..., HIT]), _NEIGHBOURS)
    values = train.grids[near]
    count = values[..., HIT].sum(1)
    voice = train.grids.sum((0, 1))
    usual = voice[:, VELOCITY:] / np.maximum(voice[:, :1], 1)
    touch = np.where(count[..., None] > 0, values[..., VELOCITY:].sum(1) / np.maximum(count, 1)[..., None], usual)
    return np.concatenate([windows.grids[..., :1], touch], axis=-1).astype(np.float32)
