"""Morphing with the shipped dictionary: corners exact, odd meters whole, weights checked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.inference.morpher import Morpher
from livemusic.latent.morph import pad_weights
from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import Voice

rows = st.tuples(st.integers(0, 13), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(rows, max_size=30).map(lambda hits: Grid.of(hits, 14))


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary.open(Library().folder("drums"))


@settings(max_examples=30)
@given(some=st.lists(grids, min_size=1, max_size=5), data=st.data())
def test_a_corner_is_exactly_as_written(dictionary: Dictionary, some: list[Grid], data: st.DataObject) -> None:
    morpher = Morpher(dictionary, some)
    corner = data.draw(st.integers(0, len(some) - 1))
    weights = np.zeros(len(some))
    weights[corner] = data.draw(st.floats(0.1, 10))
    assert morpher.at(weights) == some[corner]


@settings(max_examples=30)
@given(some=st.lists(grids, min_size=4, max_size=4), x=st.floats(0, 1), y=st.floats(0, 1))
def test_anywhere_on_the_pad_is_a_playable_pattern(
    dictionary: Dictionary, some: list[Grid], x: float, y: float
) -> None:
    grid = Morpher(dictionary, some).at(pad_weights(x, y))
    assert grid.steps == 14
    assert np.isfinite(grid.values).all()
    assert set(np.unique(grid.values[..., HIT])) <= {0.0, 1.0}
    assert (grid.values[..., VELOCITY][grid.hits] > 0).all()
    assert (np.abs(grid.values[..., OFFSET]) <= 0.5).all()
    assert Grid.from_pattern(grid.to_pattern()).hits.sum() == grid.hits.sum()


def test_between_two_patterns_is_neither(dictionary: Dictionary) -> None:
    four = Grid.of([(step, Voice.KICK, 110, 0) for step in range(0, 16, 4)], 16)
    busy = Grid.of(
        [(step, Voice.CLOSED_HAT, 80, 0) for step in range(16)] + [(4, Voice.SNARE, 110, 0), (12, Voice.SNARE, 110, 0)],
        16,
    )
    hits = [Morpher(dictionary, [four, busy]).at([1 - x, x]).hits for x in np.linspace(0, 1, 21)]
    away = [int((one ^ hits[0]).sum()) for one in hits]
    assert away[0] == 0
    assert away[-1] == 22
    assert any(0 < distance < 22 for distance in away)


def test_the_way_between_patterns_never_thins_out(dictionary: Dictionary) -> None:
    apart = [Grid.of([(step, voice, 90, 0) for step in range(voice % 2, 16, 2)], 16) for voice in (0, 1, 4, 8)]
    assert Morpher(dictionary, apart).at([1, 1, 1, 1]).hits.sum() == 8
    assert Morpher(dictionary, [apart[0], Grid.empty(16)]).at([0.5, 0.5]).hits.sum() == 4


def test_a_hit_keeps_the_loudness_of_who_plays_it(dictionary: Dictionary) -> None:
    loud = Grid.of([(0, Voice.KICK, 120, 10), (8, Voice.SNARE, 110, 0)], 16)
    other = Grid.of([(0, Voice.KICK, 60, -10), (4, Voice.CLOSED_HAT, 30, 0)], 16)
    grid = Morpher(dictionary, [loud, other]).at([0.5, 0.5])
    assert (0, Voice.KICK, 90, 0) in grid.rows()


def test_a_hat_is_open_or_closed(dictionary: Dictionary) -> None:
    closed = Grid.of([(step, Voice.CLOSED_HAT, 90, 0) for step in range(16)], 16)
    opened = Grid.of([(step, Voice.OPEN_HAT, 90, 0) for step in range(16)], 16)
    for x in np.linspace(0.05, 0.95, 19):
        hits = Morpher(dictionary, [closed, opened]).at([1 - x, x]).hits
        assert not (hits[:, Voice.CLOSED_HAT] & hits[:, Voice.OPEN_HAT]).any()


def test_shorter_corners_repeat(dictionary: Dictionary) -> None:
    bar = Grid.of([(0, Voice.KICK, 100, 0)], 16)
    two = Grid.of([(0, Voice.KICK, 100, 0), (31, Voice.SNARE, 50, 0)], 32)
    morpher = Morpher(dictionary, [bar, two])
    assert morpher.at([1, 0]).hits[:, Voice.KICK].nonzero()[0].tolist() == [0, 16]


@pytest.mark.parametrize("weights", [[1.0], [0.0, 0.0], [-1.0, 2.0], [float("nan"), 1.0]])
def test_weights_that_make_no_sense_are_refused(dictionary: Dictionary, weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Morpher(dictionary, [Grid.empty(16), Grid.empty(16)]).at(weights)
