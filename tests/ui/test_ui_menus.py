"""Menus, keys and the sheet of keys, held against the table of actions."""

from PySide6.QtGui import QAction, QShortcut

from livemusic.engine.actions import ACTIONS
from livemusic.engine.messages import SetLaunch
from livemusic.engine.recording_edits import SetRecordTo
from livemusic.session.edits import with_settings
from livemusic.session.metronome import Metronome
from livemusic.ui.panels.help import shortcuts

#: Their keys are held down: `ui.fingers` listens to them.
HELD = {"strike", "erase"}


def test_every_key_of_the_table_is_taken_once(window) -> None:
    entries = [entry.shortcut().toString() for entry in window.findChildren(QAction) if not entry.shortcut().isEmpty()]
    others = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    wanted = [key for action in ACTIONS if action.name not in HELD for key in action.keys]
    assert sorted(entries + others) == sorted(wanted)


def test_every_action_without_a_kind_is_the_windows(window) -> None:
    own = {action.name for action in ACTIONS if action.kind is None and not action.keys}
    assert own <= set(window.menus.entries)


def test_the_sheet_of_keys_has_every_action_that_has_one() -> None:
    sheet = dict(shortcuts())
    assert sheet["Space"] == "Play or stop"
    assert sheet["F2 … F9"] == "Go to a scene"
    assert sheet["Z X C V A S D N M"] == "Play the drums"
    assert sheet["Ctrl+Space"] == "Play or pause the song"
    assert len(sheet) == sum(bool(action.keys) for action in ACTIONS) + 2  # the pad's and the time line's


def test_what_a_narrow_window_has_no_room_for_is_in_the_play_menu(window, link, until) -> None:
    until(lambda: window.desk.known is not None)
    (play,) = (entry.menu() for entry in window.menuBar().actions() if entry.text() == "&Play")
    below = {entry.text(): entry.menu() for entry in play.actions() if entry.menu() is not None}
    assert {"Record to", "Launch quantise", "Answer the drummer"} <= set(below)
    named = {entry.text(): entry for entry in below["Record to"].actions()}
    assert list(named) == ["Nearest corner", "A", "B", "C", "D"]
    named["D"].trigger()
    until(lambda: SetRecordTo("D") in link.asked)
    link.take(with_settings(link.session, record_to="D"))
    until(lambda: named["D"].isChecked())
    assert not named["A"].isChecked()
    next(entry for entry in below["Launch quantise"].actions() if entry.text() == "4 bars").trigger()
    until(lambda: SetLaunch("4 bars") in link.asked)
    assert "Clear all captured corners" in {entry.text() for entry in play.actions()}


def test_what_is_on_is_checked_in_its_menu_long_after_the_session_was_told(window, link, until) -> None:
    link.take(with_settings(link.session, metronome=Metronome(on=True)))
    metronome = window.menus.entries["metronome"]
    until(metronome.isChecked)
    told = window.desk.snapshot
    until(lambda: window.desk.snapshot is not told)
    assert window.desk.snapshot.session is None
    assert metronome.isChecked()
