"""The losses of levels against slow references: values and gradients, and the two vectors of the literature's notes."""

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from livemusic.dsp.lanes import CHILDREN, LANES  # noqa: E402
from training.losses.hierarchy import (  # noqa: E402
    Children,
    asked_rows,
    bottom_up,
    consistency,
    down_loss,
    top_down,
    up_loss,
    upwards,
)

#: singing; female, male; soprano, mezzo, tenor, baritone, bass.
VOICES: Children = ((1, 2), (3, 4), (5, 6, 7), (), (), (), (), ())


def slow_up(rows: Tensor, children: Children) -> Tensor:
    total, inner = torch.zeros((), dtype=rows.dtype), sum(1 for below in children if below)
    for row in rows:
        for parent, below in enumerate(children):
            for child in below:
                if row[child] > row[parent]:
                    total = total + (row[child] - row[parent]) ** 2
    return total / inner / len(rows)


def slow_down(rows: Tensor, children: Children) -> Tensor:
    total, inner = torch.zeros((), dtype=rows.dtype), sum(1 for below in children if below)
    for row in rows:
        for parent, below in enumerate(children):
            if below:
                most = max((row[child] for child in below), key=lambda value: value.item())
                if row[parent] > most:
                    total = total + (row[parent] - most) ** 2
    return total / inner / len(rows)


@pytest.mark.parametrize(
    ("row", "up", "down"),
    [
        ((0.6, 0.7, 0.2, 0.5, 0.9, 0.1, 0.2, 0.3), 0.02, 0.0),
        ((0.9, 0.3, 0.4, 0.1, 0.2, 0.1, 0.1, 0.1), 0.0, 0.1166667),
    ],
)
def test_known_values(row: tuple[float, ...], up: float, down: float) -> None:
    rows = torch.tensor([row], dtype=torch.float64)
    assert float(up_loss(rows, VOICES)) == pytest.approx(up, abs=1e-7)
    assert float(down_loss(rows, VOICES)) == pytest.approx(down, abs=1e-7)


@pytest.mark.parametrize("children", [VOICES, CHILDREN])
def test_values_and_gradients_are_those_of_the_slow_reference(children: Children) -> None:
    chance = torch.Generator().manual_seed(1)
    rows = torch.rand(40, len(children), dtype=torch.float64, generator=chance)
    for fast, slow in ((up_loss, slow_up), (down_loss, slow_down)):
        mine, theirs = rows.clone().requires_grad_(), rows.clone().requires_grad_()
        value, expected = fast(mine.reshape(4, 10, -1), children), slow(theirs, children)
        assert value.item() == pytest.approx(expected.item(), abs=1e-12)
        value.backward()  # type: ignore[no-untyped-call]
        expected.backward()  # type: ignore[no-untyped-call]
        assert torch.allclose(mine.grad, theirs.grad, atol=1e-12)  # type: ignore[arg-type]
        assert torch.autograd.gradcheck(lambda given, loss=fast: loss(given, children), rows[:3].requires_grad_())


def test_consistent_rows_cost_nothing_and_one_level_has_no_loss() -> None:
    rows = bottom_up(torch.rand(20, len(LANES)), CHILDREN)
    assert float(up_loss(rows, CHILDREN)) == 0
    assert float(down_loss(rows, CHILDREN)) == 0
    flat = torch.rand(5, 3, requires_grad=True)
    (up_loss(flat, ((), (), ())) + down_loss(flat, ((), (), ()))).backward()  # type: ignore[no-untyped-call]
    assert flat.grad is not None
    assert not flat.grad.any()


def test_consistency_is_the_share_of_rows_where_parent_and_children_agree() -> None:
    predicted = torch.zeros(6, 8, dtype=torch.bool)
    predicted[:4, 0] = True
    predicted[1:5, 1] = True
    found = consistency(predicted, VOICES)
    assert found.gamma[0] == pytest.approx(3 / 5)
    assert found.gamma[1] == 0.0
    assert found.gamma[2] == 1.0
    assert found.undefined == 1
    assert found.mean == pytest.approx((0.6 + 0 + 1) / 3)
    together = consistency(bottom_up(torch.rand(50, 8), VOICES) > 0.5, VOICES)
    assert together.mean == 1.0


def test_top_down_asks_only_below_what_fires() -> None:
    row = torch.tensor([[0.9, 0.2, 0.8, 0.9, 0.9, 0.7, 0.1, 0.6]])
    asked = top_down(row, VOICES, torch.full((8,), 0.5))
    assert torch.equal(asked, torch.tensor([[0.9, 0.2, 0.8, 0.0, 0.0, 0.7, 0.1, 0.6]]))
    silent = top_down(torch.tensor([[0.4] + [0.9] * 7]), VOICES, torch.full((8,), 0.5))
    assert not (silent[0, 1:]).any()


def test_local_classifiers_learn_where_their_parent_is_active() -> None:
    targets = torch.tensor([[1, 1, 0, 1, 0, 0, 0, 0], [0] * 8])
    assert asked_rows(targets, VOICES)[0].tolist() == [True, True, True, True, True, False, False, False]
    assert asked_rows(targets, VOICES)[1].tolist() == [True] + [False] * 7


def test_children_come_before_their_parents() -> None:
    order = upwards(CHILDREN)
    assert sorted(order) == list(range(len(LANES)))
    assert all(order.index(child) < order.index(parent) for parent, below in enumerate(CHILDREN) for child in below)
