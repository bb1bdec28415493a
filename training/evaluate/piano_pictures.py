"""Pictures of the piano dictionary: its figures, its map of composers, what more coefficients buy, and the losses."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.sketch.composers import ComposerMap
from livemusic.sketch.picks import BELOW
from training.evaluate.drums_pictures import keep, pyplot_of

_COLUMNS, _SHOWN = 16, 64
_INK = "#222222"


def draw_figures(patches: npt.NDArray[np.float32], wins: npt.NDArray[np.int64], path: Path) -> None:
    """The atoms `(atoms, width, span, 2)` that win most as piano rolls: a bar for each note, as dark as it is loud
    and as long as it sounds (on the scale of the model); the line is the anchor's key."""
    pyplot, rectangle = pyplot_of()
    order = np.argsort(-wins, kind="stable")[:_SHOWN]
    rows = -(-len(order) // _COLUMNS)
    figure, axes = pyplot.subplots(rows, _COLUMNS, figsize=(_COLUMNS, 1.9 * rows), squeeze=False)
    width, span = patches.shape[1:3]
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, atom in zip(axes.flat, order, strict=False):
        loudness, sustain = patches[atom, ..., 0], patches[atom, ..., 1]
        top = max(float(loudness.max()), 1e-6)
        axis.set_axis_on()
        axis.set(xlim=(0, width + 1), ylim=(-BELOW, span - BELOW), xticks=[], yticks=[])
        axis.axhline(0.5, color="#cccccc", lw=0.5)
        axis.set_title(f"{atom} · {wins[atom]}", fontsize=6, pad=2)
        for step, key in np.argwhere(loudness > 0.15 * top):
            share = float(np.clip(sustain[step, key] / loudness[step, key], 0, 1))
            bar = rectangle((step, key - BELOW), 0.3 + 0.7 * share, 1.0, color=_INK, lw=0)
            bar.set_alpha(0.2 + 0.8 * float(loudness[step, key] / top))
            axis.add_patch(bar)
    figure.suptitle("The most used figures: 62.5 ms to the right, semitones upwards; number · wins on test", fontsize=9)
    keep(figure, path)


def draw_composers(composers: ComposerMap, path: Path) -> None:
    """Where pieces lie, by composer."""
    pyplot, _ = pyplot_of()
    figure, axis = pyplot.subplots(figsize=(7, 6))
    names = sorted(set(composers.composers))
    colours = pyplot.get_cmap("tab20")(np.linspace(0, 1, max(2, len(names))))
    for name, colour in zip(names, colours, strict=False):
        own = composers.places[[index for index, other in enumerate(composers.composers) if other == name]]
        axis.scatter(own[:, 0], own[:, 1], color=colour, s=40, label=name)
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    axis.set(xticks=[], yticks=[], title="Training pieces by the figures they are made of")
    keep(figure, path)


def draw_frontier(rows: dict[str, Any], path: Path) -> None:
    """Note F1 and chord accuracy against active coefficients, for every row of the table."""
    pyplot, _ = pyplot_of()
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    for name, row in rows.items():
        budgets = sorted(row, key=float)
        for axis, key in ((left, "f1"), (right, "chords")):
            axis.plot(
                [2 * float(active) for active in budgets],
                [row[active][key] for active in budgets],
                marker="o",
                ms=3,
                label=name,
            )
    left.set(xlabel="active coefficients per second", ylabel="note F1", ylim=(0, 1))
    right.set(xlabel="active coefficients per second", ylabel="chords right, by the rule", ylim=(0, 1))
    left.legend(fontsize=7)
    keep(figure, path)
