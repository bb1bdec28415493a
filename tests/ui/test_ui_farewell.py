"""Nothing ends the show by accident: quitting asks, Esc after a dialog is no panic, the stage lock closes nothing."""

from time import perf_counter

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from livemusic.engine.edits import StoreScene
from livemusic.engine.messages import LaunchScene, Panic, SetShow
from livemusic.session.edits import with_scene
from livemusic.session.preset import Scene
from livemusic.session.show import Show
from livemusic.ui.farewell import Covered, Farewell, ask
from livemusic.ui.window import Window
from tests.ui.conftest import StandIn


def playing(window: Window, link: StandIn, until) -> None:
    link.playing, link.started = True, perf_counter()
    until(lambda: window.desk.snapshot is not None and window.desk.snapshot.transport.playing)


def locked(window: Window, link: StandIn, until, on: bool = True) -> None:
    link.surface = msgspec.structs.replace(link.surface, show=Show(locked=on))
    until(lambda: window.guard.locked == on)


@pytest.mark.parametrize(
    ("answer", "stays", "leaves"),
    [(Farewell.STAY, True, False), (Farewell.LEAVE, False, True), (Farewell.QUIT, False, False)],
)
def test_quitting_while_it_plays_does_what_was_answered(window, link, until, answer, stays, leaves) -> None:
    playing(window, link, until)
    said = []
    window.guard.ask = lambda what: said.append(what) or answer
    window.close()
    assert said == ["The drums are playing."]
    assert window.isVisible() == stays
    assert window.leaves == leaves


def test_quitting_in_silence_or_beside_an_engine_that_goes_on_asks_nothing(window, link, until) -> None:
    def never(what: str) -> Farewell:
        raise AssertionError(what)

    window.guard.ask = never
    playing(window, link, until)
    window.guard.ends_engine = lambda: False
    window.close()
    assert not window.isVisible()


@pytest.mark.parametrize(
    ("button", "answer"),
    [("Stop and quit", Farewell.QUIT), ("Close, keep playing", Farewell.LEAVE), ("Cancel", Farewell.STAY)],
)
def test_the_question_has_three_answers(window, button, answer) -> None:
    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert box.defaultButton().text() == "Cancel"
        next(each for each in box.buttons() if each.text() == button).click()

    QTimer.singleShot(0, press)
    assert ask(window, "The drums are playing.") is answer


def test_escape_is_panic_but_not_just_after_a_menu_or_the_help(window, link, until) -> None:
    menu = QMenu(window)
    menu.addAction("Anything")
    menu.popup(window.mapToGlobal(window.rect().center()))
    QApplication.processEvents()
    window.step(perf_counter())
    menu.close()
    window.guard.escape()
    assert "again for panic" in window.toast.text()
    window.guard.covered._last = perf_counter() - 1.5
    window.assistance.tour.begin()
    window.guard.escape()
    assert not window.assistance.tour.isVisible()
    window.guard.covered._last = perf_counter() - 1.5
    window.help.toggle()
    window.guard.escape()
    window.guard.escape()
    assert not window.help.isVisible()
    QApplication.processEvents()
    assert not [request for request in link.asked if isinstance(request, Panic)]
    window.guard.covered._last = perf_counter() - 1.5
    window.guard.escape()
    until(lambda: any(isinstance(request, Panic) for request in link.asked))


def test_escape_pressed_while_a_dialog_is_still_being_made_is_no_panic(window, link, until) -> None:
    window.dialogs.open_ramp()
    window.guard.escape()  # it waited behind the making, and was sent to the window
    assert "again for panic" in window.toast.text()
    QApplication.processEvents()
    assert Panic() not in link.asked


def test_time_in_which_the_window_stands_still_is_not_time_after_a_dialog(window) -> None:
    covered = Covered(window)
    covered.touch(10.0)
    assert covered.lately(15.0)  # it has stood still for five seconds
    covered.look(15.0)
    assert covered.lately(15.5)
    for frame in range(60):
        covered.look(15.0 + frame / 60)
    assert not covered.lately(16.1)


def test_the_stage_lock_plays_and_edits_nothing(window, link, until) -> None:
    playing(window, link, until)
    link.session = with_scene(link.session, 1, Scene("Verse", (0.2, 0.4)))
    link.revision += 1
    until(lambda: window.scenes.buttons[1].scene is not None)
    locked(window, link, until)
    entries = window.menus.entries
    assert [
        name for name in ("quit", "preferences", "undo", "save preset", "record") if entries[name].isEnabled()
    ] == []
    assert entries["play/stop"].isEnabled()
    assert entries["stage lock"].isEnabled()
    assert not window.grid.isEnabled()
    assert window.pad.isEnabled()
    window.scenes.store(0)
    window.scenes.go(1)
    until(lambda: any(isinstance(request, LaunchScene | StoreScene) for request in link.asked))
    assert not [request for request in link.asked if isinstance(request, StoreScene)]
    assert window.teaching.menu(window.pad, window.pad.rect().center()) is None
    window.close()
    assert window.isVisible()
    assert "stage lock is on" in window.toast.text()
    locked(window, link, until, on=False)
    assert window.grid.isEnabled()
    assert entries["quit"].isEnabled()


def test_a_key_and_the_menu_lock_and_unlock(window, link, until) -> None:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(lambda: SetShow(locked=True) in link.asked)
