"""The shelf of known plugins, and those that are blocked."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from livemusic.engine import messages as say
from livemusic.session.plugin import PluginSlot
from livemusic.sound.protocol import ChainReport
from livemusic.ui.rack import PluginRack
from livemusic.ui.rack.blocked import since_text
from tests.ui.rack.rack_room import BLOCKED, COMP, GATE, TUBE, TWO, VERB, chain, click, report, session, state


def test_the_shelf_groups_by_maker_and_finds_by_any_word(three: PluginRack, asked: list) -> None:
    click(three.path.add)
    stock = three.shelf.stock
    shown = [stock.index(row, 0).data() for row in range(stock.rowCount())]
    assert shown == [
        "Damien Zammit", "ZamCompX2", "ZamGateX2", "ZamVerb", "Ätherklang", "Echo One", "Echo Two",
        "Other makers", "Röhre 真空管",
    ]  # fmt: skip
    QTest.keyClicks(three.shelf.find, "two ÄTHER")
    assert [stock.index(row, 0).data() for row in range(stock.rowCount())] == ["Ätherklang", "Echo Two"]
    QTest.keyClick(three.shelf.find, Qt.Key.Key_Return)
    assert asked[0].effects[-1] == PluginSlot(TWO.path, "Echo Two")  # its file holds two
    assert asked[0].effects[0].state == b"saved"
    assert three.pages.currentWidget() is three.inspector
    assert three.path.cards[4].selected


def test_the_shelf_is_worked_by_keys_alone(three: PluginRack, asked: list) -> None:
    QTest.keyClick(three, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    for _ in range(3):
        QTest.keyClick(three.shelf.find, Qt.Key.Key_Down)
    assert three.shelf.add.text() == "Add Echo One"  # past a heading
    QTest.keyClick(three.shelf.find, Qt.Key.Key_Return)
    assert asked[0].effects[-1].name == "Echo One"


def test_the_shelf_says_why_it_is_empty(rack: PluginRack) -> None:
    rack.show_plugins(state(ChainReport(), known=()))
    click(rack.path.add)
    assert rack.shelf.hint.text() == "No plugin is known yet. Scan for plugins to find those that are installed."
    assert not rack.shelf.add.isEnabled()
    rack.show_plugins(state(ChainReport(), known=(COMP,)))
    assert not rack.shelf.hint.isVisible()
    rack.shelf.find.setText("nothing like it")
    assert rack.shelf.hint.text() == "No effect has “nothing like it” in its name, maker or format."
    click(rack.shelf.instruments)
    rack.shelf.find.clear()
    assert rack.shelf.hint.text().startswith("No instrument is known yet.")


def test_blocked_plugins_are_listed_and_get_another_chance(three: PluginRack, asked: list) -> None:
    assert not three.block_button.isVisible()
    three.show_plugins(state(chain(1, COMP, GATE, TUBE), BLOCKED))
    assert three.block_button.text() == "Blocked: 2"
    assert VERB.name not in [three.shelf.stock.index(row, 0).data() for row in range(three.shelf.stock.rowCount())]
    click(three.block_button)
    QApplication.processEvents()
    assert list(three.blocked.rows) == [VERB.path, "/vst3/Old.vst3"]
    click(three.blocked.rows[VERB.path].findChild(QPushButton, "retry"))
    assert asked == [say.TryAgain(VERB.path)]
    three.show_plugins(state(chain(1, COMP, GATE, TUBE)))
    assert three.blocked.rows == {}
    assert three.blocked.lead.text().startswith("No plugin is blocked.")


def test_a_blocked_card_gets_another_chance_where_it_stands(rack: PluginRack, asked: list) -> None:
    rack.show_session(session(VERB))
    rack.show_plugins(state(ChainReport(1, (report(1, VERB, 0, state="blocked"),)), BLOCKED))
    assert rack.path.cards[1].detail.text() == "It is blocked."
    click(rack.path.cards[1].retry)
    assert asked == [say.TryAgain(VERB.path)]


def test_since_when_is_said_in_words_and_nonsense_as_it_is() -> None:
    assert since_text("2026-11-20T12:13:11+00:00").startswith("since 20 November 2026")
    assert since_text("long ago") == "since long ago"
    assert since_text("") == ""
