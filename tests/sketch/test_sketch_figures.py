"""A piece taken apart into figures, and the way between two pieces of any length."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.chord import NONE, chords
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import KEYS, LOWEST, STEP, roll_of
from livemusic.sketch.composers import ComposerMap, activity
from livemusic.sketch.figures import FINGERS, Crossing, cell_of, figures_of, playable
from livemusic.sketch.picks import BELOW, Picks, Placed
from training.config import PIANO, FigureConfig
from training.models.figures import FigureDictionary

OURS = PIANO["ours"]
assert isinstance(OURS, FigureConfig)


class Coder:
    """A dictionary of single notes, major triads and broken chords."""

    def __init__(self) -> None:
        atoms = np.zeros((3, 4, 37, 2), np.float32)
        atoms[:, 0, BELOW] = 1, 0.3
        atoms[1, 0, [BELOW + 4, BELOW + 7]] = 1, 0.3
        atoms[2, [1, 2, 3], [BELOW + 7, BELOW + 4, BELOW + 7]] = 1, 0.3
        self.patches = atoms / np.linalg.norm(atoms.reshape(3, -1), axis=1)[:, None, None, None]
        self._model = FigureDictionary(replace(OURS, length_scale=1.0)).stored(torch.from_numpy(self.patches))

    def encode(self, roll: npt.NDArray[np.float32], picks: int = 0) -> Picks:
        if not roll.any():
            return Placed(roll, 0, 0).picks(np.zeros((0, 4), np.float32))
        placed = Placed.of(roll, 0.0)
        with torch.no_grad():
            code = self._model(torch.from_numpy(placed.values), torch.ones(picks or 4 * int(np.count_nonzero(roll))))
        return placed.picks(code.numpy())


def piece(roots: list[int], broken: bool, name: str = "") -> Pattern:
    """A major triad for each root, half a second each, struck at once or broken; not quite on the grid."""
    notes = []
    for half, root in enumerate(roots):
        start = half * 8 * STEP + 7
        if broken:
            steps = [0, 7, 4, 7, 0, 7, 4, 7]
            notes += [Note(start + step * STEP, root + above, 70 + step, STEP, 0) for step, above in enumerate(steps)]
        else:
            notes += [Note(start, root + above, 90, 7 * STEP, 0) for above in (0, 4, 7)]
    return Pattern.of(notes, len(roots) * 8 * STEP, name)


A, B = piece([60, 65, 67, 60, 60, 62], False, "a"), piece([54, 54, 59, 61, 54, 59, 61, 54, 56], True, "b")


@pytest.fixture(scope="module")
def way() -> Crossing:
    return Crossing(Coder(), A, B)


def test_every_note_is_in_exactly_one_figure() -> None:
    for some in (A, B):
        figures = figures_of(Coder(), some)
        assert sorted((note for figure in figures for note in figure.notes), key=lambda n: (n.tick, n.pitch)) == list(
            some.notes
        )
        assert len(figures) < len(some.notes) / 2


def test_notes_that_no_atom_says_are_figures_of_their_own() -> None:
    class Mute(Coder):
        def encode(self, roll: npt.NDArray[np.float32], picks: int = 0) -> Picks:
            return super().encode(roll * 0)

    figures = figures_of(Mute(), A)
    assert [figure.atom for figure in figures] == [-1] * len(A.notes)


def test_both_ends_are_the_pieces_note_for_note(way: Crossing) -> None:
    assert way.at(0).notes == A.notes
    assert way.at(1).notes == B.notes
    assert (way.at(0).length, way.at(1).length) == (A.length, B.length)


def test_the_way_is_even_in_length_and_figures(way: Crossing) -> None:
    weights = np.linspace(0, 1, 11)
    pieces = [way.at(float(weight)) for weight in weights]
    lengths = [some.length // STEP for some in pieces]
    assert lengths == sorted(lengths)
    assert max(other - one for one, other in pairwise(lengths)) <= 3
    counts = [len(some.notes) / some.length for some in pieces]
    assert counts[0] < counts[5] < counts[-1]


def test_what_is_between_has_the_harmony_of_the_nearer_piece(way: Crossing) -> None:
    for weight, leader in ((0.3, A), (0.7, B)):
        heard, wanted = chords(roll_of(way.at(weight))), chords(roll_of(leader))
        same = [heard[half] == wanted[half % len(wanted)] for half in range(len(heard))]
        assert np.mean(same) >= 0.6
        assert np.mean(heard != NONE) >= 0.8


def test_a_glide_begins_as_one_piece_and_ends_as_the_other(way: Crossing) -> None:
    glide = way.at(*np.linspace(0, 1, 5))
    part = glide.length // 5
    first = [note for note in glide.notes if note.tick < part - STEP]
    assert first == [note for note in A.notes if note.tick < part - STEP]
    last = {note.tick % B.length for note in glide.notes if note.tick >= glide.length - part + STEP}
    assert last <= {note.tick for note in B.notes}


@given(st.lists(st.integers(40, 70), min_size=1, max_size=12), st.lists(st.integers(40, 70), min_size=1, max_size=12),
       st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=4))  # fmt: skip
def test_any_two_pieces_give_one_that_can_be_played(one: list[int], other: list[int], weights: list[float]) -> None:
    between = Crossing(Coder(), piece(one, True), piece(other, False)).at(*weights)
    ends: dict[int, int] = {}
    steps: dict[int, int] = {}
    for note in between.notes:
        assert LOWEST <= note.pitch < LOWEST + KEYS
        if len(set(weights)) > 1 or weights[0] not in (0, 1):
            assert note.tick >= ends.get(note.pitch, 0)
        ends[note.pitch] = note.tick + note.duration
        steps[cell_of(note)[0]] = steps.get(cell_of(note)[0], 0) + 1
    assert max(steps.values(), default=0) <= FINGERS


def test_ten_fingers_keep_the_outer_voices() -> None:
    notes = [Note(0, pitch, 40 + pitch % 7, STEP, 0) for pitch in range(40, 70, 2)]
    kept = playable(notes, 4 * STEP)
    assert len(kept) == FINGERS
    assert {40, 68} <= {note.pitch for note in kept}


def test_bad_pieces_and_weights_are_refused(way: Crossing) -> None:
    with pytest.raises(ValueError, match="has no notes"):
        Crossing(Coder(), A, Pattern(name="nothing"))
    for weights in ((), (1.2,), (0.5, float("nan"))):
        with pytest.raises(ValueError, match=r"outside 0\.\.1"):
            way.at(*weights)


def test_activity_does_not_depend_on_key_or_place() -> None:
    coder = Coder()
    one, other = (activity(coder.encode(roll_of(some)), 3) for some in (piece([60, 64], True), piece([50, 54], True)))
    assert np.allclose(one, other, atol=1e-5)
    assert np.linalg.norm(one) == pytest.approx(1)
    assert not activity(coder.encode(np.zeros((8, KEYS, 2), np.float32)), 3).any()


def composers() -> ComposerMap:
    return ComposerMap(
        np.zeros(3, np.float32), np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32),
        np.array([[0, 0], [1, 0], [0, 1]], np.float32), ("Bach", "Bach", "Liszt"), ("1", "2", "3"),
    )  # fmt: skip


def test_a_piece_lies_beside_what_it_is_like() -> None:
    places = composers()
    x, y = places.place(np.array([0, 0, 1], np.float32))
    assert (round(x, 2), round(y, 2)) == (0, 1)
    shares = places.composer(np.array([0, 0, 1], np.float32))
    assert next(iter(shares)) == "Liszt"
    assert sum(shares.values()) == pytest.approx(1)
    again = ComposerMap.from_arrays(places.to_arrays())
    assert again.composers == places.composers
    assert np.allclose(again.coordinates, places.coordinates)
    with pytest.raises(ValueError, match="do not fit"):
        ComposerMap.from_arrays({**places.to_arrays(), "titles": np.array(["1"])})
