"""The training loop of the drum dictionary, readable in one sitting."""

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from livemusic.errors import MediaError
from training.config import DrumsConfig
from training.evaluate.drums import THRESHOLD, Figures, measure
from training.losses.drums import reconstruction
from training.models.wta import Dictionary
from training.progress import progress

CHECKPOINT = "last.pt"
LOG = "log.jsonl"
_WARM_UP = 0.1
_CLIP = 1.0
_BATCH = 512

Array = npt.NDArray[np.float32]


def channels_of(windows: Array) -> Array:
    """Windows `(n, steps, 9, 3)` as the model's `(n, 27, steps)`, channel = feature * 9 + voice."""
    count, steps = windows.shape[:2]
    return np.ascontiguousarray(windows.transpose(0, 3, 2, 1).reshape(count, -1, steps), np.float32)


def rate_at(config: DrumsConfig, done: float) -> float:
    """The learning rate when the share `done` (0..1) of all updates is behind."""
    if config.schedule == "constant":
        return config.rate
    if done < _WARM_UP:
        return config.rate * (0.04 + 0.96 * done / _WARM_UP)
    return config.rate * 0.5 * (1.0 + math.cos(math.pi * (done - _WARM_UP) / (1.0 - _WARM_UP)))


def active_at(config: DrumsConfig, active: int, done: float) -> int:
    """How many coefficients per beat survive then: `crowd` times `active` at first, fewer and fewer, `active` from
    `settled` on. A crowd lets every atom find something to do before only the best may speak."""
    crowd: float = config.crowd ** max(0.0, 1.0 - done / config.settled)
    return round(active * crowd)


def fit(config: DrumsConfig, train: Array, validation: Array, run: Path, seed: int, resume: bool) -> Dictionary:
    """Train a dictionary on grids `(n, 27, steps)`, keeping a checkpoint and one JSON line per epoch in `run`.

    Every epoch draws from its own seed, so a resumed run ends where an unbroken one does. Raises `MediaError`
    when there is nothing that fits to resume from.
    """
    torch.manual_seed(seed)
    model = Dictionary(config)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.rate, amsgrad=config.amsgrad)
    first = _restore(run, config, seed, model, optimiser) if resume else 0
    run.mkdir(parents=True, exist_ok=True)
    if not first:
        (run / LOG).unlink(missing_ok=True)
    grids = torch.from_numpy(train)
    batches = -(-len(grids) // config.batch)
    for epoch in progress(range(first, config.epochs), run.name, "epoch", config.epochs, first):
        began = time.perf_counter()
        chance = torch.Generator().manual_seed(seed * 100_003 + epoch)
        model.train()
        total = 0.0
        for number, rows in enumerate(torch.split(torch.randperm(len(grids), generator=chance), config.batch)):
            grid = grids[rows]
            done = (epoch + number / batches) / config.epochs
            chosen = config.actives[int(torch.randint(len(config.actives), (1,), generator=chance))]
            active = active_at(config, chosen, done)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(config, done)
            loss = reconstruction(model.decoder, model.sparse(grid, active), grid)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        figures = {active: rebuild_and_measure(model, validation, active) for active in sorted(set(config.actives))}
        _save(run, config, seed, model, optimiser, epoch + 1)
        _log(
            run / LOG,
            {
                "epoch": epoch + 1,
                "loss": round(total / len(grids), 5),
                "atoms_used": _atoms_used(model, validation, max(config.actives)),
                "validation": {str(active): figures[active].rounded() for active in figures},
                "seconds": round(time.perf_counter() - began, 2),
            },
        )
    return model.eval()


@torch.no_grad()
def rebuild_and_measure(model: Dictionary, grids: Array, active_per_beat: int) -> Figures:
    """The figures of a torch model on grids `(n, 27, steps)`."""
    model.eval()
    parts = [model(part, active_per_beat) for part in torch.split(torch.from_numpy(grids), _BATCH)]
    return measure(grids, torch.cat(parts).numpy(), THRESHOLD)


@torch.no_grad()
def _atoms_used(model: Dictionary, grids: Array, active_per_beat: int) -> int:
    model.eval()
    used: Tensor = torch.zeros(model.config.atoms, dtype=torch.bool)
    for part in torch.split(torch.from_numpy(grids), _BATCH):
        used |= (model.sparse(part, active_per_beat) != 0).any(2).any(0)
    return int(used.sum())


def load_run(run: Path) -> tuple[Dictionary, dict[str, Any]]:
    """The trained model of a run folder and what is known of it (`config`, `seed`, `epoch`).

    Raises `MediaError` when there is no readable checkpoint.
    """
    state = _read(run)
    try:
        config = DrumsConfig(**state["config"])
        model = Dictionary(config)
        model.load_state_dict(state["model"])
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise MediaError(f"{run / CHECKPOINT} is of an older recipe ({error}): train it again") from error
    return model.eval(), {"config": config, "seed": state["seed"], "epoch": state["epoch"]}


def _read(run: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(run / CHECKPOINT, weights_only=True)
    except Exception as error:  # torch raises whatever its unpickler meets
        raise MediaError(f"{run / CHECKPOINT} is not a readable checkpoint: train without --resume") from error
    return state


def _restore(run: Path, config: DrumsConfig, seed: int, model: Dictionary, optimiser: torch.optim.Optimizer) -> int:
    state = _read(run)
    if state["config"] != asdict(config) or state["seed"] != seed:
        raise MediaError(f"{run / CHECKPOINT} is of another recipe or seed: train without --resume")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epoch"])


def _save(
    run: Path, config: DrumsConfig, seed: int, model: Dictionary, optimiser: torch.optim.Optimizer, epoch: int
) -> None:
    part = run / f"{CHECKPOINT}.part"
    state = {
        "config": asdict(config),
        "seed": seed,
        "epoch": epoch,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    try:
        torch.save(state, part)
        part.replace(run / CHECKPOINT)
    finally:
        part.unlink(missing_ok=True)


def _log(path: Path, line: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
