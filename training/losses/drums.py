"""How far a rebuilt drum grid is from the played one, for models that say hits as log-odds."""

import torch
from torch import Tensor
from torch.nn import functional

#: Nats that a velocity or an offset wrong by 1 costs: more gives truer touch and fewer right hits.
_TOUCH_WEIGHT = 1.5
_STEPS_PER_BEAT = 4


def likelihood(laid: Tensor, grid: Tensor) -> Tensor:
    """Cross-entropy of the hits (log-odds) plus squared error of velocity and offset where there is a hit, in nats
    per beat. Both are `(batch, 27, steps)`."""
    hits, velocity, offset = laid.chunk(3, 1)
    true_hits, true_velocity, true_offset = grid.chunk(3, 1)
    wrong = functional.binary_cross_entropy_with_logits(hits, true_hits, reduction="sum")
    touch = ((velocity - true_velocity).square() + (offset - true_offset).square()) * true_hits
    return (wrong + _TOUCH_WEIGHT * touch.sum()) / (grid.shape[0] * grid.shape[-1] / _STEPS_PER_BEAT)


def limited(hits: Tensor, velocity: Tensor, offset: Tensor) -> Tensor:
    """A grid `(batch, 27, steps)` within its ranges; hits are probabilities already."""
    return torch.cat([hits.clamp(0, 1), velocity.clamp(0, 1), offset.clamp(-0.5, 0.5)], 1)
