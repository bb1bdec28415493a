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
