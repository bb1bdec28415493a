"""The pursuit of piano figures: shifts in time and pitch, budgets, order, and what comes back."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from livemusic.sketch.picks import BELOW, Picks, Placed
from training.config import PIANO, FigureConfig
from training.models.figures import FigureDecoder, FigureDictionary

Array = npt.NDArray[np.float32]
WIDTH, SPAN, KEYS = 4, 37, 88
OURS = PIANO["ours"]
assert isinstance(OURS, FigureConfig)


def unit(*notes: tuple[int, int]) -> Array:
    """An atom of notes `(step, semitones above the anchor)`."""
    atom = np.zeros((WIDTH, SPAN, 2), np.float32)
    for step, above in notes:
        atom[step, BELOW + above] = 1.0, 0.3
    return atom / np.linalg.norm(atom)


ATOMS = np.stack([unit((0, 0)), unit((0, 0), (0, 4), (0, 7)), unit((0, 0), (1, 3), (2, 7), (3, -5))])
MODEL = FigureDictionary(replace(OURS, length_scale=1.0, emphasis=0.0)).stored(torch.from_numpy(ATOMS))


def laid(*picks: tuple[int, int, int, float], steps: int = 40) -> Array:
    """A roll with atoms at `(atom, step, key, strength)`."""
    roll = np.zeros((steps + WIDTH, KEYS + SPAN, 2), np.float32)
    for atom, step, key, strength in picks:
        roll[step : step + WIDTH, key : key + SPAN] += strength * ATOMS[atom]
    return np.ascontiguousarray(roll[:steps, BELOW : BELOW + KEYS])


PLANTED = [(1, 2, 30, 1.5), (2, 7, 40, 2.0), (0, 15, 3, 0.9), (2, 20, 60, 1.2), (1, 20, 20, 1.1)]


def encode(roll: Array, picks: int, counts: Array | None = None) -> Picks:
    """The code of a roll as it stands."""
    weights = np.ones((*roll.shape[:2], 1), np.float32) if counts is None else counts[..., None]
    values = torch.from_numpy(np.concatenate([roll, weights], 2))
    with torch.no_grad():
        return Placed(roll, 0, 0).picks(MODEL(values, torch.ones(picks)).numpy())


def decode(picks: Picks, steps: int) -> Array:
    """What a code says, in so many steps."""
    said = FigureDecoder(MODEL.atoms, 1.0)(torch.from_numpy(picks.rows())).numpy()[:steps]
    return np.pad(said, ((0, steps - len(said)), (0, 0), (0, 0)))


def found(roll: Array, picks: int = 20) -> set[tuple[int, int, int, float]]:
    code = encode(roll, picks)
    rows = zip(code.atoms, code.steps, code.keys, code.strengths, strict=True)
    return {(int(atom), int(step), int(key), round(float(force), 2)) for atom, step, key, force in rows}


def one_after_another(roll: Array, count: int) -> list[tuple[int, int, int]]:
    """What is found where the best of all anchors is taken, again and again."""
    left = np.pad(roll, ((0, WIDTH - 1), (BELOW, SPAN - 1 - BELOW), (0, 0)))
    picks = []
    for _ in range(count):
        best = (0.02, 0, 0, 0, 0.0)
        for step, key in np.argwhere(roll[..., 0] > 0):
            forces = np.einsum("awsf,wsf->a", ATOMS, left[step : step + WIDTH, key : key + SPAN])
            atom = int(forces.argmax())
            best = max(best, (float(forces[atom]) ** 2, atom, int(step), int(key), float(forces[atom])))
        _, atom, step, key, force = best
        if force:
            left[step : step + WIDTH, key : key + SPAN] -= force * ATOMS[atom]
            picks.append((atom, step, key))
    return picks


def noise(seed: int, steps: int, share: float) -> Array:
    chance = np.random.default_rng(seed)
    roll = np.zeros((steps, KEYS, 2), np.float32)
    roll[..., 0] = (chance.random((steps, KEYS)) < share) * chance.uniform(0.5, 1, (steps, KEYS))
    roll[..., 1] = 0.3 * roll[..., 0]
    return roll


def test_planted_figures_are_found() -> None:
    assert found(laid(*PLANTED)) == set(PLANTED)


@pytest.mark.parametrize(("later", "higher"), [*((shift, 0) for shift in range(1, 16)), (0, 1), (0, 12), (5, -3)])
def test_a_piece_moved_in_time_or_pitch_has_its_code_moved(later: int, higher: int) -> None:
    moved = [(atom, step + later, key + higher, force) for atom, step, key, force in PLANTED]
    assert found(laid(*moved)) == set(moved)


@pytest.mark.parametrize("count", [5, 20, 60])
def test_stages_find_what_a_search_for_the_best_of_all_finds(count: int) -> None:
    roll = noise(1, 40, 0.01)
    code = encode(roll, count)
    assert set(zip(code.atoms, code.steps, code.keys, strict=True)) == set(one_after_another(roll, count))


@pytest.mark.parametrize("steps", [1, 3, 7, 24, 40, 331])
def test_any_length_is_read_and_written(steps: int) -> None:
    roll = noise(steps, steps, 0.006 + 0.03 / steps)
    assert roll.any()
    assert np.abs(decode(encode(roll, 4 * steps * KEYS), steps) - roll).max() < 0.2


@pytest.mark.parametrize("ramp", [0.0, 0.5, -0.5])
def test_even_notes_and_a_long_crescendo_are_read_to_the_end(ramp: float) -> None:
    roll = np.zeros((300, KEYS, 2), np.float32)
    step = np.arange(300)
    roll[step, 30 + step % 12, 0] = 0.75 + ramp * (step / 300 - 0.5)
    roll[..., 1] = 0.3 * roll[..., 0]
    assert np.abs(decode(encode(roll, 1200), 300) - roll).max() < 0.2


def test_a_budget_is_kept_and_spent_on_what_explains_most() -> None:
    roll = laid(*PLANTED)
    assert [len(encode(roll, count)) for count in (0, 1, 3, 50)] == [0, 1, 3, 5]
    assert found(roll, 1) == {(2, 7, 40, 2.0)}


def test_emphasis_is_heard_first() -> None:
    roll = laid(*PLANTED)
    counts = np.ones(roll.shape[:2], np.float32)
    counts[15, 3] = 10
    code = encode(roll, 1, counts)
    assert (code.steps[0], code.keys[0]) == (15, 3)


def test_the_edges_of_the_keyboard() -> None:
    corner = np.zeros((5, KEYS, 2), np.float32)
    corner[0, 0], corner[4, KEYS - 1] = (0.9, 0.27), (0.6, 0.18)
    assert np.allclose(decode(encode(corner, 9), 5), corner, atol=0.05)


def test_rolls_of_a_batch_are_read_each_for_itself() -> None:
    rolls = np.stack([laid(*PLANTED), noise(3, 40, 0.01), laid(*PLANTED[:2])])
    together = MODEL.rebuild(torch.from_numpy(rolls), 2).detach().numpy()
    for roll, rebuilt in zip(rolls, together, strict=True):
        assert np.allclose(rebuilt, decode(encode(roll, 10), 40), atol=0.02)
