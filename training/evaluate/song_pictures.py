"""Pictures of one model a song, from its results: divergence, smoothness, forecast paths, the open question."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.evaluate.drums_pictures import pyplot_of
from training.evaluate.forecasters import STEPS, Forecaster, Neighbours, learn
from training.evaluate.song_results import Figure, Results, curve
from training.recipes.song import OWN_PASS

COLOURS = {"pure": "#555555", "seed": "#d9822b", "slow": "#1f77b4", "alpha-01": "#c23b3b", "alpha-1": "#7a1fa2"}


def draw(results: Results, folder: Path) -> None:
    """Write `divergence.png`, `smoothness.png`, `question.png` and, where paths were kept, `forecasts.png`."""
    _divergence(results, folder / "divergence.png")
    _smoothness(results, folder / "smoothness.png")
    if "slow" in results.recipes:
        _question(results, folder / "question.png")
    kept = sorted((folder / "paths").glob("*.npz"))
    if kept:
        _forecasts(kept, folder / "forecasts.png")


def _shown(results: Results) -> list[str]:
    return [name for name in ("pure", "seed", "slow") if name in results.recipes]


def _divergence(results: Results, path: Path) -> None:
    """Mean over the clips after each step, with its standard error over the clips."""
    names = _shown(results)
    clips = results.clips(*names)
    figure, axes = pyplot_of()[0].subplots(1, 3, figsize=(10, 3.1))
    titles = {
        "published": "as published (axes 0..1)",
        "knn": "KNN, held out / spread",
        "lstm": "LSTM, held out / spread",
    }
    for axis, (key, title) in zip(axes, titles.items(), strict=True):
        for name in names:
            curves = results.of(name, clips, curve(key))
            mean, error = curves.mean(axis=0), curves.std(axis=0, ddof=1) / np.sqrt(len(curves))
            steps = np.arange(1, len(mean) + 1)
            axis.plot(steps, mean, color=COLOURS[name], label=name)
            axis.fill_between(steps, mean - error, mean + error, color=COLOURS[name], alpha=0.15, linewidth=0)
            if key == "knn":
                still = results.of(name, clips, curve("persistence")).mean(axis=0)
                axis.plot(steps, still, ":", color=COLOURS[name], linewidth=1)
        axis.set(title=title, xlabel="steps of 23 ms", ylim=(0, None))
    axes[0].set_ylabel("distance")
    axes[0].legend(frameon=False)
    axes[1].plot([], [], ":", color="#888888", label="standing still")
    axes[1].legend(frameon=False)
    _keep(figure, path)


def _smoothness(results: Results, path: Path) -> None:
    """Cosine of successive velocities, a dot a clip, over alpha; and what alpha costs."""
    names = [name for name in ("pure", "seed", "alpha-01", "alpha-1") if name in results.recipes]
    clips = results.clips(*names)
    figure, axes = pyplot_of()[0].subplots(1, 2, figsize=(8, 3.2))
    figures: dict[str, Figure] = {
        "cos of successive velocities": lambda line: line["cos"],
        "explained": lambda line: line["heard"]["explained"],
    }
    labels = ["0", ".001", ".01", ".1"][: len(names)]
    for axis, (title, value) in zip(axes, figures.items(), strict=True):
        table = np.array([results.of(name, clips, value, [0]) for name in names])
        axis.plot(range(len(names)), table, color="#bbbbbb", linewidth=0.8)
        axis.plot(range(len(names)), table.mean(axis=1), "o-", color="#1f77b4")
        axis.set(title=title, xlabel="α", xticks=range(len(names)), xticklabels=labels)
    _keep(figure, path)


def _question(results: Results, path: Path) -> None:
    """Held-out divergence of the conditioned path over that of the others, a line a clip: below 1 is better."""
    figure, axes = pyplot_of()[0].subplots(1, 2, figsize=(8, 3.2), sharey=True)
    clips = results.clips("pure", "seed", "slow")
    mine = results.of("slow", clips, curve("knn"))
    for axis, name in zip(axes, ("pure", "seed"), strict=True):
        ratio = mine / results.of(name, clips, curve("knn"))
        axis.plot(np.arange(1, STEPS + 1), ratio.T, color="#1f77b4", linewidth=0.9, alpha=0.7)
        axis.axhline(1, color="black", linewidth=0.8)
        axis.set(title=f"KNN divergence / that of {name}", xlabel="steps of 23 ms", yscale="log")
    _keep(figure, path)


def _forecasts(kept: Sequence[Path], path: Path) -> None:
    """Each kept path from its two widest directions, with forecasts into the part that was not heard."""
    clips = sorted({file.stem.rsplit("--", 1)[0] for file in kept})
    names = [name for name in ("pure", "seed", "slow") if any(file.stem.endswith(f"--{name}") for file in kept)]
    figure, axes = pyplot_of()[0].subplots(
        len(clips), len(names), figsize=(2.6 * len(names), 2.5 * len(clips)), squeeze=False
    )
    for row, clip in zip(axes, clips, strict=True):
        for axis, name in zip(row, names, strict=True):
            file = next((file for file in kept if file.stem == f"{clip}--{name}"), None)
            if file is not None:
                with np.load(file) as stored:
                    _paint(axis, stored["path"].astype(np.float64), int(stored["heard"]))
            axis.set(xticks=[], yticks=[])
            axis.set_title(f"{clip.split('__')[-1]}: {name}", fontsize=8)
    _keep(figure, path)


def _paint(axis: Any, path: np.ndarray[Any, np.dtype[np.float64]], heard: int) -> None:
    """What was heard in grey, what came in black, KNN in red and the LSTM in blue, from six starts."""
    known = path[: heard - OWN_PASS[0]]
    centre = path.mean(axis=0)
    plane = np.linalg.svd(path - centre, full_matrices=False)[2][:2].T
    starts = np.linspace(heard, len(path) - STEPS - 1, 6).astype(np.int64)
    axis.plot(*((path[:heard] - centre) @ plane).T, color="#cccccc", linewidth=0.5)
    ways: dict[str, Forecaster] = {"#c23b3b": Neighbours(known), "#1f77b4": learn("lstm", known, 0)}
    foreseen = {colour: way(path, starts, STEPS) for colour, way in ways.items()}
    for index, start in enumerate(starts):
        axis.plot(*((path[start : start + STEPS + 1] - centre) @ plane).T, color="black", linewidth=1)
        for colour, points in foreseen.items():
            run = np.concatenate([path[start : start + 1], points[index]])
            axis.plot(*((run - centre) @ plane).T, color=colour, linewidth=1)
        axis.plot(*((path[start] - centre) @ plane), "o", color="black", markersize=2.5)


def _keep(figure: Any, path: Path) -> None:
    """Write a picture in 64 colours, so that it stays small, and forget it."""
    from PIL import Image

    figure.tight_layout()
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=90, format="png")
    pyplot_of()[0].close(figure)
    Image.open(drawn).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
