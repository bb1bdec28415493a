"""Pictures of the report on the hearing of drums."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.dsp.hits import HeardHit
from livemusic.dsp.lanes import HAT, LANES
from livemusic.dsp.spec import Seconds
from training.evaluate.drums_pictures import keep, pyplot_of
from training.evaluate.hearing_figures import Array, played_on
from training.evaluate.hearing_sets import Recording
from training.evaluate.strategies import STRATEGIES

_SHOWN = (0, 1, 2, 3, 7, 8, HAT, 10, 11, 12, 13)


def draw_lanes(
    take: Recording, told: Array, heard: Sequence[HeardHit], hop_s: Seconds, first_s: Seconds, path: Path
) -> None:
    """Eight seconds of a take: probabilities of lanes, what was played (ticks below), what was told (dots)."""
    figure, axis = pyplot_of()[0].subplots(figsize=(11, 6))
    moments = first_s + np.arange(len(told)) * hop_s
    shown = moments < 8
    for height, lane in enumerate(reversed(_SHOWN)):
        axis.fill_between(moments[shown], height, height + 0.8 * told[shown, lane], color="tab:blue", alpha=0.5, lw=0)
        played = [moment for moment in played_on(take.hits, lane) if moment < 8]
        axis.vlines(played, height - 0.15, height, color="black", lw=1)
        mine = [hit for hit in heard if hit.lane == lane and hit.t < 8]
        axis.scatter(
            [hit.t for hit in mine], [height + 0.85] * len(mine), s=[40 * hit.velocity + 4 for hit in mine], c="tab:red"
        )
    axis.set(
        yticks=np.arange(len(_SHOWN)) + 0.3,
        yticklabels=[LANES[lane] for lane in reversed(_SHOWN)],
        xlabel="s",
        xlim=(0, 8),
    )
    axis.set_title("Bars: how probable; ticks: played; dots: told, by velocity")
    figure.tight_layout()
    keep(figure, path)


def draw_strategies(lines: Sequence[dict[str, Any]], trial: str, path: Path) -> None:
    """F1 of the voices against consistency, a dot for each seed."""
    figure, axis = pyplot_of()[0].subplots(figsize=(6.5, 4.5))
    for name in STRATEGIES:
        mine = [line["trials"][trial] for line in lines if line["strategy"] == name]
        axis.scatter([one["mean gamma"] for one in mine], [one["levels"][0] for one in mine], label=name)
    axis.set(xlabel="gamma (mean over classes with children)", ylabel="F1 of the voices (mean)", title=trial)
    axis.legend(fontsize=8)
    figure.tight_layout()
    keep(figure, path)


def draw_confusions(table: npt.NDArray[np.int64], path: Path) -> None:
    """Of each voice played, the share told on each lane; the last row counts what was told of nothing."""
    names = [*LANES[:9], "nothing"]
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    figure, axis = pyplot_of()[0].subplots(figsize=(9, 5))
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in np.argwhere(table > 0):
        axis.text(
            column,
            row,
            str(table[row, column]),
            ha="center",
            va="center",
            fontsize=7,
            color="tab:red" if row != column else "white",
        )
    axis.set(xticks=range(15), yticks=range(10), yticklabels=names, xlabel="told", ylabel="played")
    axis.set_xticklabels([*LANES, "nothing"], rotation=45, ha="right")
    figure.tight_layout()
    keep(figure, path)


def draw_recall(found: dict[str, list[tuple[int, int]]], edges: Sequence[float], path: Path) -> None:
    """How many of the strokes are heard, by how hard they are."""
    figure, axis = pyplot_of()[0].subplots(figsize=(6.5, 4))
    for name, counts in found.items():
        shown = [(place, right / played) for place, (right, played) in enumerate(counts) if played >= 5]
        axis.plot([place for place, _ in shown], [share for _, share in shown], "o-", label=name)
    axis.set(xticks=range(len(edges) - 1), ylim=(0, 1.02), xlabel="velocity", ylabel="recall")
    axis.set_xticklabels([f"{low:g}-{high:g}" for low, high in pairwise(edges)])
    axis.legend()
    figure.tight_layout()
    keep(figure, path)
