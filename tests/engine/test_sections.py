"""What is done with the sections of a path: where we are, what a section brings, and when it is brought."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.engine.edits import GoPreset
from livemusic.engine.listen import ListenView
from livemusic.engine.messages import AnyRequest, LaunchCorner, LaunchScene
from livemusic.engine.sections import MOST_ROWS, STILL, FollowNotes, Sections
from livemusic.latent.points import Points
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
    return np.column_stack([WINDOW + np.arange(len(z)) * HOP, np.full(len(z), -12.0), z]).astype(np.float32)


class Rig:
    """The core, what it looks at, and what it asked for."""

    def __init__(self) -> None:
        self.asked: list[AnyRequest] = []
        self.listen = ListenView()
        self.core = Sections(lambda: self.listen, self.asked.append)
        self.now = 100.0

    def follow(self, notes: tuple[SectionNote | None, ...], on: bool) -> None:
        self.core.handle(FollowNotes(notes, on), self.now)
        self.core.advance(self.now)

    def see(self, rows: Rows, position: float, epoch: int = 1) -> None:
        self.listen = ListenView(path=Points(rows, np.zeros((len(rows), 0), np.uint8)), position=position, epoch=epoch)
        wake = self.core.advance(self.now)
        assert wake is not None
        self.now = wake

    def grow(self, rows: Rows, epoch: int = 1) -> None:
        """Let the path grow live: the music is where it ends."""
        for end in range(20, len(rows) + 20, 20):
            known = rows[:end]
            self.see(known, float(known[-1, 0]), epoch)

    @property
    def letters(self) -> str:
        return "".join(letter(section.label) for section in self.core.view.sections)


def test_every_section_brings_what_it_carries_once() -> None:
    rig = Rig()
    rig.follow(NOTES, on=True)
    rig.grow(path("ABACB"))
    assert rig.asked == [
        LaunchCorner(2), LaunchScene(3), LaunchCorner(2), GoPreset("Waltz", sections=True), LaunchScene(3),
    ]  # fmt: skip
    assert rig.letters == "ABACB"
    assert (rig.core.view.here, rig.core.view.returned) == (4, 1)


def test_nothing_is_brought_that_is_not_followed_or_noted() -> None:
    rig = Rig()
    rig.follow(NOTES, on=False)
    rig.grow(path("AB"))
    rig.follow((), on=True)
    rig.grow(path("AB"), epoch=2)
    assert rig.asked == []


def test_switched_on_the_present_section_is_brought() -> None:
    rig = Rig()
    rig.grow(path("AB"))
    rig.follow(NOTES, on=True)
    rig.follow(NOTES, on=True)
    assert rig.asked == [LaunchScene(3)]


def test_of_a_song_drawn_ahead_the_place_counts() -> None:
    rig, rows = Rig(), path("ABA")
    rig.follow(NOTES, on=True)
    turns = 0
    while rig.core.view.heard < len(rows):
        rig.see(rows, 1.0)
        turns += 1
    assert turns == -(-len(rows) // MOST_ROWS)
    for position in (PART_S + 2, 2 * PART_S + 2, 3.0):
        rig.see(rows, position)
    assert rig.asked == [LaunchCorner(2), LaunchScene(3), LaunchCorner(2)]
    assert rig.core.view.here == 0


def test_a_path_that_is_whole_is_thought_of_once_more() -> None:
    rig, rows = Rig(), path("ABA")
    rig.grow(rows)
    live = rig.core.view.sections
    rig.now += STILL
    rig.see(rows, float(rows[-1, 0]))
    whole = rig.core.view.sections
    assert [section.label for section in whole] == [section.label for section in live] == [0, 1, 0]
    rig.see(rows, float(rows[-1, 0]))
    assert rig.core.view.sections is whole


def test_another_path_begins_anew() -> None:
    rig = Rig()
    rig.grow(path("AB"))
    rig.grow(path("A", 1)[:200], epoch=2)
    assert rig.core.view.epoch == 2
    assert rig.letters == "A"
    assert rig.core.view.returned is None


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_almost_no_path(rows: int) -> None:
    rig = Rig()
    rig.see(path("A")[:rows], 0.0)
    assert rig.core.view.here is None
