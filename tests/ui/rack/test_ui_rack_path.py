"""The path of the sound: cards that are added, moved and removed, and what they say."""

from math import nan

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.session.control import Binding
from livemusic.session.plugin import PluginSlot
from livemusic.sound.protocol import ChainReport
from livemusic.ui.rack import PluginRack
from tests.ui.rack.rack_room import (
    BLOCKED,
    COMP,
    DRUMS,
    GATE,
    KNOB,
    ONE,
    TUBE,
    VERB,
    chain,
    click,
    report,
    session,
    snapshot,
    state,
)


def paths(request: object) -> list[str]:
    assert isinstance(request, edits.Rewire)
    return [slot.path for slot in request.effects]


def test_an_empty_path_invites(rack: PluginRack, asked: list) -> None:
    rack.show_session(session())
    rack.show_plugins(state(ChainReport()))
    assert rack.pages.currentWidget() is rack.invitation
    assert rack.invitation.text.text() == (
        "The built-in kit plays. Add an effect, or an instrument to play instead of the kit."
    )
    click(rack.invitation.instrument)
    assert rack.pages.currentWidget() is rack.shelf
    assert rack.shelf.instruments.isChecked()
    click(rack.shelf.add)
    assert asked == [edits.Rewire(PluginSlot(DRUMS.path), ())]
    assert not rack.path.kit.isVisible()
    assert rack.path.cards[0].name.text() == "Drums"


def test_a_card_says_what_a_plugin_is_and_how_it_is(rack: PluginRack) -> None:
    rack.show_session(session(COMP, GATE, TUBE, VERB, ONE))
    late = "ZamGateX2 is too slow for this machine; it is left out."
    crash = "It is blocked. It crashed (SIGSEGV)."
    reports = (
        report(1, COMP),
        report(2, GATE, state="bypassed", detail=late),
        report(3, TUBE, channels=1, load=nan, latency_ms=nan),
        report(4, VERB, 0, state="blocked", detail=crash),
    )
    rack.show_plugins(state(ChainReport(1, reports), BLOCKED))
    cards = rack.path.cards
    assert cards[1].about.text() == "Damien Zammit  ·  VST3"
    assert cards[1].figures.text() == "load 4 %  ·  10.0 ms"
    assert not cards[1].detail.isVisible()
    assert (cards[2].state.text(), cards[2].detail.text()) == ("bypassed", late)
    assert cards[3].figures.text() == "load unknown  ·  latency unknown"
    assert "mono, played once a side" in cards[3].about.text()
    assert (cards[4].state.text(), cards[4].detail.text()) == ("blocked", crash)
    assert [cards[place].retry.isVisible() for place in range(1, 6)] == [False, True, False, True, False]
    assert cards[5].state.text() == "opening…"
    assert rack.path.out.about.text() == "To the speakers, 10.0 ms later"
    assert cards[4].accessibleName() == "Effect 4: ZamVerb, blocked"
    rack.show_state(snapshot(sound="failed", detail="No sound device was found."))
    assert cards[5].detail.text() == "No sound device was found."


def test_moving_keeps_how_plugins_are_set_and_what_they_were_taught(three: PluginRack, asked: list) -> None:
    bindings = (Binding(KNOB, "plugin 1 Gain 0"),)
    three.show_session(session(COMP, GATE, TUBE, bindings=bindings))
    click(three.path.cards[1].down)
    (rewire,) = asked
    assert paths(rewire) == [GATE.path, COMP.path, TUBE.path]
    assert rewire.effects[1] == PluginSlot(COMP.path, "", b"saved", {f"Gain {n}": 0.25 for n in range(3)})
    assert rewire.bindings == (Binding(KNOB, "plugin 2 Gain 0"),)
    assert three.path.cards[2].hasFocus()
    assert three.inspector.name.text() == "ZamCompX2"


def test_an_edit_shows_at_once_and_old_reports_do_not_undo_it(three: PluginRack, asked: list) -> None:
    QTest.keyClick(three.path.cards[3], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(three.path.cards[2], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert paths(asked[1]) == [TUBE.path, COMP.path, GATE.path]
    assert asked[1].effects[0].values == {f"Gain {n}": 0.25 for n in range(3)}
    three.show_plugins(state(chain(1, COMP, GATE, TUBE)))
    three.show_session(session(COMP, TUBE, GATE))  # the first of the two has been done
    assert [card.name.text() for card in three.path.cards.values()] == ["Röhre 真空管", "ZamCompX2", "ZamGateX2"]
    assert not three.inspector.list.isEnabled()
    three.show_session(session(TUBE, COMP, GATE))
    three.show_plugins(state(chain(3, TUBE, COMP, GATE)))
    assert [card.name.text() for card in three.path.cards.values()] == ["Röhre 真空管", "ZamCompX2", "ZamGateX2"]
    assert three.inspector.list.isEnabled()


def test_an_edit_that_was_refused_goes_back_after_a_while(three: PluginRack, asked: list) -> None:
    click(three.path.cards[1].remove)
    assert len(three.path.cards) == 2
    for _ in range(25):
        three.show_plugins(state(chain(1, COMP, GATE, TUBE)))
    assert [card.name.text() for card in three.path.cards.values()] == ["ZamCompX2", "ZamGateX2", "Röhre 真空管"]
    assert three.inspector.list.isEnabled()


def test_a_card_is_dragged_to_its_new_place(three: PluginRack, asked: list) -> None:
    card, last = three.path.cards[1], three.path.cards[3]
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 14))
    target = card.mapFromGlobal(last.mapToGlobal(QPoint(60, last.height() - 4)))
    QTest.mouseMove(card, QPoint(60, 60))
    QTest.mouseMove(card, target)
    assert [arrow.drop for arrow in three.path.arrows] == [False, False, False, True]
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=target)
    assert not any(arrow.drop for arrow in three.path.arrows)
    assert paths(asked[0]) == [GATE.path, TUBE.path, COMP.path]


def test_a_card_that_is_let_go_where_it_was_asks_for_nothing(three: PluginRack, asked: list) -> None:
    card = three.path.cards[2]
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 14))
    QTest.mouseMove(card, QPoint(60, 60))
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert asked == []


def test_up_and_down_walk_along_the_path(three: PluginRack, asked: list) -> None:
    three.path.focus(1)
    QTest.keyClick(three.path.cards[1], Qt.Key.Key_Down)
    assert three.path.cards[2].hasFocus()
    assert three.inspector.name.text() == "ZamGateX2"
    QTest.keyClick(three.path.cards[2], Qt.Key.Key_Up)
    QTest.keyClick(three.path.cards[1], Qt.Key.Key_Up)
    assert three.path.cards[1].hasFocus()
    QTest.keyClick(three.path.cards[1], Qt.Key.Key_Return)
    assert asked == [say.ShowEditor(1)]


def test_removing_by_key_goes_to_the_neighbour(three: PluginRack, asked: list) -> None:
    three.path.focus(3)
    QTest.keyClick(three.path.cards[3], Qt.Key.Key_Delete)
    assert paths(asked[0]) == [COMP.path, GATE.path]
    assert three.inspector.name.text() == "ZamGateX2"
    three.path.focus(1)
    QTest.keyClick(three.path.cards[1], Qt.Key.Key_Delete)
    QTest.keyClick(three.path.cards[1], Qt.Key.Key_Delete)
    assert paths(asked[2]) == []
    assert three.pages.currentWidget() is three.invitation
