"""Places of two takes that belong together: both ways, and outside what is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.pairing import Pairing


def test_between_pairs_it_is_a_straight_line() -> None:
    pairing = Pairing.of([(0.0, 1.0), (10.0, 6.0), (12.0, 10.0)])
    assert pairing.to_other(5.0) == 3.5
    assert pairing.to_this(8.0) == 11.0
    assert pairing.to_other(-1.0) == 0.0
    assert pairing.to_other(13.0) == 11.0


def test_what_only_one_take_has_is_one_place_of_the_other() -> None:
    pairing = Pairing.of([(0.0, 0.0), (2.0, 2.0), (6.0, 2.0), (8.0, 4.0)])
    assert pairing.to_other(4.0) == 2.0
    assert pairing.to_this(3.0) == 7.0


@given(st.lists(st.tuples(st.floats(0.001, 100), st.floats(0.001, 100)), min_size=2, max_size=30), st.floats(-50, 2000))
def test_there_and_back_is_the_same_place(steps: list[tuple[float, float]], place: float) -> None:
    pairs, here, there = [], 0.0, 0.0
    for on, further in steps:
        here, there = here + on, there + further
        pairs.append((here, there))
    pairing = Pairing.of(pairs)
    assert pairing.to_this(pairing.to_other(place)) == pytest.approx(place, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("pairs", [[], [(0, 0)], [(0, 0), (1, -1)], [(1, 0), (0, 1)], [(0, 0), (1, float("nan"))]])
def test_what_goes_back_is_no_pairing(pairs: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="pair"):
        Pairing.of(pairs)
