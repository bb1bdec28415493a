"""Sparse coding of grids: codes move with the pattern, budgets nest, and what is laid down comes back."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.pursuit import Pursuit

Array = npt.NDArray[np.float32]
ATOMS, WIDTH = 40, 4


def pursuit(seed: int = 0) -> Pursuit:
    """Made-up atoms of length 1: a few hits with velocities and offsets."""
    chance = np.random.default_rng(seed)
    hits = (chance.random((ATOMS, 9, WIDTH)) < 0.12).astype(np.float32)
    hits[np.arange(ATOMS), chance.integers(0, 9, ATOMS), 0] = 1
    touch = [chance.random(hits.shape) * hits, (chance.random(hits.shape) - 0.5) * hits]
    atoms = np.concatenate([hits, *touch], axis=1)
    return Pursuit(atoms / np.linalg.norm(atoms.reshape(ATOMS, -1), axis=1)[:, None, None], 1.9, 3.6, 0.35, 0.05)


def grid_of(seed: int, steps: int) -> Array:
    """Made-up hits `(steps, 9, 3)`."""
    chance = np.random.default_rng(seed)
    hits = chance.random((steps, 9)) < 0.15
    touch = [chance.random(hits.shape) * hits, (chance.random(hits.shape) - 0.5) * hits]
    return np.stack([hits, *touch], axis=2).astype(np.float32)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, 15), st.sampled_from([1, 2, 4]))
def test_the_code_of_a_moved_pattern_is_the_code_moved(seed: int, shift: int, active: int) -> None:
    still, moved = np.zeros((40, 9, 3), np.float32), np.zeros((40, 9, 3), np.float32)
    still[:16] = moved[shift : shift + 16] = grid_of(seed, 16)
    coder = pursuit()
    one, other = (coder.encode(values, active * 10).dense(ATOMS, 40) for values in (still, moved))
    assert np.allclose(other[:, shift:], one[:, : 40 - shift], atol=1e-4)
    assert not other[:, :shift].any()


@pytest.mark.parametrize("shift", range(1, 16))
def test_every_shift_by_hand(shift: int) -> None:
    coder = pursuit(3)
    still = np.zeros((48, 9, 3), np.float32)
    still[:32] = grid_of(7, 32)
    moved = np.roll(still, shift, axis=0)
    one, other = (coder.encode(values, 48).dense(ATOMS, 48) for values in (still, moved))
    assert np.allclose(other, np.roll(one, shift, axis=1), atol=1e-4)


@pytest.mark.parametrize("steps", [12, 20, 14, 24, 1])
def test_any_meter_and_any_length(steps: int) -> None:
    """3/4, 5/4, 7/8, 12/8 and a single step."""
    coder = pursuit()
    values = grid_of(steps, steps)
    picks = coder.encode(values, steps)
    assert len(picks.atoms) <= steps
    rebuilt = coder.decode(picks.dense(ATOMS, steps), steps)
    assert rebuilt.shape == values.shape
    assert np.isfinite(rebuilt).all()


def test_silence_says_nothing() -> None:
    coder = pursuit()
    assert len(coder.encode(np.zeros((16, 9, 3)), 16).atoms) == 0
    assert not coder.decode(np.zeros((ATOMS, 16)), 16).any()


def test_what_is_laid_down_comes_back() -> None:
    coder = pursuit(1)
    code = np.zeros((ATOMS, 32), np.float32)
    code[3, 1], code[11, 14], code[20, 25] = 2.0, 2.5, 3.0
    laid = coder.decode(code, 32)
    values = np.concatenate([(laid[..., :1] > 0.4).astype(np.float32), laid[..., 1:]], axis=2)
    rebuilt = coder.decode(coder.encode(values, 16).dense(ATOMS, 32), 32)
    assert np.array_equal(rebuilt[..., 0] >= 0.5, values[..., 0] > 0)
    assert np.abs(rebuilt[..., 1:] - values[..., 1:])[values[..., 0] > 0].mean() < 0.05


def test_the_same_pattern_has_the_same_code() -> None:
    codes = [pursuit().encode(grid_of(5, 32), 32) for _ in range(2)]
    assert np.array_equal(codes[0].atoms, codes[1].atoms)
    assert np.array_equal(codes[0].strengths, codes[1].strengths)


@pytest.mark.parametrize("shape", [(3, 26, 4), (0, 27, 4), (3, 27)])
def test_atoms_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="atoms are"):
        Pursuit(np.ones(shape), 1, 1, 1, 1)


@pytest.mark.parametrize("steps", [32, 14, 5])
def test_budgets_read_in_one_search_are_what_each_gives_alone(steps: int) -> None:
    coder, values = pursuit(), grid_of(steps, steps)
    beats = -(-steps // 4)
    budgets = [4 * beats, beats, 1, 2 * beats, 0]
    for budget, found in zip(budgets, coder.encode_each(values, budgets), strict=True):
        alone = coder.encode(values, budget)
        assert (found.atoms == alone.atoms).all()
        assert (found.positions == alone.positions).all()
        assert np.allclose(found.strengths, alone.strengths)


def test_other_atoms_are_read_in_the_same_way() -> None:
    coder, values = pursuit(), grid_of(3, 16)
    again = pursuit(1).made_of(coder.patches)
    assert np.array_equal(again.encode(values, 8).dense(ATOMS, 16), coder.encode(values, 8).dense(ATOMS, 16))
