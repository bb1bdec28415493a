"""The rack as a musician uses it: the path, adding, moving, blocked plugins, and what it asks of the engine."""

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.session.control import Binding
from livemusic.sound.protocol import ChainReport
from livemusic.ui.rack import PluginRack
from tests.ui.rack.rack_room import BLOCKED, COMP, GATE, KNOB, TUBE, chain, click, report, session, snapshot, state


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
