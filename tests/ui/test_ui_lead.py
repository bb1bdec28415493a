import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from livemusic.engine.messages import Hold, Nudge, Octave, SetTempo
from livemusic.engine.snapshot import TransportState
from livemusic.ui import theme
from livemusic.ui.menus import STEERING
from livemusic.ui.panels.lead import lead_words


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        ({"lead": "own"}, "own time", theme.FAINT),
        ({"lead": "midi", "lead_state": "searching"}, "MIDI clock · searching", theme.WARN),
        (
            {"lead": "midi", "lead_state": "locked", "phase_error_ms": -0.42},
            "MIDI clock · locked · 0.4 ms",
            theme.GOOD,
        ),
        ({"lead": "midi", "lead_state": "coasting", "phase_error_ms": 3.0}, "MIDI clock · coasting", theme.WARN),
        ({"lead": "link", "lead_state": "locked", "peers": 2}, "Link · 2 peers", theme.GOOD),
        ({"lead": "link", "lead_state": "locked", "peers": 1}, "Link · 1 peer", theme.GOOD),
        ({"lead": "link", "lead_state": "locked"}, "Link · nobody else yet", theme.MUTED),
        ({"lead": "link", "lead_state": "searching"}, "Link · searching", theme.WARN),
        ({"lead": "audio", "lead_state": "locked"}, "the music · locked", theme.GOOD),
        ({"lead": "audio", "lead_state": "coasting"}, "the music · coasting", theme.WARN),
        ({"lead": "audio", "lead_state": "locked", "held": True}, "the music · held", theme.ACCENT),
    ],
)
def test_the_badge_says_who_leads_and_how_well(state, words, tone) -> None:
    assert lead_words(TransportState(**state)) == (words, tone)


def test_the_music_is_steered_only_while_it_leads(window, link, until) -> None:
    lead = window.transport.lead
    until(lambda: lead.badge.text == "own time")
    assert not any(button.isVisible() for button in (lead.half, lead.double, lead.hold, lead.earlier, lead.later))
    link.lead = {"lead": "audio", "lead_state": "locked"}
    until(lambda: lead.half.isVisible())
    for button in (lead.half, lead.double, lead.earlier, lead.later, lead.hold):
        button.click()
    until(lambda: lead.badge.text == "the music · held" and lead.hold.isChecked())
    assert link.asked == [Octave(-1), Octave(1), Nudge(-0.02), Nudge(0.02), Hold(True)]
    lead.hold.click()
    until(lambda: link.asked[-1] == Hold(False) and lead.badge.text == "the music · locked")


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
    until(lambda: link.asked == [SetTempo(118.0)])
