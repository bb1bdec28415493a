"""The list of controls under hands, keys and reports."""

from collections.abc import Callable, Iterator
from math import isnan, nan

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from livemusic.session.control import Binding
from livemusic.session.control import Control as Knob
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.protocol import Control
from livemusic.ui.rack.control_list import ControlList, slider_area
from livemusic.ui.rack.controls import ROW, Controls

KNOB = Binding(Knob("nanoKONTROL2", "control", 1, 21), "plugin 1 B")


def control(name: str, value: float, text: str = "", **how: object) -> Control:
    return Control(Parameter(name, **how), value, text)


@pytest.fixture
def controls(app: QApplication) -> Controls:
    model = Controls()
    model.show_controls((control("A", 0.2, "two", default=0.5), control("B", 0.4), control("C", 0.0, "0", steps=2)))
    return model


@pytest.fixture
def view(controls: Controls) -> Iterator[ControlList]:
    view = ControlList(controls)
    view.resize(600, 400)
    view.show()
    yield view
    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def moves(controls: Controls) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []
    controls.moved.connect(lambda name, value: told.append((name, round(value, 4))))
    return told


def spot(view: ControlList, row: int, value: float) -> QPoint:
    area = slider_area(view.visualRect(view.model().index(row, 0)))
    return QPoint(round(area.left() + value * area.width()), area.center().y())


def test_while_a_hand_drags_reports_do_not_fight_it(
    view: ControlList, controls: Controls, moves: list, until: Callable
) -> None:
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 0, 0.2))
    assert view.held == 0
    for value in (0.4, 0.6, 0.8):
        QTest.mouseMove(view.viewport(), spot(view, 0, value))
        controls.show_controls((control("A", 0.2, "old"), control("B", 0.9), control("C", 1.0, "1", steps=2)))
        assert controls.row(0).value == pytest.approx(value, abs=0.01)
    assert controls.row(0).text == "old"  # the words are the plugin's own
    assert controls.row(1).value == 0.9
    until(lambda: moves and moves[-1][1] == pytest.approx(0.8, abs=0.01))
    assert {name for name, _ in moves} == {"A"}
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 0, 0.8))
    assert view.held is None
    controls.show_controls((control("A", 0.3), control("B", 0.9), control("C", 1.0, steps=2)))
    assert controls.row(0).value == pytest.approx(0.8, abs=0.01)  # an old report, still under way
    controls.show_controls((control("A", moves[-1][1]), control("B", 0.9), control("C", 1.0, steps=2)))
    controls.show_controls((control("A", 0.3), control("B", 0.9), control("C", 1.0, steps=2)))
    assert controls.row(0).value == 0.3  # it has agreed once: what it says now is so


def test_a_plugin_that_never_obeys_is_believed_after_some_reports(controls: Controls) -> None:
    stubborn = (control("A", 0.2), control("B", 0.4), control("C", 0.0, "0", steps=2))
    controls.put(0, 1.0)
    for _ in range(3):
        controls.show_controls(stubborn)
        assert controls.row(0).value == 1.0
    controls.show_controls(stubborn)
    assert controls.row(0).value == 0.2


def test_a_fast_hand_is_told_at_once_and_then_only_the_last(controls: Controls, moves: list, until: Callable) -> None:
    for step in range(50):
        controls.grab(0, 0.3 + step / 100)
    assert moves == [("A", 0.3)]
    until(lambda: len(moves) > 1)
    assert moves == [("A", 0.3), ("A", 0.79)]


def test_holding_the_handle_does_not_move_it_and_elsewhere_it_jumps(
    view: ControlList, controls: Controls, moves: list
) -> None:
    at = spot(view, 0, 0.2) + QPoint(4, 0)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert all(value == pytest.approx(0.2, abs=0.003) for _, value in moves)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 1, 0.75))
    assert controls.row(1).value == pytest.approx(0.75, abs=0.01)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, spot(view, 0, 0).y()))
    assert controls.row(0).value == pytest.approx(0.2, abs=0.003)


def test_a_double_click_brings_back_how_it_was_new(view: ControlList, controls: Controls) -> None:
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 0, 0.2))
    assert controls.row(0).value == 0.5
    assert view.held is None


def test_a_switch_turns_at_a_click_and_at_space(view: ControlList, controls: Controls, moves: list) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 2, 0.05))
    assert (controls.row(2).value, controls.row(2).text) == (1.0, "On")
    view.setCurrentIndex(controls.index(2))
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert controls.row(2).value == 0.0
    assert moves[0] == ("C", 1.0)


def test_the_keys_do_all_a_mouse_does(view: ControlList, controls: Controls) -> None:
    view.setCurrentIndex(controls.index(0))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert controls.row(0).value == pytest.approx(0.22)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert controls.row(0).value == pytest.approx(0.218)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert controls.row(0).value == 0.5
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1


def test_a_stepped_control_goes_from_step_to_step(controls: Controls) -> None:
    controls.show_controls((control("Mode", 0.0, "Hall", steps=4),))
    controls.put(0, 0.4)
    assert controls.row(0).value == pytest.approx(1 / 3)
    controls.step(0, 0.02)
    assert controls.row(0).value == pytest.approx(2 / 3)


def test_a_right_click_teaches_and_forgets(view: ControlList, controls: Controls) -> None:
    told: list[str] = []
    view.taught.connect(lambda name: told.append(f"learn {name}"))
    view.forgotten.connect(lambda name: told.append(f"forget {name}"))
    controls.show_bindings({"B": KNOB}, "A")
    texts = [[action.text() for action in view.menu(controls.index(row)).actions()] for row in (0, 1)]
    assert texts[0] == ["Learn MIDI…", "", "Reset to default"]
    assert texts[1][1] == "Forget control 21, channel 1, nanoKONTROL2"
    for action in view.menu(controls.index(1)).actions()[:2]:
        action.trigger()
    assert told == ["learn B", "forget B"]
    assert controls.row(1).bound == "control 21, channel 1, nanoKONTROL2"
    assert controls.row(0).bound == "Move a knob, key or pad…"


def test_nonsense_is_shown_as_unknown_and_can_be_moved_out_of(view: ControlList, controls: Controls) -> None:
    odd = (control("N", nan, "nan", default=nan), control("H", 7.0, "ü" * 200), control("", -1.0, "\n"))
    controls.show_controls(odd)
    by_name = {controls.row(place).name: controls.row(place) for place in range(3)}
    assert isnan(by_name["N"].value)
    assert by_name["N"].text == "–"
    assert (by_name["H"].value, by_name[""].value) == (1.0, 0.0)
    changed: list[int] = []
    controls.dataChanged.connect(lambda *_: changed.append(1))
    controls.show_controls(odd)
    assert not changed  # NaN is not equal to itself, but it has not changed
    view.grab()
    place = next(row for row in range(3) if controls.row(row).name == "N")
    controls.step(place, 0.02)
    assert controls.row(place).value == pytest.approx(0.02)


def test_three_hundred_controls_draw_only_what_is_seen(view: ControlList, controls: Controls) -> None:
    many = tuple(control(f"Oszillator {n} – Größe", n / 300, f"{n}.000000") for n in range(300))
    controls.show_controls(many)
    asked: list[int] = []
    real = controls.row
    controls.row = lambda row: asked.append(row) or real(row)  # type: ignore[method-assign]
    view.viewport().grab()
    assert set(asked) <= set(range(12))
    del controls.row
    resets: list[int] = []
    changed: list[int] = []
    controls.modelReset.connect(lambda: resets.append(1))
    controls.dataChanged.connect(lambda *_: changed.append(1))
    controls.show_controls((control("Oszillator 0 – Größe", 1.0, "moved"), *many[1:]))
    assert (resets, changed) == ([], [1])
    controls.sift("GRÖSSE")
    assert controls.rowCount() == 300
    controls.sift("größe bass")
    assert controls.rowCount() == 0
    controls.sift("größe 29")
    assert {controls.row(row).name.split()[1] for row in range(controls.rowCount())} == {
        "29", *(str(n) for n in range(290, 300)), "129", "229",
    }  # fmt: skip


def test_controls_that_vanish_under_the_hand_are_let_go(view: ControlList, controls: Controls, moves: list) -> None:
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 1, 0.6))
    controls.show_controls(())
    QTest.mouseMove(view.viewport(), QPoint(400, 60))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 60))
    assert view.held is None
    assert controls.rowCount() == 0
    assert {name for name, _ in moves} == {"B"}


def test_a_control_can_be_read_out(controls: Controls) -> None:
    controls.show_bindings({"A": KNOB}, "")
    assert controls.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == ("A: two, control 21, channel 1, nanoKONTROL2")
    assert controls.index(0).data(ROW).name == "A"
    assert "A" in controls.index(0).data(Qt.ItemDataRole.ToolTipRole)
