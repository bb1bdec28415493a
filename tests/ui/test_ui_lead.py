import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from livemusic.engine.messages import GiveBack, Hold, Nudge, Octave, Play, Ramp, SetLead, SetTempo, StepTempo
from livemusic.engine.recording_edits import SetRamp
from livemusic.engine.snapshot import TransportState
from livemusic.ui import theme
from livemusic.ui.menus import STEERING
from livemusic.ui.panels.lead import lead_words


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        ({"lead": "own"}, "Internal", theme.MUTED),
        ({"lead": "demo", "lead_state": "locked"}, "Demo song", theme.MUTED),
        ({"ramp_to": 140.0, "ramp_left": 5000.0}, "Ramp to 140 · 2 bars", theme.ACCENT),
        ({"lead": "midi", "lead_state": "searching"}, "MIDI clock · searching", theme.WARN),
        (
            {"lead": "midi", "lead_state": "locked", "phase_error_ms": -0.42},
            "MIDI clock · locked · 0.4 ms",
            theme.GOOD,
        ),
        ({"lead": "midi", "lead_state": "coasting", "phase_error_ms": 3.0}, "MIDI clock · coasting", theme.WARN),
        ({"lead": "link", "lead_state": "locked", "peers": 2}, "Link · 2 peers", theme.GOOD),
        ({"lead": "link", "lead_state": "locked", "peers": 1}, "Link · 1 peer", theme.GOOD),
        ({"lead": "link", "lead_state": "locked"}, "Link · no peers yet", theme.MUTED),
        ({"lead": "link", "lead_state": "searching"}, "Link · searching", theme.WARN),
        ({"lead": "audio", "lead_state": "locked"}, "Follow audio · locked", theme.GOOD),
        ({"lead": "audio", "lead_state": "coasting"}, "Follow audio · coasting", theme.WARN),
        ({"lead": "audio", "lead_state": "locked", "held": True}, "Follow audio · held", theme.ACCENT),
    ],
)
def test_the_badge_says_who_leads_and_how_well(state, words, tone) -> None:
    assert lead_words(TransportState(**state)) == (words, tone)


def test_the_music_is_steered_only_while_it_leads(window, link, until) -> None:
    lead = window.transport.lead
    until(lambda: lead.badge.text == "Internal")
    assert not any(button.isVisible() for button in (lead.half, lead.double, lead.hold, lead.earlier, lead.later))
    link.lead = {"lead": "audio", "lead_state": "locked"}
    until(lambda: lead.half.isVisible())
    for button in (lead.half, lead.double, lead.earlier, lead.later, lead.hold):
        button.click()
    until(lambda: lead.badge.text == "Follow audio · held" and lead.hold.isChecked())
    assert link.asked == [Octave(-1), Octave(1), Nudge(-0.02), Nudge(0.02), Hold(True)]
    lead.hold.click()
    until(lambda: link.asked[-1] == Hold(False) and lead.badge.text == "Follow audio · locked")


def test_the_menu_steers_the_music_too(window, link, until) -> None:
    until(lambda: window.desk.snapshot is not None)
    assert not any(window.menus.entries[name].isEnabled() for name in STEERING)
    link.lead = {"lead": "audio", "lead_state": "locked"}
    until(lambda: all(window.menus.entries[name].isEnabled() for name in STEERING))
    window.menus.entries["hold"].trigger()
    until(lambda: link.asked == [Hold(True)] and window.menus.entries["hold"].isChecked())


def test_nobody_turns_the_tempo_while_a_midi_clock_sets_it(window, link, until) -> None:
    until(lambda: window.transport.tempo.value() == 96.0)
    link.lead = {"lead": "midi", "lead_state": "locked"}
    until(lambda: window.transport.tempo.isReadOnly())
    assert not window.transport.lead.tap.isEnabled()
    digits = window.transport.tempo.lineEdit()
    QTest.mousePress(digits, Qt.MouseButton.LeftButton, pos=QPoint(50, 30))
    QTest.mouseMove(digits, QPoint(50, -40))
    QTest.mouseRelease(digits, Qt.MouseButton.LeftButton, pos=QPoint(50, -40))
    QTest.keyClick(window.pad, Qt.Key.Key_Plus)
    link.bpm = 117.0
    until(lambda: window.transport.tempo.value() == 117.0)
    link.lead = {}
    until(lambda: not window.transport.tempo.isReadOnly())
    QTest.keyClick(window.pad, Qt.Key.Key_Plus)
    until(lambda: link.asked == [StepTempo(1.0), StepTempo(1.0)])  # the engine alone knows who leads


def test_the_tempo_can_be_set_while_a_midi_clock_is_only_waited_for(window, link, until) -> None:
    link.lead = {"lead": "midi", "lead_state": "searching"}
    until(lambda: window.transport.lead.badge.text == "MIDI clock · searching")
    assert not window.transport.tempo.isReadOnly()
    assert window.transport.lead.tap.isEnabled()


def test_the_badge_offers_everybody_who_may_set_the_time(window, link, until) -> None:
    badge = window.transport.lead.badge
    until(lambda: badge.demo)
    menu = badge.menu()
    entries = {entry.text(): entry for entry in menu.actions() if entry.isEnabled()}
    assert list(entries) == ["Internal", "MIDI clock", "Link", "Follow audio", "Demo song"]
    assert [name for name, entry in entries.items() if entry.isChecked()] == ["Internal"]
    entries["Follow audio"].trigger()
    until(lambda: link.asked == [SetLead("audio")])


def test_one_click_gives_the_tempo_back_to_who_led(window, link, until) -> None:
    lead = window.transport.lead
    until(lambda: window.desk.snapshot is not None)
    assert not lead.back.isVisible()
    link.lead = {"taken": "audio"}
    until(lambda: lead.back.isVisible())
    assert lead.back.text() == "↩ Follow audio"
    lead.back.click()
    until(lambda: link.asked == [GiveBack()])


def test_a_ramp_is_set_and_started_from_the_menu(window, link, until) -> None:
    window.transport.play.click()
    until(lambda: window.desk.snapshot is not None and window.desk.snapshot.transport.playing)
    window.menus.entries["set ramp"].trigger()
    dialog = window.dialogs.ramp
    assert (dialog.tempo.value(), dialog.bars.value()) == (140.0, 8)
    dialog.tempo.setValue(99.5)
    dialog.bars.setValue(4)
    dialog.start.click()
    until(lambda: link.asked == [Play(), SetRamp(99.5, 4), Ramp(99.5, 4)])
    assert not dialog.end.isEnabled()
    link.lead = {"ramp_to": 99.5, "ramp_left": 960.0}
    until(dialog.end.isEnabled)
    dialog.end.click()
    until(lambda: link.asked[-1] == SetTempo(link.bpm))
