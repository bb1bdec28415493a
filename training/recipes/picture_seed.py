"""The source's recipe on one film, after M-Lin-DM, Deep-Video-Embedding, scaled down for two cores.

As there: l = 75, batches of 4, 12 epochs, Adam .001, loss = cross-entropy of the frame + .001 * forecast (-cos,
gradient through both sides). Otherwise: 54 by 96 pixels; a batch is four neighbouring stretches, so that their 79
frames are encoded once and not 300 times, and 4 of these frames are drawn again instead of one of each stretch; an
epoch takes a quarter of all stretches.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from training.losses.forecast import forecast_loss
from training.models.picture_seed import LENGTH, SeedPicture, sequences
from training.progress import progress


@dataclass(frozen=True, slots=True)
class SeedRecipe:
    """What decides a run; `together` neighbouring stretches make a batch, which begins at every so many frames."""

    epochs: int = 12
    together: int = 4
    drawn: int = 4
    stride: int = 16
    alpha: float = 0.001
    rate: float = 1e-3
    seed: int = 0


def train_seed(frames: Tensor, recipe: SeedRecipe, kept: Path | None = None) -> SeedPicture:
    """Fit the source's model to the frames `(time, 54, 96)` of one film; with `kept`, once only: then it is read there.

    `ValueError` for fewer frames than a batch takes.
    """
    span = LENGTH + recipe.together
    if len(frames) < span:
        raise ValueError(f"{len(frames)} frames are fewer than the {span} of a batch")
    torch.manual_seed(recipe.seed)
    model = SeedPicture()
    if kept is not None and kept.is_file():
        state = torch.load(kept, weights_only=True)
        if state["recipe"] == repr(recipe) and torch.equal(state["begins_with"], frames[:2]):
            model.load_state_dict(state["model"])
            return model.eval()
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    model.train()
    for epoch in progress(range(recipe.epochs), "the source's recipe", "epoch"):
        chance = np.random.default_rng([recipe.seed, epoch])
        last = len(frames) - span
        begins = np.arange(chance.integers(min(recipe.stride, last + 1)), last + 1, recipe.stride)
        for begin in chance.permutation(begins):
            loss = seed_loss(model, frames[begin : begin + span], recipe, chance)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    model.eval()
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        torch.save({"model": model.state_dict(), "recipe": repr(recipe), "begins_with": frames[:2]}, partial)
        os.replace(partial, kept)
    return model


def seed_loss(model: SeedPicture, frames: Tensor, recipe: SeedRecipe, chance: np.random.Generator) -> Tensor:
    """The source's loss over the stretches of a batch's frames `(79, 54, 96)`."""
    path = model.encoder(frames)
    stretches, steps = sequences(path)
    shown = torch.from_numpy(chance.permutation(len(frames))[: recipe.drawn])
    drawn = binary_cross_entropy_with_logits(model.decoder(path[shown]), frames[shown])
    return drawn + recipe.alpha * forecast_loss(model.foresee(stretches), steps)
