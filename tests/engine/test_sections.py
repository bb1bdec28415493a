"""What is done with the sections of a path: where we are, what a section brings, and when it is brought."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.engine.edits import GoPreset
from livemusic.engine.messages import AnyRequest, LaunchCorner, LaunchScene
from livemusic.engine.sections import MOST_ROWS, Follow, Sections
from livemusic.latent.structure import letter
from livemusic.session.section import SectionNote

HOP, WINDOW, DIM = 1024 / 44100, 0.5, 16
PART_S = 8.0
NOTES = (SectionNote("Verse", corner=2), SectionNote(scene=3), SectionNote(preset="Waltz"))

Rows = npt.NDArray[np.float32]


def path(order: str, seed: int = 0) -> Rows:
    """Rows `t, level, z` that stay about one place for each letter."""
    chance = np.random.default_rng(seed)
    places = {name: 4 * chance.normal(size=DIM) for name in sorted(set(order))}
    part = round(PART_S / HOP)
    z = np.concatenate([places[name] + chance.normal(size=(part, DIM)) for name in order])
    t = WINDOW + np.arange(len(z)) * HOP
    return np.column_stack([t, np.full(len(z), -12.0), z]).astype(np.float32)


def hear(sections: Sections, rows: Rows, step: int = 20) -> None:
    """Let it grow live: the music is where the path ends."""
    for end in range(step, len(rows) + step, step):
        known = rows[:end]
        assert not sections.hear(1, known, HOP, WINDOW, float(known[-1, 0]), whole=False)


def test_every_section_brings_what_it_carries_once() -> None:
    asked: list[AnyRequest] = []
    sections = Sections(asked.append)
    sections.follow(Follow(NOTES, on=True))
    hear(sections, path("ABACB"))
    assert asked == [
        LaunchCorner(2), LaunchScene(3), LaunchCorner(2), GoPreset("Waltz", sections=True), LaunchScene(3),
    ]  # fmt: skip
    assert "".join(letter(section.label) for section in sections.view.sections) == "ABACB"
    assert (sections.view.here, sections.view.returned) == (4, 1)


def test_nothing_is_brought_that_is_not_followed_or_noted() -> None:
    asked: list[AnyRequest] = []
    sections = Sections(asked.append)
    sections.follow(Follow(NOTES, on=False))
    hear(sections, path("AB"))
    assert asked == []
    sections.follow(Follow((), on=True))
    hear(sections, path("AB"))
    assert asked == []


def test_switched_on_the_present_section_is_brought() -> None:
    asked: list[AnyRequest] = []
    sections = Sections(asked.append)
    hear(sections, path("AB"))
    sections.follow(Follow(NOTES, on=True))
    sections.follow(Follow(NOTES, on=True))
    assert asked == [LaunchScene(3)]


def test_of_a_song_drawn_ahead_the_place_counts() -> None:
    asked: list[AnyRequest] = []
    sections, rows = Sections(asked.append), path("ABA")
    sections.follow(Follow(NOTES, on=True))
    turns = 1
    while sections.hear(1, rows, HOP, WINDOW, 1.0, whole=True):
        turns += 1
    assert turns == -(-len(rows) // MOST_ROWS)
    assert asked == [LaunchCorner(2)]
    for position in (PART_S + 2, 2 * PART_S + 2, 3.0):
        sections.hear(1, rows, HOP, WINDOW, position, whole=True)
    assert asked == [LaunchCorner(2), LaunchScene(3), LaunchCorner(2)]
    assert sections.view.here == 0


def test_another_path_begins_anew() -> None:
    sections = Sections(lambda request: None)
    hear(sections, path("AB"))
    sections.hear(2, path("A", 1)[:200], HOP, WINDOW, 1.0, whole=False)
    assert sections.view.epoch == 2
    assert len(sections.view.sections) == 1
    assert sections.view.returned is None


@pytest.mark.parametrize("rows", [0, 3])
def test_almost_no_path(rows: int) -> None:
    sections = Sections(lambda request: None)
    assert not sections.hear(1, path("A")[:rows], HOP, WINDOW, 0.0, whole=True)
    assert sections.view.here is None
