"""Between patterns: the pad with any number of corners, lanes that go their own way, and the list of patterns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from livemusic.engine.messages import Make, Try
from livemusic.engine.request import Request
from livemusic.engine.snapshot import StudioState
from livemusic.midi.files import write_pattern
from livemusic.music.tempo import Meter
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import MOST_CLIPS, Between, Invent, Way
from livemusic.ui.sketchbook.between import BetweenPage
from livemusic.ui.sketchbook.polygon import MIDDLE, corners, place_of, ring, weights, within

pytestmark = pytest.mark.usefixtures("app")

CLIPS = tuple(
    Clip(name, 16, {"kick": ((step, 100, 0),)}) for step, name in enumerate(("Grüße", "two", "three", "four"))
)
SESSION = Session(Preset("p", CLIPS), Settings())
PLACES = st.tuples(st.floats(-0.5, 1.5, allow_subnormal=False), st.floats(-0.5, 1.5, allow_subnormal=False))
COUNTS = st.integers(2, MOST_CLIPS)
BAD_NAME = "nothing.mid"


class Page(BetweenPage):
    """Remembers what it asked."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.asked.connect(self.requests.append)

    @property
    def recipe(self) -> Between | None:
        return self.course.between(120.0, 16)

    @property
    def way(self) -> Way | None:
        return self.course.way(120.0, 16)

    @property
    def made(self) -> list[Between]:
        return [request.recipe for request in self.requests if isinstance(request, Make)]

    def drag(self, *places: tuple[float, float]) -> None:
        spots = [self.pad.spot(place) for place in places]
        self.mouse(QEvent.Type.MouseButtonPress, spots[0])
        for spot in spots[1:]:
            self.mouse(QEvent.Type.MouseMove, spot)
        self.mouse(QEvent.Type.MouseButtonRelease, spots[-1])

    def mouse(self, kind: QEvent.Type, spot: QPointF) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self.pad, QMouseEvent(kind, spot, self.pad.mapToGlobal(spot), button, left, keys))


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    page.resize(760, 440)
    page.show_session(SESSION)
    page.show_studio(StudioState(1, ready=True))
    page.show()
    yield page
    page.hide()
    page.deleteLater()


@given(COUNTS)
def test_at_a_corner_there_is_that_corner_alone(count: int) -> None:
    for number, corner in enumerate(corners(count)):
        assert weights(count, corner) == pytest.approx([float(number == other) for other in range(count)], abs=1e-9)


@given(COUNTS, PLACES)
def test_the_weights_are_shares_that_bring_back_the_place(count: int, place: tuple[float, float]) -> None:
    inside = within(count, place)
    shares = weights(count, place)
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1)
    assert place_of(shares) == pytest.approx(inside, abs=1e-6)
    assert within(count, inside) == pytest.approx(inside, abs=1e-9)


@given(COUNTS, st.floats(0, 1, allow_subnormal=False))
def test_along_an_edge_two_corners_change_places_evenly(count: int, part: float) -> None:
    a, b = ring(count)[:2]
    (ax, ay), (bx, by) = corners(count)[a], corners(count)[b]
    shares = weights(count, (ax + part * (bx - ax), ay + part * (by - ay)))
    assert (shares[a], shares[b]) == pytest.approx((1 - part, part), abs=1e-6)


@given(st.floats(0, 1, allow_subnormal=False), st.floats(0, 1, allow_subnormal=False))
def test_four_corners_are_those_of_the_morph_pad(x: float, y: float) -> None:
    assert weights(4, (x, y)) == pytest.approx([(1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y)], abs=1e-9)


def test_where_nothing_weighs_anything_is_the_middle() -> None:
    assert place_of((0.0, 0.0, 0.0)) == place_of((1.0,)) == MIDDLE
    with pytest.raises(ValueError, match="fewer than 2"):
        corners(1)


def test_it_begins_in_the_middle_of_the_four_corners(page: Page) -> None:
    assert page.recipe == Between(clips=CLIPS, weights=(0.25,) * 4)
    assert not page.requests
    assert not page.again.isEnabled()
    assert "25%" in page.pad.accessibleDescription()


def test_the_puck_tries_while_it_moves_and_makes_once_it_is_let_go(page: Page) -> None:
    page.drag((0.5, 0.5), (0.6, 0.5), (0.7, 0.5), (1.0, 1.0))
    assert isinstance(page.requests[0], Try)
    assert page.made == [Between(clips=CLIPS, weights=(0.0, 1.0, 0.0, 0.0))]
    page.drag((1.0, 1.0))
    assert len(page.made) == 1  # nothing has changed


def test_the_keys_move_it_too_and_a_rest_makes(page: Page, until) -> None:
    for _ in range(30):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(page.pad, event)
    until(lambda: page.made)
    assert page.made == [Between(clips=CLIPS, weights=(0.5, 0.0, 0.5, 0.0))]


def test_a_double_click_goes_to_the_middle(page: Page) -> None:
    page.drag((0.9, 0.9))
    page.mouse(QEvent.Type.MouseButtonDblClick, page.pad.spot((0.9, 0.9)))
    page.mouse(QEvent.Type.MouseButtonRelease, page.pad.spot((0.9, 0.9)))
    assert page.made[-1].weights == (0.25,) * 4


def test_a_lane_goes_its_own_way_and_comes_back(page: Page) -> None:
    page.lanes.boxes[2].chosen.emit("own")
    assert page.lanes.names[2].isChecked()
    page.drag((0.0, 0.0))
    assert page.made[-1] == Between(clips=CLIPS, weights=(0.25,) * 4, lanes={2: (0.0, 0.0, 1.0, 0.0)})
    page.lanes.everything.click()
    page.drag((1.0, 0.0))
    assert page.made[-1].lanes == {2: (0.0, 0.0, 1.0, 0.0)}
    assert page.made[-1].weights == (0.0, 0.0, 0.0, 1.0)
    page.lanes.boxes[2].chosen.emit("along")
    page.leave()
    assert not page.made[-1].lanes


def test_to_press_a_lanes_name_and_drag_is_enough(page: Page) -> None:
    page.lanes.names[1].click()
    assert page.recipe.lanes == {}
    page.drag((0.0, 1.0))
    assert page.made[-1].lanes == {1: (1.0, 0.0, 0.0, 0.0)}
    assert page.lanes.boxes[1].currentData() == "own"


def test_a_lane_that_stays_with_a_pattern_is_locked(page: Page) -> None:
    page.part(0)
    page.lanes.boxes[0].chosen.emit("2")
    assert page.recipe == Between(clips=CLIPS, weights=(0.25,) * 4, locks={0: 2})
    assert page.lanes.boxes[0].currentText() == "as in three"
    page.lanes.names[0].click()
    page.drag((0.0, 1.0))  # the hand knows better
    assert page.made[-1].locks == {}
    assert 0 in page.made[-1].lanes


def test_trade_and_blend_say_what_they_do(page: Page, until) -> None:
    said = page.sentence.text()
    page.modes["blend"].click()
    assert page.sentence.text() != said
    until(lambda: page.made)
    assert page.made[-1].mode == "blend"


def test_patterns_come_and_go_and_the_puck_stays_with_those_that_are_left(page: Page) -> None:
    page.lock(3, 3)
    page.lock(4, 0)
    page.drag((1.0, 1.0))
    page.tokens[0].cross.click()
    recipe = page.recipe
    assert recipe.clips == CLIPS[1:]
    assert recipe.weights == pytest.approx((1, 0, 0), abs=1e-5)
    assert recipe.locks == {3: 2}
    page.remove(2)
    assert page.recipe.locks == {}
    assert not any(token.isEnabled() for token in page.tokens)
    page.remove(0)
    assert len(page.course.clips) == 2
    page.add([CLIPS[0], CLIPS[0]])
    assert page.recipe.weights == pytest.approx((1, 0, 0, 0), abs=1e-5)
    page.again.click()
    assert page.course.clips == CLIPS
    assert not page.again.isEnabled()


def test_the_corners_are_followed_until_patterns_are_chosen(page: Page) -> None:
    others = tuple(reversed(CLIPS))
    page.show_session(Session(Preset("p", others), Settings()))
    assert page.course.clips == others
    page.remove(0)
    page.show_session(SESSION)
    assert page.course.clips == others[1:]


def test_there_is_room_for_so_many(page: Page) -> None:
    page.add([CLIPS[0]] * 20)
    assert len(page.course.clips) == MOST_CLIPS
    assert "16" in page.fault.text()
    assert not page.source.isEnabled()
    page.leave()
    assert len(page.made[-1].weights) == MOST_CLIPS
    assert not page.grab().isNull()


def test_a_chosen_pattern_joins_the_others(page: Page) -> None:
    page.source.box.chosen.emit("1")
    page.source.box.chosen.emit("1")
    assert page.course.clips == (*CLIPS, CLIPS[1], CLIPS[1])
    assert page.source.clip() is None


def test_dropped_files_join_and_those_that_are_none_are_named(page: Page, tmp_path: Path) -> None:
    good, bad, other = tmp_path / "ein Lied ♪.mid", tmp_path / BAD_NAME, tmp_path / "notes.txt"
    write_pattern(good, CLIPS[0].grid().to_pattern(), 120.0, Meter(4, 4))
    bad.write_bytes(b"no music")
    other.write_text("no music")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (good, bad, other)])
    spot, copy, left = QPointF(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enters = QDragEnterEvent(spot.toPoint(), copy, data, left, Qt.KeyboardModifier.NoModifier)
    page.dragEnterEvent(enters)
    assert enters.isAccepted()
    page.dropEvent(QDropEvent(spot, copy, data, left, Qt.KeyboardModifier.NoModifier))
    assert [clip.name for clip in page.course.clips[4:]] == ["ein Lied ♪"]
    assert BAD_NAME in page.fault.text()


def test_a_draft_that_is_called_back_shows_how_it_was_made(page: Page) -> None:
    recipe = Between(
        clips=(*CLIPS[:2], CLIPS[0]),
        weights=(0.5, 0.25, 0.25),
        mode="blend",
        lanes={5: (0.0, 1.0, 0.0)},
        locks={0: 2},
    )
    assert page.show_recipe(recipe)
    again = page.recipe
    assert again.weights == pytest.approx(recipe.weights, abs=1e-5)
    assert again.lanes[5] == pytest.approx(recipe.lanes[5], abs=1e-5)
    assert (again.clips, again.mode, again.locks) == (recipe.clips, "blend", {0: 2})
    assert page.modes["blend"].isChecked()
    assert not page.requests
    assert not page.show_recipe(Invent())
    assert page.show_recipe(Between(clips=CLIPS, weights=(1.0, 2.0), locks={0: 9}))  # nonsense of another hand
    assert page.recipe == Between(clips=CLIPS, weights=(0.25,) * 4)


def test_how_a_lane_goes_is_read_in_full(page: Page) -> None:
    assert {box.shown for box in page.lanes.boxes} == {"Follows the pad"}


def test_the_whole_way_is_one_long_pattern_that_fits(page: Page) -> None:
    page.lock(0, 1)
    page.whole.click()
    page.leave()
    assert [request.recipe for request in page.requests if isinstance(request, Make)] == [
        Way(clips=CLIPS, steps=2, locks={0: 1})
    ]
    page.add([Clip("long", 128, {})] * 4)
    assert page.way.steps == 1
    assert page.show_recipe(Way(clips=CLIPS[:2], mode="blend"))
    assert (page.course.clips, page.recipe.mode) == (CLIPS[:2], "blend")
    assert page.way.steps == 8


def test_before_the_engine_has_said_anything_there_is_nothing_to_ask() -> None:
    page = Page()
    page.drag((0.5, 0.5), (0.6, 0.6))
    page.walk("blend")
    page.whole.click()
    page.leave()
    assert not page.requests
    assert not page.grab().isNull()
    page.deleteLater()
