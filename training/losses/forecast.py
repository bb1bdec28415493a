"""Losses on the path itself: it should be easy to foresee and not turn sharply.

Source: M-Lin-DM, Deep-Audio-Embedding: loss = alpha * forecast + beta * reconstruction + delta * curvature.
"""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def forecast_loss(foreseen: Tensor, actual: Tensor) -> Tensor:
    """Mean of -cos between foreseen and actual velocities `(..., dim)`: -1 parallel, 0 at right angles, 1 opposed.

    Both sides carry gradient, and lengths do not count. (The source's text writes 1 - cos: the same gradient.)
    """
    return -cosine_similarity(foreseen, actual, dim=-1, eps=1e-8).mean()


def curvature_loss(path: Tensor) -> Tensor:
    """Mean of -cos between successive velocities of paths `(..., time, dim)`: -1 for a straight line."""
    velocity = torch.diff(path, dim=-2)
    return forecast_loss(velocity[..., 1:, :], velocity[..., :-1, :])


def slowness_loss(path: Tensor) -> Tensor:
    """Mean squared step of paths `(n, time, dim)`, per axis, after the whole batch is whitened: 0 for a standstill.

    The objective of slow feature analysis (Wiskott & Sejnowski 2002), trace(cov(z)^-1 cov(v)) / dim; it does not
    depend on the scale, place or turn of the space, so it cannot be won by shrinking.
    """
    points = path.flatten(0, 1)
    points = points - points.mean(dim=0)
    steps = torch.diff(path, dim=-2).flatten(0, 1)
    spread = points.T @ points / len(points)
    motion = steps.T @ steps / len(steps)
    ridge = 1e-4 * spread.diagonal().mean() + 1e-12
    whitened: Tensor = torch.linalg.solve(spread + ridge * torch.eye(len(spread)), motion)
    return whitened.diagonal().mean()
