"""How good a space of trajectories is: smooth, wide, coming back when the music does, and not just loudness."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.dsp.framer import Framer
from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from livemusic.latent import forecast
from training.data.audio import Rows, rows_of

Points = npt.NDArray[np.float32]
Embed = Callable[[Rows], Points]
STEPS = (1, 5, 10, 20, 29)
OWN_PASS = (-43, 73)
"""Points around a start, in hops, that share sound with it or with what follows: never used to foresee it."""


def turning(path: Points) -> tuple[float, float]:
    """Smoothness of a path: mean cosine of successive velocities, and mean turning angle in degrees."""
    velocity = np.diff(path.astype(np.float64), axis=0)
    velocity = velocity[np.linalg.norm(velocity, axis=1) > 1e-9]
    unit = velocity / np.linalg.norm(velocity, axis=1, keepdims=True)
    cosine = np.clip((unit[1:] * unit[:-1]).sum(axis=1), -1, 1)
    return float(cosine.mean()), float(np.degrees(np.arccos(cosine)).mean())


def divergence(path: Points, neighbours: int = 5) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Distance from the true path at `STEPS` hops, of a nearest-neighbour forecast and of standing still.

    Both are `(starts, 5)`. The velocities of the `neighbours` nearest points, weighted by 1/distance, move the
    forecast on. Starts are every tenth point; the neighbourhood `OWN_PASS` of each is left out, so that only other
    passes can help.
    """
    before, after = -OWN_PASS[0], OWN_PASS[1]
    outside = np.arange(len(path) - 1)
    starts = [
        start
        for start in range(19, len(path) - STEPS[-1], 10)
        if np.count_nonzero((outside < start - before) | (outside > start + after)) >= neighbours
    ]
    if not starts:
        return np.empty((0, len(STEPS))), np.empty((0, len(STEPS)))
    result = forecast.divergence(path, starts, STEPS[-1], neighbours, (before, after))
    at = np.array(STEPS) - 1
    return result.error[:, at], result.persistence[:, at]


def recurrence(first: Samples, other: Samples, spec: FeatureSpec, embed: Embed) -> dict[str, float]:
    """Play `first`, `other`, `first` again in one stream: does the path come back to where it was?

    `returned`: share of points of the second pass whose nearest point of everything before it lies within 0.25 s of
    the same place in the music; `chance`: the same for a random earlier point; `closeness`: distance between the two
    passes over the distance from the second pass to the other music, medians. The first second of a pass is left out.
    """
    path = embed(rows_of(np.concatenate([first, other, first]), spec)).astype(np.float64)
    rate, lead = 1 / spec.hop_s, spec.frames - 1
    again = (len(first) + len(other)) / spec.sample_rate * rate
    queries = np.arange(int(again + rate), len(path) + lead) - lead
    expected = queries - again
    distance = np.linalg.norm(path[queries][:, None] - path[None, : int(again) - lead], axis=2)
    same = np.linalg.norm(path[queries] - path[np.round(expected).astype(int)], axis=1)
    elsewhere = distance[:, int(len(first) / spec.sample_rate * rate) : int(again) - lead]
    return {
        "returned": float((np.abs(distance.argmin(axis=1) - expected) <= rate / 4).mean()),
        "chance": float((rate / 2 + 1) / distance.shape[1]),
        "closeness": float(np.median(same) / np.median(elsewhere)),
    }


def loudness(sound: Samples, spec: FeatureSpec) -> npt.NDArray[np.float64]:
    """Rms of each window of the path in dB: `(points,)`."""
    frames = Framer(spec.fft, spec.hop).push(sound).astype(np.float64)
    power = np.convolve((frames**2).mean(axis=1), np.ones(spec.frames) / spec.frames, "valid")
    return np.asarray(10 * np.log10(power + 1e-12))


def space(sounds: Sequence[Samples], tracks: Sequence[str], spec: FeatureSpec, embed: Embed) -> dict[str, Any]:
    """Figures of a space over pieces of music, `tracks` naming which recording each is from."""
    paths = [embed(rows_of(sound, spec)) for sound in sounds]
    points = np.concatenate(paths).astype(np.float64)
    rms = np.concatenate([loudness(sound, spec) for sound in sounds])
    heard = rms > -70
    design = np.column_stack([points, np.ones(len(points))])[heard]
    residue = rms[heard] - design @ np.linalg.lstsq(design, rms[heard], rcond=None)[0]
    eigenvalues = np.linalg.eigvalsh(np.cov(points.T))[::-1]
    local = np.mean([np.linalg.eigvalsh(np.cov(path.T))[::-1] / np.trace(np.cov(path.T)) for path in paths], axis=0)
    smooth = np.mean([turning(path) for path in paths], axis=0)
    within = sum(((path - path.mean(axis=0)) ** 2).sum() for path in paths)
    pairs = [divergence(path) for path in paths]
    foreseen, still = (np.concatenate(part).mean(axis=0) for part in zip(*pairs, strict=True))
    cut = 6 * spec.sample_rate + 517
    returns = [recurrence(sound[:cut], sound[-cut:], spec, embed) for sound in sounds if len(sound) > 2.2 * cut]
    return {
        "mean_cos_of_successive_velocities": rounded(smooth[0]),
        "mean_turning_angle_deg": rounded(smooth[1]),
        "covariance_eigenvalues": rounded(eigenvalues),
        "within_clip_variance_shares": rounded(local),
        "between_clip_variance_share": rounded(1 - within / ((points - points.mean(axis=0)) ** 2).sum()),
        "rms_correlation_per_axis": rounded([np.corrcoef(axis, rms[heard])[0, 1] for axis in points[heard].T]),
        "rms_explained_by_the_three_axes_r2": rounded(1 - residue.var() / rms[heard].var()),
        "repeat_found": rounded(np.mean([each["returned"] for each in returns])),
        "repeat_found_by_chance": rounded(np.mean([each["chance"] for each in returns])),
        "repeat_distance_over_other_section_distance": rounded(np.median([each["closeness"] for each in returns])),
        "same_track_neighbours": rounded(_same_track(paths, tracks)),
        "same_track_neighbours_by_chance": rounded(_same_track(paths, tracks, shuffled=True)),
        "forecast_steps": list(STEPS),
        "knn_divergence": rounded(foreseen),
        "persistence_divergence": rounded(still),
        "knn_over_persistence": rounded(foreseen / still),
    }


def _same_track(paths: Sequence[Points], tracks: Sequence[str], *, shuffled: bool = False) -> float:
    """Share of the 10 nearest points in other clips that come from the query's own track, where it has two clips."""
    thin = [path[::10].astype(np.float64) for path in paths]
    clip = np.concatenate([np.full(len(path), index) for index, path in enumerate(thin)])
    points = np.concatenate(thin)
    if shuffled:
        points = np.random.default_rng(0).permutation(points)
    track = np.array([sorted(set(tracks)).index(name) for name in tracks])[clip]
    twins = [index for index, name in enumerate(tracks) if list(tracks).count(name) > 1]
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    distance[clip[:, None] == clip[None]] = np.inf
    near = np.argsort(distance, axis=1)[:, :10]
    hits = (track[near] == track[:, None]).mean(axis=1)[np.isin(clip, twins)]
    return float(hits.mean()) if len(hits) else 0.0


def rounded(value: Any) -> Any:
    """A number, or a list of them, to four digits after the point, for JSON."""
    return np.round(np.asarray(value, np.float64), 4).tolist()
