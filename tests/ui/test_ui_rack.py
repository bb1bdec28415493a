"""The rack as a musician uses it: the path, adding, moving, blocked plugins, and what it asks of the engine."""

from collections.abc import Iterator
from math import nan

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.request import Request
from livemusic.engine.snapshot import (
    Health,
    ListenState,
    Plug,
    PluginsState,
    Snapshot,
    SurfaceState,
    TransportState,
)
from livemusic.session.control import Binding
from livemusic.session.control import Control as Knob
from livemusic.session.plugin import PluginSlot
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.sound.plugins.description import Parameter, Plugin
from livemusic.sound.protocol import Blocked, ChainReport, Control, PluginReport
from livemusic.ui.rack import PluginRack
from livemusic.ui.rack.blocked import since_text

CLIP = Clip("c", 16, {})
COMP = Plugin("/vst3/ZamCompX2.vst3", "ZamCompX2", "VST3", "Damien Zammit")
GATE = Plugin("/vst3/ZamGateX2.vst3", "ZamGateX2", "VST3", "Damien Zammit")
VERB = Plugin("/vst3/ZamVerb.vst3", "ZamVerb", "VST3", "Damien Zammit")
TUBE = Plugin("/vst3/Röhre 真空管.vst3", "Röhre 真空管", "VST3", "", channels=1)
ONE, TWO = (Plugin("/vst3/Both.component", name, "AU", "Ätherklang") for name in ("Echo One", "Echo Two"))
DRUMS = Plugin("/vst3/Drums.vst3", "Drums", "VST3", "Ätherklang", is_instrument=True)
KNOWN = (COMP, GATE, VERB, TUBE, ONE, TWO, DRUMS)
KNOB = Knob("nanoKONTROL2", "control", 1, 21)
BLOCKED = (
    Blocked("/vst3/Old.vst3", "It hung.", "2026-11-18T10:00:00+00:00"),
    Blocked(VERB.path, "It crashed (SIGSEGV).", "2026-11-20T20:13:11+00:00"),
)


def session(*plugins: Plugin, instrument: Plugin | None = None, bindings: tuple[Binding, ...] = ()) -> Session:
    slots = tuple(PluginSlot(each.path, state=b"saved") for each in plugins)
    played = None if instrument is None else PluginSlot(instrument.path)
    return Session(Preset("p", (CLIP, CLIP, CLIP, CLIP), instrument=played, effects=slots), Settings(bindings=bindings))


def report(place: int, plugin: Plugin, count: int = 3, state: str = "on", detail: str = "", **how: object):
    controls = tuple(Control(Parameter(f"Gain {n}", "dB", 0.5), 0.25, "-6.200000") for n in range(count))
    figures = {"latency_ms": 10.0, "load": 0.04} | how
    return PluginReport(place, plugin.path, plugin.name, state, detail, controls=controls, **figures)


def chain(number: int, *plugins: Plugin, editor: int | None = None, detail: str = "") -> ChainReport:
    return ChainReport(number, tuple(report(place, each) for place, each in enumerate(plugins, 1)), editor, detail)


def state(report: ChainReport, blocked: tuple[Blocked, ...] = (), known: tuple[Plugin, ...] = KNOWN) -> PluginsState:
    return PluginsState(report, blocked, known)


def snapshot(learning: str = "", sound: str = "on", detail: str = "") -> Snapshot:
    plug = Plug("default", "Speakers", sound, detail)
    hands = SurfaceState(learning)
    return Snapshot(0.0, 1, TransportState(), ListenState(), Plug(), Plug(), plug, Health(), surface=hands)


@pytest.fixture
def rack(app: QApplication) -> Iterator[PluginRack]:
    rack = PluginRack()
    rack.show()
    yield rack
    rack.shelf.scan.process.end()
    rack.close()
    rack.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def asked(rack: PluginRack) -> list[Request]:
    requests: list[Request] = []
    rack.asked.connect(lambda request: None if request == say.LookPlugins() else requests.append(request))
    return requests


@pytest.fixture
def three(rack: PluginRack) -> PluginRack:
    """With three effects that play."""
    rack.show_session(session(COMP, GATE, TUBE))
    rack.show_state(snapshot())
    rack.show_plugins(state(chain(1, COMP, GATE, TUBE)))
    QApplication.processEvents()
    return rack


def paths(request: object) -> list[str]:
    assert isinstance(request, edits.Rewire)
    return [slot.path for slot in request.effects]


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_it_looks_at_the_plugins_only_while_it_is_seen(app: QApplication) -> None:
    rack = PluginRack()
    looks: list[object] = []
    rack.asked.connect(looks.append)
    assert looks == []
    rack.show()
    assert looks == [say.LookPlugins()]
    (timer,) = (each for each in rack.findChildren(QTimer) if each.interval() == 200)
    assert timer.isActive()
    rack.hide()
    assert not timer.isActive()
    rack.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


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


def test_a_click_shows_the_controls_and_a_drag_sets_them(three: PluginRack, asked: list) -> None:
    QTest.mouseClick(three.path.cards[2], Qt.MouseButton.LeftButton, pos=QPoint(60, 14))
    assert three.path.cards[2].selected
    assert three.inspector.name.text() == "ZamGateX2"
    three.inspector.controls.put(1, 0.75)
    assert asked == [say.SetParameter(2, "Gain 1", 0.75)]


def test_the_own_window_of_a_plugin_opens_and_closes(three: PluginRack, asked: list) -> None:
    button = three.path.cards[2].open
    assert button.text() == "Open"
    click(button)
    three.show_plugins(state(chain(1, COMP, GATE, TUBE, editor=2)))
    assert [three.path.cards[place].open.text() for place in (1, 2, 3)] == ["Open", "Close", "Open"]
    click(button)
    assert asked == [say.ShowEditor(2), say.ShowEditor(-1)]
    three.show_plugins(state(chain(1, COMP, GATE, TUBE, detail="There is no display.")))
    assert three.note.text() == "There is no display."
    assert three.note.isVisible()


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


def test_teaching_is_offered_shown_and_cancelled(three: PluginRack, asked: list) -> None:
    three.inspector.list.taught.emit("Gain 1")
    three.show_state(snapshot("plugin 1 Gain 1"))
    assert three.note.text() == "Move the knob, key or pad that should do “Gain 1”. Esc cancels."
    assert three.inspector.controls.row(1).learning
    QTest.keyClick(three, Qt.Key.Key_Escape)
    assert three.isVisible()
    three.inspector.list.forgotten.emit("Gain 1")
    assert asked == [say.Learn("plugin 1 Gain 1"), say.Learn(""), edits.Forget("plugin 1 Gain 1")]
    three.show_state(snapshot())
    assert not three.note.isVisible()
    three.show_session(session(COMP, GATE, TUBE, bindings=(Binding(KNOB, "plugin 1 Gain 1"),)))
    assert three.inspector.controls.row(1).bound == str(KNOB)


def test_escape_leaves_a_page_and_then_the_window(three: PluginRack) -> None:
    click(three.path.add)
    QTest.keyClick(three, Qt.Key.Key_Escape)
    assert three.isVisible()
    assert three.pages.currentWidget() is three.inspector
    QTest.keyClick(three, Qt.Key.Key_Escape)
    assert not three.isVisible()


def test_undo_is_asked_of_the_engine(three: PluginRack, asked: list) -> None:
    QTest.keyClick(three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked == [edits.Undo()]


def test_plugins_that_vanish_between_reports_wait_and_come_back(three: PluginRack) -> None:
    three.show_plugins(state(ChainReport(2)))
    assert {card.state.text() for card in three.path.cards.values()} == {"opening…"}
    assert three.inspector.controls.count == 0
    three.show_plugins(state(chain(2, COMP, GATE, TUBE)))
    assert three.path.cards[1].figures.isVisible()
    assert three.inspector.controls.count == 3
    three.show_session(session(GATE))
    assert [card.name.text() for card in three.path.cards.values()] == ["ZamGateX2"]
    three.show_session(session())
    assert three.pages.currentWidget() is three.invitation


def test_reports_before_any_session_and_about_nobody_are_harmless(rack: PluginRack) -> None:
    rack.show_plugins(state(chain(4, COMP, GATE, editor=9)))
    assert rack.path.cards == {}
    rack.path.effect_wanted.emit()
    click(rack.shelf.add)
    assert list(rack.path.cards) == [1]


def test_three_hundred_controls_bring_a_field_to_find_one(rack: PluginRack, asked: list) -> None:
    rack.show_session(session(COMP))
    big = ChainReport(1, (report(1, COMP, 300),))
    rack.show_plugins(state(big))
    assert rack.inspector.about.text() == "effect 1  ·  300 controls"
    assert len(rack.inspector.findChildren(QWidget)) < 40  # nothing was built for each of them
    rack.inspector.find.setText("gain 299")
    assert rack.inspector.controls.rowCount() == 1
    QTest.keyClick(rack.inspector.find, Qt.Key.Key_Return)
    QTest.keyClick(rack.inspector.list, Qt.Key.Key_Delete)
    assert asked == [say.SetParameter(1, "Gain 299", 0.5)]
    rack.inspector.find.setText("nobody")
    assert rack.inspector.hint.text() == "No control is called “nobody”."
    small = msgspec.structs.replace(big, plugins=(report(1, COMP, 3),))
    rack.show_plugins(state(small))
    assert not rack.inspector.find.isVisible()


def test_everything_that_is_pressed_has_a_name_and_a_tip(three: PluginRack) -> None:
    three.show_plugins(state(chain(1, COMP, GATE, TUBE), BLOCKED))
    for button in three.findChildren(QPushButton):
        if button is not three.block_button:
            assert button.accessibleName(), button.text()
        assert button.toolTip(), button.text()
        assert not button.autoDefault()
