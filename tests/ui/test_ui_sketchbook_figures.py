"""The figures of a pattern: what is heard at once, what is kept, and how they are said and shown."""

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from livemusic.engine.messages import Make, Try
from livemusic.engine.request import Request
from livemusic.engine.snapshot import Figure, StudioState
from livemusic.music.kit import VOICE_COUNT
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import Figures, Invent
from livemusic.ui.sketchbook.atoms import drums_in, drums_of, picture
from livemusic.ui.sketchbook.figures import FiguresPage
from livemusic.ui.sketchbook.figures_view import begins

pytestmark = pytest.mark.usefixtures("app")

CLIP = Clip(
    "Grüße",
    16,
    {"kick": ((0, 110, 0), (8, 100, 4)), "snare": ((4, 120, 0),), "closed hat": ((2, 70, 0), (6, 60, -9))},
)
OTHER = Clip("Other", 16, {"ride": ((0, 100, 0),)})
LEFT = Clip("left", 16, {"kick": ((0, 110, 0),), "crash": ((5, 90, 0),)})
SESSION = Session(Preset("p", (CLIP, OTHER, CLIP, CLIP)), Settings())


def atom(*cells: tuple[int, int]) -> bytes:
    loud = np.zeros((4, VOICE_COUNT), np.float32)
    for step, voice in cells:
        loud[step, voice] = 0.9
    return loud.tobytes()


FIGURES = (
    Figure(7, 0, 2.5, ((0, 0), (2, 2)), (40, 41), (atom((0, 0), (2, 2)), atom((0, 0)), atom((0, 7), (1, 7)))),
    Figure(8, 4, 2.0, ((4, 1), (6, 2)), (42,), (atom((0, 1), (2, 2)), atom((0, 1)))),
    Figure(9, 8, 1.0, ((8, 0),), (), (atom((0, 0)),)),
    Figure(10, 3, 0.0, (), (43,), (atom(), atom((1, 1)))),
)
STATE = StudioState(1, ready=True)


class Page(FiguresPage):
    """Remembers what it asked."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.asked.connect(self.requests.append)

    def hears(self, recipe: Figures, clip: Clip = CLIP) -> None:
        """The engine has made it."""
        self.show_studio(StudioState(2, ready=True, recipe=recipe, clip=clip, figures=FIGURES))

    @property
    def last(self) -> Figures:
        return self.requests[-1].recipe


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    page.resize(640, 480)
    page.show_session(SESSION)
    page.show()
    page.show_studio(STATE)
    page.hears(Figures(clip=CLIP))
    page.requests.clear()
    yield page
    page.hide()
    page.deleteLater()


def test_it_asks_for_the_figures_of_the_pattern_once_when_it_is_seen() -> None:
    page = Page()
    page.show_session(SESSION)
    page.show_studio(STATE)
    assert not page.requests
    page.show()
    page.show_studio(msgspec.structs.replace(STATE, revision=2, problem="Something else."))
    assert page.requests == [Try(Figures(clip=CLIP))]
    page.source.show_clip(OTHER)
    assert page.requests[1:] == [Try(Figures(clip=OTHER))]
    page.hide()
    page.deleteLater()


def test_without_a_dictionary_nothing_is_asked() -> None:
    page = Page()
    page.show_session(SESSION)
    page.show()
    page.show_studio(StudioState(1))
    assert not page.requests
    page.hide()
    page.deleteLater()


def test_each_figure_that_is_heard_has_a_card_that_says_it_in_words(page: Page) -> None:
    assert list(page.cards) == [0, 1, 2]
    assert page.cards[0].accessibleName() == "Figure 1: Bar 1, beat 1, kick, closed hat"
    assert page.cards[1].accessibleName() == "Figure 2: Bar 1, beat 2, snare, closed hat"
    assert not page.cards[2].swap.isEnabled()
    assert not page.back.isEnabled()


def test_mute_and_solo_are_heard_at_once_and_kept_when_they_rest(page: Page, until) -> None:
    page.cards[1].mute.click()
    assert page.requests == [Try(Figures(clip=CLIP, muted=(1,)))]
    page.cards[0].solo.click()
    page.cards[2].solo.click()
    assert page.last == Figures(clip=CLIP, muted=(1,), solo=(0, 2))
    assert "silent" in page.cards[1].accessibleName()
    until(lambda: isinstance(page.requests[-1], Make))
    assert [type(request) for request in page.requests] == [Try, Try, Try, Make]
    assert page.last == Figures(clip=CLIP, muted=(1,), solo=(0, 2))


def test_a_figure_is_never_left_out_and_alone_at_once(page: Page) -> None:
    page.cards[0].mute.click()
    page.cards[0].solo.click()
    assert page.last == Figures(clip=CLIP, solo=(0,))
    page.cards[0].mute.click()
    assert page.last == Figures(clip=CLIP, muted=(0,))
    assert not page.cards[0].solo.isChecked()


def test_a_swap_is_chosen_from_pictures_and_unmutes(page: Page) -> None:
    page.cards[0].mute.click()
    page.cards[0].swap.click()
    assert not page.cards[0].swap.isChecked()
    assert [tile.accessibleName() for tile in page.swaps.tiles.values()] == [
        "as it was: kick, closed hat",
        "kick",
        "2 × crash",
    ]
    page.swaps.tiles[41].click()
    assert page.last == Figures(clip=CLIP, swaps={0: 41})
    assert page.cards[0].swap.isChecked()
    assert "2 × crash, swapped" in page.cards[0].accessibleName()
    page.swaps.tiles[7].click()
    assert page.last == Figures(clip=CLIP)
    assert not page.grab().isNull()
    assert not page.swaps.grab().isNull()
    page.swaps.close()


def test_all_back_is_heard_and_nothing_is_kept_of_it(page: Page) -> None:
    page.cards[0].mute.click()
    page.swap(1, 42)
    page.back.click()
    assert page.last == Figures(clip=CLIP)
    page.leave()
    assert not [request for request in page.requests if isinstance(request, Make)]
    assert not page.back.isEnabled()


def test_what_has_not_rested_is_kept_when_the_page_is_left(page: Page) -> None:
    page.swap(1, 42)
    page.leave()
    page.leave()
    assert page.requests[1:] == [Make(Figures(clip=CLIP, swaps={1: 42}))]


def test_the_hand_over_a_card_lights_its_hits_and_over_a_hit_its_card(page: Page) -> None:
    page.cards[1].pointed.emit(True)
    assert page.strip.lit == 1
    page.cards[1].pointed.emit(False)
    assert page.strip.lit is None
    spot = page.strip.cell(8, 0).center()
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, spot, spot, none, none, Qt.KeyboardModifier.NoModifier)
    before = page.cards[2].grab().toImage()
    QApplication.sendEvent(page.strip, move)
    assert page.strip.lit == 2
    assert page.cards[2].grab().toImage() != before
    QApplication.sendEvent(page.strip, QEvent(QEvent.Type.Leave))
    assert page.strip.lit is None


def test_the_strip_shows_what_is_left_and_what_is_new(page: Page) -> None:
    before = page.strip.grab().toImage()
    page.hears(Figures(clip=CLIP, muted=(1,)), LEFT)
    assert page.strip.grab().toImage() != before


def test_a_draft_that_is_called_back_shows_what_was_changed(page: Page) -> None:
    recipe = Figures(clip=OTHER, muted=(2,), swaps={1: 42}, solo=(0,))
    assert page.show_recipe(recipe)
    page.hears(recipe)
    assert page.source.clip() == OTHER
    assert page.cards[2].mute.isChecked()
    assert page.cards[0].solo.isChecked()
    assert page.cards[1].swap.isChecked()
    assert not page.requests
    page.cards[2].mute.click()
    assert page.last == Figures(clip=OTHER, swaps={1: 42}, solo=(0,))
    assert not page.show_recipe(Invent())


def test_a_pattern_of_another_tool_is_none_of_its_business(page: Page) -> None:
    page.show_studio(StudioState(3, ready=True, recipe=Invent(), clip=LEFT))
    assert list(page.cards) == [0, 1, 2]
    page.cards[0].mute.click()
    assert page.last == Figures(clip=CLIP, muted=(0,))


def test_another_pattern_begins_afresh(page: Page) -> None:
    page.cards[0].mute.click()
    page.source.show_clip(OTHER)
    assert page.last == Figures(clip=OTHER)
    assert not page.cards


def test_a_pattern_without_figures_says_so(page: Page) -> None:
    page.source.show_clip(OTHER)
    page.show_studio(StudioState(3, ready=True, recipe=Figures(clip=OTHER), clip=OTHER))
    assert page.hint.text()


def test_keys_reach_every_button(page: Page) -> None:
    mute = page.cards[0].mute
    mute.setFocus()
    space = Qt.Key.Key_Space
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(mute, QKeyEvent(kind, space, Qt.KeyboardModifier.NoModifier))
    assert page.last == Figures(clip=CLIP, muted=(0,))


@pytest.mark.parametrize(
    ("step", "bar", "beat", "said"),
    [
        (0, 16, 4, "Bar 1, beat 1"),
        (22, 16, 4, "Bar 2, beat 2 and"),
        (15, 16, 4, "Bar 1, beat 4 a"),
        (13, 14, 2, "Bar 1, beat 7 and"),
        (9, 8, 8, "Bar 2, beat 1 + 1"),
        (3, 5, 1, "Bar 1, beat 4"),
    ],
)
def test_where_a_figure_begins_is_said_as_drummers_count(step: int, bar: int, beat: int, said: str) -> None:
    assert begins(step, bar, beat) == said


def test_drums_in_words() -> None:
    assert drums_in([2, 0, 2]) == "kick, 2 × closed hat"
    assert drums_of(picture(atom((0, 1), (1, 1)))) == "2 × snare"
    assert drums_of(picture(b"")) == drums_of(picture(b"\0" * 8)) == "nothing"
