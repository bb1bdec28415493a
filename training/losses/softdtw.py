"""Soft dynamic time warping: how far two sequences are apart over all their alignments, and what those alignments are.

`D[i, j] = min^g over steps of D[before] + w_step C[i, j]`, `min^g(S) = -g log sum exp(-s / g)` (Cuturi and Blondel
2017; weights: Zeitler et al. 2024). A path begins in a cell before the first row and ends in one
behind the last; without slack these are the corners, left and reached by a step along both sequences. With other
steps the same recursion is connectionist temporal classification.

Cells are stored by anti-diagonals, the batch innermost, so that each anti-diagonal is one operation on one contiguous
block; `Diagonals` knows where everything is. Sums are kept in float64 and in units of -1/g, whatever comes in: path
costs grow with the length, and a small temperature magnifies what rounding took from them.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from training.losses.diagonals import Diagonals, Step, Ways

#: Log-weight of what cannot be reached: finite, so that no difference of two of them is undefined.
_NEVER = -1e30


def weighted(vertical: float, horizontal: float, diagonal: float) -> Ways:
    """The alignments of dynamic time warping with weights `[w_v, w_h, w_d]` as in Zeitler et al. (ICASSP 2024):
    vertical moves to the next row (target) at the same column (prediction), horizontal to the next column at the same
    row."""
    return Ways((Step(1, 0, vertical), Step(0, 1, horizontal), Step(1, 1, diagonal)))


#: All three moves alike.
PLAIN = weighted(1, 1, 1)
#: A diagonal step costs what the detour over its corner does: without it long ways are dear and paths too straight.
EVEN = weighted(1, 1, 2)
#: Only entering a target costs: predictions may stay as long as they like, which cures collapse onto single targets.
ENTERING = weighted(1, 0, 1)
#: Stay, go on, leave out a blank: connectionist temporal classification, time down the rows.
CTC = Ways((Step(1, 0), Step(1, 1), Step(1, 2)))


def soft_dtw(
    cost: Tensor,
    gamma: float,
    ways: Ways = PLAIN,
    lengths: Tensor | None = None,
    barred: Tensor | None = None,
) -> Tensor:
    """The soft-DTW of every cost matrix of a batch `(batch, rows, columns)`, as `(batch,)`; differentiable twice.

    `lengths` `(batch, 2)`: rows and columns that count, for batches of unequal lengths. `barred` `(batch, columns)`:
    columns that the last step must not enter. A cell that costs `inf` is closed to steps with a weight. Where no path
    is left the result is `inf`, its gradient 0. Raises `ValueError` for shapes, lengths, a temperature or ways that
    make no sense.
    """
    lengths = _checked(cost, gamma, ways, lengths, barred)
    value: Tensor = _SoftDTW.apply(cost, gamma, ways, lengths, barred)  # type: ignore[no-untyped-call]
    return value


def soft_alignment(
    cost: Tensor,
    gamma: float,
    ways: Ways = PLAIN,
    lengths: Tensor | None = None,
) -> Tensor:
    """How likely an alignment goes through each cell: E, `(batch, rows, columns)`, without gradient.

    With weights that are all 1 it is the gradient of `soft_dtw`; else that is H = E times the mean weight of the steps
    by which the cell is entered.
    """
    lengths = _checked(cost, gamma, ways, lengths, None)
    layout, log, reached = _summed(cost.detach(), gamma, ways, lengths, None)
    visits, _ = _visited(layout, log, reached.seeds, keep=True)
    return layout.unpack(visits, cost)


def expected_cost(cost: Tensor, gamma: float, ways: Ways = PLAIN, lengths: Tensor | None = None) -> Tensor:
    """The mean cost of an alignment, `<H, C>`, `(batch,)`: the sharp soft-DTW of Blondel, Mensch and Vert (2021)."""
    lengths = _checked(cost, gamma, ways, lengths, None)
    how = cost, gamma, ways, lengths, None
    gradient: Tensor = _Gradient.apply(*how)  # type: ignore[no-untyped-call]
    return (gradient * _masked(cost, lengths)).sum((1, 2))


def path_entropy(cost: Tensor, gamma: float, ways: Ways = PLAIN, lengths: Tensor | None = None) -> Tensor:
    """The entropy in nats of the distribution over alignments, `(batch,)`: 0 where one is sure."""
    if any(step.toll for step in ways.steps):
        raise ValueError("the entropy is known for steps without tolls only")
    value = soft_dtw(cost, gamma, ways, lengths)
    return (expected_cost(cost, gamma, ways, lengths) - value) / gamma


def squared_distances(first: Tensor, second: Tensor) -> Tensor:
    """Squared Euclidean distance of every two moments of `(batch, n, dim)` and `(batch, m, dim)`: `(batch, n, m)`."""
    own = first.square().sum(-1)[:, :, None] + second.square().sum(-1)[:, None]
    return (own - 2 * first @ second.mT).clamp_min(0)


def cross_entropies(log_odds: Tensor, targets: Tensor, positive_weight: float = 1.0) -> Tensor:
    """Nats of binary cross-entropy of every moment of `log_odds` `(batch, n, classes)` with every one of `targets` in
    0..1 `(batch, m, classes)`, summed over classes: `(batch, n, m)`. `positive_weight`: what is there counts so many
    times."""
    there, not_there = functional.logsigmoid(log_odds), functional.logsigmoid(-log_odds)
    return -(not_there @ (1 - targets).mT + positive_weight * there @ targets.mT)


def soft_dtw_divergence(first: Tensor, second: Tensor, gamma: float) -> Tensor:
    """What soft-DTW is above that of each sequence with itself, `(batch,)`: 0 for equal sequences, never below.

    `S(X, Y) - (S(X, X) + S(Y, Y)) / 2` over squared distances of `(batch, n, dim)` and `(batch, m, dim)` (Blondel,
    Mensch and Vert 2021).
    """
    apart, own, others = (
        soft_dtw(squared_distances(a, b), gamma) for a, b in ((first, second), (first, first), (second, second))
    )
    return apart - (own + others) / 2


def contrastive_soft_dtw(first: Tensor, second: Tensor, gamma: float, temperature: float = 1.0) -> Tensor:
    """Nats by which a sequence is not told from its partner among all of the batch, in both directions; a scalar.

    For two sequences that are both learned: soft-DTW alone is 0 where both are constant. Here only a pair that is
    nearer than the others counts as near, and constants cost log(batch). `(batch, n, dim)`, `(batch, m, dim)`; the
    distance is soft-DTW over squared distances for each moment of the longer one.
    """
    batch = len(first)
    cost = squared_distances(first.repeat_interleave(batch, 0), second.repeat(batch, 1, 1))
    scores = -soft_dtw(cost, gamma).view(batch, batch) / (temperature * max(first.shape[1], second.shape[1]))
    own = torch.arange(batch, device=first.device)
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.mT, own)) / 2


def ctc(log_probabilities: Tensor, targets: Tensor, lengths: Tensor | None = None, blank: int = 0) -> Tensor:
    """Connectionist temporal classification (Graves et al. 2006) as the same recursion at temperature 1, `(batch,)`.

    `log_probabilities` `(batch, time, classes)`, `targets` `(batch, labels)`; `lengths` `(batch, 2)` in moments and
    labels.
    """
    batch, time, _ = log_probabilities.shape
    spread = torch.full((batch, 2 * targets.shape[1] + 1), blank, dtype=torch.long, device=targets.device)
    spread[:, 1::2] = targets
    same = torch.ones_like(spread, dtype=torch.bool)
    same[:, 2:] = spread[:, 2:] == spread[:, :-2]
    same[:, 1:2] = False
    cost = -log_probabilities.gather(2, spread[:, None].expand(-1, time, -1))
    cells = None if lengths is None else lengths * lengths.new_tensor([1, 2]) + lengths.new_tensor([0, 1])
    return soft_dtw(cost, 1.0, CTC, cells, same | (spread == blank))


class _Log(NamedTuple):
    """All of a forward pass that the others need: log-weights of all paths into each cell, what each cell costs,
    log-weights of the last step into each column (0 or never), counted from the last, the steps and the
    temperature."""

    paths: Tensor
    costs: Tensor
    barred: Tensor | None
    steps: tuple[Step, ...]
    gamma: float

    def entered(self, layout: Diagonals, diagonal: int) -> Tensor:
        """Log-weights of the paths into an anti-diagonal by each step, `(steps, cells, batch)`."""
        own = self.costs[layout.cells(diagonal)].double().mul(-1 / self.gamma).clamp_(min=_NEVER)
        ways = own.new_empty(len(self.steps), *own.shape)
        for way, step in zip(ways, self.steps, strict=True):
            torch.add(self.paths[layout.before(diagonal, step)], own, alpha=step.weight, out=way)
            if step.toll:
                way -= step.toll / self.gamma
        if self.barred is not None:
            ways[-1] += self.barred[layout.columns(diagonal)]
        return ways

    def shares(self, layout: Diagonals, diagonal: int) -> Tensor:
        """How much of what goes through a cell comes by each step, `(steps, cells, batch)`."""
        return self.entered(layout, diagonal).sub_(self.paths[layout.cells(diagonal)]).exp_()


class _Reached(NamedTuple):
    """Log-weight of all paths that reach the end `(batch,)`, and which share of them ends in which place."""

    paths: Tensor
    seeds: tuple[Tensor, Tensor]


def _checked(cost: Tensor, gamma: float, ways: Ways, lengths: Tensor | None, barred: Tensor | None) -> Tensor | None:
    if cost.ndim != 3 or not cost.is_floating_point() or 0 in cost.shape:
        raise ValueError(f"cost must be floats (batch, rows, columns), none of them 0, got {tuple(cost.shape)}")
    if not gamma > 0:
        raise ValueError(f"the temperature gamma must be above 0, got {gamma}")
    if not any(step.rows and step.columns for step in ways.steps):
        raise ValueError("steps must have one that moves along rows and columns: paths begin and end by it")
    if not 0 <= ways.slack < cost.shape[2] or (ways.band and ways.slack > ways.band[1]):
        raise ValueError(f"a slack of {ways.slack} is more than the columns or the band allow")
    if barred is not None and barred.shape != (cost.shape[0], cost.shape[2]):
        raise ValueError(f"barred must be (batch, columns), got {tuple(barred.shape)} for {tuple(cost.shape)}")
    if lengths is None:
        return None
    full = torch.tensor(cost.shape[1:], device=lengths.device)
    if lengths.shape != (len(cost), 2) or bool(((lengths < 1) | (lengths > full)).any()):
        raise ValueError(f"lengths must be (batch, 2) within 1..{tuple(cost.shape[1:])}, got {lengths.tolist()}")
    return lengths.to(cost.device)


def _masked(cost: Tensor, lengths: Tensor | None) -> Tensor:
    """The costs, 0 outside the lengths: what is in a padding, NaN perhaps, touches nothing."""
    if lengths is None:
        return cost
    _, rows, columns = cost.shape
    inside = torch.arange(rows, device=cost.device)[:, None] < lengths[:, 0, None, None]
    return cost.where(inside & (torch.arange(columns, device=cost.device) < lengths[:, 1, None, None]), 0)


def _summed(
    cost: Tensor, gamma: float, ways: Ways, lengths: Tensor | None, barred: Tensor | None
) -> tuple[Diagonals, _Log, _Reached]:
    """The forward pass."""
    layout = Diagonals(cost.shape[1], cost.shape[2], ways, cost.device)
    costs = layout.pack(_masked(cost, lengths))
    paths = torch.full_like(costs, _NEVER, dtype=torch.float64)
    paths[layout.starts(ways.slack)] = 0
    columns = None if barred is None else barred.T.flip(0).double() * _NEVER
    log = _Log(paths, costs, columns, ways.steps, gamma)
    for diagonal in range(len(layout)):
        entered = log.entered(layout, diagonal)
        best = entered.amax(0)
        torch.add(best, entered.sub_(best).exp_().sum(0).log_(), out=paths[layout.cells(diagonal)])
    return layout, log, _ended(layout, paths, lengths, ways.slack)


def _ended(layout: Diagonals, paths: Tensor, lengths: Tensor | None, slack: int) -> _Reached:
    batch = paths.shape[1]
    after = torch.tensor([layout.shape], device=paths.device).expand(batch, 2) if lengths is None else lengths
    moves = [(step.rows, step.columns + left) for step in layout.steps if step.rows for left in range(slack + 1)]
    last = after - torch.tensor(moves, device=paths.device)[:, None]
    there = (last >= 0).all(-1) & (last[..., 1] < after[:, 1])
    places = layout.place(*last.clamp_min(0).minimum(after - 1).unbind(-1))
    ends = paths.gather(0, places).where(there, _NEVER)
    return _Reached(ends.logsumexp(0), (places, ends.softmax(0) * (ends.amax(0) > _NEVER / 2)))


def _visited(layout: Diagonals, log: _Log, seeds: tuple[Tensor, Tensor], keep: bool = False) -> tuple[Tensor, Tensor]:
    """The backward pass: how often cells are visited (E) and how often their cost counts (H), packed; H is written
    over E where E need not be kept."""
    visits = torch.zeros_like(log.paths).scatter_add_(0, *seeds)
    counts = torch.zeros_like(visits) if keep else visits
    weights = visits.new_tensor([step.weight for step in layout.steps])
    even = bool((weights == 1).all())
    for diagonal in reversed(range(len(layout))):
        own = layout.cells(diagonal)
        shares = log.shares(layout, diagonal)
        for share, step in zip(shares, layout.steps, strict=True):
            visits[layout.before(diagonal, step)].addcmul_(visits[own], share)
        if not even:
            torch.mul(visits[own], torch.tensordot(weights, shares, 1), out=counts[own])
        elif keep:
            counts[own] = visits[own]
    return visits, counts


class _SoftDTW(torch.autograd.Function):
    """The value; its gradient is `_Gradient`, worked out from the sums that are there already."""

    @staticmethod
    def forward(ctx: Any, cost: Tensor, *how: Any) -> Tensor:
        layout, log, reached = _summed(cost, *how)
        ctx.save_for_backward(cost, *log[:3], *reached.seeds)
        ctx.layout, ctx.how = layout, how
        value: Tensor = (reached.paths * -how[0]).to(cost.dtype)
        value[reached.paths < _NEVER / 2] = torch.inf
        return value

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        cost, paths, costs, barred, places, shares = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient itself is to be differentiated
            gradient = _Gradient.apply(cost, *ctx.how)  # type: ignore[no-untyped-call]
        else:
            log = _Log(paths, costs, barred, ctx.how[1].steps, ctx.how[0])
            gradient = ctx.layout.unpack(_visited(ctx.layout, log, (places, shares))[1], cost)
            return gradient.mul_(grads[0][:, None, None]), None, None, None, None
        return gradient * grads[0][:, None, None], None, None, None, None


class _Gradient(torch.autograd.Function):
    """H, the gradient of the value by the costs. Its own gradient is the Hessian times a direction, by the derivative
    of both passes in that direction (Mensch and Blondel 2018, algorithm 2, for weighted steps)."""

    @staticmethod
    def forward(ctx: Any, cost: Tensor, *how: Any) -> Tensor:
        layout, log, reached = _summed(cost, *how)
        visits, counts = _visited(layout, log, reached.seeds, keep=True)
        ctx.save_for_backward(visits, *log[:3], *reached.seeds)
        ctx.layout, ctx.how = layout, how
        return layout.unpack(counts, cost)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        visits, paths, costs, barred, places, ends = ctx.saved_tensors
        layout, (gamma, ways, lengths, _) = ctx.layout, ctx.how
        log = _Log(paths, costs, barred, ways.steps, gamma)
        direction = layout.pack(_masked(grads[0], lengths))
        drift = torch.zeros_like(paths)  # of the sums, when the costs move in that direction; tolls stay
        drifting = _Log(drift, direction, None, tuple(step._replace(toll=0.0) for step in ways.steps), gamma)
        for diagonal in range(len(layout)):
            shares = log.shares(layout, diagonal)
            drift[layout.cells(diagonal)] = (shares * drifting.entered(layout, diagonal)).sum(0)
        at_end = drift.gather(0, places)
        moved = torch.zeros_like(paths)
        moved.scatter_add_(0, places, ends * (at_end - (ends * at_end).sum(0)))
        weights = paths.new_tensor([step.weight for step in layout.steps])
        bent = torch.zeros_like(paths)
        for diagonal in reversed(range(len(layout))):
            own = layout.cells(diagonal)
            shares = log.shares(layout, diagonal)
            shifts = (drifting.entered(layout, diagonal) - drift[own]) * shares
            for share, shift, step in zip(shares, shifts, layout.steps, strict=True):
                moved[layout.before(diagonal, step)].addcmul_(moved[own], share).addcmul_(visits[own], shift)
            bent[own] = moved[own] * torch.tensordot(weights, shares, 1) + visits[own] * torch.tensordot(
                weights, shifts, 1
            )
        return layout.unpack(bent, grads[0]), None, None, None, None
