"""Pictures of the spectral losses: their landscapes, the accuracy of their ranking, where descent ends."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.evaluate.drums_pictures import keep, pyplot_of
from training.evaluate.spectral import PUBLISHED, SAMPLE_RATE, STEPS, landscape
from training.losses.spectral import PRESETS

Floats = npt.NDArray[np.float64]
COLOURS = {"Standard": "#c23b3b", "Modified Hann": "#d9822b", "Smooth": "#1f77b4"}
_TARGET = 1000.0
#: Half a bin and one bin of a transform of 2048 samples, which the slides mark.
_BIN = SAMPLE_RATE / 2048


def draw_landscapes(path: Path) -> None:
    """Each loss over the error in frequency: near a target, about as far as the slides, and over two octaves."""
    figure, axes = pyplot_of()[0].subplots(3, 3, figsize=(10.5, 7.2), sharex="col")
    views = (
        ("within 0.5 Hz", _TARGET + np.linspace(-0.5, 0.5, 201)),
        ("within 40 Hz", _TARGET + np.linspace(-40, 40, 401)),
        ("an octave to either side", _TARGET * 2 ** np.linspace(-1, 1, 801)),
    )
    for row, (name, config) in enumerate(PRESETS.items()):
        for column, (title, hertz) in enumerate(views):
            axis = axes[row, column]
            axis.plot(hertz - _TARGET, landscape(config, _TARGET, hertz), color=COLOURS[name], lw=0.9)
            if column == 1:
                for offset in (-_BIN, -_BIN / 2, _BIN / 2, _BIN):
                    axis.axvline(offset, color="#bbbbbb", lw=0.7, ls=":")
            axis.ticklabel_format(axis="y", style="sci", scilimits=(-2, 3))
            if row == 0:
                axis.set_title(title, fontsize=9)
            if row == 2:
                axis.set_xlabel("error, Hz")
        axes[row, 0].set_ylabel(name)
    keep(figure, path)


def draw_ranking(tables: Mapping[str, Floats], path: Path) -> None:
    """Ours as lines, the published figures as rings."""
    figure, axis = pyplot_of()[0].subplots(figsize=(5.4, 3.4))
    for name, row in tables.items():
        axis.plot(STEPS, row, ".-", color=COLOURS[name], label=name)
        axis.plot(STEPS, PUBLISHED[name], "o", mfc="none", color=COLOURS[name])
    axis.axhline(0.5, color="#bbbbbb", lw=0.7, ls=":")
    axis.set(xscale="log", xlabel="step, cents", ylabel="steps ranked rightly", ylim=(0.45, 1.02))
    axis.legend(frameon=False, fontsize=8)
    keep(figure, path)


def draw_descent(begun: Floats, ended: Mapping[str, Floats], path: Path) -> None:
    """Where descent ended over where it began, both in cents from the target."""
    figure, axes = pyplot_of()[0].subplots(1, len(ended), figsize=(10, 3.2), sharey=True)
    for axis, (name, cents) in zip(axes, ended.items(), strict=True):
        axis.axhspan(-5, 5, color="#dddddd")
        axis.plot(begun, cents, ".", ms=3, color=COLOURS[name])
        axis.set(title=name, xlabel="begun, cents from the target", yscale="symlog")
        axis.set_yticks([-1000, -100, -10, 0, 10, 100, 1000], ["−1000", "−100", "−10", "0", "10", "100", "1000"])
    axes[0].set_ylabel("ended, cents from the target")
    keep(figure, path)
