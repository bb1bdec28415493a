"""The stage: set up and struck as the engine says, left by Esc, on the screen that is wanted."""

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPixmap
from PySide6.QtWidgets import QApplication

from livemusic.engine.messages import SetShow
from livemusic.errors import DeviceError
from livemusic.session.show import Show
from livemusic.ui.show_kept import keep_show, kept_show
from livemusic.ui.stage import Stage, find_screen
from livemusic.ui.views.sight import Sight
from livemusic.ui.views.trail import Trail
from livemusic.ui.views.trajectory import wandering
from livemusic.ui.window import Window


@pytest.fixture
def stage(app: QApplication) -> Iterator[Stage]:
    stage = Stage(Sight(Trail.of(wandering(500))))
    stage.resize(640, 360)
    stage.advance(1.0, 0.0, 4)
    yield stage
    stage.deleteLater()


def picture(stage: Stage) -> bytes:
    pixmap = QPixmap(stage.size())
    stage.render(pixmap, QPoint())
    return pixmap.toImage().constBits().tobytes()


def press(widget: object, key: Qt.Key) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def seen(window: Window, until, so) -> None:
    def looked() -> bool:
        window.step(1.0)
        return so()

    until(looked)


def test_it_shows_the_path_alone_without_a_cursor(stage: Stage) -> None:
    assert stage.cursor().shape() == Qt.CursorShape.BlankCursor
    assert stage.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert stage.children() == []
    assert len(set(picture(stage))) > 50


@pytest.mark.parametrize(
    "show", [Show(theme="Neon"), Show(colour="loudness"), Show(width=6.0), Show(trail=2.0), Show(theme="Paper")]
)
def test_how_it_looks_can_be_changed_while_it_is_on(stage: Stage, show: Show) -> None:
    before = picture(stage)
    stage.show_style(show)
    assert picture(stage) != before


def test_its_camera_moves_with_the_music(stage: Stage) -> None:
    stage.show_style(Show(motion=1.0))
    stage.advance(1.05, 3.9, 4)
    away = stage.camera
    stage.advance(1.1, 4.0, 4)
    assert stage.camera.zoom > away.zoom
    assert stage.camera.yaw != away.yaw


def test_escape_leaves_and_other_keys_are_passed_on(app: QApplication) -> None:
    pressed: list[int] = []
    left: list[bool] = []
    stage = Stage(Sight(), lambda event: pressed.append(event.key()))
    stage.left.connect(lambda: left.append(True))
    press(stage, Qt.Key.Key_Z)
    assert (pressed, left) == ([Qt.Key.Key_Z], [])
    press(stage, Qt.Key.Key_Escape)
    assert left == [True]
    stage.deleteLater()


def test_the_engine_says_when_it_is_on(window: Window, link, until) -> None:
    hand = window.stage_hand
    link.surface = msgspec.structs.replace(link.surface, show=Show(stage=True))
    seen(window, until, lambda: hand.stage is not None)
    assert hand.stage.isVisible()
    assert hand.stage.geometry() == hand.screen.geometry()
    assert window.trajectory.spare
    link.surface = msgspec.structs.replace(link.surface, show=Show())
    seen(window, until, lambda: hand.stage is None)
    assert not window.trajectory.spare


def test_escape_takes_it_away_at_once_and_tells_the_engine(window: Window, link, until) -> None:
    hand = window.stage_hand
    link.surface = msgspec.structs.replace(link.surface, show=Show(stage=True))
    seen(window, until, lambda: hand.stage is not None)
    QApplication.processEvents()
    press(hand.stage, Qt.Key.Key_Escape)
    assert hand.stage is None
    seen(window, until, lambda: SetShow(stage=False) in link.asked)
    assert hand.stage is None, "an engine that has not heard of it yet does not bring it back"


def test_what_can_be_pressed_in_the_window_can_be_pressed_there_but_for_panic(window: Window, link, until) -> None:
    link.surface = msgspec.structs.replace(link.surface, show=Show(stage=True))
    seen(window, until, lambda: window.stage_hand.stage is not None)
    keys = {action.shortcut().toString() for action in window.stage_hand.stage.actions()}
    assert {"Space", "F12", "B", "F2", "PgDown"} <= keys
    assert "Esc" not in keys


def test_it_is_asked_for_once_the_engine_is_there(window: Window, link, until) -> None:
    window.set_stage("1")
    seen(window, until, lambda: SetShow(stage=True) in link.asked)


@pytest.mark.parametrize("wanted", ["9", "0", "HDMI-7"])
def test_a_screen_that_is_not_there_is_one_sentence(app: QApplication, wanted: str) -> None:
    with pytest.raises(DeviceError, match=r"There is no screen .* for the stage here\. There is 1 \("):
        find_screen(wanted)


def test_a_screen_is_known_by_number_and_name(app: QApplication) -> None:
    (screen, *_) = QGuiApplication.screens()
    assert find_screen("1") is screen
    assert find_screen(screen.name()) is screen


def test_how_it_looked_is_kept_for_the_next_time_but_not_that_it_was_on(window: Window) -> None:
    keep_show(window._settings, Show(stage=True, theme="Aurora", width=3.5))
    assert kept_show(window._settings) == Show(theme="Aurora", width=3.5)
    window._settings.setValue("show", "{broken")
    assert kept_show(window._settings) == Show()


def test_the_colour_of_the_path_is_asked_for_and_shown(window: Window, link, until) -> None:
    window.trajectory.colour_wanted.emit("loudness")
    seen(window, until, lambda: SetShow(colour="loudness") in link.asked)
    link.surface = msgspec.structs.replace(link.surface, show=Show(colour="loudness"))
    seen(window, until, lambda: window.trajectory._colour.text() == "Colour: loudness")


def test_choices_of_the_view_menu_are_asked_of_the_engine(window: Window, link, until) -> None:
    menu = window.menus.show
    next(action for action in menu._groups["theme"].actions() if action.data() == "Ember").trigger()
    menu._switches["text"].trigger()
    seen(window, until, lambda: SetShow(theme="Ember") in link.asked and SetShow(text=True) in link.asked)
