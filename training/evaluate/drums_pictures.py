"""Pictures of the drum dictionary: its atoms, what more coefficients buy, and how the losses fell."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.train import LOG

_COLUMNS, _SHOWN = 16, 96
_VOICES = ("kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride")
_INK, _LATE, _EARLY = "#222222", "#c0392b", "#2471a3"
_TARGETS = {1: 0.90, 2: 0.96, 4: 0.99}


def draw_atoms(patches: npt.NDArray[np.float32], wins: npt.NDArray[np.int64], path: Path) -> None:
    """The atoms `(atoms, width, 27)` that win most: a square where a hit is, as dark as it is loud, with a stroke to
    the left (early) or right (late); hits are scaled to the atom's strongest."""
    pyplot, rectangle = pyplot_of()
    order = np.argsort(-wins, kind="stable")[:_SHOWN]
    rows = -(-len(order) // _COLUMNS)
    figure, axes = pyplot.subplots(rows, _COLUMNS, figsize=(_COLUMNS, 1.35 * rows), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    width = patches.shape[1]
    for axis, atom in zip(axes.flat, order, strict=False):
        hit, velocity, offset = np.split(patches[atom], 3, axis=1)
        top = max(float(hit.max()), 1e-6)
        loudest = max(float(np.abs(velocity).max()), 1e-6)
        axis.set_axis_on()
        axis.set(xlim=(0, width), ylim=(0, 9), xticks=[], yticks=[])
        axis.set_title(f"{atom} · {wins[atom]}", fontsize=6, pad=2)
        for step, voice in np.argwhere(hit > 0.25 * top):
            shade = 0.25 + 0.75 * float(np.clip(velocity[step, voice] / loudest, 0, 1))
            axis.add_patch(rectangle((step + 0.1, voice + 0.1), 0.8, 0.8, color=_INK, alpha=shade, lw=0))
            late = float(np.clip(offset[step, voice] / top, -0.5, 0.5))
            axis.plot([step + 0.5, step + 0.5 + late], [voice + 0.5] * 2, color=_LATE if late > 0 else _EARLY, lw=1.5)
    figure.suptitle(
        "The most used atoms: steps to the right, voices upwards from the kick; number · wins on test", fontsize=9
    )
    keep(figure, path)


def draw_frontier(metrics: dict[str, Any], path: Path) -> None:
    """Hit F1 and exact windows against active coefficients, for every row of the table and other sizes of ours."""
    pyplot, _ = pyplot_of()
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    curves = {**metrics["test"], "ours": metrics["frontier"]}
    curves |= {
        name.removeprefix("drums-"): {active: row[active] for active in ("1", "2", "4")}
        for name, row in metrics.get("others", {}).items()
    }
    for name, rows in curves.items():
        budgets = sorted(rows, key=float)
        for axis, figure_name in ((left, "f1"), (right, "exact_windows")):
            axis.plot(
                [float(active) for active in budgets],
                [rows[active][figure_name] for active in budgets],
                marker="o",
                ms=3,
                lw=2 if name == "ours" else 1,
                label=name,
            )
    left.scatter(list(_TARGETS), list(_TARGETS.values()), marker="_", s=200, color=_INK, label="wanted")
    left.set(xlabel="active coefficients per beat", ylabel="hit F1", ylim=(0.3, 1.0))
    right.set(xlabel="active coefficients per beat", ylabel="exact two-bar windows", ylim=(0, 1))
    left.legend(fontsize=6)
    keep(figure, path)


def draw_losses(runs: Path, kind: str, recipes: list[str], path: Path) -> None:
    """The loss of every recipe of a `kind` (drums, piano) that has a run here, each relative to its first step."""
    pyplot, _ = pyplot_of()
    figure, axis = pyplot.subplots(figsize=(6, 4))
    for recipe in recipes:
        log = runs / f"{kind}-{recipe}" / LOG
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []
        losses = [line["loss"] for line in lines if "loss" in line]
        if losses:
            axis.plot(np.linspace(0, 1, len(losses)), np.array(losses) / losses[0], lw=1, label=recipe)
    axis.set(xlabel="share of training", ylabel="loss / first loss", yscale="log")
    if axis.lines:
        axis.legend(fontsize=7)
    keep(figure, path)


def pyplot_of() -> tuple[Any, Any]:
    """Matplotlib for files alone, and its rectangle."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.patches import Rectangle

    return pyplot, Rectangle


def keep(figure: Any, path: Path) -> None:
    """Write a picture and forget it."""
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def draw_rates(known: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Hit F1, velocity and offset errors against bits a beat, a line for every way of coding."""
    pyplot, _ = pyplot_of()
    figure, axes = pyplot.subplots(1, 3, figsize=(14, 4.5))
    named = {"f1": "hit F1", "velocity_mae": "velocity off by (0..1)", "offset_mae": "timing off by (steps)"}
    for name, rows in known.items():
        for axis, (key, label) in zip(axes, named.items(), strict=True):
            bits = [row["bits"] for row in rows]
            axis.plot(bits, [row[key] for row in rows], marker="o", ms=3, lw=2 if "ours" in name else 1, label=name)
            axis.set(xlabel="bits a beat", ylabel=label, xlim=(0, 60))
    if known:
        axes[0].legend(fontsize=6)
    keep(figure, path)
