"""What a training run keeps, to go on from: the model, its optimiser, how far it is, and by which recipe."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from livemusic.errors import MediaError, ModelError


def keep(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, recipe: object, done: int) -> None:
    """Write it whole, over the one before."""
    partial = path.with_suffix(".part")
    state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "done": done, "recipe": repr(recipe)}
    torch.save(state, partial)
    os.replace(partial, path)


def restore(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, recipe: object) -> int:
    """Load what was kept by the same recipe; returns how much was done. `ModelError` where there is none."""
    try:
        state = torch.load(path, weights_only=True)
    except OSError as error:
        raise ModelError(f"{path} cannot be read, so there is nothing to resume: start without --resume") from error
    if state["recipe"] != repr(recipe):
        raise ModelError(f"{path} belongs to {state['recipe']}: resume with the same options, or start anew")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["done"])


def keep_epoch(path: Path, kept: Mapping[str, Any], seed: int, epochs: int, epoch: int) -> None:
    """Write what a run of `epochs` needs to go on after `epoch` of them, whole, over the one before."""
    partial = path.with_name(f"{path.name}.part")
    states = {name: what.state_dict() for name, what in kept.items()}
    try:
        torch.save({"seed": seed, "epochs": epochs, "epoch": epoch, **states}, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def restore_epoch(path: Path, kept: Mapping[str, Any], seed: int, epochs: int) -> int:
    """Load what `keep_epoch` wrote for the same run; how many epochs were done. `MediaError` where it does not fit."""
    try:
        state = torch.load(path, weights_only=True)
        if (state["seed"], state["epochs"]) != (seed, epochs):
            raise ValueError("another seed or number of epochs")
        for name, what in kept.items():
            what.load_state_dict(state[name])
    except Exception as error:  # torch raises whatever its unpickler meets
        raise MediaError(f"{path} does not fit ({error}): train without --resume") from error
    return int(state["epoch"])
