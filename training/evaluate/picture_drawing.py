"""A picture of the paths of films: one row for each film, one column for each way to make a path of it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.evaluate.drums_pictures import keep, pyplot_of

Array = npt.NDArray[np.float64]
Paths = dict[str, Array]


def draw_paths(drawn: dict[tuple[str, str], tuple[Paths, Array | None]], path: Path) -> None:
    """Every path of a film in a room along its two widest axes, coloured by the phase of the movement, to `path`."""
    pyplot, _ = pyplot_of()
    names = list(dict.fromkeys(name for paths, _ in drawn.values() for name in paths if not name.endswith(" 3-D")))
    shown = {label: entry for label, entry in drawn.items() if label[1] == "room"}
    figure, axes = pyplot.subplots(len(shown), len(names), figsize=(1.6 * len(names), 1.6 * len(shown)), squeeze=False)
    for column, name in enumerate(names):
        axes[0, column].set_title(name, fontsize=9)
    for row, ((film, _), (paths, phase)) in zip(axes, shown.items(), strict=True):
        row[0].set_ylabel(film, fontsize=9)
        for axis, name in zip(row, names, strict=True):
            axis.set(xticks=[], yticks=[])
            if name not in paths:
                axis.set_frame_on(False)
                continue
            centred = paths[name] - paths[name].mean(axis=0)
            flat = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
            turns = np.zeros(len(flat)) if phase is None else phase[-len(flat) :] % 1.0
            axis.plot(*flat.T, color="#bbbbbb", lw=0.4, zorder=0)
            axis.scatter(*flat.T, c=turns, cmap="twilight", s=1.5, vmin=0, vmax=1)
            axis.set_aspect("equal", "datalim")
    path.parent.mkdir(parents=True, exist_ok=True)
    keep(figure, path)
