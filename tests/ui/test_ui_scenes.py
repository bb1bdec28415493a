import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMenu

from livemusic.engine.edits import RenameScene, StoreScene
from livemusic.engine.messages import LaunchScene
from livemusic.session.edits import with_preset
from livemusic.session.preset import Scene

SCENES = (Scene("Verse", (0.1, 0.9)), None, Scene("Break", (0.6, 0.2), 0.5))


@pytest.fixture
def scenes(window, link, until):
    link.take(with_preset(link.session, scenes=SCENES))
    until(lambda: window.scenes.buttons[2].scene == SCENES[2])
    return window.scenes


def test_a_click_goes_there_and_shows_when_it_is_there(scenes, link, until) -> None:
    assert not scenes.buttons[2].here
    QTest.mouseClick(scenes.buttons[2], Qt.MouseButton.LeftButton)
    until(lambda: scenes.buttons[2].here)
    assert link.asked == [LaunchScene(2)]


def test_a_scene_waits_for_its_bar(scenes, link, until) -> None:
    link.ask = lambda request, ask=link.ask: None if isinstance(request, LaunchScene) else ask(request)
    scenes.go(0)
    until(lambda: scenes.buttons[0]._waits)
    link.pad = SCENES[0].pad
    until(lambda: scenes.buttons[0].here and not scenes.buttons[0]._waits)


def test_a_free_place_keeps_what_is(scenes, link, until) -> None:
    link.pad, link.swing = (0.3, 0.4), 0.2
    QTest.mouseClick(scenes.buttons[1], Qt.MouseButton.LeftButton)
    until(lambda: scenes.buttons[1].scene == Scene("B", (0.3, 0.4), 0.2))
    assert link.asked == [StoreScene(1)]
    assert scenes.buttons[1].here


def test_shift_keeps_under_the_name_that_is_there(scenes, link, until) -> None:
    link.pad = (0.5, 0.5)
    QTest.mouseClick(scenes.buttons[0], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: scenes.buttons[0].scene == Scene("Verse", (0.5, 0.5)))
    QTest.mouseClick(scenes.buttons[0], Qt.MouseButton.LeftButton)
    until(lambda: len(link.asked) == 2)
    assert link.asked == [StoreScene(0), LaunchScene(0)]


def test_keys_go_and_keep(window, scenes, link, until) -> None:
    QTest.keyClick(window.pad, Qt.Key.Key_F4)
    QTest.keyClick(window.pad, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: len(link.asked) == 2)
    assert link.asked == [LaunchScene(2), StoreScene(7)]


def entries(menu: QMenu) -> dict[str, object]:
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menu_of_a_scene_clears_and_teaches(window, scenes, link, until) -> None:
    menu = window.teaching.menu(scenes.buttons[0], scenes.buttons[0].rect().center())
    assert list(entries(menu)) == [
        "Store scene here",
        "Rename…",
        "Clear",
        "Learn MIDI: Scene 1",
        "Learn MIDI: Store scene 1",
    ]
    entries(menu)["Clear"].trigger()
    until(lambda: scenes.buttons[0].scene is None)
    menu = window.teaching.menu(scenes.buttons[0], scenes.buttons[0].rect().center())
    assert list(entries(menu)) == ["Store scene here", "Learn MIDI: Scene 1", "Learn MIDI: Store scene 1"]


def test_a_scene_can_be_renamed(window, scenes, link, until, monkeypatch) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" Bridge ", True))
    menu = window.teaching.menu(scenes.buttons[2], scenes.buttons[2].rect().center())
    entries(menu)["Rename…"].trigger()
    until(lambda: link.asked == [RenameScene(2, "Bridge")])
