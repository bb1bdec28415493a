"""Dictionaries that earlier versions came with: settings that name them get the one that ships."""

import pytest

from livemusic.engine.openers import GONE, open_dictionary
from livemusic.errors import ModelError


@pytest.mark.parametrize("name", GONE)
def test_a_dictionary_that_is_gone_gives_way_to_the_newest(name: str) -> None:
    assert open_dictionary(name).card.id == open_dictionary("").card.id


def test_one_that_never_was_is_missed() -> None:
    with pytest.raises(ModelError, match="drums-77"):
        open_dictionary("drums-77")
