"""What keeps soft-DTW from collapsing while the predictions are still no better than chance.

Schedule, diagonal prior and unfolding are those of Zeitler et al. (ISMIR 2023, arXiv 2308.05429); the fourth way,
weights of the steps, is in `softdtw.weighted_steps`.
"""

import torch
from torch import Tensor


def annealed(epoch: int, hot: float = 10.0, cold: float = 0.1, held: int = 10, falling: int = 10) -> float:
    """A value that is `hot` for the first `held` epochs and then falls in a straight line over `falling` more to
    `cold`.

    As it stands the published temperature; their weight of the prior is `annealed(epoch, 3, 0, 5, 5)`.
    """
    share = min(1.0, max(0.0, (epoch + 1 - held) / falling)) if falling else float(epoch >= held)
    return hot + (cold - hot) * share


def diagonal_penalty(targets: int, predictions: int, nu: float = 1000.0) -> Tensor:
    """What the diagonal prior adds to the cost of each cell, times its weight: `1 - P`, `(targets, predictions)`.

    P is 1 where prediction n is in the block of target m, `m = floor(n M / N)`, else `exp(-distance^2 / (2 nu))`. As
    published the distance is counted from the first prediction of the block on its left, but from the first one
    behind it on its right: there it is one too small, and the prediction right behind a block costs nothing.
    """
    place = torch.arange(predictions)
    block = place * targets // predictions
    later = torch.arange(targets + 1)[:, None]
    bounds = (block < later).sum(1)  # of each target's block: the first prediction, and the first one behind
    left, right = (bounds[:-1, None] - place).clamp_min(0), (place - bounds[1:, None]).clamp_min(0)
    return 1 - torch.exp(-(left + right).square() / (2 * nu))


def unfolded(targets: Tensor, predictions: int) -> Tensor:
    """Targets `(batch, m, dim)` repeated to as many moments as there are predictions, `y[floor(n M / N)]`: a blind
    guess that they are all equally long, and an alignment that is about diagonal."""
    return targets[:, torch.arange(predictions) * targets.shape[1] // predictions]
