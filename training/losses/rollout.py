"""Losses on a forecast of many steps: a path should still be foreseen after a second, not only at the next hop.

The source's one-step loss (`training.losses.forecast`) knows directions alone and one step; these know places.
"""

import torch
from torch import Tensor


def rollout_loss(rolled: Tensor, actual: Tensor) -> Tensor:
    """Mean squared distance between rolled and actual points `(..., steps, dim)`."""
    return (rolled - actual).square().sum(dim=-1).mean()


def spread_of(path: Tensor) -> Tensor:
    """Root mean square distance of the points `(..., dim)` from their mean: a scalar; carries gradient."""
    points = path.flatten(0, -2)
    return (points - points.mean(dim=0)).square().sum(dim=-1).mean().clamp_min(1e-12).sqrt()


def roll_by_neighbours(
    begin: Tensor, points: Tensor, velocities: Tensor, allowed: Tensor, steps: int, k: int = 5
) -> Tensor:
    """Follow the k nearest points' velocities from `begin` `(n, dim)`, weighted by 1/distance: `(n, steps, dim)`.

    `points` and `velocities` `(m, dim)`; `allowed` `(n, m)` says who may guide whom. Gradient flows through weights,
    velocities and places; which points are nearest is taken as given.
    """
    here, taken = begin, []
    for _ in range(steps):
        with torch.no_grad():
            far = torch.cdist(here, points).masked_fill(~allowed, torch.inf)
            near = far.topk(k, dim=1, largest=False).indices
        distance = (here[:, None] - points[near]).square().sum(dim=-1).add(1e-12).sqrt()
        weight = 1 / distance
        here = here + (weight[..., None] * velocities[near]).sum(dim=1) / weight.sum(dim=1, keepdim=True)
        taken.append(here)
    return torch.stack(taken, dim=1)
