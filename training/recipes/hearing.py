"""How the network that hears drums is fitted to made-up scenes, whose hits are known."""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from livemusic.dsp.hits import BELL, first_moment
from livemusic.dsp.lanes import CHILDREN, LANES, above
from livemusic.dsp.spec import FeatureSpec
from training.checkpoint import keep, restore
from training.data.kits import Hits
from training.data.scenes import Heard
from training.losses.hierarchy import down_loss, up_loss
from training.models.hearing import SPEC, Hearer
from training.progress import progress

DELAY = 2
"""Rows that it hears after the one in which a hit begins: 20 to 30 ms of it."""
_LOGGED_EVERY, _KEPT_EVERY = 50, 100

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a training run: cross-entropy + velocity + alpha * L_down + beta * L_up."""

    steps: int = 7000
    scenes: int = 4000
    seed: int = 0
    alpha: float = 0.5
    beta: float = 0.5
    touch: float = 0.3
    rate: float = 3e-3
    batch: int = 16
    rows: int = 400
    weight: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is learned from: rows `(scenes, rows, bins)`, and of each row and lane how surely it was struck, 0..1, and
    how hard, `(scenes, rows, 14)`. Half floats."""

    rows: npt.NDArray[np.float16]
    struck: npt.NDArray[np.float16]
    velocities: npt.NDArray[np.float16]


def targets_of(heard: Heard) -> Lesson:
    """Scenes with what is to be told of them."""
    count = heard.rows.shape[1]
    told = [targets(hits, count) for hits in heard.hits]
    return Lesson(
        heard.rows,
        np.stack([struck for struck, _ in told]).astype(np.float16),
        np.stack([velocities for _, velocities in told]).astype(np.float16),
    )


def targets(hits: Hits, count: int, spec: FeatureSpec = SPEC) -> tuple[Array, Array]:
    """What `count` rows should say of their own moments: `(count, 14)` how surely each lane is struck, a bell around
    the moment that is 1 where it falls on a row, and how hard, over the bell's whole width."""
    struck, velocities = np.zeros((count, len(LANES)), np.float32), np.zeros((count, len(LANES)), np.float32)
    for moment, lane, velocity in hits:
        place = (moment - first_moment(spec)) / spec.hop_s
        near = np.arange(max(0, math.ceil(place - 2)), min(count, math.floor(place + 2) + 1))
        bell = np.exp(-0.5 * ((near - place) / BELL) ** 2)
        for one in (int(lane), *above(int(lane))):
            closer = bell > struck[near, one]
            velocities[near[closer], one] = velocity
            struck[near, one] = np.maximum(struck[near, one], bell)
    return struck, velocities


def train(lesson: Lesson, recipe: Recipe, folder: Path, *, resume: bool) -> Hearer:
    """Fit a hearer to a lesson, a JSON line every 50 steps in `folder/log.jsonl`.

    Same lesson and recipe, same model, resumed or not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = Hearer(lesson.rows.shape[2], delay=DELAY)
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=1e-3)
    first = restore(folder / "last.pt", model, optimiser, recipe) if resume else 0
    began, totals, counted = time.perf_counter(), dict[str, float](), 0
    with (folder / "log.jsonl").open("a" if resume else "w", encoding="utf-8") as log:
        for step in progress(range(first, recipe.steps), "steps", "step", recipe.steps, first):
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * rate_at(step / recipe.steps)
            parts = losses(model, batch(lesson, recipe, np.random.default_rng([recipe.seed, step])), recipe.weight)
            learn(model, optimiser, whole_loss(parts, recipe))
            counted += 1
            for name, value in parts.items():
                totals[name] = totals.get(name, 0.0) + float(value.detach())
            if (step + 1) % _LOGGED_EVERY == 0 or step + 1 == recipe.steps:
                means = {name: round(total / counted, 6) for name, total in totals.items()}
                spent = round(time.perf_counter() - began, 1)
                print(json.dumps({"step": step + 1, **means, "s": spent}), file=log, flush=True)
                totals, counted = {}, 0
            if (step + 1) % _KEPT_EVERY == 0 or step + 1 == recipe.steps:
                keep(folder / "last.pt", model, optimiser, recipe, step + 1)
    return model.eval()


def rate_at(done: float) -> float:
    """Share of the learning rate when the share `done` of all steps is behind: warm up, then a cosine."""
    return min(1.0, done / 0.03 + 0.02) * (0.01 + 0.495 * (1 + math.cos(math.pi * done)))


def learn(model: Hearer, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step down the gradient of `loss`."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Stretches of a lesson: rows `(n, time, bins)`, targets `(n, time, 14)`, all float32."""

    rows: Tensor
    struck: Tensor
    velocities: Tensor


def batch(lesson: Lesson, recipe: Recipe, random: np.random.Generator) -> Batch:
    """Stretches by chance, some from the very beginning of a scene, heard through an equaliser by chance."""
    scenes = random.integers(0, len(lesson.rows), recipe.batch)
    last = lesson.rows.shape[1] - recipe.rows
    begins = np.where(random.random(recipe.batch) < 0.15, 0, random.integers(0, max(1, last + 1), recipe.batch))
    cuts = [(scene, slice(begin, begin + recipe.rows)) for scene, begin in zip(scenes, begins, strict=True)]
    rows = np.stack([lesson.rows[cut] for cut in cuts]).astype(np.float32)
    struck, velocities = (
        torch.from_numpy(np.stack([values[cut] for cut in cuts]).astype(np.float32))
        for values in (lesson.struck, lesson.velocities)
    )
    return Batch(torch.from_numpy(coloured(rows, random)), struck, velocities)


def coloured(rows: Array, random: np.random.Generator) -> Array:
    """Rows `(n, time, bins)` with smooth curves of some dB over the bands added, and half of the time none."""
    count, _, bins = rows.shape
    knots = np.linspace(0, bins - 1, 6)
    curves = np.stack([np.interp(np.arange(bins), knots, random.normal(0, 0.05, 6)) for _ in range(count)])
    curves = (curves * (random.random((count, 1)) < 0.5)).astype(np.float32)
    return np.where(rows > 0, np.clip(rows + curves[:, None], 0, 1), 0).astype(np.float32)


def losses(model: Hearer, some: Batch, weight: float = 1.0) -> dict[str, Tensor]:
    """The parts of the loss of a model on a batch whose rows tell of their own moments."""
    logits, touch = model(some.rows)
    kept = logits.shape[1] - model.delay
    return parts_of(
        logits[:, model.delay :], touch[:, model.delay :], some.struck[:, :kept], some.velocities[:, :kept], weight
    )


def parts_of(logits: Tensor, touch: Tensor, struck: Tensor, velocities: Tensor, weight: float) -> dict[str, Tensor]:
    """Cross-entropy (what is struck counts `weight` times), velocity error where something is struck, L_down, L_up; all
    `(n, time, 14)`."""
    probabilities = torch.sigmoid(logits)
    return {
        "bce": bce(logits, struck, weight),
        "touch": (struck * (touch - velocities).square()).sum() / struck.sum().clamp_min(1.0),
        "down": down_loss(probabilities, CHILDREN),
        "up": up_loss(probabilities, CHILDREN),
    }


def bce(logits: Tensor, struck: Tensor, weight: float) -> Tensor:
    """Binary cross-entropy summed over lanes, the mean over rows."""
    positive = torch.full((logits.shape[-1],), weight)
    return binary_cross_entropy_with_logits(logits, struck, pos_weight=positive, reduction="none").sum(-1).mean()


def whole_loss(parts: dict[str, Tensor], recipe: Recipe) -> Tensor:
    """D^{alpha,beta}, and velocities."""
    levels = recipe.alpha * parts["down"] + recipe.beta * parts["up"]
    return parts["bce"] + recipe.touch * parts["touch"] + len(LANES) * levels
