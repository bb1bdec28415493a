"""Weights, blending and winner-take-all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from livemusic.latent.morph import (
    CORNER_PLACES,
    anchor_weights,
    blend,
    pad_place,
    pad_weights,
    perplexity,
    strongest,
    winners,
)

unit = st.floats(0, 1)
codes = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 20)), elements=st.floats(-9, 9, width=32)
)


@given(unit, unit)
def test_pad_weights_are_convex_and_pull_where_the_hand_is(x: float, y: float) -> None:
    weights = pad_weights(x, y)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert pad_place(weights) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize(("corner", "place"), list(enumerate(CORNER_PLACES)))
def test_a_corner_has_all_the_weight(corner: int, place: tuple[float, float]) -> None:
    assert pad_weights(*place)[corner] == 1.0


def test_an_anchor_has_all_the_weight_and_the_middle_is_shared() -> None:
    anchors = [np.array([0, 0, 0], np.float32), None, np.array([2, 0, 0], np.float32), None]
    assert anchor_weights(np.array([2, 0, 0], np.float32), anchors) == pytest.approx([0, 0, 1, 0], abs=1e-6)
    assert anchor_weights(np.array([1, 5, 0], np.float32), anchors) == pytest.approx([0.5, 0, 0.5, 0])
    with pytest.raises(ValueError, match="no anchor"):
        anchor_weights(np.zeros(3, np.float32), [None, None])


def test_perplexity_counts_patterns() -> None:
    assert perplexity(np.array([0, 1, 0, 0], np.float32)) == 1
    assert perplexity(np.full(4, 0.25, np.float32)) == pytest.approx(4)
    assert 1 < perplexity(np.array([0.9, 0.1], np.float32)) < 2


@given(codes, st.integers(1, 8), st.integers(1, 4))
def test_winners_keeps_the_largest_unchanged(code: np.ndarray, active: int, per_beat: int) -> None:
    kept = winners(code, active, per_beat)
    budget = -(-active * code.shape[1] // per_beat)
    assert kept.shape == code.shape
    assert ((kept == 0) | (kept == code)).all()
    assert np.count_nonzero(kept) == min(budget, np.count_nonzero(code))
    lost = np.abs(code[kept == 0])
    if np.count_nonzero(kept) == budget:
        assert lost.max(initial=0) <= np.abs(kept[kept != 0]).min()


@given(codes, st.integers(0, 30), st.integers(0, 15))
def test_winners_do_not_depend_on_where_a_pattern_begins(code: np.ndarray, count: int, shift: int) -> None:
    moved = np.pad(code, ((0, 0), (shift, 0)))
    assert np.array_equal(strongest(moved, count)[:, shift:], strongest(code, count))


def test_a_blend_is_the_weighted_sum() -> None:
    one, two = np.ones((2, 3), np.float32), np.full((2, 3), 3, np.float32)
    assert blend([one, two], np.array([0.25, 0.75], np.float32)) == pytest.approx(2.5 * np.ones((2, 3)))
