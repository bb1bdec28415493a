"""The set list in the window: entries are added, moved, noted and gone to; how presets change is chosen."""

from collections.abc import Iterator

import pytest

from livemusic.engine.edits import Configure, GoSetList
from livemusic.session.edits import with_settings
from livemusic.session.set_list import SetEntry
from livemusic.ui.set_list import SetListDialog
from tests.ui.studio_room import SESSION

SET = (SetEntry("Morning", "Brushes"), SetEntry("Late night"))


class Player:
    """A dialog whose wishes come true."""

    def __init__(self, dialog: SetListDialog) -> None:
        self.dialog, self.session, self.others = dialog, with_settings(SESSION, set_list=SET), []
        dialog.asked.connect(self.ask)
        dialog.show_presets(["Late night", "Morning", "Noon"])
        dialog.show_session(self.session)

    def ask(self, request: object) -> None:
        if isinstance(request, Configure):
            self.session = request.made_of(self.session)
            self.dialog.show_session(self.session)
        else:
            self.others.append(request)

    @property
    def names(self) -> list[str]:
        return [entry.preset for entry in self.session.settings.set_list]


@pytest.fixture
def player(app) -> Iterator[Player]:
    dialog = SetListDialog()
    yield Player(dialog)
    dialog.deleteLater()


def test_entries_are_added_moved_and_removed(player: Player) -> None:
    dialog = player.dialog
    dialog.presets.setCurrentIndex(2)
    dialog.list.selectRow(0)
    dialog.add.click()
    assert player.names == ["Morning", "Noon", "Late night"]
    assert dialog.chosen == 1
    dialog.down.click()
    assert player.names == ["Morning", "Late night", "Noon"]
    assert not dialog.down.isEnabled()
    dialog.up.click()
    dialog.remove.click()
    assert player.names == ["Morning", "Late night"]


def test_presets_that_are_gone_are_marked(player: Player) -> None:
    player.dialog.show_presets(["Late night", "Noon"])
    player.dialog.show_session(player.session)
    shown = [player.dialog.list.item(row, 0).text() for row in range(2)]
    assert shown[0].endswith("Morning (missing)")
    assert shown[1].endswith("Late night")


def test_a_note_is_typed_and_an_entry_gone_to(player: Player) -> None:
    player.dialog.list.item(1, 1).setText("  Sticks ")
    assert player.session.settings.set_list[1] == SetEntry("Late night", "Sticks")
    player.dialog.list.selectRow(1)
    player.dialog.go.click()
    assert player.others == [GoSetList(2)]


def test_how_presets_change_is_chosen(player: Player) -> None:
    player.dialog.change.chosen.emit("4 bars")
    player.dialog.keep_tempo.click()
    player.dialog.keep_scenes.click()
    settings = player.session.settings
    assert (settings.preset_change, settings.keep_tempo, settings.keep_scenes) == ("4 bars", True, True)
    assert settings.set_list == SET
