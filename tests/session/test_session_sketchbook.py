"""The sketchbook: what was made is found again, numbers never come back, and a broken book is set aside."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.errors import PresetError
from livemusic.music.kit import VOICE_NAMES
from livemusic.session.codec import recover
from livemusic.session.preset import Clip
from livemusic.session.sketchbook import (
    MOST_DRAFTS,
    Between,
    Figures,
    Invent,
    Sketchbook,
    Tapped,
    Vary,
    read_sketchbook,
    words,
    write_sketchbook,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "sketchbook-1.json"
CLIP = Clip("Groove", 16, {"kick": ((0, 100, 0),)})


def test_the_first_format_is_read_for_ever_and_written_the_same(tmp_path: Path) -> None:
    book = read_sketchbook(GOLDEN)
    assert [draft.number for draft in book.drafts] == [1, 3, 4, 5, 6, 7, 8, 9]
    assert book.drafts[0].recipe == Invent(seed=7, style="funk", density=0.4, swing=0.25, bpm=97.5, bar=12, steps=24)
    between = book.drafts[5].recipe
    assert isinstance(between, Between)
    assert (between.mode, between.lanes, between.locks) == ("blend", {1: (1.0, 0.0)}, {0: 1})
    write_sketchbook(tmp_path / "again.json", book)
    assert (tmp_path / "again.json").read_bytes() == GOLDEN.read_bytes()


def test_numbers_never_come_back() -> None:
    book = Sketchbook().added(Invent(), CLIP).added(Invent(seed=1), CLIP)
    book = book.without(2).added(Invent(seed=2), CLIP)
    assert [draft.number for draft in book.drafts] == [1, 3]
    with pytest.raises(ValueError, match="draft 2"):
        book.draft(2)


def test_the_oldest_drafts_make_room() -> None:
    book = Sketchbook()
    for seed in range(MOST_DRAFTS + 2):
        book = book.added(Invent(seed=seed), CLIP)
    assert len(book.drafts) == MOST_DRAFTS
    assert book.drafts[0].number == 3


@given(st.binary(max_size=400))
def test_any_file_is_a_book_or_refused_in_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("book") / "sketchbook.json"
    path.write_bytes(data)
    book, problem = recover(path, Sketchbook(), read_sketchbook)
    assert (problem is None) or (book == Sketchbook() and "set aside" in problem)


@pytest.mark.parametrize(
    "damage",
    [
        (b'"tool":"sketch"', b'"tool":"polka"'),
        (b'"seed":7', b'"seed":-7'),
        (b'"format":1', b'"format":99'),
        (b'"steps":16', b'"steps":0'),
    ],
)
def test_a_damaged_book_is_refused(tmp_path: Path, damage: tuple[bytes, bytes]) -> None:
    data = GOLDEN.read_bytes()
    assert damage[0] in data
    (tmp_path / "book.json").write_bytes(data.replace(*damage))
    with pytest.raises(PresetError, match=r"book\.json"):
        read_sketchbook(tmp_path / "book.json")


def test_every_recipe_has_words() -> None:
    assert words(Invent(style="funk", seed=4)) == "Sketch, Funk · seed 4"
    assert words(Invent(start=CLIP)) == "Sketch from Groove · seed 0"
    assert words(Vary(clip=CLIP, amount=0.5)) == "Groove varied 50% · seed 0"
    assert words(Tapped(taps=((0, 1, 0),))) == "Drums for one tap"
    assert words(Between(clips=(CLIP, CLIP), weights=(1.0, 3.0))) == "Between Groove 25%, Groove 75%"
    assert words(Figures(clip=CLIP)) == "Groove, figures changed"


def test_a_book_is_never_written_so_large_that_it_could_not_be_read(tmp_path: Path) -> None:
    full = Clip("Full", 1024, {voice: tuple((step, 100, -100) for step in range(1024)) for voice in VOICE_NAMES})
    book = Sketchbook()
    for seed in range(20):
        book = book.added(Between(clips=(full, full), weights=(1.0, seed)), full)
    write_sketchbook(tmp_path / "book.json", book)
    again = read_sketchbook(tmp_path / "book.json")
    assert again.drafts[-1] == book.drafts[-1]
    assert again.made == 20
