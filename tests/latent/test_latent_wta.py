"""Loops in the form that their rotations share, and what the encoder is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.latent.wta import Turned, coefficients, schedule


@given(st.lists(st.integers(0, 2), min_size=1, max_size=24), st.integers(0, 23))
def test_all_rotations_of_a_loop_have_one_form(steps: list[int], by: int) -> None:
    loop = np.array(steps, np.float32)[:, None]
    one, other = Turned.of(loop), Turned.of(np.roll(loop, by, axis=0))
    assert np.array_equal(one.values, other.values)
    for turned, values in ((one, loop), (other, np.roll(loop, by, axis=0))):
        assert np.array_equal(turned.code(coefficients(turned.values.T), 1).T, values)


@pytest.mark.parametrize(("steps", "period"), [([1, 1, 1, 1], 1), ([0, 1, 0, 1], 2), ([0, 1, 0], 3), ([5], 1)])
def test_a_loop_is_as_long_as_what_it_repeats(steps: list[int], period: int) -> None:
    assert len(Turned.of(np.array(steps, np.float32)[:, None]).values) == period


def test_first_what_is_struck_and_then_how() -> None:
    assert schedule(6, 8, 0.25).tolist() == [0.25, 0.25, 1, 1, 1, 1]
    assert schedule(1, 1, 0.25).tolist() == [0.25]
    assert schedule(0, 8, 0.25).tolist() == []
