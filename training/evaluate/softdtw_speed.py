"""Time and memory of soft-DTW beside tslearn's, forward and backward, each in a process of its own on one thread."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import torch
from torch import Tensor

SIZE, BATCH, DIM, GAMMA = 512, 16, 12, 1.0
_RUNS = 7
NAMES = {
    "ours": "ours (torch, float64 sums)",
    "tslearn": "tslearn, `SoftDTWLossPyTorch` (Numba)",
}


def measure() -> dict[str, dict[str, float]]:
    """Of each in turn: median and best seconds of forward and backward, and peak memory beyond what was there before,
    in MB."""
    found = {}
    for name in NAMES:
        command = [sys.executable, "-m", "training.evaluate.softdtw_speed", name]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd())
        found[name] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _ours(cost: Tensor) -> Tensor:
    from training.losses.softdtw import soft_dtw

    return soft_dtw(cost, GAMMA)


def _tslearn() -> Callable[[Tensor], Tensor]:
    from tslearn.metrics.soft_dtw_loss_pytorch import _SoftDTWLossPyTorch

    # It marks masked cells in the costs it is given, so it is given a copy, as from a distance just worked out.
    return lambda cost: _SoftDTWLossPyTorch.apply(cost.clone(), GAMMA)


def _one(name: str) -> dict[str, float]:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    first, second = torch.randn(BATCH, SIZE, DIM), torch.randn(BATCH, SIZE, DIM)
    cost = torch.cdist(first, second).square().div(DIM)
    loss = _ours if name == "ours" else _tslearn()
    small = cost[:1, :8, :8].clone().requires_grad_()
    torch.autograd.backward(loss(small).sum())  # compiled and warm
    before = _peak()
    forward, both = [], []
    for _ in range(_RUNS):
        given = cost.clone().requires_grad_()
        began = process_time()
        value = loss(given).sum()
        halfway = process_time()
        torch.autograd.backward(value)
        forward.append(halfway - began)
        both.append(process_time() - began)
        del given, value
    return {
        "forward_s": round(median(forward), 3),
        "both_s": round(median(both), 3),
        "best_s": round(min(both), 3),
        "peak_mb": round(_peak() - before),
    }


def _peak() -> float:
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _main(arguments: list[str]) -> Any:
    print(json.dumps(_one(arguments[0])))


if __name__ == "__main__":
    _main(sys.argv[1:])
