"""A piece that starts later or stands in another key is read as the same values, and its code is moved."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.music.roll import KEYS
from livemusic.sketch.picks import Placed

Array = npt.NDArray[np.float32]


def piece(later: int = 0, higher: int = 0) -> Array:
    """Chords and single notes, as loud and as long as chance has it."""
    chance = np.random.default_rng(5)
    roll = np.zeros((60 + later, KEYS, 2), np.float32)
    for step in range(0, 50, 3):
        root = int(chance.integers(10, 40))
        for key in (root, root + 4, root + 7)[: int(chance.integers(1, 4))]:
            roll[later + step, higher + key] = chance.uniform(0.5, 1, 2)
    return roll


@pytest.mark.parametrize(("later", "higher"), [(0, 0), (1, 0), (3, 5), (8, -4), (100, 11)])
def test_a_piece_is_the_same_wherever_it_begins_and_in_any_key(later: int, higher: int) -> None:
    first, moved = (Placed.of(piece(*shift), 1.0) for shift in ((0, 0), (later, higher)))
    assert np.array_equal(first.values, moved.values)
    assert (moved.step - first.step, moved.key - first.key) == (later, higher)
    assert first.values[..., 2].max() == 2


def test_a_code_goes_to_where_the_piece_is() -> None:
    picks = Placed.of(piece(7, 3), 0.0).picks(np.array([[9, 0, 4, 0.5]], np.float32))
    played = np.argwhere(piece(7, 3)[..., 0] > 0)
    assert (picks.atoms[0], picks.steps[0], picks.keys[0]) == (9, 7, played[:, 1].min() + 4)
    assert np.array_equal(picks.rows()[0], np.array([9, 7, picks.keys[0], 0.5], np.float32))


def test_silence_is_refused() -> None:
    with pytest.raises(ValueError, match="no notes"):
        Placed.of(np.zeros((9, KEYS, 2), np.float32), 1.0)
