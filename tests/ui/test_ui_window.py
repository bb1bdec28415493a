import threading
from time import perf_counter

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QSplitter,
    QWidget,
)

from livemusic.engine.edits import Configure, GoPreset, Redo, StepPreset, Undo
from livemusic.engine.messages import (
    Capture,
    ClearAnchors,
    MovePad,
    Nudge,
    Panic,
    Play,
    Resume,
    SetFollow,
    SetLaunch,
    SetLead,
    SetRecord,
    SetSwing,
    SetTempo,
    StepTempo,
    Stop,
    TapTempo,
)
from livemusic.engine.snapshot import Plug, SurfaceState
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid
from livemusic.ui import theme
from livemusic.ui.bridge import Bridge
from livemusic.ui.choices import Choices
from livemusic.ui.outgoing import file_name, write_playing
from livemusic.ui.panels.banner import Glow
from livemusic.ui.panels.sources import OPEN_FILE
from livemusic.ui.window import Window


def key(window: Window, name: Qt.Key) -> None:
    QTest.keyClick(window, name)


def test_space_plays_and_space_stops(window, link, until) -> None:
    key(window, Qt.Key.Key_Space)
    until(lambda: window.desk.snapshot.transport.playing)
    assert window.transport.play.isChecked()
    key(window, Qt.Key.Key_Space)
    until(lambda: not window.desk.snapshot.transport.playing)
    assert link.asked == [Play(), Stop()]


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        (Qt.Key.Key_Escape, Panic()),
        (Qt.Key.Key_R, SetRecord(True)),
        (Qt.Key.Key_Comma, Nudge(-0.02)),
        (Qt.Key.Key_Period, Nudge(0.02)),
        (Qt.Key.Key_PageDown, StepPreset(1)),
        (Qt.Key.Key_PageUp, StepPreset(-1)),
        (Qt.Key.Key_B, TapTempo()),
        (Qt.Key.Key_L, SetLaunch("bar")),
        (Qt.Key.Key_F, SetFollow(True)),
        (Qt.Key.Key_1, Capture(0)),
        (Qt.Key.Key_4, Capture(3)),
        (Qt.Key.Key_Minus, StepTempo(-1.0)),
        (Qt.Key.Key_Right, MovePad(0.05, 1.0)),
    ],
)
def test_keys(window, link, until, name, request_) -> None:
    until(lambda: window.pad.place == (0.0, 1.0) and window.transport.tempo.value() == 96.0)
    QTest.keyClick(window.pad, name)
    until(lambda: link.asked)
    assert link.asked == [request_]


def test_buttons(window, link, until) -> None:
    window.corners.capture[2].click()
    until(lambda: link.anchors[2] is not None and window.corners.clear.isEnabled())
    window.corners.follow.click()
    window.transport.launches["bar"].click()
    window.pattern.swing.setValue(40)
    window.transport.panic.click()
    window.corners.clear.click()
    until(lambda: len(link.asked) == 6)
    assert link.asked == [Capture(2), SetFollow(True), SetLaunch("bar"), SetSwing(0.4), Panic(), ClearAnchors()]


def test_a_typed_tempo_is_sent_and_space_still_plays(window, link, until) -> None:
    until(lambda: window.transport.tempo.value() == 96.0)
    digits = window.transport.tempo.lineEdit()
    QTest.mouseClick(digits, Qt.MouseButton.LeftButton)
    QTest.keyClicks(digits, "133.5")
    QTest.keyClick(digits, Qt.Key.Key_Return)
    until(lambda: link.asked == [SetTempo(133.5)])
    until(lambda: window.desk.snapshot.transport.bpm == 133.5)


def test_dragging_the_tempo_up_makes_it_faster(window, link, until) -> None:
    until(lambda: window.transport.tempo.value() == 96.0)
    digits = window.transport.tempo.lineEdit()
    QTest.mousePress(digits, Qt.MouseButton.LeftButton, pos=QPoint(50, 30))
    QTest.mouseMove(digits, QPoint(50, -10))
    QTest.mouseRelease(digits, Qt.MouseButton.LeftButton, pos=QPoint(50, -10))
    until(lambda: link.asked)
    assert link.asked[-1] == SetTempo(106.0)


def choose(box: QComboBox, value: str) -> None:
    index = box.findData(value)
    assert index >= 0, [box.itemData(i) for i in range(box.count())]
    box.setCurrentIndex(index)
    box.activated.emit(index)


@pytest.mark.parametrize(
    ("box", "value", "setting"),
    [
        ("source", "USB mic", {"source": "USB mic"}),
        ("source", "none", {"source": "none"}),
        ("midi_out", "Synth in", {"midi_out": "Synth in"}),
        ("sound_out", "none", {"sound_out": "none"}),
    ],
)
def test_a_choice_is_a_changed_setting_and_leaves_the_music_alone(window, link, until, box, value, setting) -> None:
    before = link.session
    choose(getattr(window.sources, box), value)
    until(lambda: link.asked)
    assert link.asked == [Configure(before.settings, msgspec.structs.replace(before.settings, **setting))]


def test_a_second_choice_keeps_the_first_while_that_is_still_being_opened(window, link, until) -> None:
    link.take = lambda session: None  # the engine has not got there yet
    choose(window.sources.source, "USB mic")
    choose(window.sources.midi_out, "Synth in")
    until(lambda: len(link.asked) == 2)
    assert (link.asked[1].wanted.source, link.asked[1].wanted.midi_out) == ("USB mic", "Synth in")


def test_a_preset_is_asked_for_by_its_name(window, link, until) -> None:
    choose(window.sources.preset, "Morning")
    until(lambda: link.asked == [GoPreset("Morning")])


def test_an_unlisted_device_is_shown_all_the_same(window, link) -> None:
    session = msgspec.structs.replace(
        link.session, settings=msgspec.structs.replace(link.session.settings, source="/x/Låt é.flac")
    )
    window.sources.show_session(session)
    assert window.sources.source.currentText() == "Låt é.flac"
    assert window.sources.source.currentData() == "/x/Låt é.flac"


def test_a_choice_that_failed_is_not_shown_as_if_it_had_worked(window, link, until) -> None:
    link.refuse = "USB mic is busy; close the program that uses it."
    choose(window.sources.source, "USB mic")
    until(lambda: window.toast.isVisible())
    window.sources.settle("opening USB mic", 1e9)
    window.sources.settle("", 1e9 + 0.5)
    assert window.sources.source.currentData() == "USB mic"
    window.sources.settle("", 1e9 + 2)
    assert window.sources.source.currentData() == "demo"


def test_leaving_closes_the_window_and_says_that_the_music_goes_on(window) -> None:
    assert not window.leaves
    window.leave()
    assert window.leaves
    assert not window.isVisible()


def test_opening_a_file_asks_for_one_and_keeps_the_choice(window, link) -> None:
    asked = []
    window.sources.file_wanted.disconnect()
    window.sources.file_wanted.connect(lambda: asked.append(1))
    choose(window.sources.source, OPEN_FILE)
    assert asked == [1]
    assert window.sources.source.currentData() == "demo"
    assert link.asked == []


def test_an_engine_that_went_is_said_and_taken_back(window, link, until) -> None:
    link.gone = True
    until(lambda: window.toast.isVisible())
    assert "Reconnecting" in window.toast.text()
    assert window.health.engine.state == "failed"
    window.step(perf_counter() + 2.5)
    assert "Reconnecting" in window.toast.text()
    window.step(perf_counter() + 3.5)
    assert window.toast.text().startswith("The engine stopped. It is being started again")
    link.gone = False
    until(lambda: not window.toast.isVisible())
    assert window.health.engine.state == "on"


def test_a_notice_is_a_line_not_a_box(window, link, until) -> None:
    link.refuse = "Capture at least one corner first."
    key(window, Qt.Key.Key_F)
    until(lambda: window.toast.isVisible())
    assert window.toast.text() == "Capture at least one corner first."
    assert QApplication.activeModalWidget() is None


def test_the_plugs_are_dots_with_a_story(window, until) -> None:
    until(lambda: window.health.sound.state == "lost")
    assert "No sound device" in window.health.sound.toolTip()
    assert "0.3 ms" in window.health.numbers.text()


def test_f1_shows_the_keys(window) -> None:
    key(window, Qt.Key.Key_F1)
    assert window.help.isVisible()
    key(window, Qt.Key.Key_F1)
    assert not window.help.isVisible()


def test_a_minimised_window_stops_its_frames(window) -> None:
    assert window._timer.isActive()
    window.showMinimized()
    QApplication.processEvents()
    assert not window._timer.isActive()
    window.showNormal()
    QApplication.processEvents()
    assert window._timer.isActive()


def test_every_control_has_a_name_and_a_tip(window) -> None:
    page = window.centralWidget()
    controls = [w for kind in (QAbstractButton, QComboBox) for w in page.findChildren(kind)]
    controls += [
        window.pad,
        window.grid,
        window.meter,
        window.trajectory,
        window.transport.tempo,
        window.transport.position,
    ]
    controls += [*window.scenes.buttons, *window.findChildren(QSlider), window.transport.lead.badge]
    assert len(controls) > 35
    for control in controls:
        assert control.accessibleName(), control
        assert control.toolTip(), control.accessibleName()


def test_closing_leaves_nothing_running_and_remembers_its_place(app, link, tmp_path, until) -> None:
    before = set(threading.enumerate())
    file = str(tmp_path / "place.ini")
    bridge = Bridge(lambda: link)
    window = Window(bridge, Choices, QSettings(file, QSettings.Format.IniFormat))
    bridge.start()
    window.show()
    left = window.findChild(QSplitter, "left")
    left.setSizes([300, 222])
    until(lambda: window.desk.snapshot is not None)
    place = left.saveState()
    window.close()
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert set(threading.enumerate()) <= before
    again = Window(Bridge(lambda: link), Choices, QSettings(file, QSettings.Format.IniFormat))
    assert again.findChild(QSplitter, "left").saveState() == place
    for one in (window, again):
        one.close()
        one.deleteLater()


def test_the_first_window_fits_the_screen(app, link, tmp_path) -> None:
    bridge = Bridge(lambda: link)
    window = Window(bridge, Choices, QSettings(str(tmp_path / "first.ini"), QSettings.Format.IniFormat))
    screen, least = window.screen().availableSize(), window.minimumSize()
    assert screen.width() < 1600 > least.width()  # or this shows nothing
    assert window.width() <= max(screen.width(), least.width())
    assert window.height() <= max(screen.height(), least.height())
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_pulling_at_the_pattern_drags_it_out_and_what_is_written_is_what_plays(window, link, until, tmp_path) -> None:
    until(lambda: window.desk.snapshot is not None and window.desk.session is not None)
    pulled = []
    window.grid.dragged.disconnect()
    window.grid.dragged.connect(lambda: pulled.append(1))
    handle = window.grid.handle().center().toPoint()
    QTest.mousePress(window.grid, Qt.MouseButton.LeftButton, pos=handle)
    QTest.mouseMove(window.grid, handle + QPoint(40, 5))
    QTest.mouseRelease(window.grid, Qt.MouseButton.LeftButton, pos=handle)
    assert pulled == [1]
    path = tmp_path / file_name(window.desk.snapshot, window.desk.session)
    write_playing(path, window.desk.snapshot, window.desk.session)
    assert path.suffix == ".mid"
    playing = Grid.from_bytes(window.desk.snapshot.transport.grid)
    assert read_pattern(path).pattern.notes == playing.to_pattern().notes


def test_choosing_whose_time_it_is(window, link, until) -> None:
    choose(window.sources.tempo_from, "link")
    until(lambda: link.asked == [SetLead("link")])


def test_undo_and_redo_are_there_when_there_is_something_to_undo(window, link, until) -> None:
    until(lambda: window.desk.snapshot is not None)
    assert not window.menus.entries["undo"].isEnabled()
    QTest.keyClick(window.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    link.undoes, link.redoes = "tempo 120 → 105", "hit drawn in B"
    until(lambda: window.menus.entries["undo"].isEnabled() and window.menus.entries["redo"].isEnabled())
    assert window.menus.entries["undo"].text() == "Undo tempo 120 → 105"
    assert window.menus.entries["redo"].text() == "Redo hit drawn in B"
    QTest.keyClick(window.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(lambda: len(link.asked) == 2)
    assert link.asked == [Undo(), Redo()]


def test_shift_space_resumes(window, link, until) -> None:
    QTest.keyClick(window.pad, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: link.asked == [Resume()])


def test_a_failed_midi_port_says_how_to_mend_it(window, link, until) -> None:
    assert not window.health.how.isVisible()
    window.health.show_guidance("Start a loopback driver.")
    link.midi_out = Plug("virtual", "", "failed", "Windows has no virtual ports.")
    until(lambda: window.health.how.isVisible())
    assert window.health.how.toolTip() == "Windows has no virtual ports. Start a loopback driver."
    window.health.how.click()
    assert window.toast.text() == "Windows has no virtual ports. Start a loopback driver."
    link.midi_out = Plug("Synth in", "Synth in", "on", "")
    until(lambda: not window.health.how.isVisible())


def test_midi_in_and_controllers_have_dots_only_when_they_are_used(window, link, until) -> None:
    until(lambda: window.desk.snapshot is not None)
    assert not window.health.midi_in.isVisible()
    assert not window.health.controllers.isVisible()
    link.midi_in = Plug("Clock", "Clock", "on", "It ticks.")
    link.surface = SurfaceState(
        controllers=(Plug("Keys", "Keys", "on", ""), Plug("Knobs", "", "lost", "It was pulled."))
    )
    until(lambda: window.health.midi_in.isVisible() and window.health.controllers.isVisible())
    assert (window.health.midi_in.state, window.health.controllers.state) == ("on", "lost")
    assert "Keys is on" in window.health.controllers.toolTip()
    assert "It was pulled." in window.health.controllers.toolTip()


@pytest.mark.parametrize("size", [(892, 481), (940, 507), (960, 600), (1280, 800), (1600, 1000)])
@pytest.mark.parametrize("lead", ["own", "midi", "audio"])
def test_everything_fits(window, link, until, size, lead) -> None:
    link.lead = {"lead": lead, "lead_state": "locked", "phase_error_ms": 12.3}
    window.setStyleSheet(theme.STYLE_SHEET)
    window.resize(*size)
    until(lambda: window.desk.snapshot is not None and window.desk.snapshot.transport.lead == lead)
    until(lambda: window.transport.lead.hold.isVisible() == (lead == "audio"))
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    page = window.centralWidget()
    areas = page.findChildren(QScrollArea)
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, QLineEdit | QLabel | Glow):
            continue
        spot = widget.mapTo(page, QPoint())
        if any(area.isAncestorOf(widget) and area.verticalScrollBar().maximum() for area in areas):
            assert page.rect().left() <= spot.x() <= page.rect().right() - widget.width()  # it is scrolled to
            continue
        assert page.rect().contains(QRect(spot, widget.size())), (widget.accessibleName(), spot, widget.size())
        if isinstance(widget, QPushButton):
            assert widget.width() >= widget.minimumSizeHint().width() - 2, widget.text()
