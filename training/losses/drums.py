"""How far a rebuilt drum grid is from the played one, as the dictionary is trained on it."""

import torch
from torch import Tensor
from torch.nn import functional

from training.models.wta import FEATURES, Decoder

#: Nats that a velocity or an offset wrong by 1 costs: more gives truer touch and fewer right hits.
_TOUCH_WEIGHT = 1.5
_STEPS_PER_BEAT = 4


def reconstruction(decoder: Decoder, code: Tensor, grid: Tensor) -> Tensor:
    """The training loss of a sparse `code` against its `grid` `(batch, 27, steps)`.

    With probabilities: cross-entropy of the hits plus squared error of velocity and offset where there is a
    hit, in nats per beat. Without: the mean squared error of everything, as in the source.
    """
    hits, velocity, offset = decoder.lay(code)
    if not decoder.probabilities:
        return functional.mse_loss(torch.cat([hits, velocity, offset], dim=1), grid)
    true_hits, true_velocity, true_offset = grid.chunk(FEATURES, dim=1)
    wrong = functional.binary_cross_entropy_with_logits(hits, true_hits, reduction="sum")
    touch = ((velocity - true_velocity).square() + (offset - true_offset).square()) * true_hits
    beats = grid.shape[0] * grid.shape[-1] / _STEPS_PER_BEAT
    return (wrong + _TOUCH_WEIGHT * touch.sum()) / beats
