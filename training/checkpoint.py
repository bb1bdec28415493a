"""What a training run keeps, to go on from: the model, its optimiser, how far it is, and by which recipe."""

import os
from pathlib import Path

import torch
from torch import nn

from livemusic.errors import ModelError


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
