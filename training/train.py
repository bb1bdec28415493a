"""The training loop of the drum dictionary and its baselines, readable in one sitting.

The same loop runs in one process or in several (Lightning Fabric): each takes its share of every batch, and all of
chance follows from the seed and the number of the step, so that the curve of the loss is the same.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from livemusic.errors import MediaError
from training.config import (
    Config,
    ConvConfig,
    DenseConfig,
    FactorConfig,
    FigureConfig,
    PursuitConfig,
    RollConfig,
    RollFactorConfig,
)
from training.evaluate.drums import THRESHOLD, Figures, measure
from training.models.dense import Dense, Factors
from training.models.figures import FigureDictionary
from training.models.pursuit import AtomBank, PursuitDictionary
from training.models.rolls import RollDictionary, RollFactors
from training.models.wta import Dictionary
from training.progress import progress

CHECKPOINT = "last.pt"
LOG = "log.jsonl"
#: Every so many steps lost atoms start anew and a checkpoint is kept.
PERIOD = 32
_RENEW_UNTIL = 0.7
_WARM_UP = 0.1
_CLIP = 1.0
_BATCH = 512

Array = npt.NDArray[np.float32]
Model = PursuitDictionary | Dictionary | Dense | Factors | FigureDictionary | RollDictionary | RollFactors
Judge = Callable[[Model, Array], dict[str, Any]]
_KINDS: dict[str, tuple[type[Config], type[Model]]] = {
    "pursuit": (PursuitConfig, PursuitDictionary),
    "conv": (ConvConfig, Dictionary),
    "dense": (DenseConfig, Dense),
    "factor": (FactorConfig, Factors),
    "figures": (FigureConfig, FigureDictionary),
    "roll": (RollConfig, RollDictionary),
    "roll-factor": (RollFactorConfig, RollFactors),
}


class Trainee(nn.Module):
    """A model whose forward pass is its loss, as gradients between processes ask for."""

    def __init__(self, model: AtomBank | Dictionary | Dense | RollDictionary) -> None:
        super().__init__()
        self.model = model

    def forward(self, grids: Tensor, done: float, active: int, chance: torch.Generator) -> Tensor:
        return self.model.loss(grids, done, active, chance)


def build(config: Config) -> Model:
    """The model of a recipe, untrained."""
    return _KINDS[config.kind][1](config)  # type: ignore[arg-type]


def channels_of(windows: Array) -> Array:
    """Windows `(n, steps, 9, 3)` as the model's `(n, 27, steps)`, channel = feature * 9 + voice."""
    count, steps = windows.shape[:2]
    return np.ascontiguousarray(windows.transpose(0, 3, 2, 1).reshape(count, -1, steps), np.float32)


def rate_at(config: PursuitConfig | ConvConfig | DenseConfig | FigureConfig | RollConfig, done: float) -> float:
    """The learning rate when the share `done` (0..1) of all updates is behind."""
    if config.schedule == "constant":
        return config.rate
    if config.schedule == "linear":
        return config.rate * (1.0 - 0.97 * done)
    if done < _WARM_UP:
        return config.rate * (0.04 + 0.96 * done / _WARM_UP)
    return config.rate * 0.5 * (1.0 + math.cos(math.pi * (done - _WARM_UP) / (1.0 - _WARM_UP)))


def fit(
    config: Config,
    train: Array,
    validation: Array,
    run: Path,
    seed: int,
    resume: bool,
    fabric: Fabric | None = None,
    judged: Judge | None = None,
) -> Model:
    """Train on grids `(n, 27, steps)`, or whatever the model is of, keeping a checkpoint and one JSON line per step in
    `run`; `judged` (that of drums unless given) says what its log has of the validation grids after an epoch.

    A resumed run ends where an unbroken one does. Raises `MediaError` when there is nothing that fits to resume from.
    """
    fabric = fabric or Fabric(accelerator="cpu", devices=1)
    judged = judged or judge
    torch.manual_seed(seed)
    model = build(config)
    grids = torch.from_numpy(train)
    if isinstance(model, Factors | RollFactors):
        return _fit_factors(model, grids, validation, run, seed, judged)
    assert not isinstance(config, FactorConfig | RollFactorConfig)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.rate, amsgrad=config.amsgrad)
    if isinstance(model, AtomBank):
        model.reseed(torch.arange(len(model.atoms)), grids, torch.Generator().manual_seed(seed))
    first = _restore(run, config, seed, model, optimiser) if resume else 0
    if fabric.is_global_zero:
        _begin_log(run, first)
    batches = -(-len(grids) // config.batch)
    total = config.epochs * batches
    trainee, wrapped = fabric.setup(Trainee(model), optimiser)
    numbers = range(first, total)
    for step in progress(numbers, run.name, "step", total, first) if fabric.is_global_zero else numbers:
        began = time.perf_counter()
        epoch, number = divmod(step, batches)
        order = torch.randperm(len(grids), generator=torch.Generator().manual_seed(seed * 100_003 + epoch))
        rows = order[number * config.batch : (number + 1) * config.batch]
        mine = rows[fabric.global_rank :: fabric.world_size]
        chance = torch.Generator().manual_seed((seed * 100_003 + step) * 2 + 1)
        active = config.actives[int(torch.randint(len(config.actives), (1,), generator=chance))]
        rate = rate_at(config, step / total)
        for group in optimiser.param_groups:
            group["lr"] = rate
        model.train()
        # The mean over processes of means over shares is the mean over the batch only for shares of one size.
        share = len(mine) * fabric.world_size / len(rows)
        loss = trainee(grids[mine], step / total, active, chance) * share
        optimiser.zero_grad()
        fabric.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP if not isinstance(model, AtomBank) else 1e9)
        wrapped.step()
        mean = float(fabric.all_reduce(loss.detach(), reduce_op="mean"))  # type: ignore[arg-type]
        line: dict[str, Any] = {"step": step + 1, "epoch": epoch + 1, "loss": round(mean, 5), "rate": round(rate, 6)}
        done = step + 1
        if isinstance(model, AtomBank):
            model.bound()
            if done % PERIOD == 0 and done < _RENEW_UNTIL * total:
                model.wins = fabric.all_reduce(model.wins, reduce_op="sum")  # type: ignore[assignment]
                line["renewed"] = model.renew(grids, optimiser, chance)
            elif done % PERIOD == 0:
                model.wins.zero_()
        line["seconds"] = round(time.perf_counter() - began, 3)
        if fabric.is_global_zero:
            _log(run / LOG, line)
            if done % PERIOD == 0 or done == total:
                _save(run, config, seed, model, optimiser, done)
            if number == batches - 1:
                _log(run / LOG, {"step": done, "epoch": epoch + 1, **judged(model, validation)})
        fabric.barrier()
    return model.eval()


def judge(model: Model, grids: Array) -> dict[str, Any]:
    """What a log says of a model after an epoch: figures on validation grids at every budget, and atoms in use."""
    figures = {
        str(active): rebuild_and_measure(model, grids, active).rounded() for active in sorted(set(model.config.actives))
    }
    return {"validation": figures, "atoms_used": atoms_used(model, grids)}


@torch.no_grad()
def rebuild_and_measure(model: Model, grids: Array, active_per_beat: int) -> Figures:
    """The figures of a torch model on grids `(n, 27, steps)`."""
    model.eval()
    parts = [model.rebuild(part, active_per_beat) for part in torch.split(torch.from_numpy(grids), _BATCH)]
    threshold = model.config.threshold if isinstance(model.config, PursuitConfig) else THRESHOLD
    return measure(grids, torch.cat(parts).numpy(), threshold)


@torch.no_grad()
def atoms_used(model: Model, grids: Array) -> int:
    """How many atoms win at least once on grids at the largest budget; 0 for models without atoms."""
    model.eval()
    active = max(model.config.actives)
    used = torch.zeros(getattr(model.config, "atoms", 0), dtype=torch.bool)
    for part in torch.split(torch.from_numpy(grids), _BATCH):
        if isinstance(model, PursuitDictionary):
            picks = model.pursue(model.quiet(part), model.shares(active * part.shape[-1] // 4, part.shape[-1]))
            used[picks.atoms[picks.strengths > 0]] = True
        elif isinstance(model, Dictionary):
            used |= (model.sparse(part, active) != 0).any(2).any(0)
    return int(used.sum())


def load_run(run: Path) -> tuple[Model, dict[str, Any]]:
    """The trained model of a run folder and what is known of it (`config`, `seed`, `step`).

    Raises `MediaError` when there is no readable checkpoint.
    """
    state = _read(run)
    try:
        config = _KINDS[state["kind"]][0](**state["config"])
        model = build(config)
        model.load_state_dict(state["model"])
        known = {"config": config, "seed": state["seed"], "step": state["step"]}
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise MediaError(f"{run / CHECKPOINT} is of an older recipe ({error}): train it again") from error
    return model.eval(), known


def _fit_factors(
    model: Factors | RollFactors, grids: Tensor, validation: Array, run: Path, seed: int, judged: Judge
) -> Factors | RollFactors:
    model.fit(grids, seed)
    _begin_log(run, 0)
    _save(run, model.config, seed, model, None, 1)
    _log(run / LOG, {"step": 1, "epoch": 1, **judged(model, validation)})
    return model


def _read(run: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(run / CHECKPOINT, weights_only=True)
    except Exception as error:  # torch raises whatever its unpickler meets
        raise MediaError(f"{run / CHECKPOINT} is not a readable checkpoint: train without --resume") from error
    return state


def _restore(run: Path, config: Config, seed: int, model: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    state = _read(run)
    if state.get("kind") != config.kind or state["config"] != asdict(config) or state["seed"] != seed:
        raise MediaError(f"{run / CHECKPOINT} is of another recipe or seed: train without --resume")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _save(
    run: Path, config: Config, seed: int, model: nn.Module, optimiser: torch.optim.Optimizer | None, step: int
) -> None:
    part = run / f"{CHECKPOINT}.part"
    state = {
        "kind": config.kind,
        "config": asdict(config),
        "seed": seed,
        "step": step,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict() if optimiser else {},
    }
    try:
        torch.save(state, part)
        part.replace(run / CHECKPOINT)
    finally:
        part.unlink(missing_ok=True)


def _begin_log(run: Path, step: int) -> None:
    """Keep the lines of the log up to `step`; a run that was killed may have written more than it kept."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / LOG
    lines = path.read_text(encoding="utf-8").splitlines() if step and path.is_file() else []
    kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= step]
    path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")


def _log(path: Path, line: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
