"""Beside Record: where it goes, the metronome, the count-in and the passes of the last take."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidgetAction

from livemusic.engine.messages import HearPass
from livemusic.engine.recording_edits import SetClickLevel, SetMetronome, SetRecordTo
from livemusic.engine.snapshot import SurfaceState
from livemusic.session.metronome import Metronome
from livemusic.session.settings import Settings
from livemusic.ui.panels.transport import Position
from tests.ui.test_ui_window import choose


def test_the_corner_that_is_recorded_into_is_said_before_and_can_be_chosen(window, link, until) -> None:
    to = window.pattern.to
    until(lambda: to.count() == 5)
    assert to.currentText() == "near A"
    assert [to.itemText(index) for index in range(1, 5)] == ["to A", "to B", "to C", "to D"]
    choose(to, "C")
    until(lambda: link.asked == [SetRecordTo("C")])


def test_while_recording_its_corner_is_shown_and_not_the_hand_s(window, link, until) -> None:
    link.surface = SurfaceState(record=True, corner=0, into=2)
    until(lambda: window.pattern.remark.text() == f"into {window.desk.corner_names[2]}")


def test_the_metronome_is_switched_and_turned_beside_record(window, link, until) -> None:
    click = window.pattern.click
    until(lambda: window.desk.session is not None)
    click.on.click()
    click.level.setValue(-20)
    click.midi.trigger()
    click.speakers.trigger()
    click.count_ins[2].trigger()
    until(lambda: len(link.asked) == 5)
    assert link.asked == [
        SetMetronome(on=True),
        SetClickLevel(-20.0),
        SetMetronome(midi=True),
        SetMetronome(speakers=False),
        SetMetronome(count_in=2),
    ]


def test_the_metronome_shows_how_it_is_set(window, until) -> None:
    click = window.pattern.click
    metronome = Metronome(on=True, level_db=-60.0, midi=True, channel=3, accent=31, beat=33, count_in=0)
    click.show_state(Settings(metronome=metronome, record_to="D"))
    assert click.record_to["D"].isChecked()
    assert click.on.isChecked()
    assert click.level.value() == -60
    assert click.midi.text() == "To MIDI, channel 3, notes 31 and 33"
    assert click.count_ins[0].isChecked()


def test_the_outputs_of_the_click_are_offered_where_the_device_has_them(window, link, until) -> None:
    click = window.pattern.click

    def offered() -> list[str]:
        return [entry.text() for entry in click.pairs.values() if entry.isVisible()]

    click.show_state(Settings(), 2)
    assert not click.outputs.menuAction().isVisible()
    click.show_state(Settings(), 6)
    assert click.outputs.menuAction().isVisible()
    assert offered() == ["Main outputs", "Outputs 3–4", "Outputs 5–6"]
    assert click.pairs["main"].isChecked()
    click.pairs["3-4"].trigger()
    until(lambda: link.asked == [SetMetronome(outputs="3-4")])
    click.show_state(Settings(metronome=Metronome(outputs="3-4")), 2)
    assert offered() == ["Main outputs", "Outputs 3–4"]
    assert click.speakers.text() == "To outputs 3–4"


def test_the_menu_of_the_metronome_has_headings_that_nobody_can_choose(window) -> None:
    headings = [
        entry
        for entry in window.pattern.click.menu.actions()
        if isinstance(entry, QWidgetAction) and isinstance(entry.defaultWidget(), QLabel)
    ]
    assert [entry.defaultWidget().text() for entry in headings] == ["Metronome", "Count-in", "Record to"]
    assert not any(entry.isEnabled() for entry in headings)


def test_u_is_the_key_of_the_metronome(window, link, until) -> None:
    until(lambda: window.desk.known is not None)
    QTest.keyClick(window.pad, Qt.Key.Key_U)
    until(lambda: link.asked == [SetMetronome(on=True)])


def test_passes_are_offered_when_there_are_several(window, link, until) -> None:
    until(lambda: window.desk.session is not None)
    assert window.pattern.passes.isHidden()
    link.surface = SurfaceState(passes=3, heard_pass=2)
    until(lambda: not window.pattern.passes.isHidden())
    passes = window.pattern.passes
    assert [passes.itemText(index) for index in range(4)] == ["All", "Pass 1", "Pass 2", "Pass 3"]
    assert passes.currentText() == "Pass 2"
    choose(passes, "3")
    until(lambda: link.asked == [HearPass(3)])


@pytest.mark.parametrize(
    ("tick", "words"),
    [(-3840.0, "4 …"), (-2880.0, "3 …"), (-1000.0, "2 …"), (-960.0, "1 …"), (-60.0, "bar 1"), (0.0, "bar 1")],
)
def test_before_the_first_bar_the_beats_to_come_are_counted(app, tick: float, words: str) -> None:
    position = Position()
    position.show_tick(tick, (4, 4), True)
    assert position.words == words


def test_what_is_set_for_recording_is_part_of_the_settings() -> None:
    settings = Settings(record_to="B", metronome=Metronome(on=True, count_in=2))
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings
    with pytest.raises(ValueError, match="record_to 'E'"):
        Settings(record_to="E")
    with pytest.raises(ValueError, match="count_in 3"):
        Metronome(count_in=3)
    with pytest.raises(ValueError, match="channel 17"):
        Metronome(channel=17)
    with pytest.raises(ValueError, match="outputs '2-3' must be one of 'main', '3-4'"):
        Metronome(outputs="2-3")
    assert msgspec.json.decode(b"{}", type=Metronome) == Metronome()
