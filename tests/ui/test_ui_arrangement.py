import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox

from livemusic.engine.snapshot import HeardState, SongState
from livemusic.music.tempo import TICKS_PER_BEAT
from livemusic.session.comparison import Comparison
from livemusic.ui import theme

SONG = SongState("/songs/late.wav", 30.0, 12.0, other="/songs/early.wav")


@pytest.fixture
def full(window, link, until, monkeypatch):
    """The window with a song, heard drums and the harmony."""
    plain = link.snapshot

    def crowded(look):
        told = plain(look)
        show = msgspec.structs.replace(told.surface.show, harmony=True)
        return msgspec.structs.replace(
            told, heard=HeardState(on=True), surface=msgspec.structs.replace(told.surface, show=show)
        )

    monkeypatch.setattr(link, "snapshot", crowded)
    window.setStyleSheet(theme.STYLE_SHEET)
    link.song = SONG
    until(lambda: window.timeline.isVisible() and window.heard.isVisible() and window.harmony.view.isVisible())
    return window


def lay_out(window, width: int, height: int) -> None:
    window.resize(width, height)
    for _ in range(4):
        QApplication.processEvents()


@pytest.mark.parametrize("size", [(1338, 721), (1366, 768), (1254, 752), (1600, 1000), (1920, 1080)])
def test_the_path_keeps_its_part_of_the_window_with_everything_on(full, size) -> None:
    lay_out(full, *size)
    assert (full.width(), full.height()) == size
    assert full.trajectory.height() >= min(full.height() / 3 - 1, 260)


@pytest.mark.parametrize("tab", [0, 1])
@pytest.mark.parametrize("size", [(1338, 721), (1366, 768), (1366, 740), (1600, 1000), (1920, 1080)])
def test_the_pad_has_room_for_a_hand_with_everything_on(full, size, tab) -> None:
    full.arrangement.tabs.turn(tab)
    full.output.mixer.click()
    lay_out(full, *size)
    assert full.pad.height() >= 220
    assert full.pad.width() >= 220
    for widget in (full.corners.follow, *full.corners.capture, full.meter, full.output.master):
        assert not widget.visibleRegion().isEmpty()


@pytest.mark.parametrize("size", [(1338, 721), (1366, 768), (1254, 677)])
def test_a_performer_at_a_small_screen_has_launch_answer_and_corner_of_recording_at_once(window, size) -> None:
    window.setStyleSheet(theme.STYLE_SHEET)
    lay_out(window, *size)
    for widget in (window.pattern.to, window.pattern.answer.mode, *window.transport.launches.values()):
        assert not widget.visibleRegion().isEmpty()


def test_what_is_under_the_pad_comes_apart_again_in_a_high_window(window) -> None:
    lay_out(window, 1338, 721)
    corners = window.corners
    assert corners.follow.y() == corners.capture[0].y()
    assert not corners.clear.isVisible()
    assert window.meter.mapTo(window, QPoint()).x() < window.output.mapTo(window, QPoint()).x()
    lay_out(window, 1338, 1000)
    assert corners.follow.y() < corners.capture[0].y() == corners.clear.y()
    assert corners.clear.isVisible()
    assert window.meter.mapTo(window, QPoint()).y() < window.output.mapTo(window, QPoint()).y()
    assert corners.mode.text() == "Morph: trade"


def test_lanes_fold_in_a_low_window_and_come_back(full) -> None:
    lay_out(full, 1338, 1000)
    whole = full.heard.height()
    assert not full.heard.strip.folded
    lay_out(full, 1338, 721)
    assert full.heard.strip.folded
    assert full.heard.height() < whole / 2
    assert full.heard.midi.isVisible()
    lay_out(full, 1338, 1000)
    assert not full.heard.strip.folded
    assert full.heard.height() == whole


def test_the_pattern_makes_way_for_the_mixer_where_there_is_no_room_for_both(full) -> None:
    lay_out(full, 1338, 721)
    full.output.mixer.click()
    lay_out(full, 1338, 721)
    assert full.mixer.isVisible()
    assert not full.editor.isVisible()
    assert full.trajectory.height() >= 721 / 3 - 1
    lay_out(full, 1338, 1000)
    assert full.editor.isVisible()
    lay_out(full, 1338, 721)
    full.output.mixer.click()
    lay_out(full, 1338, 721)
    assert full.editor.isVisible()
    assert full.trajectory.height() >= 721 / 3 - 1


def test_a_song_that_closes_gives_its_room_back(full, link, until) -> None:
    lay_out(full, 1338, 600)
    crowded = full.trajectory.minimumHeight()
    link.song = None
    until(lambda: not full.timeline.isVisible() and full.trajectory.minimumHeight() > crowded)
    assert full.trajectory.height() >= 600 / 3 - 1


@pytest.mark.parametrize("height", [721, 800, 1000])
def test_time_from_and_sound_to_are_there_in_every_window(window, height) -> None:
    window.setStyleSheet(theme.STYLE_SHEET)
    lay_out(window, 1280, height)
    for box in (window.sources.sound_out, window.sources.tempo_from):
        assert box.isVisible()
        assert not box.visibleRegion().isEmpty()


@pytest.mark.parametrize("bar", [1, 88, 100, 999, 1000, 12345])
@pytest.mark.parametrize("width", [892, 1280])
def test_the_bar_number_fits(window, bar, width) -> None:
    lay_out(window, width, 721)
    position = window.transport.position
    position.show_tick((bar - 1) * 4 * TICKS_PER_BEAT, (4, 4), playing=True)
    assert position.words.endswith(str(bar))
    assert QFontMetricsF(position.face()).horizontalAdvance(position.words) <= position.width()


@pytest.mark.parametrize("width", [892, 1280])
def test_the_longest_pattern_s_length_fits_its_list(window, until, width) -> None:
    window.setStyleSheet(theme.STYLE_SHEET)
    lay_out(window, width, 721)
    for box in (window.pattern.bars, window.pattern.meter):
        until(lambda box=box: box.count())
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        field = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
        )
        wanted = max(box.fontMetrics().horizontalAdvance(box.itemText(row)) for row in range(box.count()))
        assert wanted <= field.width(), (box.accessibleName(), wanted, field.width())


def test_a_long_choice_ends_in_dots_and_the_tooltip_has_all_of_it(window, until) -> None:
    window.setStyleSheet(theme.STYLE_SHEET)
    lay_out(window, 892, 721)
    box = window.sources.source
    until(lambda: box.count())
    short = box.toolTip()
    name = "A recording with a name that is far longer than the list is wide.flac"
    box.show_entries((("Demo song", "demo"), (name, name)), name)
    assert box.shown.endswith("…")
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), box.mapToGlobal(QPoint(5, 5))))
    assert box.toolTip() == f"{name}\n{short}"
    box.show_entries((("Demo song", "demo"),), "demo")
    assert box.shown == "Demo song"


def test_a_comparison_has_its_lane_in_a_low_window(full, until) -> None:
    lay_out(full, 1338, 721)
    plot = full.timeline.plot
    plot.show_comparison(Comparison("late", "early", 30.0, 30.0, True, 0.9, ((0.0, 0.0), (30.0, 30.0)), (0.1, 0.1)))
    lay_out(full, 1338, 721)
    plot.advance()
    assert plot._lane > 0
    assert full.trajectory.height() >= 721 / 3 - 1
