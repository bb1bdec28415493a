import threading
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog

from livemusic.engine.messages import (
    Apply,
    Capture,
    ClearAnchors,
    Export,
    MovePad,
    Panic,
    Play,
    Resume,
    SetFollow,
    SetLaunch,
    SetSwing,
    SetTempo,
    Stop,
)
from livemusic.engine.snapshot import Snapshot, TransportState
from livemusic.errors import DeviceError, MediaError
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid
from livemusic.ui.bridge import Bridge
from livemusic.ui.choices import ChoiceFinder, Choices
from livemusic.ui.outgoing import file_name, write_playing
from livemusic.ui.panels.sources import OPEN_FILE
from livemusic.ui.picture import picture
from livemusic.ui.playhead import tick_at
from livemusic.ui.views.trajectory import wandering
from livemusic.ui.window import Window


def key(window: Window, name: Qt.Key) -> None:
    QTest.keyClick(window, name)


def test_space_plays_and_space_stops(window, link, until) -> None:
    key(window, Qt.Key.Key_Space)
    until(lambda: window._snapshot.transport.playing)
    assert window.transport.play.isChecked()
    key(window, Qt.Key.Key_Space)
    until(lambda: not window._snapshot.transport.playing)
    assert link.asked == [Play(), Stop()]


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        (Qt.Key.Key_Escape, Panic()),
        (Qt.Key.Key_R, Resume()),
        (Qt.Key.Key_L, SetLaunch("bar")),
        (Qt.Key.Key_F, SetFollow(True)),
        (Qt.Key.Key_1, Capture(0)),
        (Qt.Key.Key_4, Capture(3)),
        (Qt.Key.Key_Minus, SetTempo(95.0)),
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
    window.transport.swing.setValue(40)
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
    until(lambda: window._snapshot.transport.bpm == 133.5)


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
def test_a_choice_is_a_changed_session_and_leaves_the_music_alone(window, link, until, box, value, setting) -> None:
    link.bpm, link.pad = 123.0, (0.25, 0.5)
    until(lambda: window._snapshot.transport.bpm == 123.0)
    before = link.session
    choose(getattr(window.sources, box), value)
    until(lambda: link.asked)
    (apply,) = link.asked
    assert isinstance(apply, Apply)
    assert apply.session.settings == msgspec.structs.replace(before.settings, **setting)
    assert (apply.session.preset.bpm, apply.session.preset.pad) == (123.0, (0.25, 0.5))
    assert apply.session.preset.corners == before.preset.corners


def test_a_preset_comes_as_it_was_saved(window, link, until) -> None:
    choose(window.sources.preset, "Morning")
    until(lambda: link.asked)
    assert link.asked[0].session.preset.bpm == 140.0
    assert link.asked[0].session.settings == link.session.settings


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


def test_a_dropped_file_is_listened_to(window, link, until, tmp_path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "set.wav"))])
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, none, QEvent.Type.Drop))
    until(lambda: link.asked)
    assert link.asked[0].session.settings.source == str(tmp_path / "set.wav")


def test_an_engine_that_went_is_said_and_taken_back(window, link, until) -> None:
    link.gone = True
    until(lambda: window.toast.isVisible())
    assert "Reconnecting" in window.toast.text()
    assert window.health.engine.state == "failed"
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
    assert len(controls) > 15
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
    window._left.setSizes([300, 222])
    until(lambda: window._snapshot is not None)
    place = window._left.saveState()
    window.close()
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert set(threading.enumerate()) <= before
    again = Window(Bridge(lambda: link), Choices, QSettings(file, QSettings.Format.IniFormat))
    assert again._left.saveState() == place
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


def test_the_playhead_runs_on_between_snapshots(link) -> None:
    playing = msgspec.structs.replace(
        _still(link), transport=TransportState(playing=True, tick=960.0, bpm=120.0), now=10.0
    )
    assert tick_at(playing, 10.25) == pytest.approx(1440.0)
    assert tick_at(playing, 9.0) == 960.0
    assert tick_at(playing, 99.0) == tick_at(playing, 11.0)
    assert tick_at(_still(link), 99.0) == _still(link).transport.tick


def _still(link) -> Snapshot:
    from livemusic.engine.messages import Look

    return link.snapshot(Look())


def test_a_picture_is_a_png_of_the_asked_size(app, tmp_path: Path) -> None:
    picture(wandering(300), tmp_path / "path.png", (500, 300))
    image = QImage(str(tmp_path / "path.png"))
    assert (image.width(), image.height()) == (500, 300)


def test_a_picture_that_cannot_be_written_says_so(app, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="could not be written"):
        picture(wandering(30), tmp_path / "no such folder" / "path.png", (50, 30))


def test_devices_that_cannot_be_listed_leave_the_old_lists() -> None:
    def broken() -> Choices:
        raise DeviceError("The sound system does not answer.")

    finder = ChoiceFinder(broken)
    finder.look()
    finder.close()
    assert finder.take() is None


def test_what_was_found_is_given_once() -> None:
    finder = ChoiceFinder(lambda: Choices(inputs=("USB mic",)))
    assert finder.take() is None
    finder.look()
    finder.close()
    assert finder.take() == Choices(inputs=("USB mic",))
    assert finder.take() is None


def test_pulling_at_the_pattern_drags_it_out_and_what_is_written_is_what_plays(window, link, until, tmp_path) -> None:
    until(lambda: window._snapshot is not None and window._session is not None)
    pulled = []
    window.grid.dragged.disconnect()
    window.grid.dragged.connect(lambda: pulled.append(1))
    middle = window.grid.rect().center()
    QTest.mousePress(window.grid, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(window.grid, middle + QPoint(40, 5))
    QTest.mouseRelease(window.grid, Qt.MouseButton.LeftButton, pos=middle)
    assert pulled == [1]
    path = tmp_path / file_name(window._snapshot, window._session)
    write_playing(path, window._snapshot, window._session)
    assert path.suffix == ".mid"
    playing = Grid.from_bytes(window._snapshot.transport.grid)
    assert read_pattern(path).pattern.notes == playing.to_pattern().notes


def test_the_last_bars_are_written_by_the_engine(window, link, until, tmp_path, monkeypatch) -> None:
    until(lambda: window._snapshot is not None and window._session is not None)
    answer = (str(tmp_path / "take"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    window.save_last_bars()
    until(lambda: link.asked == [Export(str(tmp_path / "take.mid"), 8)])


def test_tapping_sets_the_tempo(window, link, until, monkeypatch) -> None:
    beats = iter((10.0, 10.5, 11.0, 11.5))
    monkeypatch.setattr("livemusic.ui.panels.transport.perf_counter", lambda: next(beats))
    for _ in range(4):
        window.transport.tap.click()
    until(lambda: link.asked and link.asked[-1] == SetTempo(120.0))


def test_choosing_whose_time_it_is(window, link, until) -> None:
    choose(window.sources.tempo_from, "link")
    until(lambda: link.asked and link.asked[-1].session.settings.tempo_from == "link")
