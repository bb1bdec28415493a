"""Measures a model of one song: how its path moves, what it shows of the song, how well it can be foreseen."""

import copy
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.manifold import trustworthiness

from training.data.audio import Rows
from training.evaluate.forecasters import (
    STEPS,
    Neighbours,
    corrected,
    errors,
    mean_and_error,
    persistence,
    published,
    spread_of,
)
from training.evaluate.path import turning
from training.models.song import SongModel
from training.recipes.song import FRAME, SAMPLE_RATE, song_path

Float = npt.NDArray[np.float64]
BEATS = (4, 8)
"""Lags at which a loop would come back: a bar, two bars. A single beat is shorter than two windows."""
FEW = [0, 4, 9, 19, 28]
"""Steps 1, 5, 10, 20 and 29, where a whole curve would say no more."""
RECURRENT = 0.1
"""Share of all pairs of points, a second or more apart, that count as the same place."""


def measure(model: SongModel, rows: Rows, heard: int, beat_s: float, seed: int) -> dict[str, Any]:
    """Every figure of one model, for JSON: rounded numbers and lists of 30 steps.

    `rows` of the whole clip, of which the first `heard` were trained on; `beat_s` seconds from beat to beat.
    Divergences are in units of the path's spread (`published` in units of each axis' range).
    """
    path = song_path(model, rows).astype(np.float64)
    pass_of = (model.frames * 2 - 1, model.frames * 2 - 1 + STEPS)
    spread = spread_of(path)
    starts = np.arange(19, len(path) - STEPS, 5)
    elsewhere = errors(Neighbours(path, own=pass_of), path, starts) / spread
    unheard = corrected(path, heard, 3, seed, own=pass_of)
    as_published = published(path[: heard - model.frames + 1])
    cosine, angle = turning(path.astype(np.float32))
    variance = np.linalg.eigvalsh(np.cov(path.T))[::-1]
    return {
        "cos": _short(cosine),
        "angle": _short(angle),
        "axes": _short(variance / variance.sum()),
        "heard": reconstruction(model, rows[:heard]),
        "unheard": reconstruction(model, rows[heard:]),
        **dict(zip(("trustworthiness", "continuity"), _short(neighbourhoods(path, rows, model.frames)), strict=True)),
        "beats": _short([recurrence_at(path, beats * beat_s * SAMPLE_RATE / FRAME) for beats in BEATS]),
        "published": _short(as_published[0]),
        "published_se": _short(as_published[1][FEW]),
        "elsewhere": _short(elsewhere.mean(axis=0)),
        "elsewhere_still": _short((errors(persistence, path, starts) / spread).mean(axis=0)[FEW]),
        **{name: _short(unheard[name].mean(axis=0)) for name in ("knn", "mlp", "lstm", "persistence")},
        "velocity": _short(unheard["velocity"].mean(axis=0)[FEW]),
        "knn_se": _short(mean_and_error(unheard["knn"])[1]),
        "starts": len(unheard["knn"]),
    }


@torch.no_grad()
def reconstruction(model: SongModel, rows: Rows) -> dict[str, float]:
    """Binary cross-entropy per pixel of every fifth window, of their mean picture, and the least possible.

    Targets are grey, so even a perfect copy costs their entropy; `explained` is 1 for that, 0 for the mean picture.
    `kept` is the cross-entropy with the statistics that batch normalisation kept from training: after seven epochs
    they lag behind the weights, so everything else uses those of the windows themselves.
    """
    track = torch.from_numpy(rows)
    windows = track.unfold(0, model.frames, 1).transpose(1, 2)[::5]
    points = model.encoder(track[None])[0, ::5]
    kept = torch.sigmoid(model.decoder(points))
    drawn = torch.sigmoid(copy.deepcopy(model.decoder).train()(points))
    mean = windows.mean(dim=0).clamp(1e-6, 1 - 1e-6).expand_as(windows)
    cost = [
        float(torch.nn.functional.binary_cross_entropy(picture, windows)) for picture in (drawn, mean, windows, kept)
    ]
    names = ("bce", "mean_picture", "least", "kept")
    return {name: round(value, 6) for name, value in zip(names, cost, strict=True)} | {
        "explained": round((cost[1] - cost[0]) / (cost[1] - cost[2]), 4)
    }


def neighbourhoods(path: Float, rows: Rows, frames: int, step: int = 4, k: int = 8) -> tuple[float, float]:
    """Trustworthiness and continuity of a path beside its own windows of spectrogram, at every `step`-th point."""
    windows = np.lib.stride_tricks.sliding_window_view(rows, frames, axis=0)[::step].reshape(-1, frames * rows.shape[1])
    points = path[::step]
    return (
        float(trustworthiness(windows, points, n_neighbors=k)),
        float(trustworthiness(points, windows, n_neighbors=k)),
    )


def recurrence_at(path: Float, lag: float, first: int = 43) -> float:
    """How much oftener a path is back in the same place after `lag` hops (the best of three) than after any other lag.

    1 is no oftener. "The same place" are the closest tenth of all pairs of points `first` hops or more apart. NaN where
    the path is too short to tell.
    """
    longest = len(path) // 2
    if lag + 1 >= longest:
        return math.nan
    away = [np.linalg.norm(path[lag_:] - path[:-lag_], axis=1) for lag_ in range(1, longest)]
    near = np.quantile(np.concatenate(away[first - 1 :]), RECURRENT)
    rate = np.array([(distances <= near).mean() for distances in away])
    centre = round(lag) - 1
    return float(rate[max(0, centre - 1) : centre + 2].max() / rate[first - 1 :].mean())


def _short(value: Any) -> Any:
    """A number, or a list of them, to three significant digits; None for what is not finite (JSON knows no NaN)."""
    if np.ndim(value):
        return [_short(each) for each in value]
    number = float(value)
    return float(f"{number:.3g}") if math.isfinite(number) else None
