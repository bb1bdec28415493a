"""The style map: hover plays, a click keeps, a drag goes to a corner, and everything works with the keys as well."""

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from livemusic.engine.messages import Audition, Make, Try, UseDraft
from livemusic.engine.request import Request
from livemusic.engine.snapshot import Landmarks, StudioState
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import Invent, Landmark
from livemusic.ui.sketchbook.map import StyleMapPage

pytestmark = pytest.mark.usefixtures("app")

STYLES = ("funk", "funk", "jazz", "funk", "jazz")
PLACES = np.array([(0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (0.9, 0.9)], np.float32)
MARKS = Landmarks("drums", PLACES.tobytes(), STYLES)
CORNERS = tuple(Clip(name, 16, {}) for name in ("Half-time", "Vier auf den Boden", "Broken", "ブラシ"))
SESSION = Session(Preset("p", CORNERS, meter=(7, 8)), Settings())
STATE = StudioState(1, ready=True, landmarks=MARKS, places=((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)))


class Page(StyleMapPage):
    """Remembers what it asked."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.asked.connect(self.requests.append)

    def over(self, number: int) -> QPointF:
        return self.view.spot((float(PLACES[number, 0]), float(PLACES[number, 1]))) + QPointF(3, -2)


def mouse(widget: QWidget, kind: QEvent.Type, spot: QPointF, held: bool = False) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    down = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, spot, widget.mapToGlobal(spot), button, down, keys))


def press(widget: QWidget, key: Qt.Key) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def hover(page: Page, number: int) -> None:
    mouse(page.view, QEvent.Type.MouseMove, page.over(number))


def go(page: Page) -> None:
    QApplication.sendEvent(page.view, QEvent(QEvent.Type.Leave))


def at(number: int) -> Landmark:
    x, y = (float(part) for part in PLACES[number])
    return Landmark(x=x, y=y, style=STYLES[number], bar=14)


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    page.resize(640, 420)
    page.show_session(SESSION)
    page.show_studio(STATE)
    page.show()
    yield page
    page.hide()
    page.deleteLater()


def test_the_map_plays_what_is_under_the_hand_until_the_hand_leaves(page: Page) -> None:
    hover(page, 2)
    assert page.requests == [Try(at(2)), Audition(True)]
    assert page.hint.text().startswith("Jazz")
    go(page)
    assert page.requests[2:] == [Audition(False)]
    assert "jazz" not in page.hint.text().lower()


def test_coming_in_from_outside_is_a_hover_too_and_leaving_for_the_corners_ends_it(page: Page) -> None:
    spot = page.over(0)
    QApplication.sendEvent(page.view, QEnterEvent(spot, spot, spot))
    mouse(page.view, QEvent.Type.MouseMove, page.view.target(0).center())
    assert page.requests == [Try(at(0)), Audition(True), Audition(False)]


def test_a_musician_who_listened_before_goes_on_listening(page: Page) -> None:
    page.show_studio(msgspec.structs.replace(STATE, auditioning=True))
    hover(page, 1)
    go(page)
    assert Audition(False) not in page.requests


def test_what_the_engine_said_of_our_own_listening_is_not_taken_for_the_musicians(page: Page) -> None:
    hover(page, 1)
    page.show_studio(msgspec.structs.replace(STATE, auditioning=True))
    go(page)
    hover(page, 2)
    go(page)
    assert page.requests.count(Audition(False)) == 2


def test_of_a_quick_hand_the_last_place_is_tried(page: Page, until) -> None:
    for number in (0, 2, 4, 3, 1):
        hover(page, number)
    until(lambda: page.requests[-1] == Try(at(1)))
    assert [request for request in page.requests if isinstance(request, Try)] == [Try(at(0)), Try(at(1))]


def test_a_click_keeps_it(page: Page) -> None:
    mouse(page.view, QEvent.Type.MouseButtonPress, page.over(3), True)
    mouse(page.view, QEvent.Type.MouseButtonRelease, page.over(3))
    assert page.requests == [Try(at(3)), Audition(True), Make(at(3))]


def drag(page: Page, number: int, spot: QPointF) -> None:
    mouse(page.view, QEvent.Type.MouseButtonPress, page.over(number), True)
    mouse(page.view, QEvent.Type.MouseMove, page.over(number) + QPointF(40, 0), True)
    mouse(page.view, QEvent.Type.MouseMove, spot, True)
    mouse(page.view, QEvent.Type.MouseButtonRelease, spot)


@pytest.mark.parametrize("corner", range(4))
def test_a_drag_to_a_corner_makes_it_and_uses_it(page: Page, corner: int) -> None:
    drag(page, 0, page.view.target(corner).center())
    assert page.requests == [Try(at(0)), Audition(True), Make(at(0)), UseDraft(corner)]
    go(page)  # the engine goes back to the pad by itself, at a bar line
    assert Audition(False) not in page.requests


def test_a_drag_that_ends_nowhere_changes_nothing(page: Page) -> None:
    drag(page, 0, QPointF(page.view.width() - 5.0, page.view.height() - 5.0))
    assert page.requests == [Try(at(0)), Audition(True), Audition(False)]


def test_the_corners_beside_the_map_lie_as_on_the_pad(page: Page) -> None:
    top_left, top_right, bottom_left, bottom_right = (page.view.target(corner).center() for corner in range(4))
    assert top_left.x() == bottom_left.x() < top_right.x() == bottom_right.x()
    assert top_left.y() == top_right.y() < bottom_left.y() == bottom_right.y()
    assert page.view.target(1).right() <= page.view.width()


def test_the_arrows_walk_from_dot_to_dot_and_enter_keeps(page: Page, until) -> None:
    press(page.view, Qt.Key.Key_Right)
    assert page.requests == [Try(at(2))]  # nothing chosen yet: the middle
    press(page.view, Qt.Key.Key_Up)
    press(page.view, Qt.Key.Key_Up)
    chosen = page.view.current
    assert chosen in (3, 4)
    press(page.view, Qt.Key.Key_Down)
    press(page.view, Qt.Key.Key_Return)
    assert page.requests[-1] == Make(at(page.view.current))
    assert PLACES[page.view.current, 1] < PLACES[chosen, 1]
    assert not [request for request in page.requests if isinstance(request, Audition)]
    press(page.view, Qt.Key.Key_4)
    assert page.requests[-2:] == [Make(at(page.view.current)), UseDraft(3)]


def test_one_style_alone_is_all_that_can_be_reached(page: Page) -> None:
    jazz = next(chip for chip in page.legend.chips if chip.style_name == "jazz")
    jazz.click()
    hover(page, 0)
    assert page.requests[0] == Try(at(2))
    go(page)
    jazz.click()
    assert not any(chip.isChecked() for chip in page.legend.chips)
    hover(page, 0)
    assert page.view.current == 0


def test_a_draft_that_is_called_back_shows_where_it_is(page: Page) -> None:
    assert page.show_recipe(at(4))
    assert not page.show_recipe(Invent())
    before = page.grab().toImage()
    page.show_studio(msgspec.structs.replace(STATE, recipe=Invent(), place=(0.3, 0.7)))
    assert page.grab().toImage() != before


def test_without_a_map_it_says_so_and_asks_nothing() -> None:
    page = Page()
    page.resize(400, 300)
    page.show_studio(StudioState(1, ready=True, landmarks=Landmarks()))
    page.show_session(SESSION)
    mouse(page.view, QEvent.Type.MouseMove, QPointF(60, 60))
    mouse(page.view, QEvent.Type.MouseButtonPress, QPointF(60, 60), True)
    mouse(page.view, QEvent.Type.MouseButtonRelease, QPointF(60, 60))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_1):
        press(page.view, key)
    assert not page.grab().isNull()
    assert not page.requests
    page.deleteLater()
