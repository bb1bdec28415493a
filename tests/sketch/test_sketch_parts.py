"""A pattern taken apart: parts name their hits, and muting, soloing and swapping do what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.sketch.coder import Coder
from livemusic.sketch.parts import Parts

rows = st.tuples(st.integers(0, 13), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
grids = st.lists(rows, max_size=40).map(lambda hits: Grid.of(hits, 14))
BEAT = Grid.of([(0, Voice.KICK, 100, 3), (4, Voice.SNARE, 120, -7), (10, Voice.KICK, 60, 0)], 14)


def test_every_part_names_its_hit(coder: Coder) -> None:
    parts = Parts(coder, BEAT).parts
    assert {part.hits for part in parts} == {((0, 0),), ((4, 1),), ((10, 0),)}
    assert all(part.step == part.hits[0][0] and part.atom == part.hits[0][1] for part in parts)


def test_muted_and_solo_are_opposites(coder: Coder) -> None:
    parts = Parts(coder, BEAT)
    snare = next(part for part in parts.parts if part.atom == Voice.SNARE)
    assert parts.without([snare]).rows() == [row for row in BEAT.rows() if row[1] != Voice.SNARE]
    assert parts.only([snare]).rows() == [(4, Voice.SNARE, 120, -7)]


def test_a_swapped_atom_plays_in_its_place_and_the_rest_keeps_its_touch(coder: Coder) -> None:
    parts = Parts(coder, BEAT)
    snare = next(part for part in parts.parts if part.atom == Voice.SNARE)
    rows = parts.swapped({snare: VOICE_COUNT + Voice.LOW_TOM}).rows()
    assert [row[:2] for row in rows] == [(0, 0), (4, Voice.LOW_TOM), (5, Voice.LOW_TOM), (10, 0)]
    assert rows[0] == (0, 0, 100, 3)
    with pytest.raises(ValueError, match="atom 99"):
        parts.swapped({snare: 99})


@given(grid=grids, data=st.data())
def test_what_is_foretold_happens(coder: Coder, grid: Grid, data: st.DataObject) -> None:
    parts = Parts(coder, grid)
    muted = [part for part in parts.parts if data.draw(st.booleans())]
    assert (parts.without(muted).hits == parts.foretold(muted).hits).all()
    assert parts.without([]) == grid


def test_with_the_shipped_dictionary_too() -> None:
    dictionary = Dictionary.open(Library().folder("drums"))
    groove = Grid.of(
        [(step, Voice.CLOSED_HAT, 60 + 20 * (step % 4 == 0), 4) for step in range(0, 28, 2)]
        + [(step, Voice.KICK, 110, 0) for step in (0, 10, 14, 24)]
        + [(step, Voice.SNARE, 115, 2) for step in (4, 18)],
        28,
    )
    parts = Parts(dictionary, groove)
    assert parts.without([]) == groove
    strongest = parts.parts[:2]
    left = parts.without(strongest)
    gone = groove.hits & ~left.hits
    assert gone.any()
    assert (groove.hits & ~parts.foretold(strongest).hits == gone).mean() > 0.99
    kept = groove.hits & left.hits
    assert np.array_equal(left.values[kept], groove.values[kept])
