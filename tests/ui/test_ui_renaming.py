"""Everything that has a name can be renamed: from menus by mouse and by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from livemusic.engine.edits import NameSection, RenameCorner, RenameScene
from livemusic.session.edits import with_preset, with_section
from livemusic.session.preset import Scene


@pytest.fixture
def named(window, link, until, monkeypatch):
    """A window with a scene and a section; whatever is renamed becomes Bridge."""
    link.take(with_section(with_preset(link.session, scenes=(None, Scene("Verse", (0.1, 0.9)))), 1, name="Chorus"))
    until(lambda: window.scenes.buttons[1].scene is not None)
    window.step(0.0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" Bridge ", True))
    return window


def entry(menu: QMenu, start: str):
    (found,) = (action for action in menu.actions() if action.text().startswith(start))
    return found


def test_the_edit_menu_renames_corners_scenes_and_sections(named, link, until) -> None:
    until(lambda: named.sections._known[1] is not None)
    (edit,) = (action.menu() for action in named.menuBar().actions() if action.text() == "&Edit")
    assert named.renames.menuAction() in edit.actions()
    named.renames.aboutToShow.emit()
    for start in ("Corner C, ", "Scene 2, Verse", "Section B, Chorus"):
        entry(named.renames, start).trigger()
    until(lambda: link.asked == [RenameCorner(2, "Bridge"), RenameScene(1, "Bridge"), NameSection(1, "Bridge")])


@pytest.mark.parametrize(("place", "corner"), [((0.1, 0.9), 0), ((0.9, 0.9), 1), ((0.1, 0.1), 2), ((0.9, 0.1), 3)])
def test_a_right_click_on_a_corner_of_the_pad_renames_its_pattern(named, link, until, place, corner) -> None:
    menu = named.teaching.menu(named.pad, named.pad.spot(place).toPoint())
    assert "Learn MIDI: Pad, left to right" in [action.text() for action in menu.actions()]
    entry(menu, f"Rename “{named.desk.corner_names[corner]}”").trigger()
    until(lambda: link.asked == [RenameCorner(corner, "Bridge")])


def test_the_header_of_the_pattern_renames_the_one_that_is_edited(named, link, until) -> None:
    named.editor.toggle()
    until(lambda: named.editor.editing is not None)
    corner = named.editor.editing
    link.asked.clear()
    header = named.editor.header
    entry(named.teaching.menu(header, header.rect().center()), "Rename “").trigger()
    until(lambda: link.asked == [RenameCorner(corner, "Bridge")])


def test_the_menu_key_on_a_scene_opens_what_renames_it(named, link, until) -> None:
    button = named.scenes.buttons[1]
    spot = button.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, spot, button.mapToGlobal(spot))
    QApplication.sendEvent(button, event)
    (menu,) = (each for each in button.findChildren(QMenu) if each.isVisible())
    entry(menu, "Rename…").trigger()
    menu.close()
    until(lambda: link.asked == [RenameScene(1, "Bridge")])
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_name_that_stays_or_is_empty_changes_nothing(named, link, monkeypatch) -> None:
    for answer in ((named.desk.corner_names[0], True), ("  ", True), ("Other", False)):
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, answer=answer: answer)
        named.renames.rename_corner(0)
    assert link.asked == []
