"""Names that are made are short, say what was done, and are never given twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.session.draft_name import draft_name
from livemusic.session.preset import Clip
from livemusic.session.short_name import GIVEN, MADE, check_name, free_name, shortened
from livemusic.session.sketchbook import (
    AnyRecipe,
    Between,
    Clean,
    Edited,
    Figures,
    Invent,
    Landmark,
    Played,
    Tapped,
    Touch,
    Vary,
    Way,
)

LONGEST = "Middle Eastern sketch, humanised at the second try"


def clip(name: str) -> Clip:
    return Clip(name, 16, {"kick": ((0, 100, 0),)})


HOUSE, FUNK, ROCK = clip("House"), clip("Funk"), clip("Rock")


@pytest.mark.parametrize(
    ("recipe", "name"),
    [
        (Invent(style="funk", seed=4), "Funk sketch"),
        (Invent(style="neworleans"), "New Orleans sketch"),
        (Invent(), "Sketch"),
        (Invent(start=HOUSE), "House, continued"),
        (Vary(clip=HOUSE), "House, varied"),
        (Clean(clip=HOUSE), "House, cleaned"),
        (Touch(clip=HOUSE), "House, humanised"),
        (Touch(clip=clip("House, varied 3")), "House, humanised"),
        (Vary(clip=clip("")), "Pattern, varied"),
        (Tapped(taps=((0, 1, 0),)), "Tapped"),
        (Between(clips=(FUNK, HOUSE), weights=(1.0, 1.0)), "Funk → House 50 %"),
        (Between(clips=(FUNK, HOUSE, ROCK), weights=(1.0, 0.0, 3.0)), "Funk → Rock 75 %"),
        (Between(clips=(FUNK, HOUSE), weights=(1.0, 0.0)), "Funk → House 0 %"),
        (Between(clips=(FUNK, HOUSE, ROCK), weights=(1.0, 2.0, 3.0)), "House + Rock + 1 more"),
        (Way(clips=(FUNK, ROCK, HOUSE)), "Funk → House morph"),
        (Landmark(x=0.5, y=0.5, style="hiphop"), "Hip-hop groove"),
        (Figures(clip=HOUSE), "House, new figures"),
        (Played(clip=HOUSE, take=2, number=3, corner="B"), "Take 2, pass 3 in B"),
        (Edited(clip=HOUSE, result=HOUSE), "House, edited"),
    ],
)
def test_a_name_says_what_was_done_to_what(recipe: AnyRecipe, name: str) -> None:
    assert draft_name(recipe) == name


def test_the_same_again_has_the_next_number() -> None:
    taken: list[str] = []
    for _ in range(3):
        taken.append(draft_name(Invent(style="funk"), taken))
    assert taken == ["Funk sketch", "Funk sketch 2", "Funk sketch 3"]
    assert free_name("House 2", ["house 2", "HOUSE 3"]) == "House 4"
    assert free_name("House", ["Funk"]) == "House"


names = st.text(max_size=60)


@given(names, names, st.floats(0, 1), st.integers(1, 120))
def test_made_names_are_short_whatever_they_are_made_of(a: str, b: str, weight: float, count: int) -> None:
    first, second = Clip(a, 16, {}), Clip(b, 16, {})
    for recipe in (
        Vary(clip=first),
        Figures(clip=second),
        Between(clips=(first, second), weights=(weight, 1.0)),
        Between(clips=(first, second, first), weights=(weight, 1.0, 0.5)),
        Way(clips=(first, second)),
        Invent(style=a),
    ):
        taken: list[str] = []
        for _ in range(min(count, 12)):
            name = draft_name(recipe, taken)
            assert 0 < len(name) <= MADE
            assert name not in taken
            taken.append(name)


def test_patterns_made_of_patterns_keep_their_origin() -> None:
    made = HOUSE
    for _ in range(12):
        made = clip(draft_name(Vary(clip=made), [made.name]))
    assert made.name == "House, varied 2"


def test_what_is_left_out_of_a_name_is_shown() -> None:
    assert shortened(LONGEST) == "Middle Eastern sketch…"
    assert shortened("House") == "House"
    assert draft_name(Vary(clip=clip(LONGEST))) == "Middle Eastern…, varied"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * (GIVEN + 1)])
def test_what_cannot_be_shown_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        check_name(name)
