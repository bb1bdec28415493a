"""Pictures of the losses of the circle: what each costs, and how each errs."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.evaluate.drums_pictures import pyplot_of
from training.losses.spiral import angle_of, chord_loss, harmonic_distance, helix_loss, on_circle, on_helix


def draw(results: dict[str, Any], folder: Path) -> None:
    """Write `losses.png` and `errors.png`."""
    _draw_losses(folder / "losses.png")
    _draw_errors(results["losses"]["bass"], folder / "errors.png")


def _draw_losses(path: Path) -> None:
    """What an answer costs that is so many semitones off."""
    plt, _ = pyplot_of()
    off = torch.linspace(-14, 14, 561, dtype=torch.float64)
    zero = torch.zeros_like(off)
    curves = {
        "squared error / 36": off**2 / 36,
        "chord 1 − cos": chord_loss(on_circle(angle_of(off)), zero),
        "helix, h = .5": helix_loss(on_helix(off), zero),
        "fifths": harmonic_distance(off, zero, {7: 1.0}),
    }
    figure, axes = plt.subplots(figsize=(8, 4))
    for name, curve in curves.items():
        axes.plot(off.numpy(), curve.numpy(), label=name)
    axes.set(xlabel="semitones off", ylabel="loss", ylim=(0, 4.5), xticks=np.arange(-12, 13, 3))
    axes.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _draw_errors(rows: list[dict[str, Any]], path: Path) -> None:
    """Errors near the wrap and elsewhere."""
    plt, _ = pyplot_of()
    figure, axes = plt.subplots(figsize=(8, 4))
    places = np.arange(len(rows))
    for side, name in ((-0.2, "within 1 of the wrap"), (0.2, "elsewhere")):
        axes.bar(places + side, [row[name] for row in rows], 0.4, label=name)
    axes.set_xticks(places, [row["loss"] for row in rows], rotation=20, ha="right")
    axes.set_ylabel("pitch class error, semitones")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
