import pytest
from msgspec.structs import replace
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu

from livemusic.engine.edits import CarrySection, FollowSections, NameSection
from livemusic.engine.snapshot import SectionState, StructureState
from livemusic.session.preset import Scene
from livemusic.session.section import SectionNote
from livemusic.ui.panels.sections import SectionsMenu, names_of
from tests.ui.conftest import PRESET

STATE = StructureState(
    1, (SectionState(0, 9, 0), SectionState(9, 20, 1), SectionState(20, 30, 0)), here=2, returned=0, loop_s=2.0
)
NOTES = (None, SectionNote("Chorus", corner=1), SectionNote(preset="Morning"))


@pytest.fixture
def menu(app) -> SectionsMenu:
    menu = SectionsMenu()
    menu.asked_for = []
    menu.asked.connect(menu.asked_for.append)
    preset = replace(PRESET, sections=NOTES, follow_sections=True, scenes=(None, Scene("Bridge", (0, 0))))
    menu.show_state(STATE, preset, ("Late night", "Morning"))
    menu.aboutToShow.emit()
    return menu


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_what_was_heard_and_what_is_noted_is_there(menu) -> None:
    titles = [action.text() for action in menu.actions() if action.menu()]
    assert titles == ["A — now", "B  Chorus → top right", "C → Morning"]
    assert entry(menu, "Follow the sections").isChecked()


def test_following_is_asked_for(menu) -> None:
    entry(menu, "Follow the sections").trigger()
    assert menu.asked_for == [FollowSections(False)]


def test_a_section_brings_one_thing(menu) -> None:
    chorus = entry(menu, "B  Chorus → top right").menu()
    assert [action.text() for action in chorus.actions() if action.isChecked()] == ["The top right corner"]
    entry(chorus, "The bottom left corner").trigger()
    entry(chorus, "Scene Bridge").trigger()
    entry(chorus, "Nothing").trigger()
    entry(entry(chorus, "A preset").menu(), "Late night").trigger()
    assert menu.asked_for == [
        CarrySection(1, corner=2), CarrySection(1, scene=1), CarrySection(1), CarrySection(1, preset="Late night"),
    ]  # fmt: skip


def test_a_section_is_named(menu, monkeypatch) -> None:
    def answer(parent, title, label, echo=QLineEdit.EchoMode.Normal, text=""):
        assert text == "Chorus"
        return " Refrain ", True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    entry(entry(menu, "B  Chorus → top right").menu(), "Rename…").trigger()
    assert menu.asked_for == [NameSection(1, "Refrain")]


def test_before_any_music(app) -> None:
    menu = SectionsMenu()
    menu.show_state(StructureState(), None, ())
    menu.aboutToShow.emit()
    last = menu.actions()[-1]
    assert "No sections yet" in last.text()
    assert not last.isEnabled()


def test_names_that_were_given() -> None:
    assert names_of(NOTES) == {1: "Chorus"}
