"""Pictures of soft-DTW: alignments with several weights, collapse, the hearing learned, a drift put right."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure

from training.evaluate import unaligned
from training.evaluate.collapse import Outcome, World
from training.evaluate.unaligned import Learned
from training.losses.softdtw import ENTERING, PLAIN, soft_alignment, squared_distances
from training.losses.stabilizers import diagonal_penalty
from training.recipes.unaligned import Alignment, Told, lateness, put_right

_INK, _WARM, _COLD, _GREY = "#222222", "#c0392b", "#2471a3", "#999999"
"""The same colours as the other reports'."""


def draw_costs(path: Path) -> None:
    """Where alignments go while a network says the same everywhere: by temperature, prior and weights."""
    _, chords, true = World(0).draw(1)
    said = torch.full((1, true.shape[1], chords.shape[2]), 0.25) + 0.01 * torch.randn(
        1, true.shape[1], chords.shape[2], generator=torch.Generator().manual_seed(0)
    )
    cost = squared_distances(chords, said)
    shown = {
        "temperature .1": soft_alignment(cost, 0.1, PLAIN),
        "temperature 10": soft_alignment(cost, 10.0, PLAIN),
        "prior, weight 3": soft_alignment(cost + 3 * diagonal_penalty(*cost.shape[1:]), 0.1, PLAIN),
        "steps [1, 0, 1]": soft_alignment(cost, 0.1, ENTERING),
    }
    figure = Figure(figsize=(11, 2.6), layout="constrained")
    for axes, (title, alignment) in zip(figure.subplots(1, 4, sharey=True), shown.items(), strict=True):
        axes.imshow(alignment[0], aspect="auto", origin="lower", cmap="Greys", vmax=1, interpolation="nearest")
        axes.plot(true[0], color=_WARM, linewidth=1)
        axes.set(title=title, xlabel="frame")
    figure.axes[0].set_ylabel("target")
    figure.savefig(path, dpi=110)


def draw_collapse(outcomes: Sequence[Outcome], path: Path) -> None:
    """F1 and soft alignment error of every seed by way."""
    names = list(dict.fromkeys(one.way for one in outcomes))
    figure = Figure(figsize=(9, 3), layout="constrained")
    for axes, key, title in zip(
        figure.subplots(1, 2), ("f", "error"), ("F1", "soft alignment error, targets"), strict=True
    ):
        for place, name in enumerate(names):
            values = [getattr(one, key) for one in outcomes if one.way == name]
            axes.plot(np.full(len(values), place), values, "o", color=_WARM if name == "constant" else _COLD, alpha=0.6)
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set_title(title)
        _plain(axes)
    figure.savefig(path, dpi=110)


def draw_learned(tables: Sequence[tuple[str, Sequence[Learned]]], path: Path) -> None:
    """F1 of every drummer by offsets and way, from each hearing that was begun with."""
    tables = [(title, learned) for title, learned in tables if learned]
    figure = Figure(figsize=(9, 3.2 * len(tables)), layout="constrained")
    for axes, (title, learned) in zip(figure.subplots(len(tables), 1, squeeze=False)[:, 0], tables, strict=True):
        jobs = [job for job in unaligned.plan() if any((one.offsets, one.way) == job for one in learned)]
        enough = 0.95 * float(np.mean([one.f1 for one in learned if one.way == "aligned"]))
        for place, job in enumerate(jobs):
            values = [one.f1 for one in learned if (one.offsets, one.way) == job]
            colour = {"none": _GREY, "constant": _COLD, "drifting": _WARM}[job[0]]
            axes.bar(place, np.mean(values), color=colour, alpha=0.5)
            axes.text(place, np.mean(values), f"{np.mean(values):.2f}", ha="center", va="bottom", fontsize=7)
        axes.axhline(enough, color=_INK, linewidth=0.8, linestyle=":")
        labels = [f"{way}\n{offsets}" if offsets != "none" else way for offsets, way in jobs]
        axes.set_xticks(range(len(jobs)), labels, rotation=40, ha="right", fontsize=7)
        axes.set(ylabel="F1", title=f"{title} (dotted: 95 % of aligned)", ylim=(0, 1.05))
        _plain(axes)
    figure.savefig(path, dpi=110)


def draw_drift(opened: Any, data: Path, path: Path) -> None:
    """A take told by another clock: how late its hits are told, and what is found of it."""
    player = unaligned.draw_player(data, opened.spec, 0)
    how, right = Alignment(), player.lessons[0]
    take = unaligned.misplaced([right], "drifting", 0)[0]
    late = 1000 * opened.spec.hop_s * lateness(opened.model, Told([take], how.within, opened.spec), 0, how)
    put = replace(take, told=put_right(take, late / 1000 / opened.spec.hop_s, opened.spec))
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    axes = figure.subplots()
    times = right.told[:, 0]
    axes.plot(times, 1000 * (take.told[:, 0] - times), ".", color=_GREY, label="told late by")
    axes.plot(np.arange(len(late)) * opened.spec.hop_s, late, color=_COLD, label="found")
    axes.plot(
        right.told[:, 0], 1000 * (put.told[:, 0] - right.told[:, 0]), ".", color=_WARM, markersize=3, label="left"
    )
    axes.set(xlabel="s", ylabel="ms")
    axes.legend(frameon=False, fontsize=8)
    _plain(axes)
    figure.savefig(path, dpi=110)


def _plain(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
