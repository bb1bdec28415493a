"""Strategies of hierarchical classification on drums, at equal cost: what each level's F1 and consistency are.

A: a network for each level; B: one for the voices, all above are any of theirs; C: one for each parent's children,
trained where the parent is struck and asked where it fires; D: one for all lanes; D with L_down (a) and L_up (b).
The widths make the multiplications of a row about the same for every strategy; steps, batches and data are the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from livemusic.dsp.lanes import CHILDREN, HIT, LANES, LEVELS, VOICES
from training.data.kits import Hits
from training.evaluate.hearing_figures import Array, Count, best_threshold, count, played_on, strokes
from training.losses.hierarchy import asked_rows, bottom_up, consistency, down_loss, top_down, up_loss, upwards
from training.models.hearing import SPEC, Hearer, listen
from training.progress import progress
from training.recipes.hearing import DELAY, Lesson, Recipe, batch, rate_at

STRATEGIES = ("A", "B", "C", "D", "D a=1 b=1", "D a=1 b=0", "D a=0 b=1")
#: Convolutional width and recurrent size: of the one network, of one in four, of one in six.
_SIZES = {1: (48, 32), 4: (20, 13), 6: (15, 10)}
_GRID = np.arange(0.1, 0.86, 0.03)


@dataclass(frozen=True, slots=True)
class Budget:
    """The same for every strategy and seed."""

    steps: int = 200
    batch: int = 8
    rows: int = 250
    rate: float = 4e-3


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Recordings as rows of features, and what is struck in them."""

    name: str
    rows: Sequence[np.ndarray]
    hits: Sequence[Hits]


def run(
    lesson: Lesson, tuned: Trial, trials: Sequence[Trial], seeds: Sequence[int], budget: Budget, folder: Path
) -> list[dict[str, Any]]:
    """A line for each strategy and seed; those in `folder/results.jsonl` are not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
    done = {(line["strategy"], line["seed"], line["budget"]) for line in lines}
    wanted = [(name, seed) for seed in seeds for name in STRATEGIES]
    for name, seed in progress(wanted, "strategies", "run"):
        if (name, seed, repr(budget)) in done:
            continue
        models = _networks(name, lesson, seed, budget)
        thresholds = _thresholds(name, models, tuned)
        found = {trial.name: measure(name, models, thresholds, trial) for trial in trials}
        line = {"strategy": name, "seed": seed, "budget": repr(budget), "trials": found}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        lines.append(line)
    return [line for line in lines if line["budget"] == repr(budget) and line["seed"] in seeds]


def groups_of(name: str) -> list[list[int]]:
    """Which lanes share a network."""
    if name == "A":
        # Lanes that two levels share belong to the finer one.
        return [list(range(VOICES)), *([lane for lane in level if lane >= VOICES] for level in LEVELS[1:])]
    if name == "B":
        return [list(range(VOICES))]
    if name == "C":
        return [[HIT], *(list(below) for below in CHILDREN if below)]
    return [list(range(len(LANES)))]


def _networks(name: str, lesson: Lesson, seed: int, budget: Budget) -> list[tuple[list[int], Hearer]]:
    alpha, beta = (float(part[2:]) for part in name.split()[1:]) if " " in name else (0.0, 0.0)
    groups = groups_of(name)
    return [
        (lanes, _fit(lanes, lesson, seed, budget, _SIZES[len(groups)], alpha, beta, name == "C")) for lanes in groups
    ]


def _fit(
    lanes: list[int],
    lesson: Lesson,
    seed: int,
    budget: Budget,
    size: tuple[int, int],
    alpha: float,
    beta: float,
    local: bool,
) -> Hearer:
    torch.manual_seed(seed)
    recipe = Recipe(steps=budget.steps, batch=budget.batch, rows=budget.rows)
    model = Hearer(lesson.rows.shape[2], *size)
    optimiser = torch.optim.AdamW(model.parameters(), budget.rate, weight_decay=1e-3)
    for step in range(budget.steps):
        for group in optimiser.param_groups:
            group["lr"] = budget.rate * rate_at(step / budget.steps)
        some = batch(lesson, recipe, np.random.default_rng([seed, step]))
        logits = model(some.rows)[0][:, model.delay :]
        struck = some.struck[:, : logits.shape[1]]
        loss = _loss(logits, struck, lanes, local)
        if alpha or beta:
            probabilities = torch.sigmoid(logits)
            levels = alpha * down_loss(probabilities, CHILDREN) + beta * up_loss(probabilities, CHILDREN)
            loss = loss + len(LANES) * levels
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    return model.eval()


def _loss(logits: Tensor, struck: Tensor, lanes: list[int], local: bool) -> Tensor:
    each = binary_cross_entropy_with_logits(
        logits[..., lanes], struck[..., lanes], pos_weight=torch.full((len(lanes),), 2.0), reduction="none"
    )
    if local:
        asked = asked_rows(struck > 0.05, CHILDREN)[..., lanes].float()
        # As large as if every row counted, so that the rate suits.
        each = each * asked / asked.mean().clamp_min(1e-3)
    return each.sum(-1).mean()


def _told(models: Sequence[tuple[list[int], Hearer]], trial: Trial) -> list[Array]:
    """Probabilities `(rows, 14)` of each recording, 0 for lanes that no network has."""
    answers = [np.zeros((len(rows), len(LANES)), np.float32) for rows in trial.rows]
    for lanes, model in models:
        for answer, told in zip(answers, listen(model, trial.rows), strict=True):
            answer[:, lanes] = told[:, lanes]
    return answers


def _thresholds(name: str, models: Sequence[tuple[list[int], Hearer]], tuned: Trial) -> list[float]:
    """Of each lane, chosen on one set for use on all; with C from the top down, as children are asked only then."""
    told, chosen = _told(models, tuned), [0.5] * len(LANES)
    for lane in reversed(upwards(CHILDREN)):
        chosen[lane] = best_threshold(tuned.hits, told, SPEC, DELAY, lane, _GRID)
        if name == "C":
            for answer in told:
                for child in CHILDREN[lane]:
                    answer[:, child] *= answer[:, lane] >= chosen[lane]
    return chosen


def settled(name: str, told: Array, thresholds: Sequence[float]) -> Array:
    """Probabilities bent so that every threshold is one half, and what a strategy makes of them."""
    limits = np.asarray(thresholds, np.float32)
    bent = np.where(told < limits, 0.5 * told / limits, 0.5 + 0.5 * (told - limits) / (1 - limits))
    rows = torch.from_numpy(bent.astype(np.float32))
    if name == "B":
        rows = bottom_up(rows, CHILDREN)
    elif name == "C":
        rows = top_down(rows, CHILDREN, torch.full((len(LANES),), 0.5))
    return np.asarray(rows.numpy(), np.float32)


def measure(
    name: str, models: Sequence[tuple[list[int], Hearer]], thresholds: Sequence[float], trial: Trial
) -> dict[str, object]:
    """F1 of every lane, its mean by level, and gamma."""
    answers = [settled(name, told, thresholds) for told in _told(models, trial)]
    counts = [Count() for _ in LANES]
    for answer, hits in zip(answers, trial.hits, strict=True):
        for lane in range(len(LANES)):
            counts[lane] += count(played_on(hits, lane), strokes(answer[:, lane], SPEC, DELAY, 0.5))
    gamma = consistency(torch.from_numpy(np.concatenate(answers) >= 0.5), CHILDREN)
    played = [lane for lane in range(len(LANES)) if counts[lane].played >= 10]
    levels = [[counts[lane].f1 for lane in level if lane in played] for level in LEVELS]
    return {
        "lanes": {LANES[lane]: round(counts[lane].f1, 4) for lane in played},
        "levels": [round(float(np.mean(level)), 4) for level in levels],
        "gamma": {LANES[lane]: round(value, 4) for lane, value in gamma.gamma.items()},
        "mean gamma": round(gamma.mean, 4),
        "undefined": gamma.undefined,
    }


def table(lines: Sequence[dict[str, Any]], trial: str) -> list[str]:
    """Means and standard deviations over seeds of one trial, as Markdown."""
    rows = ["| strategy | F1 voices | F1 families | F1 drum, cymbal | F1 hit | gamma |", "|---|---|---|---|---|---|"]
    for name in STRATEGIES:
        mine = [line["trials"][trial] for line in lines if line["strategy"] == name]
        if not mine:
            continue
        values = np.array([[*one["levels"], one["mean gamma"]] for one in mine])
        cells = " | ".join(f"{mean:.3f} ± {sd:.3f}" for mean, sd in zip(values.mean(0), values.std(0), strict=True))
        rows.append(f"| {name} | {cells} |")
    return rows
