"""Losses on the path itself: near where it sounds alike, smooth, and easy to foresee."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def isometry_loss(points: Tensor, pictures: Tensor, soft: float = 0.15) -> Tensor:
    """How far distances of points `(n, m, dim)` are from those of pictures `(n, m, k)`, within each of the n groups.

    Mean of (d - d')^2 / (d' + soft): between Kruskal's raw stress and Sammon's (1969), which is all small distances.
    """
    wanted = torch.cdist(pictures, pictures)
    apart = (points[:, :, None] - points[:, None]).square().sum(-1)
    return ((apart + 1e-6).sqrt() - wanted).square().div(wanted + soft).mean()


def rollout_loss(foreseen: Tensor, path: Tensor, settled: int = 8) -> Tensor:
    """Mean squared error of the ways `(n, time, steps, dim)` foreseen along paths `(n, time + steps, dim)`, as a share
    of the paths' variance. The first `settled` moments, where the forecaster knows little, do not count.
    """
    time, steps = foreseen.shape[1:3]
    went = torch.stack([path[:, 1 + step : 1 + step + time] for step in range(steps)], 2) - path[:, :time, None]
    spread = path.var((0, 1)).sum().detach()
    return (foreseen - went)[:, settled:].square().sum(-1).mean() / spread


def curvature_loss(path: Tensor) -> Tensor:
    """Mean of 1 - cos between successive velocities of paths `(..., time, dim)`: 0 for a straight line."""
    velocity = torch.diff(path, dim=-2)
    return 1 - cosine_similarity(velocity[..., 1:, :], velocity[..., :-1, :], dim=-1, eps=1e-8).mean()
