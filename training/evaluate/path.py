"""How well a drawn path moves and how much of the music's structure it shows.

Conventions: a path is `(n, 3)`, one point a hop of 23 ms; the structure is that of the song's own log-mel windows.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from sklearn.manifold import trustworthiness

Floats = npt.NDArray[np.floating]

_HOP, _FFT, _RATE, _FRAMES, _BANDS = 1024, 2048, 44100, 22, 64
#: One point in so many is looked at for the structure; the forecast starts from one in ten.
_STEP, _STARTS, _AHEAD = 5, 10, 30
#: Nothing within a second of a moment is a repeat of it.
_NEAR = 43


class PathFigures(NamedTuple):
    """`cos` of successive velocities; errors of the forecast by 5 nearest neighbours 1, 10 and 30 hops ahead over those
    of standing still; trustworthiness and continuity (Venna and Kaski 2001, k = 8); share of the 10 nearest windows,
    a second away or more, that are among the 10 nearest points; Spearman's correlation of all distances.
    """

    cos: float
    knn_1: float
    knn_10: float
    knn_30: float
    trustworthiness: float
    continuity: float
    repeats: float
    rank: float


NAMES = PathFigures._fields


def log_mel_windows(sound: Floats) -> tuple[Floats, Floats]:
    """The end in seconds of each window of half a second, and the windows `(n, 22 * 64)`: mel bands from 30 to 11025 Hz
    in dB under the loudest of the recording, 60 dB as 0..1. Mono at 44.1 kHz.
    """
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (_FFT, 0)), _FFT)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FFT), axis=1)) ** 2
    edges = np.linspace(2595 * np.log10(1 + 30 / 700), 2595 * np.log10(1 + 11025 / 700), _BANDS + 2)
    mel = 2595 * np.log10(1 + np.fft.rfftfreq(_FFT, 1 / _RATE) / 700)[:, None]
    rise, fall = (mel - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - mel) / np.diff(edges)[1:]
    level = 10 * np.log10(power @ np.clip(np.minimum(rise, fall), 0, None) + 1e-9)
    rows = np.clip((level - level.max() + 60) / 60, 0, 1).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(rows, _FRAMES, axis=0).transpose(0, 2, 1)
    return (np.arange(len(rows)) * _HOP / _RATE)[_FRAMES - 1 :], views.reshape(len(views), -1)


def principal(windows: Floats) -> Floats:
    """The first three principal coordinates, fitted to these windows."""
    mean = windows.mean(axis=0)
    axes = np.linalg.svd(windows[::4] - mean, full_matrices=False)[2][:3]
    return np.asarray((windows - mean) @ axes.T)


def path_figures(windows: Floats, path: Floats) -> PathFigures:
    """The figures of `path` `(n, 3)` against the music's `windows` `(n, k)` at the same moments."""
    foreseen = _foreseen(path.astype(np.float64))
    return PathFigures(
        _motion(path), float(foreseen[0]), float(foreseen[9]), float(foreseen[29]), *_structure(windows, path)
    )


def _motion(path: Floats) -> float:
    velocity = np.diff(path, axis=0)
    along = velocity / np.maximum(np.linalg.norm(velocity, axis=1, keepdims=True), 1e-9)
    return float((along[1:] * along[:-1]).sum(axis=1).mean())


def _foreseen(path: Floats, k: int = 5) -> Floats:
    """Summed error of the forecast over that of standing still after 1, 2 … hops; a start's own neighbourhood, one
    second before and 1.7 s after it, is left out.
    """
    velocity, index = np.diff(path, axis=0), np.arange(len(path) - 1)
    error = np.zeros((2, _AHEAD))
    for start in range(19, len(path) - _AHEAD, _STARTS):
        allowed = (index < start - _NEAR) | (index > start + _NEAR + _AHEAD)
        points, steps, here = path[:-1][allowed], velocity[allowed], path[start].copy()
        for ahead in range(_AHEAD):
            apart = np.linalg.norm(points - here, axis=1)
            near = np.argpartition(apart, k)[:k]
            weight = 1 / np.maximum(apart[near], 1e-9)
            here = here + (weight[:, None] * steps[near]).sum(axis=0) / weight.sum()
            error[0, ahead] += np.linalg.norm(here - path[start + ahead + 1])
            error[1, ahead] += np.linalg.norm(path[start] - path[start + ahead + 1])
    return np.asarray(error[0] / error[1])


def _structure(windows: Floats, path: Floats, k: int = 10) -> tuple[float, float, float, float]:
    seen, drawn = windows[::_STEP], path[::_STEP]
    moments = np.arange(len(seen)) * _STEP
    near = np.abs(moments[:, None] - moments) < _NEAR
    neighbours = []
    for points in (seen, drawn):
        apart = cdist(points, points)
        apart[near] = np.inf
        neighbours.append(np.argsort(apart, axis=1)[:, :k])
    found = np.mean([len(set(a) & set(b)) / k for a, b in zip(*map(np.ndarray.tolist, neighbours), strict=True)])
    pairs = np.random.default_rng(0).integers(0, len(windows), (4000, 2))
    distances = [np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) for points in (windows, path)]
    return (
        float(trustworthiness(seen, drawn, n_neighbors=8)),
        float(trustworthiness(drawn, seen, n_neighbors=8)),
        float(found),
        float(spearmanr(*distances)[0]),
    )


def turning(path: Floats) -> tuple[float, float]:
    """Smoothness of a path: mean cosine of successive velocities, and mean turning angle in degrees."""
    velocity = np.diff(path.astype(np.float64), axis=0)
    velocity = velocity[np.linalg.norm(velocity, axis=1) > 1e-9]
    unit = velocity / np.linalg.norm(velocity, axis=1, keepdims=True)
    cosine = np.clip((unit[1:] * unit[:-1]).sum(axis=1), -1, 1)
    return float(cosine.mean()), float(np.degrees(np.arccos(cosine)).mean())


def rounded(value: Any) -> Any:
    """A number, or a list of them, to four digits after the point, for JSON."""
    return np.round(np.asarray(value, np.float64), 4).tolist()
