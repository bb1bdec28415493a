"""Soft-DTW beside every alignment written out, published vectors, a slow recursion, tslearn and torch's own CTC."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional
from tslearn.metrics import dtw_path_from_metric, soft_dtw_alignment

from training.losses.diagonals import Step, Ways
from training.losses.softdtw import (
    CTC,
    ENTERING,
    EVEN,
    PLAIN,
    contrastive_soft_dtw,
    cross_entropies,
    ctc,
    expected_cost,
    path_entropy,
    soft_alignment,
    soft_dtw,
    soft_dtw_divergence,
    squared_distances,
    weighted,
)
from training.losses.stabilizers import annealed, diagonal_penalty, unfolded

VECTOR = torch.tensor([[[0, 1, 4], [1, 0, 1], [4, 1, 0], [9, 4, 1]]], dtype=torch.float64)
ONCE = Ways((Step(1, 0, 1, 0.7), Step(1, 1), Step(1, 2, 1, 0.4)))
WAYS = {"once": ONCE, "plain": PLAIN, "even": EVEN, "entering": ENTERING, "odd": weighted(0.3, 1.7, 0.9)}
LOOSE = {
    "loose": ONCE._replace(slack=2),
    "banded": ONCE._replace(slack=1, band=(0, 2)),
    "loose plain": PLAIN._replace(slack=1),
}
Path = list[tuple[int, int, Step]]


def alignments(rows: int, columns: int, ways: Ways) -> Iterator[Path]:
    """Every way to the last cell: its cells and the weight that each is entered with."""

    def go(row: int, column: int, path: Path) -> Iterator[Path]:
        for step in ways.steps if row >= 0 else [step for step in ways.steps if step.rows]:
            r, c = row + step.rows, column + step.columns
            if r < rows and 0 <= c < columns:
                yield from go(r, c, [*path, (r, c, step)])
            elif r == rows and columns - ways.slack <= c <= columns:
                yield path

    for begin in range(-1, ways.slack):
        yield from go(-1, begin, [])


def by_hand(cost: Tensor, gamma: float, ways: Ways = PLAIN) -> tuple[float, Tensor, Tensor, float]:
    """Value, E, H and mean cost of one matrix, from all alignments."""
    paths = list(alignments(*cost.shape, ways))
    if not paths:
        return math.inf, torch.zeros_like(cost), torch.zeros_like(cost), 0.0
    entered = torch.stack([torch.stack([cost[r, c] * step.weight for r, c, step in path]).sum() for path in paths])
    costs = entered + cost.new_tensor([sum(step.toll for _, _, step in path) for path in paths])
    shares = (-costs / gamma).softmax(0)
    visits, counts = torch.zeros_like(cost), torch.zeros_like(cost)
    for path, share in zip(paths, shares, strict=True):
        for r, c, step in path:
            visits[r, c] += share
            counts[r, c] += share * step.weight
    return (-gamma * (-costs / gamma).logsumexp(0)).item(), visits, counts, (shares * entered).sum().item()


def one_by_one(cost: Tensor, gamma: float, ways: Ways = PLAIN) -> Tensor:
    """The recursion cell by cell, differentiable."""
    rows, columns = cost.shape
    sums: dict[tuple[int, int], Tensor] = {(-1, -1): cost.new_zeros(())}
    for r in range(rows):
        for c in range(columns):
            before = [(sums.get((r - step.rows, c - step.columns)), step) for step in ways.steps]
            into = [total + step.weight * cost[r, c] + step.toll for total, step in before if total is not None]
            sums[r, c] = -gamma * torch.stack([-way / gamma for way in into]).logsumexp(0)
    return sums[rows - 1, columns - 1]


def random_costs(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype) * 3


def gradient(cost: Tensor, gamma: float, ways: Ways = PLAIN, lengths: Tensor | None = None) -> Tensor:
    cost = cost.clone().requires_grad_()
    return torch.autograd.grad(soft_dtw(cost, gamma, ways, lengths).sum(), cost)[0]


@pytest.mark.parametrize(
    ("gamma", "plain", "even", "entering"),
    [
        (0.1, 0.999977, 0.999982, 0.861361),
        (1, -0.405899, -0.219112, -1.021366),
        (10, -27.753660, -27.301058, -28.679280),
    ],
)
def test_published_values(gamma: float, plain: float, even: float, entering: float) -> None:
    values = [soft_dtw(VECTOR, gamma, ways).item() for ways in (PLAIN, EVEN, ENTERING)]
    assert values == pytest.approx([plain, even, entering], abs=1e-6)


def test_published_alignment() -> None:
    expected = torch.tensor(
        [[1, 0.22411, 0.00061], [0.25854, 0.898, 0.19032], [0.00126, 0.38413, 0.80616], [0, 0.00352, 1]]
    )
    assert torch.allclose(soft_alignment(VECTOR, 1.0)[0], expected.double(), atol=1e-5)
    assert torch.allclose(gradient(VECTOR, 1.0)[0], expected.double(), atol=1e-5)


def test_there_are_as_many_alignments_as_delannoy_says() -> None:
    assert len(list(alignments(4, 3, PLAIN))) == 25
    assert soft_dtw(torch.zeros(1, 4, 3), 1.0).item() == pytest.approx(-math.log(25))


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("gamma", [0.05, 1.0, 8.0])
@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (3, 4), (5, 4)])
def test_equals_all_alignments(shape: tuple[int, int], gamma: float, ways: Ways) -> None:
    cost = random_costs(2, *shape)
    for matrix, value, visits, counts, mean in zip(
        cost,
        soft_dtw(cost, gamma, ways),
        soft_alignment(cost, gamma, ways),
        gradient(cost, gamma, ways),
        expected_cost(cost, gamma, ways),
        strict=True,
    ):
        wanted, wanted_visits, wanted_counts, wanted_mean = by_hand(matrix, gamma, ways)
        assert value.item() == pytest.approx(wanted, abs=1e-9)
        assert torch.allclose(visits, wanted_visits, atol=1e-9)
        assert torch.allclose(counts, wanted_counts, atol=1e-9)
        assert mean.item() == pytest.approx(wanted_mean, abs=1e-9)


@pytest.mark.parametrize("ways", LOOSE.values(), ids=LOOSE)
@pytest.mark.parametrize("shape", [(4, 4), (3, 6)])
def test_columns_may_be_left_out_at_the_ends(shape: tuple[int, int], ways: Ways) -> None:
    cost = random_costs(1, *shape)
    paths = [path for path in alignments(*shape, ways) if all(_inside(r, c, ways) for r, c, _ in path)]
    costs = torch.stack([torch.stack([cost[0, r, c] * s.weight + s.toll for r, c, s in path]).sum() for path in paths])
    value = soft_dtw(cost, 0.5, ways)
    assert value.item() == pytest.approx((-0.5 * (-costs / 0.5).logsumexp(0)).item())
    assert torch.autograd.gradcheck(lambda x: soft_dtw(x, 0.5, ways), cost.requires_grad_())
    lengths = torch.tensor([[shape[0] - 1, shape[1] - 1]])
    alone = soft_dtw(cost[:, :-1, :-1], 0.5, ways)
    assert soft_dtw(cost, 0.5, ways, lengths).item() == pytest.approx(alone.item())


def _inside(row: int, column: int, ways: Ways) -> bool:
    return not ways.band or ways.band[0] <= column - row <= ways.band[1]


def test_entropy_is_that_of_all_alignments() -> None:
    cost = random_costs(1, 4, 5)
    costs = torch.stack([sum(cost[0, r, c] for r, c, _ in path) for path in alignments(4, 5, PLAIN)])
    shares = (-costs / 0.7).softmax(0)
    assert path_entropy(cost, 0.7).item() == pytest.approx(-(shares * shares.log()).sum().item())
    with pytest.raises(ValueError, match="tolls"):
        path_entropy(cost, 0.7, ONCE)


def test_equals_the_recursion_cell_by_cell() -> None:
    cost = random_costs(3, 17, 11).requires_grad_()
    slow = torch.stack([one_by_one(matrix, 0.3, EVEN) for matrix in cost])
    fast = soft_dtw(cost, 0.3, EVEN)
    assert torch.allclose(slow, fast, atol=1e-10)
    ours, theirs = (torch.autograd.grad(value.square().sum(), cost)[0] for value in (fast, slow))
    assert torch.allclose(ours, theirs, atol=1e-10)


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
def test_gradients_of_first_and_second_order(ways: Ways) -> None:
    cost = random_costs(3, 5, 4).requires_grad_()
    lengths = torch.tensor([[5, 4], [3, 2], [1, 4] if ways != ONCE else [2, 3]])
    for function in (soft_dtw, expected_cost):
        assert torch.autograd.gradcheck(lambda x, f=function: f(x, 0.5, ways, lengths), cost)
    assert torch.autograd.gradgradcheck(lambda x: soft_dtw(x, 0.5, ways, lengths), cost)


def test_unequal_lengths_are_as_if_each_were_alone() -> None:
    cost = random_costs(3, 9, 7)
    lengths = torch.tensor([[9, 7], [4, 6], [1, 1]])
    padded = cost.clone()
    for matrix, (rows, columns) in zip(padded, lengths.tolist(), strict=True):
        matrix[rows:], matrix[:, columns:] = math.nan, math.inf
    together, slopes = soft_dtw(padded, 0.2, EVEN, lengths), gradient(padded, 0.2, EVEN, lengths)
    sharp = expected_cost(padded, 0.2, EVEN, lengths)
    for number, (rows, columns) in enumerate(lengths.tolist()):
        alone = cost[number : number + 1, :rows, :columns]
        assert together[number].item() == pytest.approx(soft_dtw(alone, 0.2, EVEN).item())
        assert sharp[number].item() == pytest.approx(expected_cost(alone, 0.2, EVEN).item())
        assert torch.allclose(slopes[number, :rows, :columns], gradient(alone, 0.2, EVEN)[0])
        assert slopes[number].sum().item() == pytest.approx(gradient(alone, 0.2, EVEN).sum().item())


@pytest.mark.parametrize("shape", [(150, 150), (300, 40)])
@pytest.mark.parametrize("gamma", [0.1, 10.0])
def test_equals_tslearn(shape: tuple[int, int], gamma: float) -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(size=(shape[0], 6)), random.normal(size=(shape[1], 6))
    alignment, value = soft_dtw_alignment(first, second, gamma=gamma)
    cost = squared_distances(torch.from_numpy(first)[None], torch.from_numpy(second)[None])
    assert soft_dtw(cost, gamma).item() == pytest.approx(float(value), rel=1e-5)
    assert np.abs(soft_alignment(cost, gamma)[0].numpy() - alignment).max() < 1e-5
    assert np.abs(gradient(cost.float(), gamma)[0].numpy() - alignment).max() < 1e-3  # rounded costs, not sums


def test_becomes_dtw_when_it_is_cold() -> None:
    cost = random_costs(1, 60, 45)
    path, value = dtw_path_from_metric(cost[0].numpy(), metric="precomputed")
    assert soft_dtw(cost, 1e-6).item() == pytest.approx(value, abs=1e-4)
    assert soft_dtw(cost, 0.1).item() < value
    visits = torch.zeros(60, 45, dtype=torch.float64)
    visits[tuple(np.array(path).T)] = 1
    assert torch.allclose(soft_alignment(cost, 1e-6)[0], visits, atol=1e-4)
    assert path_entropy(cost, 1e-6).item() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("gamma", [1e-6, 1.0, 1e4])
def test_float32_stays_exact_for_large_costs_and_small_temperatures(scale: float, gamma: float) -> None:
    cost = random_costs(2, 90, 60, dtype=torch.float32) * scale
    exact, rounded = soft_dtw(cost.double(), gamma), soft_dtw(cost, gamma)
    assert rounded.dtype == torch.float32
    assert torch.allclose(rounded.double(), exact, rtol=1e-6)
    slopes = gradient(cost, gamma)
    assert torch.allclose(slopes.double(), gradient(cost.double(), gamma), atol=1e-6)
    assert slopes[:, 0, 0].tolist() == pytest.approx([1, 1])
    assert slopes[:, -1, -1].tolist() == pytest.approx([1, 1])


def test_every_row_and_column_is_passed() -> None:
    visits = soft_alignment(random_costs(4, 30, 21), 0.5)
    assert (visits.sum(1) > 1 - 1e-9).all()
    assert (visits.sum(2) > 1 - 1e-9).all()
    assert ((visits >= 0) & (visits <= 1 + 1e-9)).all()


@pytest.mark.parametrize("band", [(0, 0), (-1, 1), (-3, 0), (0, 5), (-20, 20)])
@pytest.mark.parametrize("ways", [ONCE, PLAIN, WAYS["odd"]])
@pytest.mark.parametrize("shape", [(9, 9), (9, 12)])
def test_a_band_is_what_closed_cells_are(shape: tuple[int, int], ways: Ways, band: tuple[int, int]) -> None:
    banded = ways._replace(band=band)
    cost = random_costs(2, *shape).requires_grad_()
    beyond = torch.arange(shape[1]) - torch.arange(shape[0])[:, None]
    closed = cost.masked_fill((beyond < band[0]) | (beyond > band[1]), math.inf)
    lengths = torch.tensor([shape, (8, 8)])
    ours, wanted = (soft_dtw(c, 0.4, w, lengths) for c, w in ((cost, banded), (closed, ways)))
    assert torch.allclose(ours, wanted)
    own, other = (torch.autograd.grad(value[value.isfinite()].sum(), cost)[0] for value in (ours, wanted))
    assert torch.allclose(own, other)
    assert torch.allclose(soft_alignment(cost, 0.4, banded, lengths), soft_alignment(closed, 0.4, ways, lengths))


def test_closed_cells_are_gone_round() -> None:
    cost = random_costs(1, 12, 12)
    away = (torch.arange(12)[:, None] - torch.arange(12)).abs() > 0
    assert soft_dtw(cost.masked_fill(away, math.inf), 0.1).item() == pytest.approx(cost[0].diagonal().sum().item())
    shut = torch.full((1, 3, 3), math.inf)
    assert soft_dtw(shut, 0.1).item() == math.inf
    assert (gradient(shut, 0.1) == 0).all()


@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.01, 10), st.integers(0, 99))
def test_is_below_dtw_and_turns_with_its_matrix(rows: int, columns: int, gamma: float, seed: int) -> None:
    cost = random_costs(1, rows, columns, seed=seed)
    value = soft_dtw(cost, gamma).item()
    assert value <= soft_dtw(cost, 1e-7).item() + 1e-4
    assert soft_dtw(cost.mT, gamma).item() == pytest.approx(value, abs=1e-9)
    assert soft_dtw(cost.flip(1, 2), gamma).item() == pytest.approx(value, abs=1e-9)
    assert (soft_dtw(2 * cost, 2 * gamma) / 2).item() == pytest.approx(value, abs=1e-9)


def test_divergence_is_least_for_equal_sequences() -> None:
    first, second = random_costs(2, 12, 3), random_costs(2, 9, 3, seed=1)
    assert soft_dtw_divergence(first, first, 1.0).tolist() == pytest.approx([0, 0], abs=1e-9)
    assert (soft_dtw_divergence(first, second, 1.0) > 0).all()
    assert (soft_dtw(squared_distances(first, first), 1.0) < 0).all()
    moved = first.clone().requires_grad_()
    pull = torch.autograd.grad(soft_dtw_divergence(moved, first, 1.0).sum(), moved)[0]
    assert pull.abs().max() < 1e-9


def test_constants_do_not_please_the_contrastive_loss() -> None:
    constant = torch.ones(4, 10, 3)
    assert contrastive_soft_dtw(constant, constant[:, :7], 0.1).item() == pytest.approx(2 * math.log(4) / 2)
    told = random_costs(4, 10, 3, dtype=torch.float32) * 3
    late = told.repeat_interleave(2, 1)  # the same, half as fast
    assert contrastive_soft_dtw(told, late, 0.1).item() < 0.2


@pytest.mark.parametrize("labels", [0, 1, 4])
def test_ctc_is_the_same_recursion(labels: int) -> None:
    raw = torch.randn(3, 14, 6, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    targets = torch.tensor([[1, 2, 2, 3], [4, 4, 4, 5], [1, 5, 2, 3]])[:, :labels]
    lengths = torch.tensor([[14, 4], [11, 3], [9, 1]]).clamp(max=torch.tensor([14, labels]))
    scores = [raw.clone().requires_grad_() for _ in range(2)]
    ours = ctc(scores[0].log_softmax(-1), targets, lengths)
    theirs = functional.ctc_loss(
        scores[1].log_softmax(-1).transpose(0, 1), targets, lengths[:, 0], lengths[:, 1], reduction="none"
    )
    assert torch.allclose(ours, theirs)
    own, other = (torch.autograd.grad(loss.sum(), score)[0] for loss, score in zip((ours, theirs), scores, strict=True))
    assert torch.allclose(own, other)


def test_ctc_of_too_many_labels_is_impossible() -> None:
    loss = ctc(torch.zeros(1, 3, 5).log_softmax(-1), torch.tensor([[1, 1, 1]]))
    assert loss.item() == math.inf


def test_cross_entropies_are_those_of_every_pair() -> None:
    log_odds, targets = torch.randn(2, 5, 3), torch.rand(2, 4, 3)
    costs = cross_entropies(log_odds, targets, 2.0)
    alone = functional.binary_cross_entropy_with_logits(
        log_odds[1, 3], targets[1, 2], reduction="sum", pos_weight=torch.tensor(2.0)
    )
    assert costs[1, 3, 2].item() == pytest.approx(alone.item(), rel=1e-5)


def test_distances_are_those_of_every_pair() -> None:
    first, second = torch.randn(2, 5, 3), torch.randn(2, 4, 3)
    assert torch.allclose(squared_distances(first, second), torch.cdist(first, second).square(), atol=1e-5)


def test_the_published_schedules() -> None:
    assert [annealed(epoch) for epoch in (0, 9, 14, 19, 30)] == pytest.approx([10, 10, 5.05, 0.1, 0.1])
    assert [annealed(epoch, 3, 0, 5, 5) for epoch in (0, 4, 7, 9)] == pytest.approx([3, 3, 1.2, 0])


def test_the_diagonal_prior_as_published() -> None:
    prior = 1 - diagonal_penalty(4, 20, nu=8.0)
    assert prior.shape == (4, 20)
    assert prior[1, 5:10].tolist() == [1] * 5
    assert prior[1, 4].item() == pytest.approx(math.exp(-1 / 16))
    assert prior[1, 10].item() == 1  # the off-by-one of the source
    assert prior[1, 11].item() == pytest.approx(math.exp(-1 / 16))
    uneven = 1 - diagonal_penalty(3, 10)
    assert [int(row.argmax()) for row in uneven] == [0, 4, 7]


def test_unfolding_repeats_targets_to_the_length_of_the_predictions() -> None:
    assert unfolded(torch.arange(3.0)[None, :, None], 7)[0, :, 0].tolist() == [0, 0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("cost", "gamma", "more", "words"),
    [
        (torch.zeros(3, 3), 1.0, {}, "batch, rows, columns"),
        (torch.zeros(1, 0, 3), 1.0, {}, "batch, rows, columns"),
        (torch.zeros(1, 3, 3), 0.0, {}, "above 0"),
        (torch.zeros(1, 3, 3), 1.0, {"lengths": torch.tensor([[4, 3]])}, "within"),
        (torch.zeros(1, 3, 3), 1.0, {"lengths": torch.tensor([[0, 3]])}, "within"),
        (torch.zeros(1, 3, 3), 1.0, {"ways": Ways((Step(1, 0),))}, "both|rows and columns"),
        (torch.zeros(1, 3, 3), 1.0, {"ways": CTC, "barred": torch.zeros(1, 2, dtype=torch.bool)}, "barred"),
    ],
)
def test_what_makes_no_sense_is_said(cost: Tensor, gamma: float, more: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        soft_dtw(cost, gamma, **more)  # type: ignore[arg-type]
