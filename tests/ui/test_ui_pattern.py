import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from livemusic.engine.edits import Configure, Reshape
from livemusic.engine.messages import Panic, PlayDrum, SetErase, SetRecord, SetSwing
from livemusic.music.grid import Grid
from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.views.pad import MorphPad


def test_recording_shows_where_it_goes(window, link, until) -> None:
    link.surface = msgspec.structs.replace(link.surface, corner=2)
    window.pattern.record.click()
    until(lambda: window.pattern.record.isChecked() and window.pattern.remark.text() == "into Broken beat")
    assert window.pad._recording == 2
    assert window.menus.entries["record"].isChecked()
    QTest.keyClick(window.pad, Qt.Key.Key_R)
    until(lambda: not window.pattern.record.isChecked())
    assert (window.pattern.remark.text(), window.pad._recording) == ("", None)
    assert link.asked == [SetRecord(True), SetRecord(False)]


def test_the_corner_that_records_is_red(app) -> None:
    pad = MorphPad()
    pad.resize(320, 300)

    def redness(corner: tuple[float, float]) -> int:
        colour = pad.grab().toImage().pixelColor((pad.spot(corner) + QPointF(*_inwards(corner))).toPoint())
        return colour.red() - colour.blue()

    pad.show_place((0.5, 0.5), (0.25,) * 4, False)
    calm = redness((1.0, 0.0))
    pad.show_recording(3)
    assert redness((1.0, 0.0)) > calm + 60
    assert redness((0.0, 0.0)) < calm + 20


def _inwards(corner: tuple[float, float]) -> tuple[float, float]:
    return (-6.0 if corner[0] else 6.0), (6.0 if corner[1] else -6.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("livemusic.ui.panels.pattern.perf_counter", lambda: now[0])
    return now


def test_erase_held_down_ends_when_it_is_let_go(window, link, until, clock) -> None:
    QTest.mousePress(window.pattern.erase, Qt.MouseButton.LeftButton)
    until(lambda: window.pattern.erase.isChecked())
    clock[0] += 2.0
    QTest.mouseRelease(window.pattern.erase, Qt.MouseButton.LeftButton)
    until(lambda: not window.pattern.erase.isChecked())
    assert link.asked == [SetErase(True), SetErase(False)]


def test_erase_clicked_stays_until_the_next_click(window, link, until, clock) -> None:
    window.pattern.erase.click()
    until(lambda: window.pattern.erase.isChecked() and "erasing in" in window.pattern.remark.text())
    window.pattern.erase.click()
    until(lambda: not window.pattern.erase.isChecked())
    assert link.asked == [SetErase(True), SetErase(False)]


def test_the_key_erases_while_it_is_down(window, link, until, clock) -> None:
    until(lambda: window.desk.snapshot is not None)
    QTest.keyPress(window.pad, Qt.Key.Key_E)
    until(lambda: window.pattern.erase.isChecked())
    clock[0] += 1.0
    QTest.keyRelease(window.pad, Qt.Key.Key_E)
    until(lambda: not window.pattern.erase.isChecked())
    assert link.asked == [SetErase(True), SetErase(False)]


def test_quantise_is_a_setting_sent_when_the_hand_lets_go(window, link, until) -> None:
    until(lambda: window.desk.session is not None)
    slider = window.pattern.quantise
    slider.setSliderDown(True)
    for percent in (80, 60, 40):
        slider.setValue(percent)
    assert link.asked == []
    before = link.session.settings
    slider.setSliderDown(False)
    until(lambda: link.asked)
    assert link.asked == [Configure(before, msgspec.structs.replace(before, quantise=0.4))]
    until(lambda: window.desk.session.settings.quantise == 0.4)
    assert slider.value() == 40


def test_keys_on_a_slider_settle_once(app, until) -> None:
    slider, rests = PercentSlider("Swing", "Swing"), []
    slider.settled.connect(rests.append)
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    slider.show_value(0.9)
    assert slider.value() == 5  # the hand has not come to rest
    until(lambda: rests)
    assert rests == [5]
    slider.show_value(0.9)
    assert (slider.value(), rests) == (90, [5])


def test_swing_is_heard_while_it_moves(window, link, until) -> None:
    window.pattern.swing.setValue(30)
    until(lambda: link.asked == [SetSwing(0.3)] and window.desk.snapshot.listen.swing == 0.3)


def test_bars_and_meter_show_what_plays_and_reshape_it(window, link, until) -> None:
    bars, meter = window.pattern.bars, window.pattern.meter
    until(lambda: bars.currentData() == "2" and meter.currentData() == "4/4")
    assert [bars.itemText(i) for i in (0, 7, 11)] == ["1 bar", "8 bars", "32 bars"]
    bars.activated.emit(bars.findData("4"))
    link.meter, link.grid = (7, 8), Grid.empty(42).to_bytes()
    until(lambda: bars.currentData() == "3" and meter.currentData() == "7/8")
    meter.activated.emit(meter.findData("6/8"))
    until(lambda: len(link.asked) == 2)
    assert link.asked == [Reshape((4, 4), 4), Reshape((6, 8), 3)]


def test_a_long_or_odd_pattern_is_shown_as_it_is(window, link, until) -> None:
    link.meter, link.grid = (9, 8), Grid.empty(18 * 40).to_bytes()
    until(lambda: window.pattern.bars.currentText() == "40 bars" and window.pattern.meter.currentText() == "9/8")
    window.pattern.meter.activated.emit(window.pattern.meter.findData("3/4"))
    until(lambda: link.asked == [Reshape((3, 4), 32)])


def test_a_drums_name_plays_it(window, link, until) -> None:
    until(lambda: window.desk.snapshot is not None)
    for voice in (0, 8):
        spot = window.grid.lane(voice).center().toPoint()
        QTest.mousePress(window.grid, Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseRelease(window.grid, Qt.MouseButton.LeftButton, pos=spot + QPoint(300, 0))
    until(lambda: len(link.asked) == 4)
    assert link.asked == [PlayDrum(0, 100), PlayDrum(0, 0), PlayDrum(8, 100), PlayDrum(8, 0)]


def test_the_keys_are_drums_too(window, link, until) -> None:
    until(lambda: window.desk.snapshot is not None)
    QTest.keyPress(window.pad, Qt.Key.Key_Z)
    QTest.keyPress(window.pad, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(window.pad, Qt.Key.Key_Z)
    window.fingers.lift()
    QTest.keyRelease(window.pad, Qt.Key.Key_M)
    until(lambda: len(link.asked) == 4)
    assert link.asked == [PlayDrum(0, 100), PlayDrum(8, 127), PlayDrum(0, 0), PlayDrum(8, 0)]


def test_a_key_that_is_held_down_strikes_once(window, link, until) -> None:
    for repeat in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x", repeat)
        QApplication.sendEvent(window, event)
    window.commands.press("panic")
    until(lambda: link.asked == [PlayDrum(1, 100), Panic()])
    window.fingers.lift()
