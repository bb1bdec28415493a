"""Trains the trajectory embedder on audio clips and exports it: `python -m training embedder --data DATA/audio`."""

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError
from training.checkpoint import keep, restore
from training.data.audio import Rows, held_out, load_rows, read_clips
from training.evaluate.embedder import publish
from training.losses.path import curvature_loss, isometry_loss, rollout_loss
from training.models.embedder import STEPS, WINDOW, Embedder, windows
from training.progress import progress

SPEC = FeatureSpec(
    fft=2048, alpha=1.0, bins=72, frames=WINDOW, floor_db=-90.0, attack_s=0.0, release_s=30.0,
    low_hz=30.0, high_hz=16000.0,
)  # fmt: skip
"""What it hears."""
PATH = 62
"""Points of each stretch of path that is trained on."""
_CLIPS, _STRETCHES, _COMPARED = 4, 5, 16
_LOGGED_EVERY, _KEPT_EVERY = 200, 200


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a training run: reconstruction + iso * isometry + alpha * rollout + delta * curvature."""

    steps: int = 16000
    seed: int = 0
    dim: int = 32
    iso: float = 1.0
    alpha: float = 0.1
    delta: float = 0.05
    rate: float = 2e-3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    recipe = Recipe()
    parser.add_argument("--data", type=Path, required=True, help="folder with the audio clips and clips.csv")
    parser.add_argument("--out", type=Path, default=Path("models/embedder-2"), help="model folder to write")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where logs, checkpoints and the cache go")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument("--steps", type=_at_least_one, default=recipe.steps)
    parser.add_argument("--dim", type=_at_least_one, default=recipe.dim, help="numbers of a point")
    parser.add_argument("--iso", type=float, default=recipe.iso, help="weight of the distances")
    parser.add_argument("--alpha", type=float, default=recipe.alpha, help="weight of the forecast")
    parser.add_argument("--delta", type=float, default=recipe.delta, help="weight of the curvature")
    parser.add_argument("--threads", type=_at_least_one, default=2, help="processor cores to use")
    parser.add_argument("--resume", action="store_true", help="go on from this run's last checkpoint")


def run(args: argparse.Namespace) -> int:
    """Train, export, measure and write the card; Ctrl-C keeps what was trained for `--resume`."""
    torch.set_num_threads(args.threads)
    recipe = Recipe(args.steps, args.seed, args.dim, args.iso, args.alpha, args.delta)
    clips = read_clips(args.data)
    rows, held = load_rows(clips, SPEC, args.runs / "cache"), held_out(clips)
    if not any(held) or not _fitted(rows, held, Embedder(SPEC.bins, args.dim)):
        raise MediaError(f"{args.data} holds too little music to train on and to hold out: add tracks to clips.csv")
    model = train(rows, held, recipe, args.runs / args.out.name, resume=args.resume)
    weights = f"--iso {recipe.iso:g} --alpha {recipe.alpha:g} --delta {recipe.delta:g}"
    options = f"--seed {recipe.seed} --steps {recipe.steps} --dim {recipe.dim} {weights}"
    command = f"python -m training embedder --data DATA/audio {options}"
    publish(model, clips, rows, SPEC, {"seed": recipe.seed, "command": command}, args.out)
    print(f"{args.out} is written")
    return 0


def train(rows: Sequence[Rows], held: Sequence[bool], recipe: Recipe, folder: Path, *, resume: bool) -> Embedder:
    """Fit an embedder to the clips' rows, a JSON line every 200 steps in `folder/log.jsonl`.

    Same rows and recipe, same model, resumed or not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = Embedder(rows[0].shape[1], recipe.dim)
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=1e-4)
    first = restore(folder / "last.pt", model, optimiser, recipe) if resume else 0
    fitted = _fitted(rows, held, model)
    scale = _mean_distance(fitted)
    began, totals, counted = time.perf_counter(), dict[str, float](), 0
    with (folder / "log.jsonl").open("a" if resume else "w", encoding="utf-8") as log:
        for step in progress(range(first, recipe.steps), "steps", "step", recipe.steps, first):
            for group in optimiser.param_groups:
                group["lr"] = (
                    recipe.rate * min(1.0, step / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / recipe.steps)))
                )
            parts = losses(model, batch(fitted, model.encoder.skip, np.random.default_rng([recipe.seed, step])), scale)
            loss = parts["bce"] + recipe.iso * parts["isometry"]
            loss = loss + recipe.alpha * parts["rollout"] + recipe.delta * parts["curvature"]
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            counted += 1
            for name, value in parts.items():
                totals[name] = totals.get(name, 0.0) + float(value.detach())
            if (step + 1) % _LOGGED_EVERY == 0 or step + 1 == recipe.steps:
                means = {name: round(total / counted, 5) for name, total in totals.items()}
                spent = round(time.perf_counter() - began, 1)
                print(json.dumps({"step": step + 1, **means, "s": spent}), file=log, flush=True)
                totals, counted = {}, 0
            if (step + 1) % _KEPT_EVERY == 0 or step + 1 == recipe.steps:
                keep(folder / "last.pt", model, optimiser, recipe, step + 1)
    return model.eval()


def losses(model: Embedder, rows: Tensor, scale: float) -> dict[str, Tensor]:
    """Reconstruction (binary cross-entropy per pixel), isometry, rollout and curvature of a `batch`.

    `scale`: the mean distance of two windows of a clip, which is 1 in the space.
    """
    path = model.encoder(rows)
    pictures = windows(rows[:, model.encoder.skip - WINDOW + 1 :])
    some = torch.linspace(0, PATH - 1, _COMPARED).long()
    groups = path[:, some].reshape(-1, _STRETCHES * _COMPARED, path.shape[2])
    seen = pictures[:, some].reshape(-1, _STRETCHES * _COMPARED, pictures.shape[2])
    drawn = model.decoder(path[:, some[::3]])
    return {
        "bce": binary_cross_entropy_with_logits(drawn, pictures[:, some[::3]]),
        "isometry": isometry_loss(groups, seen / scale),
        "rollout": rollout_loss(model.forecaster(path[:, : PATH - STEPS]), path),
        "curvature": curvature_loss(path),
    }


def batch(fitted: Sequence[Tensor], skip: int, random: np.random.Generator) -> Tensor:
    """Stretches of rows `(clips * stretches, skip + PATH, bins)`, those of a clip after each other."""
    length = skip + PATH
    chosen = random.choice(len(fitted), _CLIPS, replace=len(fitted) < _CLIPS)
    return torch.stack(
        [
            fitted[clip][begin : begin + length]
            for clip in chosen
            for begin in random.integers(0, len(fitted[clip]) - length + 1, _STRETCHES)
        ]
    )


def _fitted(rows: Sequence[Rows], held: Sequence[bool], model: Embedder) -> list[Tensor]:
    """The clips that are trained on and long enough."""
    enough = model.encoder.skip + PATH
    return [torch.from_numpy(row) for row, out in zip(rows, held, strict=True) if not out and len(row) >= enough]


def _mean_distance(fitted: Sequence[Tensor]) -> float:
    """Of two windows of the same clip."""
    seen = [windows(row)[:: max(1, len(row) // 32)] for row in fitted[:: max(1, len(fitted) // 40)]]
    return float(np.mean([float(torch.pdist(pictures).mean()) for pictures in seen]))


def _at_least_one(text: str) -> int:
    """An option's whole number from 1 on."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number
