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
    """Mean squared step of whitened paths `(..., time, dim)`, per axis: 0 for a standstill.

    The objective of slow feature analysis (Wiskott & Sejnowski 2002), so the path must be `whitened` before: otherwise
    it is won by shrinking.
    """
    return torch.diff(path, dim=-2).square().mean()


def stress_loss(path: Tensor, seen: Tensor) -> Tensor:
    """How far distances along paths `(n, time, dim)` are from those between what was seen `(n, time, d)`, up to scale.

    The squared stress of multidimensional scaling (Kruskal 1964) with both distances divided by their mean over the
    path: 0 where all are in proportion.
    """
    mine, theirs = (_distances(rows - rows.mean(dim=1, keepdim=True)) for rows in (path, seen))
    return (mine - theirs).square().mean()


def _distances(rows: Tensor) -> Tensor:
    """Distances `(n, time, time)` between the rows `(n, time, d)` of each path, 1 on average."""
    lengths = rows.square().sum(dim=-1)
    squares = lengths[:, :, None] + lengths[:, None] - 2 * rows @ rows.transpose(1, 2)
    apart = torch.sqrt(squares.clamp_min(0) + 1e-8)
    return apart / apart.mean(dim=(1, 2), keepdim=True).clamp_min(1e-3)


def whitened(path: Tensor) -> Tensor:
    """Paths `(n, time, dim)` moved, stretched and sheared so that all points together have mean 0 and covariance 1.

    Losses on the result see the space as it is exported, and gradient flows through the whitening.
    """
    points = path.flatten(0, 1)
    points = points - points.mean(dim=0)
    spread = points.T @ points / len(points)
    ridge = 1e-4 * spread.diagonal().mean() + 1e-12
    factor = torch.linalg.cholesky(spread + ridge * torch.eye(len(spread)))
    white: Tensor = torch.linalg.solve_triangular(factor, points.T, upper=False).T
    return white.reshape(path.shape)
