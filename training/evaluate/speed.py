"""How long a morph among four patterns takes: as the app does it, and in torch."""

import argparse
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livemusic.latent.morph import perplexity
from livemusic.music.grid import Grid
from livemusic.sketch.path import Path
from training.data import groove
from training.evaluate.drums_report import open_atoms
from training.evaluate.graphs import Coder
from training.losses.drums import limited
from training.models.pursuit import Picks, PursuitDictionary
from training.train import channels_of

_ROUNDS, _MOVES = 40, 5


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for reading four corners of two bars and one for a move among them, one thread, new patterns each time."""
    torch.set_num_threads(1)
    coder, model = Coder(args.model), open_atoms(args.model)
    chance = np.random.default_rng(0)
    windows = groove.load(args.data or groove.download()).windows[args.split]
    times: dict[str, tuple[list[float], list[float]]] = {"read four corners": ([], []), "a move, blend": ([], [])}
    for _ in range(_ROUNDS):
        four = windows[chance.integers(len(windows), size=4)]
        grids = torch.from_numpy(channels_of(four))
        ours, theirs = times["read four corners"]
        path = _timed(ours, Path, coder, [Grid(values) for values in four], "blend")
        codes = _timed(theirs, _codes, model, grids, coder.spec.active_per_beat)
        ours, theirs = times["a move, blend"]
        for _ in range(_MOVES):
            weights = chance.dirichlet(np.ones(4)).astype(np.float32)
            _timed(ours, path.at, weights)
            count = int(np.ceil(coder.picks(four.shape[1]) * perplexity(weights)))
            _timed(theirs, _mixed, model, codes, weights, count)
    return [
        {
            "what": what,
            **{
                f"{whose}, {label} ms": float(1e3 * np.percentile(values, percent))
                for whose, values in zip(("app", "torch"), both, strict=True)
                for label, percent in (("p50", 50), ("p99", 99))
            },
        }
        for what, both in times.items()
    ]


def _timed(times: list[float], work: Callable[..., Any], *things: Any) -> Any:
    began = perf_counter()
    made = work(*things)
    times.append(perf_counter() - began)
    return made


@torch.no_grad()
def _codes(model: PursuitDictionary, grids: Tensor, active: int) -> Tensor:
    """Codes `(grids, atoms, steps)`."""
    steps = grids.shape[-1]
    codes: Tensor = model(grids, model.shares(active * steps // 4, steps))
    return codes


@torch.no_grad()
def _mixed(model: PursuitDictionary, codes: Tensor, weights: Any, count: int) -> Tensor:
    """The pattern of the `count` winners of the codes' mixture."""
    steps = codes.shape[-1]
    mixed = torch.einsum("c,cap->ap", torch.from_numpy(weights), codes).flatten()
    winners = mixed.abs().topk(count).indices
    picks = Picks(winners[None] // steps, winners[None] % steps, mixed[winners][None])
    return limited(*model.lay(picks, steps)[:, :steps].transpose(1, 2).chunk(3, 1))
