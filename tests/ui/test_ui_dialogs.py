import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from livemusic.engine.edits import Configure
from livemusic.engine.messages import LookPlugins
from livemusic.session.edits import with_settings

CTRL = Qt.KeyboardModifier.ControlModifier


def spy(dialog, name: str, monkeypatch) -> list:
    """What `dialog` is told through `name`, which it goes on hearing."""
    told, hear = [], getattr(dialog, name)
    monkeypatch.setattr(dialog, name, lambda value: (told.append(value), hear(value)))
    return told


def test_the_preferences_are_made_once_and_told_how_things_are(ready, link, until, monkeypatch) -> None:
    assert ready.dialogs.preferences is None
    QTest.keyClick(ready.pad, Qt.Key.Key_Comma, CTRL)
    dialog = ready.dialogs.preferences
    assert dialog.isVisible()
    snapshots, sessions = spy(dialog, "show_state", monkeypatch), spy(dialog, "show_session", monkeypatch)
    link.take(with_settings(link.session, channel=7))
    until(lambda: len(snapshots) > 2 and sessions)
    assert sessions == [link.session]
    dialog.asked.emit(Configure(link.session.settings, msgspec.structs.replace(link.session.settings, channel=8)))
    until(lambda: link.session.settings.channel == 8)
    dialog.close()
    QTest.keyClick(ready.pad, Qt.Key.Key_Comma, CTRL)
    assert ready.dialogs.preferences is dialog


def test_closed_preferences_are_told_nothing_until_they_open_again(ready, link, until, monkeypatch) -> None:
    ready.dialogs.open_preferences()
    dialog = ready.dialogs.preferences
    dialog.close()
    snapshots, sessions = spy(dialog, "show_state", monkeypatch), spy(dialog, "show_session", monkeypatch)
    link.take(with_settings(link.session, channel=7))
    until(lambda: ready.desk.session.settings.channel == 7)
    assert (snapshots, sessions) == ([], [])
    ready.dialogs.open_preferences()
    assert sessions == [link.session]


def test_the_rack_hears_how_the_plugins_are(ready, link, until, monkeypatch) -> None:
    QTest.keyClick(ready.pad, Qt.Key.Key_P, CTRL)
    rack = ready.dialogs.rack
    assert rack.isVisible()
    states = spy(rack, "show_plugins", monkeypatch)
    rack.asked.emit(LookPlugins())
    until(lambda: states)


def test_a_window_without_an_engine_opens_them_too(ready, link, until) -> None:
    link.gone = True
    until(lambda: ready.desk.snapshot is None)
    ready.dialogs.open_preferences()
    assert ready.dialogs.preferences.isVisible()


def test_the_menu_opens_the_sketchbook_at_every_tool_there_is(ready) -> None:
    menu = next(action.menu() for action in ready.menuBar().actions() if action.text() == "&Sketch")
    offers = [action for action in menu.actions() if action.text() and not action.shortcut().toString()]
    for offer in offers:
        offer.trigger()
        book = ready.dialogs.sketchbook
        assert book.isVisible()
        assert f"{book.title.text()}…" == offer.text()
    assert [offer.text() for offer in offers] == [f"{page.name}…" for page in book.pages]
    book.close()
