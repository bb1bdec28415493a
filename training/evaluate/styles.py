"""Style discovery: are takes of a style, or of a drummer, near one another? Judged by nearest neighbours of other
sessions only, in atom activity, on the map, and in raw histograms."""

import argparse
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, Grid
from livemusic.sketch.styles import DIM, activity, axes
from training.data.groove import BAR_STEPS, WINDOW_STEPS
from training.data.takes import Take, read_takes
from training.evaluate.graphs import Coder
from training.evaluate.neighbours import Array
from training.styles import places

_NEIGHBOURS = 5
_LEAST_HITS = 8
_LEAST_TAKES = 8


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Rows of accuracies over the beats of all splits; nothing here is learned from labels."""
    takes = [
        take for take in read_takes(args.data) if take.kind == "beat" and len(take.windows(WINDOW_STEPS, _LEAST_HITS))
    ]
    coder = Coder(args.model)
    active = np.stack([mean_activity(coder, take) for take in takes])
    histogram = np.stack([played_histogram(take) for take in takes])
    mean, basis = axes(active)
    mean_h, basis_h = axes(histogram)
    turned = np.asarray((active - mean) @ basis, np.float32)
    turned_h = np.asarray((histogram - mean_h) @ basis_h, np.float32)
    ways: dict[str, Array] = {
        "atom activity": active,
        f"atom activity, {DIM} axes": turned,
        "map": places(turned, 0),
        "histogram": histogram,
        f"histogram, {DIM} axes": turned_h,
        "histogram, map": places(turned_h, 0),
    }
    sessions = np.array([take.session for take in takes])
    labels = {
        "style": np.array([take.style for take in takes]),
        "drummer": np.array([take.drummer for take in takes]),
    }
    rows = []
    for name, points in ways.items():
        row: dict[str, Any] = {"way": name}
        for what, names in labels.items():
            row[what] = accuracy(points, names, sessions)
        rows.append(row)
    rows.append({"way": "most frequent", **{what: float(_usual(names, sessions)) for what, names in labels.items()}})
    return rows


def mean_activity(coder: Coder, take: Take) -> Array:
    """The mean activity of a take's two-bar windows, of unit length."""
    mean = np.mean([activity(coder, Grid(values)) for values in take.windows(WINDOW_STEPS, _LEAST_HITS)], axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def played_histogram(take: Take) -> Array:
    """How often each voice is hit at each step of the bar, its root, of unit length."""
    bars = take.grid.steps // BAR_STEPS
    counts = np.sqrt(take.grid.values[: bars * BAR_STEPS, :, HIT].reshape(bars, -1).mean(0))
    return np.asarray(counts / max(float(np.linalg.norm(counts)), 1e-9), np.float32)


def accuracy(points: Array, names: npt.NDArray[np.str_], sessions: npt.NDArray[np.str_]) -> float:
    """The share of takes whose nearest neighbours from other sessions name them rightly, of names that other sessions
    have; neighbours vote by closeness."""
    right = asked = 0
    for row, point in enumerate(points):
        others = np.flatnonzero(sessions != sessions[row])
        if (names[others] == names[row]).sum() < _LEAST_TAKES:
            continue
        apart = np.linalg.norm(points[others] - point, axis=1)
        near = np.argsort(apart, kind="stable")[:_NEIGHBOURS]
        votes: dict[str, float] = {}
        for index in near:
            votes[str(names[others[index]])] = votes.get(str(names[others[index]]), 0.0) + 1 / (apart[index] + 1e-6)
        right += max(votes, key=lambda name: votes[name]) == names[row]
        asked += 1
    return right / max(1, asked)


def _usual(names: npt.NDArray[np.str_], sessions: npt.NDArray[np.str_]) -> float:
    right = asked = 0
    for row in range(len(names)):
        others = names[sessions != sessions[row]]
        if (others == names[row]).sum() >= _LEAST_TAKES:
            found, counts = np.unique(others, return_counts=True)
            right += found[counts.argmax()] == names[row]
            asked += 1
    return right / max(1, asked)
