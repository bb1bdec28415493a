"""What the kit plays is chosen in the preferences, and what became of it is shown."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from livemusic.session.settings import Settings
from livemusic.sound.protocol import KitTold
from livemusic.ui.preferences.kit import KitPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(app):
    page = KitPage()
    page.changes = []
    page.changed.connect(page.changes.append)
    yield page
    page.deleteLater()


def test_a_folder_a_file_or_the_built_in_drums_are_chosen(page, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "kit.sfz"), ""))
    QTest.mouseClick(page.samples.folder, LEFT)
    QTest.mouseClick(page.samples.sfz, LEFT)
    page.show_settings(Settings(kit=str(tmp_path)))
    QTest.mouseClick(page.samples.reset, LEFT)
    assert page.changes == [{"kit": str(tmp_path)}, {"kit": str(tmp_path / "kit.sfz")}, {"kit": ""}]


def test_what_became_of_it_is_said(page, tmp_path: Path) -> None:
    choice = page.samples
    page.show_settings(Settings(kit=str(tmp_path)))
    choice.show_told(KitTold())
    assert choice.state.accessibleName() == "It is read once the sound is on."
    choice.show_told(KitTold(str(tmp_path), True, ""))
    assert choice.state.accessibleName() == "All nine drums are there."
    choice.show_told(KitTold(str(tmp_path), False, "It is empty."))
    assert choice.state.accessibleName() == "It is empty."
    assert choice.name.whole == str(tmp_path)
    page.show_settings(Settings())
    assert not choice.reset.isEnabled()
