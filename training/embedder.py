"""Trains the trajectory embedder on audio clips and exports it: `python -m training embedder --data DATA/audio`."""

import argparse
import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError, ModelError
from training.data.audio import Rows, held_out, load_rows, read_clips, sequence_starts
from training.losses.forecast import curvature_loss, forecast_loss, slowness_loss, whitened
from training.models.embedder import CONTEXT, FRAMES, Embedder
from training.progress import progress

SEQUENCE = CONTEXT + 1
SPAN = SEQUENCE + FRAMES - 1
"""Rows of spectrogram under one sequence of windows."""
RECONSTRUCT_EVERY = 5
"""Neighbouring windows share 21 of 22 rows, so every fifth one is drawn again by the decoder."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a training run: reconstruction + alpha * forecast + delta * curvature + sigma * slowness."""

    epochs: int = 12
    seed: int = 0
    alpha: float = 0.001
    delta: float = 0.0
    sigma: float = 0.0
    rate: float = 1e-3
    batch: int = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    recipe = Recipe()
    parser.add_argument("--data", type=Path, required=True, help="folder with the audio clips and clips.csv")
    parser.add_argument("--out", type=Path, default=Path("models/embedder-1"), help="model folder to write")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where logs, checkpoints and the cache go")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument("--epochs", type=_at_least_one, default=recipe.epochs)
    parser.add_argument("--alpha", type=float, default=recipe.alpha, help="weight of the forecast loss")
    parser.add_argument("--delta", type=float, default=recipe.delta, help="weight of the curvature loss")
    parser.add_argument("--sigma", type=float, default=recipe.sigma, help="weight of the slowness loss")
    parser.add_argument("--threads", type=_at_least_one, default=2, help="processor cores to use")
    parser.add_argument("--resume", action="store_true", help="go on from this run's last checkpoint")


def run(args: argparse.Namespace) -> int:
    """Train, export, measure and write the card; Ctrl-C keeps the last whole epoch for `--resume`."""
    from training.evaluate.embedder import publish

    torch.set_num_threads(args.threads)
    recipe = Recipe(epochs=args.epochs, seed=args.seed, alpha=args.alpha, delta=args.delta, sigma=args.sigma)
    spec = FeatureSpec()
    clips = read_clips(args.data)
    rows, held = load_rows(clips, spec, args.runs / "cache"), held_out(clips)
    if not any(held) or not any(len(row) >= SPAN for row, out in zip(rows, held, strict=True) if not out):
        raise MediaError(f"{args.data} holds too little music to train on and to hold out: add tracks to clips.csv")
    model = train(rows, held, recipe, args.runs / args.out.name, resume=args.resume)
    weights = f"--alpha {recipe.alpha:g} --delta {recipe.delta:g} --sigma {recipe.sigma:g}"
    command = f"python -m training embedder --data DATA/audio --seed {recipe.seed} --epochs {recipe.epochs} {weights}"
    publish(model, clips, rows, spec, {"seed": recipe.seed, "command": command}, args.out)
    print(f"{args.out} is written")
    return 0


def train(rows: Sequence[Rows], held: Sequence[bool], recipe: Recipe, folder: Path, *, resume: bool) -> Embedder:
    """Fit an embedder to the clips' rows, one JSON line per epoch in `folder/log.jsonl`.

    Same rows and recipe, same model, resumed or not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = Embedder(rows[0].shape[1])
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    first = _restore(folder / "last.pt", model, optimiser, recipe) if resume else 0
    fitted = [row for row, out in zip(rows, held, strict=True) if not out]
    tested = [row for row, out in zip(rows, held, strict=True) if out]
    with (folder / "log.jsonl").open("a" if resume else "w", encoding="utf-8") as log:
        for epoch in progress(range(first, recipe.epochs), "epochs", "epoch", recipe.epochs, first):
            began = time.perf_counter()
            figures = _fit(model, optimiser, fitted, recipe, epoch) | _validate(model, tested)
            _keep(folder / "last.pt", model, optimiser, recipe, epoch + 1)
            print(
                json.dumps({"epoch": epoch + 1, **figures, "s": round(time.perf_counter() - began, 1)}),
                file=log,
                flush=True,
            )
    return model.eval()


def losses(model: Embedder, sequences: Tensor) -> dict[str, Tensor]:
    """Reconstruction (binary cross-entropy per pixel), forecast, curvature and slowness over `(n, 46, 22, bins)`.

    The first two are the source's; the others look at the path as it will be exported, whitened.
    """
    path = model.embed(sequences)
    white = whitened(path)
    drawn = model.decoder(path[:, ::RECONSTRUCT_EVERY].flatten(0, 1))
    return {
        "bce": binary_cross_entropy_with_logits(drawn, sequences[:, ::RECONSTRUCT_EVERY].flatten(0, 1)),
        "forecast": forecast_loss(model.forecaster(path[:, :-1]), path[:, -1] - path[:, -2]),
        "curvature": curvature_loss(white),
        "slowness": slowness_loss(white),
    }


def _fit(
    model: Embedder, optimiser: torch.optim.Optimizer, rows: Sequence[Rows], recipe: Recipe, epoch: int
) -> dict[str, float]:
    """One pass over the clips; mean losses."""
    torch.manual_seed(recipe.seed * 100_003 + epoch)
    model.train()
    totals: dict[str, float] = {}
    batches = list(_batches(rows, recipe.batch, np.random.default_rng([recipe.seed, epoch])))
    for index, sequences in enumerate(batches):
        progress = (epoch + index / len(batches)) / recipe.epochs
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (0.02 + 0.49 * (1 + math.cos(math.pi * progress)))
        parts = losses(model, sequences)
        loss = parts["bce"] + recipe.alpha * parts["forecast"]
        loss = loss + recipe.delta * parts["curvature"] + recipe.sigma * parts["slowness"]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        for name, value in {"loss": loss, **parts}.items():
            totals[name] = totals.get(name, 0.0) + float(value.detach()) / len(batches)
    return {name: round(value, 5) for name, value in totals.items()}


@torch.no_grad()
def _validate(model: Embedder, rows: Sequence[Rows]) -> dict[str, float]:
    """Losses on clips that were held out; empty where there are none."""
    model.eval()
    parts = [losses(model, sequences) for sequences in _batches(rows, 64, np.random.default_rng(0))]
    return {
        f"held_{name}": round(float(np.mean([part[name] for part in parts])), 5) for name in (parts[0] if parts else ())
    }


def _batches(rows: Sequence[Rows], size: int, rng: np.random.Generator) -> Iterator[Tensor]:
    """Sequences of 46 successive windows, shuffled: `(size, 46, 22, bins)`."""
    track = torch.from_numpy(np.concatenate([*rows, np.empty((0, 1), np.float32)][: len(rows) or 1]))
    starts = torch.from_numpy(sequence_starts([len(row) for row in rows], SPAN, SEQUENCE, rng))
    for first in range(0, len(starts), size):
        chosen = starts[first : first + size]
        spans = track[chosen[:, None] + torch.arange(SPAN)]
        yield spans.unfold(1, FRAMES, 1).transpose(2, 3)


def _keep(path: Path, model: Embedder, optimiser: torch.optim.Optimizer, recipe: Recipe, epoch: int) -> None:
    state: dict[str, Any] = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch}
    partial = path.with_suffix(".part")
    torch.save(state | {"recipe": repr(recipe)}, partial)
    os.replace(partial, path)


def _restore(path: Path, model: Embedder, optimiser: torch.optim.Optimizer, recipe: Recipe) -> int:
    """Load a checkpoint of the same recipe; returns the epochs already done."""
    try:
        state = torch.load(path, weights_only=True)
    except OSError as error:
        raise ModelError(f"{path} cannot be read, so there is nothing to resume: start without --resume") from error
    if state["recipe"] != repr(recipe):
        raise ModelError(f"{path} belongs to {state['recipe']}: resume with the same options, or start anew")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epoch"])


def _at_least_one(text: str) -> int:
    """An option's whole number from 1 on."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number
