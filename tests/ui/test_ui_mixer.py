"""The mixer: every strip does what it says by mouse, wheel and key, and shows what the engine says."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QInputDialog, QMenu, QSlider

from livemusic.engine.edits import SetMuteGroup
from livemusic.engine.mixer_state import MixerState
from livemusic.engine.mixing import HearAll, MuteLanes, SetLane, SetMaster
from livemusic.session.lane_mix import USUAL_GROUPS, LaneMix, MuteGroup, all_lanes
from livemusic.sound.protocol import Levels
from livemusic.ui.panels.fader import Fader, Hold, in_decibels
from livemusic.ui.panels.mixer import MixerPanel
from livemusic.ui.panels.output import OutputPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def mixer(app):
    panel = MixerPanel()
    panel.asked_for = []
    panel.asked.connect(panel.asked_for.append)
    panel.resize(980, 100)
    panel.show()
    panel.show_state(MixerState(), 0.0)
    yield panel
    panel.deleteLater()


def turn(widget, notches: int) -> None:
    spot = QPointF(widget.rect().center())
    event = QWheelEvent(
        spot,
        QPointF(widget.mapToGlobal(spot.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_buttons_mute_and_solo(mixer) -> None:
    QTest.mouseClick(mixer.strips[1].mute, LEFT)
    QTest.mouseClick(mixer.strips[2].solo, LEFT)
    assert mixer.asked_for == [SetLane(1, mute=True), SetLane(2, solo=True)]


def test_a_level_moves_by_key_and_wheel_and_a_double_click_puts_it_back(mixer) -> None:
    level = mixer.strips[0].level
    QTest.keyClick(level, Qt.Key.Key_Left)
    turn(level, -2)
    assert [request.level_db for request in mixer.asked_for] == pytest.approx([-1.0, -3.0])
    QTest.mouseDClick(level, LEFT)
    assert mixer.asked_for[-1] == SetLane(0, level_db=0.0)


def test_pan_and_velocity_move_and_reset_by_key(mixer) -> None:
    strip = mixer.strips[8]
    QTest.keyClick(strip.pan, Qt.Key.Key_Right)
    QTest.keyClick(strip.velocity, Qt.Key.Key_Left)
    assert mixer.asked_for == [SetLane(8, pan=0.05), SetLane(8, velocity=0.95)]
    QTest.keyClick(strip.velocity, Qt.Key.Key_Delete)
    assert mixer.asked_for[-1] == SetLane(8, velocity=1.0)


def test_a_fader_goes_where_the_mouse_is(mixer) -> None:
    pan = mixer.strips[0].pan
    QTest.mouseClick(pan, LEFT, pos=QPoint(pan.width() - 1, 9))
    assert mixer.asked_for[-1] == SetLane(0, pan=1.0)


def test_what_the_engine_says_is_shown_and_asks_for_nothing(mixer) -> None:
    lanes = all_lanes((LaneMix(True, False, -12.0, -0.5, 1.5), LaneMix(solo=True)))
    levels = Levels(voices_db=(-6.0, *(-120.0,) * 8))
    mixer.show_state(MixerState(lanes, levels=levels), 1.0)
    kick = mixer.strips[0]
    assert kick.mute.isChecked()
    assert mixer.strips[1].solo.isChecked()
    assert (kick.level.number, kick.pan.number, kick.velocity.number) == pytest.approx((-12.0, -0.5, 1.5))
    assert kick.level.held == -6.0
    assert not mixer.asked_for


def test_a_group_mutes_and_shows_that_it_is_muted(mixer) -> None:
    QTest.mouseClick(mixer.groups[1], LEFT)
    assert mixer.asked_for == [MuteLanes(1, True)]
    mixer.show_state(MixerState(all_lanes([LaneMix()] * 2 + [LaneMix(mute=True)] * 2)), 0.0)
    assert mixer.groups[1].isChecked()
    assert not mixer.groups[0].isChecked()
    QTest.mouseClick(mixer.groups[1], LEFT)
    QTest.mouseClick(mixer.all, LEFT)
    assert mixer.asked_for[1:] == [MuteLanes(1, False), HearAll()]


def test_groups_are_made_changed_renamed_and_removed(mixer, monkeypatch) -> None:
    QTest.mouseClick(mixer.groups[3], LEFT)
    assert mixer.asked_for == [SetMuteGroup(3, MuteGroup("Group 4", ("kick",)))]
    menu = QMenu()
    mixer.fill_menu(menu, 1)
    entries = {entry.text(): entry for entry in menu.actions()}
    assert [name for name, entry in entries.items() if entry.isChecked()] == ["Closed hat", "Open hat"]
    entries["Ride"].trigger()
    assert mixer.asked_for[-1] == SetMuteGroup(1, MuteGroup("Hats", ("closed hat", "open hat", "ride")))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Metal", True))
    entries["Rename…"].trigger()
    assert mixer.asked_for[-1] == SetMuteGroup(1, MuteGroup("Metal", USUAL_GROUPS[1].lanes))
    entries["Remove this group"].trigger()
    assert mixer.asked_for[-1] == SetMuteGroup(1, None)


def test_every_control_is_reached_by_key_and_has_a_name(mixer) -> None:
    for widget in (*mixer.findChildren(QSlider), *mixer.findChildren(QAbstractButton)):
        assert widget.accessibleName(), widget
        if not widget.text().islower() if isinstance(widget, QAbstractButton) else True:
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.accessibleName()
    assert mixer.strips[0].level.accessibleDescription() == "0 dB"


def test_the_output_shows_its_highest_recent_peak_and_moves_the_master(app) -> None:
    output = OutputPanel()
    asked: list[object] = []
    output.asked.connect(asked.append)
    output.show_state(MixerState(levels=Levels((-8.0, -3.0), (-20.0, -18.0))), 1.0)
    assert output.told.text() == "-3.0 dB"
    output.show_state(MixerState(), 1.5)
    assert output.told.text() == "-3.0 dB"
    for moment in (3.0, 5.0, 7.0):
        output.show_state(MixerState(), moment)
    assert output.told.text() == "silent"
    QTest.keyClick(output.master, Qt.Key.Key_Left)
    assert asked == [SetMaster(-1.0)]
    output.deleteLater()


def test_a_peak_is_held_for_a_while_and_then_falls() -> None:
    hold = Hold()
    hold.show(-6.0, 1.0)
    hold.show(-50.0, 2.4)
    assert hold.level == -6.0
    hold.show(-50.0, 2.9)
    assert hold.level == pytest.approx(-18.0)
    hold.show(-3.0, 3.0)
    assert hold.level == -3.0


def test_levels_are_said_in_decibels() -> None:
    assert [in_decibels(level) for level in (-60.0, -6.0, 0.0, 3.5)] == ["silent", "-6.0 dB", "0 dB", "+3.5 dB"]


def test_a_key_opens_the_mixer_beside_the_pattern(window) -> None:
    assert not window.mixer.isVisible()
    QTest.keyClick(window.pad, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.mixer.isVisible()
    assert window.output.mixer.isChecked()
    assert {"mute kick", "level ride", "pan snare", "velocity crash"} <= {
        target for offer in window.teaching._offers for target in offer.targets()
    }
    assert isinstance(window.output.master, Fader)
