"""How the picture embedder is fitted to films that are drawn while it learns."""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits

from training.checkpoint import keep, restore
from training.data.films import chosen, filmed, moments, shoot, shrunk
from training.losses.forecast import forecast_loss, stress_loss
from training.models.picture import SPAN, PictureEmbedder, windows_of
from training.progress import progress

SEQUENCE = 24
"""Successive windows of one film."""
DRAW_EVERY = 3
_SETTLED = 6
"""Steps of a path that the forecaster sees before its foresight counts."""
#: How much more pixels count where the figure is, where it moves during the film, and where it has just moved.
_FIGURE_WEIGHT, _MOTION_WEIGHT = 2.0, 10.0
_SCENE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a training run: reconstruction + alpha * forecast + sigma * bend + mu * stress."""

    epochs: int = 16
    steps: int = 60
    films: int = 10
    seed: int = 0
    alpha: float = 0.01
    sigma: float = 0.1
    mu: float = 1.0
    rate: float = 2e-3


def train(recipe: Recipe, folder: Path, *, resume: bool, until: int | None = None) -> PictureEmbedder:
    """Fit a picture embedder, one JSON line an epoch in `folder/log.jsonl`. Same recipe, same model, resumed or not.

    With `until` it ends after that many epochs of the recipe's, its learning rate where it is by then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = PictureEmbedder()
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    first = restore(folder / "last.pt", model, optimiser, recipe) if resume else 0
    with (folder / "log.jsonl").open("a" if resume else "w", encoding="utf-8") as log:
        for epoch in progress(range(first, until or recipe.epochs), "epochs", "epoch", until or recipe.epochs, first):
            began = time.perf_counter()
            figures = _fit(model, optimiser, recipe, epoch)
            keep(folder / "last.pt", model, optimiser, recipe, epoch + 1)
            line = {"epoch": epoch + 1, **figures, "s": round(time.perf_counter() - began, 1)}
            print(json.dumps(line), file=log, flush=True)
    return model.eval()


def batch_of(count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Windows of `count` new films `(count, 24, 4, 54, 96)`, and what is to be drawn of them `(count, 24, 3, 27, 48)`:
    the figure in the newest and in the oldest frame, and the scene, as bright as it is, half as sharp."""
    times = moments((SEQUENCE + SPAN - 1) / 25.0)
    films = [shoot(chosen(rng, times), filmed(rng), rng) for _ in range(count)]
    frames = torch.stack([film.frames for film in films])
    figures = shrunk(torch.stack([film.figure for film in films]))
    newest, oldest = figures[:, SPAN - 1 :], figures[:, : -(SPAN - 1)]
    return windows_of(frames), torch.stack([newest, oldest, shrunk(frames)[:, SPAN - 1 :]], dim=2)


def losses(model: PictureEmbedder, windows: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """Cross-entropy per pixel of figures and scene, forecast (-cos, as in the source), and bend: the mean squared
    second difference of the path over its mean squared first difference, 0 for a straight run; and stress."""
    path = model.embed(windows)
    drawn = model.decoder(path[:, ::DRAW_EVERY].flatten(0, 1))
    target = wanted[:, ::DRAW_EVERY].flatten(0, 1)
    figures = target[:, :2]
    weight = _weights(wanted)[:, ::DRAW_EVERY].flatten(0, 1)
    velocity = torch.diff(path, dim=1)
    seen = wanted[:, :, :2]
    return {
        "figures": binary_cross_entropy_with_logits(drawn[:, :2], figures, weight),
        "scene": binary_cross_entropy_with_logits(drawn[:, 2], target[:, 2]),
        "forecast": forecast_loss(model.forecaster(path[:, :-1])[:, _SETTLED:], velocity[:, _SETTLED:]),
        "bend": torch.diff(velocity, dim=1).square().mean() / velocity.square().mean().clamp_min(1e-9),
        "stress": stress_loss(path, torch.cat([blurred(seen, 3), blurred(seen, 13)], dim=-1)),
    }


def blurred(figures: Tensor, size: int) -> Tensor:
    """Figures `(n, time, 2, 27, 48)` seen through a window of `size` pixels, as rows `(n, time, d)`, each kind of blur
    as long as the other on average over the film."""
    flat = avg_pool2d(figures.flatten(0, 1), size, max(1, size // 4), size // 2).flatten(1)
    rows = flat.reshape(*figures.shape[:2], -1)
    centred: Tensor = rows - rows.mean(dim=1, keepdim=True)
    return centred / centred.square().sum(dim=2).mean(dim=1).sqrt().clamp_min(1e-3)[:, None, None]


def _weights(wanted: Tensor) -> Tensor:
    """How much every pixel of the figures counts `(n, time, 1, 27, 48)`: a still body should not drown a small hand."""
    newest, oldest = wanted[:, :, :1], wanted[:, :, 1:2]
    moving = newest.std(dim=1, keepdim=True) + (newest - oldest).abs()
    return 1 + _FIGURE_WEIGHT * torch.maximum(newest, oldest) + _MOTION_WEIGHT * moving


def _fit(model: PictureEmbedder, optimiser: torch.optim.Optimizer, recipe: Recipe, epoch: int) -> dict[str, float]:
    """One epoch of new films; mean losses."""
    torch.manual_seed(recipe.seed * 100_003 + epoch)
    model.train()
    totals: dict[str, float] = {}
    for step in range(recipe.steps):
        done = (epoch + step / recipe.steps) / recipe.epochs
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
        parts = losses(model, *batch_of(recipe.films, np.random.default_rng([recipe.seed, epoch, step])))
        loss = parts["figures"] + _SCENE_WEIGHT * parts["scene"]
        loss = loss + recipe.alpha * parts["forecast"] + recipe.sigma * parts["bend"] + recipe.mu * parts["stress"]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        for name, value in {"loss": loss, **parts}.items():
            totals[name] = totals.get(name, 0.0) + float(value.detach()) / recipe.steps
    return {name: round(value, 5) for name, value in totals.items()}
