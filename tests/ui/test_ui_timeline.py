"""The time line in the window: what it shows of a song, and what the hand makes of it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QToolTip

from livemusic.engine.edits import CarrySection, NameSection
from livemusic.engine.messages import Play
from livemusic.engine.playback import LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import SectionState, SongState, StructureState
from livemusic.session.preset import CORNERS
from livemusic.session.section import SectionNote
from livemusic.session.settings import SONG_VOLUME_DB
from livemusic.ui.timeline.buttons import part_of, volume_at
from livemusic.ui.timeline.panel import TimelinePanel
from livemusic.ui.timeline.touch import TouchPlot
from livemusic.ui.window import Window

RATE, SECONDS = 8000, 40.0
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of silence, ten of a tone, silence again."""
    sound = np.zeros(int(SECONDS * RATE))
    t = np.arange(10 * RATE) / RATE
    sound[10 * RATE : 20 * RATE] = 0.5 * np.sin(2 * np.pi * 300 * t)
    path = tmp_path_factory.mktemp("songs") / "Evening.flac"
    soundfile.write(str(path), sound, RATE)
    return path


@pytest.fixture
def ready(window: Window, link, song: Path, until: Callable) -> Window:
    """A window with a song whose sound has been read."""
    link.song = SongState(str(song), SECONDS, 10.0)
    window.resize(1280, 900)
    until(lambda: step(window) and window.timeline.isVisible() and window.timeline.song is not None)
    until(lambda: step(window) and window.timeline.survey is None)
    return window


def step(window: Window) -> bool:
    window.timeline.advance(0.0)
    return True


def plot_of(window: Window) -> TouchPlot:
    window.timeline.plot.advance()
    QApplication.processEvents()
    return window.timeline.plot


def spot(plot: TouchPlot, seconds: float, y: float = 40) -> QPoint:
    return QPoint(round(plot.view.x(seconds)), round(y))


def drag(plot: TouchPlot, begin: QPoint, *ways: QPoint) -> None:
    where = plot.viewport()
    QTest.mousePress(where, LEFT, NONE, begin)
    for way in ways:
        at = QPointF(way)
        move = QMouseEvent(QEvent.Type.MouseMove, at, where.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(where, move)
    QTest.mouseRelease(where, LEFT, NONE, ways[-1])


def wheel(plot: TouchPlot, at: QPoint, turn: int, keys: Qt.KeyboardModifier = NONE) -> None:
    spot, angle = QPointF(at), QPoint(0, turn)
    QApplication.sendEvent(
        plot.viewport(),
        QWheelEvent(spot, plot.viewport().mapToGlobal(spot), QPoint(), angle, Qt.MouseButton.NoButton, keys,
                    Qt.ScrollPhase.NoScrollPhase, False),
    )  # fmt: skip


def colours(plot: TouchPlot) -> np.ndarray:
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), -1, 4)[..., :3].astype(int)


def test_what_draws_a_song_is_loaded_when_there_is_one() -> None:
    check = "import sys; import livemusic.ui.window; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], timeout=120).returncode == 0


def test_the_time_line_is_there_while_a_song_is_open(window, link, song, until) -> None:
    assert not window.timeline.isVisible()
    link.song = SongState(str(song), SECONDS)
    until(lambda: step(window) and window.timeline.isVisible())
    assert window.timeline.of.text() == "/ 00:40.0"
    assert window.timeline.name.text() == "Evening"
    link.song = None
    until(lambda: not window.timeline.isVisible())
    assert window.timeline.survey is None


def test_the_tone_is_seen_where_it_is_and_silence_is_dark(ready) -> None:
    plot = plot_of(ready)
    plot.show_head(0.0, False)
    picture = colours(plot)
    middle = 22 + 12
    loud, silent = (slice(int(plot.view.x(a)) + 4, int(plot.view.x(b)) - 4) for a, b in ((10, 20), (22, 38)))
    assert picture[middle, loud].max(axis=1).min() > 100
    assert picture[middle, silent].max() < 40
    top, height = plot.heat.top(), plot.heat.height()
    brightest = top + picture[int(top) :, loud].mean(axis=(1, 2)).argmax() + 0.5
    assert (top + height - brightest) / height == pytest.approx(np.log2(300 / 40) / np.log2(16000 / 40), abs=0.04)


def test_a_click_goes_there_and_is_sent_once(ready, link, until) -> None:
    plot = plot_of(ready)
    QTest.mouseClick(plot.viewport(), LEFT, NONE, spot(plot, 25.0))
    until(lambda: link.asked)
    (asked,) = link.asked
    assert asked == SeekSong(pytest.approx(25.0, abs=0.1))
    until(lambda: step(ready) and ready.timeline.time.text() in ("00:24.9", "00:25.0", "00:25.1"))


def test_wheel_and_drag_keep_the_time_under_the_hand_and_stay_within_the_song(ready, link) -> None:
    plot = plot_of(ready)
    hand = spot(plot, 12.0)
    for _ in range(4):
        wheel(plot, hand, 120)
    assert plot.view.time(hand.x()) == pytest.approx(12.0, abs=0.1)
    near = plot.view.end - plot.view.begin
    assert near == pytest.approx(SECONDS / 1.25**4)
    drag(plot, hand, hand + QPoint(10, 0), hand + QPoint(100, 0))
    assert plot.view.time(hand.x() + 100) == pytest.approx(12.0, abs=0.1)
    drag(plot, hand, hand + QPoint(10, 0), hand + QPoint(9000, 0))
    assert plot.view.begin == 0.0
    wheel(plot, hand, -120, Qt.KeyboardModifier.ShiftModifier)
    assert plot.view.begin == pytest.approx(near / 8)
    for _ in range(60):
        wheel(plot, hand, 120)
    assert plot.view.end - plot.view.begin == pytest.approx(2.0)
    QTest.mouseDClick(plot.viewport(), LEFT, NONE, hand)
    assert plot.view[:2] == (0.0, SECONDS)
    for _ in range(5):
        wheel(plot, hand, -120)
    assert plot.view[:2] == (0.0, SECONDS)
    assert link.asked == []  # looking around moves nothing


def test_dragging_in_the_ruler_makes_a_loop_and_its_edges_move(ready, link, until) -> None:
    plot = plot_of(ready)
    drag(plot, spot(plot, 20.0, 8), spot(plot, 18.0, 8), spot(plot, 12.0, 8))
    until(lambda: link.song.loop is not None)
    assert link.song.loop == pytest.approx((12.0, 20.0), abs=0.1)
    until(lambda: ready.timeline.loop.isChecked() and plot.loop == link.song.loop)
    drag(plot, spot(plot, 20.0, 8), spot(plot, 26.0, 8), spot(plot, 30.0, 8))
    until(lambda: link.song.loop[1] > 29)
    assert link.song.loop == pytest.approx((12.0, 30.0), abs=0.1)
    until(lambda: plot.loop == link.song.loop)
    ready.timeline.loop.click()
    until(lambda: link.song.loop is None)
    until(lambda: not ready.timeline.loop.isChecked())
    ready.timeline.loop.click()
    until(lambda: link.song.loop is not None)
    assert link.song.loop == pytest.approx((12.0, 30.0), abs=0.1)


def test_the_loop_button_begins_with_what_comes_now(ready, link, until) -> None:
    ready.timeline.loop.click()
    until(lambda: link.asked)
    assert link.asked == [LoopSong(10.0, 18.0)]


def test_buttons_play_pause_and_stop(ready, link, until) -> None:
    ready.timeline.play.click()
    until(lambda: ready.timeline.play.sign == "pause")
    ready.timeline.play.click()
    until(lambda: ready.timeline.play.sign == "play")
    ready.timeline.stop.click()
    until(lambda: len(link.asked) == 4)
    assert link.asked == [PlaySong(True), PlaySong(False), PlaySong(False), SeekSong(0.0)]


def test_the_song_that_is_open_is_opened_again_to_hear_it_from_its_beginning(
    ready: Window, link, song: Path, until: Callable
) -> None:
    ready.timeline.expect(str(song))
    until(lambda: len(link.asked) == 2)
    assert link.asked == [SeekSong(0.0), PlaySong(True)]
    ready.timeline.expect("another.wav")
    assert len(link.asked) == 2


@pytest.mark.parametrize(
    ("key", "keys", "asked"),
    [
        (Qt.Key.Key_Space, NONE, PlaySong(True)),
        (Qt.Key.Key_Left, NONE, SeekSong(5.0)),
        (Qt.Key.Key_Right, NONE, SeekSong(15.0)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, SeekSong(11.0)),
        (Qt.Key.Key_Home, NONE, SeekSong(0.0)),
        (Qt.Key.Key_End, NONE, SeekSong(SECONDS)),
        (Qt.Key.Key_BracketLeft, NONE, LoopSong(10.0, SECONDS)),
        (Qt.Key.Key_BracketRight, NONE, LoopSong(0.0, 10.0)),
    ],
)
def test_keys_on_the_time_line(ready, link, until, key, keys, asked) -> None:
    plot = plot_of(ready)
    step(ready)
    plot.setFocus()
    QTest.keyClick(plot, key, keys)
    until(lambda: link.asked)
    assert link.asked == [asked]


def test_space_elsewhere_is_the_drums_and_with_control_the_song(ready, link, until) -> None:
    QTest.keyClick(ready.pad, Qt.Key.Key_Space)
    QTest.keyClick(ready.pad, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    until(lambda: len(link.asked) == 2)
    assert link.asked == [Play(), PlaySong(True)]


def test_a_song_that_was_opened_by_hand_has_the_keys(window, link, song, until) -> None:
    window.files.audio_chosen.emit(str(song))
    until(lambda: link.asked)
    link.asked.clear()
    link.song = SongState(str(song), SECONDS)
    until(lambda: window.timeline.plot is not None and window.timeline.plot.hasFocus())
    QTest.keyClick(window.timeline.plot, Qt.Key.Key_Space)
    until(lambda: link.asked == [PlaySong(True)])


def test_the_head_runs_with_the_clock_and_goes_round_the_loop(ready, link, until) -> None:
    link.song = SongState(link.song.path, SECONDS, 19.5, True, (18.0, 20.0))
    until(lambda: ready.timeline.song.playing)
    now = ready.desk.snapshot.now
    assert ready.timeline.position(now) == pytest.approx(19.5)
    assert ready.timeline.position(now + 0.25) == pytest.approx(19.75)
    assert ready.timeline.position(now + 0.75) == pytest.approx(18.25)
    assert ready.timeline.position(now + 60) == ready.timeline.position(now + 1)  # an engine that is stuck


def test_while_it_plays_the_view_goes_along(ready) -> None:
    plot = plot_of(ready)
    plot.zoom(8, around=10.0)
    seen = plot.view
    plot.show_head(seen.end - 0.1, True)
    assert plot.view == seen
    plot.show_head(seen.end + 0.1, True)
    assert plot.view.begin < seen.end + 0.1 < plot.view.end
    moved = plot.view
    plot.show_head(35.0, False)
    assert plot.view == moved  # paused: the eye may stay where it is


def test_the_song_has_a_volume_of_its_own(ready, link, until) -> None:
    ready.timeline.volume.setValue(0)
    until(lambda: link.asked)
    assert link.asked == [SetSongVolume(SONG_VOLUME_DB[0])]
    for volume in (*SONG_VOLUME_DB, 0.0, -12.0):
        assert volume_at(part_of(volume)) == pytest.approx(volume, abs=0.3)


def test_hovering_tells_the_time_and_leaving_that_it_is_over(ready) -> None:
    plot, told = plot_of(ready), []
    ready.timeline.hovered.connect(told.append)
    QTest.mouseMove(plot.viewport(), spot(plot, 31.0))
    at = QPointF(spot(plot, 31.0))
    nothing = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        plot.viewport(),
        QMouseEvent(QEvent.Type.MouseMove, at, plot.viewport().mapToGlobal(at), nothing, nothing, NONE),
    )
    assert told[-1] == pytest.approx(31.0, abs=0.1)
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert told[-1] is None


@pytest.fixture
def sections(ready, link, until) -> TouchPlot:
    """A B A, in the song's colours."""
    there = tuple(SectionState(begin, begin + 10.0, label) for begin, label in ((0.0, 0), (10.0, 1), (20.0, 0)))
    link.structure = StructureState(link.epoch, there)
    until(lambda: len(ready.timeline.plot.spans) == 3)
    return plot_of(ready)


def test_sections_are_named_over_their_part_in_the_colours_of_the_path(ready, sections) -> None:
    picture, row = colours(sections), 22 + 15
    first, second, third, none = (picture[row, int(sections.view.x(time))] for time in (6.0, 16.0, 26.0, 36.0))
    assert np.array_equal(first, third)
    assert not np.array_equal(first, second)
    assert none.max() < 20
    assert [span.name for span in sections.spans] == ["A", "B", "A"]
    assert [section.label for section in ready.trajectory.sight.sections] == [0, 1, 0]


def test_a_section_is_repeated_by_a_double_click_on_its_name(sections, link, until) -> None:
    QTest.mouseDClick(sections.viewport(), LEFT, NONE, spot(sections, 14.0, 22 + 8))
    until(lambda: link.song.loop == (10.0, 20.0))


def test_a_section_is_named_and_carries_a_corner(ready, sections, link, until, monkeypatch) -> None:
    def choose(seconds: float, *words: str) -> None:
        at = spot(sections, seconds)
        where = sections.viewport()
        QApplication.sendEvent(where, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where.mapToGlobal(at)))
        menu = QApplication.activePopupWidget()
        for word in words:
            (action,) = (each for each in menu.actions() if word in each.text())
            menu = action.menu()
        action.trigger()
        QApplication.activePopupWidget().close()

    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Chorus", True))
    choose(14.0, "Rename")
    until(lambda: [span.name for span in sections.spans] == ["A", "Chorus", "A"])
    choose(14.0, f"{CORNERS[3]} corner")
    choose(5.0, "Repeat “A”")
    until(lambda: len(link.asked) == 3)
    assert link.asked == [NameSection(1, "Chorus"), CarrySection(1, corner=3), LoopSong(0.0, 10.0)]
    assert link.session.preset.sections[1] == SectionNote("Chorus", corner=3)


def test_a_song_that_vanishes_is_said_and_the_window_stays(window, link, tmp_path, until) -> None:
    link.song = SongState(str(tmp_path / "gone.wav"), 12.0)
    until(lambda: step(window) and window.timeline.song is not None and window.timeline.survey is None)
    assert window.timeline.plot.caption == f"There is no file {tmp_path / 'gone.wav'}. Look at its name and folder."
    QTest.mouseClick(window.timeline.plot.viewport(), LEFT, NONE, spot(window.timeline.plot, 3.0))
    until(lambda: link.asked == [SeekSong(pytest.approx(3.0, abs=0.1))])


def test_another_song_takes_the_place_of_the_first(ready, link, until, tmp_path) -> None:
    soundfile.write(str(tmp_path / "Morning.wav"), np.zeros(RATE), RATE)
    ready.timeline.plot.zoom(4)
    link.song = SongState(str(tmp_path / "Morning.wav"), 1.0)
    until(lambda: step(ready) and ready.timeline.name.text() == "Morning" and ready.timeline.survey is None)
    assert plot_of(ready).view[:2] == (0.0, 1.0)


def test_the_path_and_the_time_line_point_at_each_other(ready, link, until) -> None:
    link.song = SongState(link.song.path, SECONDS, 12.0)
    until(lambda: ready.timeline.song.position == 12.0)
    trail, sight = ready.trajectory.trail, ready.trajectory.sight
    ready.step(0.0)
    assert 0.0 <= 12.0 - float(trail.t[sight.head]) < 0.05
    ready.timeline.hovered.emit(30.0)
    assert sight.moment(0.0).mark == sight.place_at(30.0)
    ready.timeline.hovered.emit(None)
    assert sight.moment(0.0).mark is None
    ready.trajectory.picked.emit(21.5)
    until(lambda: link.asked == [SeekSong(21.5)])
    link.song = None
    until(lambda: ready.timeline.song is None)
    ready.step(0.0)
    assert sight.head == len(trail) - 1


def test_bars_are_counted_while_the_drums_follow_the_song(ready, song) -> None:
    panel = TimelinePanel()
    panel.show()

    def show(now: float, position: float, **transport: object) -> str:
        heard = msgspec.structs.replace(ready.desk.snapshot.transport, bpm=120.0, **transport)
        state = SongState(str(song), SECONDS, position, True)
        panel.show_state(msgspec.structs.replace(ready.desk.snapshot, now=now, transport=heard, song=state))
        panel.advance(now)
        return panel.bar.text() if panel.bar.isVisible() else ""

    following = {"lead": "audio", "lead_state": "locked", "playing": True}
    assert show(1000.0, 12.0, lead="own") == ""
    assert show(1000.0, 12.0, **following | {"lead_state": "searching"}) == ""
    assert show(1000.0, 12.0, tick=960.0, **following) == "bar 7.2"  # it began at 11.5 s
    assert show(1001.0, 13.0, tick=2880.0, **following) == "bar 7.4"
    assert show(1002.0, 20.0, lead="own") == "bar 11.2"  # what was found holds for the song
    panel.seek(30.0)
    assert show(1003.0, 30.0, tick=0.0, **following) == "bar 16.2"  # just after a jump nobody knows better
    assert show(1008.0, 35.0, tick=0.0, **following) == "bar 18.1"
    panel.close_song()
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize(("y", "told"), [(8, True), (60, False)])
def test_what_can_be_done_is_told_over_the_ruler_only(ready, y, told) -> None:
    plot = plot_of(ready)
    spot = QPoint(200, y)
    QToolTip.hideText()
    QApplication.sendEvent(plot.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, plot.viewport().mapToGlobal(spot)))
    assert QToolTip.isVisible() == told
    QToolTip.hideText()
