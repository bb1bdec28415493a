"""Menus, keys and the sheet of keys, held against the table of actions."""

from PySide6.QtGui import QAction, QShortcut

from livemusic.engine.actions import ACTIONS
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
