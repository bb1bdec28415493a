"""Figures found in rolls: shifts in time and pitch, budgets, and what comes back."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.latent.figures import BELOW, Figures

Array = npt.NDArray[np.float32]
WIDTH, SPAN, KEYS = 4, 37, 88


def unit(*notes: tuple[int, int]) -> Array:
    """An atom of notes `(step, semitones above the anchor)`."""
    atom = np.zeros((WIDTH, SPAN, 2), np.float32)
    for step, above in notes:
        atom[step, BELOW + above] = 1.0, 0.3
    return atom / np.linalg.norm(atom)


ATOMS = np.stack([unit((0, 0)), unit((0, 0), (0, 4), (0, 7)), unit((0, 0), (1, 3), (2, 7), (3, -5))])


def laid(*picks: tuple[int, int, int, float], steps: int = 40) -> Array:
    """A roll with atoms at `(atom, step, key, strength)`."""
    roll = np.zeros((steps + WIDTH, KEYS + SPAN, 2), np.float32)
    for atom, step, key, strength in picks:
        roll[step : step + WIDTH, key : key + SPAN] += strength * ATOMS[atom]
    return np.ascontiguousarray(roll[:steps, BELOW : BELOW + KEYS])


PLANTED = [(1, 2, 30, 1.5), (2, 7, 40, 2.0), (0, 15, 3, 0.9), (2, 20, 60, 1.2), (1, 20, 20, 1.1)]


def found(roll: Array, picks: int = 20) -> set[tuple[int, int, int, float]]:
    code = Figures(ATOMS).encode(roll, picks)
    rows = zip(code.atoms, code.steps, code.keys, code.strengths, strict=True)
    return {(int(atom), int(step), int(key), round(float(force), 2)) for atom, step, key, force in rows}


def test_planted_figures_are_found() -> None:
    assert found(laid(*PLANTED)) == set(PLANTED)


@pytest.mark.parametrize(("later", "higher"), [*((shift, 0) for shift in range(1, 16)), (0, 1), (0, 12), (5, -3)])
def test_a_piece_moved_in_time_or_pitch_has_its_code_moved(later: int, higher: int) -> None:
    moved = [(atom, step + later, key + higher, force) for atom, step, key, force in PLANTED]
    assert found(laid(*moved)) == set(moved)


@pytest.mark.parametrize("steps", [1, 3, 7, 24, 40, 331])
def test_any_length_is_read_and_written(steps: int) -> None:
    figures = Figures(ATOMS)
    chance = np.random.default_rng(steps)
    roll = np.zeros((steps, KEYS, 2), np.float32)
    roll[..., 0] = (chance.random((steps, KEYS)) < 0.03) * 0.8
    roll[..., 1] = 0.3 * roll[..., 0]
    again = figures.decode(figures.encode(roll, 4 * steps * KEYS), steps, KEYS)
    assert again.shape == roll.shape
    assert np.abs(again - roll).max() < 0.2


def test_a_budget_is_kept_and_spent_on_what_explains_most() -> None:
    roll = laid(*PLANTED)
    assert [len(Figures(ATOMS).encode(roll, count)) for count in (0, 1, 3, 50)] == [0, 1, 3, 5]
    assert found(roll, 1) == {(2, 7, 40, 2.0)}


def test_emphasis_is_heard_first() -> None:
    roll = laid(*PLANTED)
    emphasis = np.zeros(roll.shape[:2], np.float32)
    emphasis[15, 3] = 9
    code = Figures(ATOMS).encode(roll, 1, emphasis)
    assert (code.steps[0], code.keys[0]) == (15, 3)


def test_silence_and_the_edges_of_the_keyboard() -> None:
    figures = Figures(ATOMS)
    assert len(figures.encode(np.zeros((9, KEYS, 2), np.float32), 5)) == 0
    corner = np.zeros((5, KEYS, 2), np.float32)
    corner[0, 0], corner[4, KEYS - 1] = (0.9, 0.27), (0.6, 0.18)
    assert np.allclose(figures.decode(figures.encode(corner, 9), 5, KEYS), corner, atol=0.05)


def test_atoms_of_another_shape_are_refused() -> None:
    for bad in (np.zeros((2, 4, 37)), np.zeros((0, 4, 37, 2)), np.zeros((2, 4, 12, 2)), np.full((2, 4, 37, 2), np.nan)):
        with pytest.raises(ValueError, match="atoms are finite"):
            Figures(bad)
