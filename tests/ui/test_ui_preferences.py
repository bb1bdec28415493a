"""The preferences: every control asks for its one change, every page shows what is so, a refusal settles back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QFileDialog, QLabel, QLineEdit, QMessageBox

from livemusic.engine.edits import Configure, Redo, Undo
from livemusic.engine.messages import Learn
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.session.control import Binding, Control
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.ui import theme
from livemusic.ui.choices import Choices
from livemusic.ui.panels.sources import OPEN_FILE
from livemusic.ui.preferences import Preferences
from livemusic.ui.preferences.fields import NoteBox
from livemusic.ui.preferences.page import PlugLine
from livemusic.ui.preferences.places import Place, places

KEYS, PADS = "Launchkey Mini MK3 MIDI 1", "SPD-SX"
CHOICES = Choices(("USB mic", "Interface"), ("Synth in",), ("Headphones",), (), (KEYS, "Clock box"))
EMPTY = Clip("Empty", 16, {})
SESSION = Session(Preset("Plain", (EMPTY, EMPTY, EMPTY, EMPTY)), Settings(channel=9, midi_delay_ms=12.5))


def snapshot(now: float, **parts: object) -> Snapshot:
    plugs = {name: Plug() for name in ("source", "midi_out", "sound")}
    whole = {"transport": TransportState(), "listen": ListenState(), "health": Health()} | plugs | parts
    return Snapshot(now, 1, **whole)


@pytest.fixture
def asked() -> list[object]:
    return []


@pytest.fixture
def dialog(asked: list[object]) -> Iterator[Preferences]:
    dialog = Preferences()
    dialog.asked.connect(asked.append)
    dialog.show_choices(CHOICES)
    dialog.show_session(SESSION)
    dialog.show_state(snapshot(100.0))
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def choose(box: QComboBox, value: str) -> None:
    index = box.findData(value)
    assert index >= 0, f"{value!r} is not offered"
    box.setCurrentIndex(index)
    box.activated.emit(index)


def turn(box: QAbstractSpinBox, value: float) -> None:
    """Write a number and press Return."""
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), f"{value:g}")
    QTest.keyClick(box, Qt.Key.Key_Return)


def picked(page: str, box: str, value: str) -> Callable[[Preferences], None]:
    return lambda dialog: choose(getattr(getattr(dialog, page), box), value)


def turned(page: str, box: str, value: float) -> Callable[[Preferences], None]:
    return lambda dialog: turn(getattr(getattr(dialog, page), box), value)


def clicked(page: str, switch: str) -> Callable[[Preferences], None]:
    return lambda dialog: getattr(getattr(dialog, page), switch).click()


@pytest.mark.parametrize(
    ("move", "change"),
    [
        (picked("listen", "source", "USB mic"), {"source": "USB mic"}),
        (picked("listen", "source", "none"), {"source": "none"}),
        (picked("listen", "embedder", "embedder-1"), {"embedder": "embedder-1"}),
        (turned("listen", "latency", 7.5), {"source_latency_ms": 7.5}),
        (clicked("listen", "monitor"), {"monitor": False}),
        (picked("listen", "live", "Interface"), {"live_in": "Interface"}),
        (picked("midi", "midi_out", "Synth in"), {"midi_out": "Synth in"}),
        (turned("midi", "channel", 3), {"channel": 3}),
        (clicked("midi", "clock_out"), {"clock_out": False}),
        (turned("midi", "delay", 20), {"midi_delay_ms": 20.0}),
        (picked("midi", "tempo_from", "link"), {"tempo_from": "link"}),
        (picked("midi", "midi_in", "Clock box"), {"midi_in": "Clock box"}),
        (turned("midi", "latency", 4), {"midi_in_latency_ms": 4.0}),
        (picked("sound", "sound_out", "Headphones"), {"sound_out": "Headphones"}),
        (turned("sound", "delay", 11), {"sound_delay_ms": 11.0}),
        (clicked("controllers", "thru"), {"thru": False}),
        (turned("controllers", "quantise", 40), {"quantise": 0.4}),
        (clicked("controllers", "pickup"), {"pickup": True}),
        (picked("files", "drums", "drums-3"), {"drums": "drums-3"}),
        (picked("files", "embedder", "embedder-1"), {"embedder": "embedder-1"}),
    ],
)
def test_every_control_asks_for_its_change_and_no_other(dialog, asked, move, change) -> None:
    move(dialog)
    assert asked == [Configure(SESSION.settings, msgspec.structs.replace(SESSION.settings, **change))]


def test_every_page_shows_the_session(dialog) -> None:
    settings = Settings(
        source="Interface", midi_out="Synth in", sound_out="Headphones", monitor=False, clock_out=False, channel=4,
        drums="drums-3", embedder="embedder-1", midi_delay_ms=1.5, sound_delay_ms=2.5, midi_in="virtual",
        tempo_from="audio", thru=False, quantise=0.25, midi_in_latency_ms=3.5, source_latency_ms=4.5,
        live_in="USB mic", pickup=True,
    )  # fmt: skip
    dialog.show_session(Session(SESSION.preset, settings))
    listen, midi, sound, controllers, files = (
        dialog.listen, dialog.midi, dialog.sound, dialog.controllers, dialog.files,
    )  # fmt: skip
    lists = (listen.source, listen.embedder, listen.live, midi.midi_out, midi.tempo_from, midi.midi_in, sound.sound_out)
    assert [box.currentData() for box in (*lists, files.drums, files.embedder)] == [
        "Interface", "embedder-1", "USB mic", "Synth in", "audio", "virtual", "Headphones", "drums-3", "embedder-1",
    ]  # fmt: skip
    numbers = (listen.latency, midi.channel, midi.delay, midi.latency, sound.delay, controllers.quantise)
    assert [box.text() for box in numbers] == ["4.5 ms", "4", "1.5 ms", "3.5 ms", "2.5 ms", "25 %"]
    switches = (listen.monitor, midi.clock_out, controllers.thru, controllers.pickup)
    assert [switch.isChecked() for switch in switches] == [False, False, False, True]


def test_showing_the_session_asks_for_nothing(dialog, asked) -> None:
    dialog.show_session(Session(SESSION.preset, Settings(channel=4, source="gone", quantise=0.1)))
    dialog.show_choices(Choices())
    assert asked == []
    assert dialog.listen.source.currentText() == "gone"


def test_what_was_refused_settles_back(dialog, asked) -> None:
    choose(dialog.midi.midi_out, "Synth in")
    turn(dialog.midi.delay, 80)
    assert asked[-1].wanted.midi_out == "Synth in"
    dialog.show_state(snapshot(100.5))
    dialog.show_state(snapshot(102.0, busy="Opening Synth in"))
    dialog.show_state(snapshot(102.9))
    assert dialog.midi.midi_out.currentData() == "Synth in", "the engine has only just been idle again"
    dialog.show_state(snapshot(103.1))
    assert dialog.midi.midi_out.currentData() == "virtual"
    assert dialog.midi.delay.value() == 12.5


def test_a_second_change_does_not_undo_the_first_that_is_under_way(dialog, asked) -> None:
    turn(dialog.midi.channel, 3)
    dialog.midi.clock_out.click()
    assert (asked[-1].wanted.channel, asked[-1].wanted.clock_out) == (3, False)
    dialog.show_session(Session(SESSION.preset, asked[0].wanted))
    assert not dialog.midi.clock_out.isChecked(), "the second is still under way"
    dialog.show_session(Session(SESSION.preset, asked[1].wanted))
    dialog.show_session(SESSION)
    assert dialog.midi.channel.value() == 9, "an undo shows"
    assert dialog.midi.clock_out.isChecked()


def test_a_number_that_is_turned_is_asked_for_once_it_rests(dialog, asked, until) -> None:
    for _ in range(12):
        dialog.midi.delay.stepUp()
    assert asked == []
    until(lambda: asked)
    assert [request.wanted.midi_delay_ms for request in asked] == [24.5]


def test_nothing_is_asked_before_the_engine_has_spoken(asked) -> None:
    dialog = Preferences()
    dialog.asked.connect(asked.append)
    dialog.midi.clock_out.click()
    assert asked == []
    dialog.deleteLater()


def test_fresh_names_are_wanted_when_it_is_shown_and_when_a_list_opens(dialog) -> None:
    wanted = []
    dialog.opened.connect(lambda: wanted.append(1))
    dialog.midi.midi_out.opened.emit()
    dialog.hide()
    dialog.show()
    assert len(wanted) == 2


def test_a_file_can_be_listened_to(dialog, asked, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/music/Übung 3.flac", ""))
    choose(dialog.listen.source, OPEN_FILE)
    assert asked[0].wanted.source == "/music/Übung 3.flac"
    assert dialog.listen.source.currentText() == "Übung 3.flac"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    choose(dialog.listen.source, OPEN_FILE)
    assert len(asked) == 1
    assert dialog.listen.source.currentText() == "Übung 3.flac"


def test_live_input_warns_of_feedback(dialog) -> None:
    def warned() -> bool:
        return any("feed back" in label.text() and label.isVisible() for label in dialog.listen.findChildren(QLabel))

    assert not warned()
    choose(dialog.listen.live, "USB mic")
    assert warned()


def test_states_are_told_in_words(dialog) -> None:
    def told(page) -> str:
        return " ".join(label.text() for label in page.findChildren(QLabel))

    port = Plug("Synth <in>", "Synth <in>", "lost", "The port 'Synth <in>' is gone.")
    led = TransportState(bpm=118.0, lead="midi", lead_state="coasting")
    dialog.open_page(dialog.midi)
    dialog.show_state(snapshot(101.0, midi_out=port, transport=led))
    assert "Synth &lt;in&gt;" in told(dialog.midi)
    assert "lost, going on at 118.0 bpm" in told(dialog.midi)
    dialog.open_page(dialog.sound)
    playing = Plug("default", "Headphones", "on", "")
    dialog.show_state(snapshot(101.1, sound=playing, health=Health(late_p99_ms=0.3, late_max_ms=0.8, xruns=3)))
    assert "within 0.3 ms" in told(dialog.sound)
    assert "dropped out 3 times" in told(dialog.sound)
    assert "doctor --loopback" in told(dialog.sound)
    dialog.open_page(dialog.listen)
    dialog.show_state(snapshot(101.2, source=playing, listen=ListenState(silent=True)))
    assert "completely silent" in told(dialog.listen)


@pytest.mark.parametrize(
    ("plug", "story"),
    [
        (Plug("none", "", "off"), "Nothing is connected."),
        (Plug("a/b/Take {1}.wav", "", "ended"), "Take {1}.wav has ended."),
        (Plug("USB mic", "USB mic", "lost"), "USB mic is gone; it comes back by itself once it is there again."),
        (Plug("USB mic", "USB mic", "on", "Heard at 44.1 kHz."), "Heard at 44.1 kHz."),
        (Plug("USB mic", "USB mic", "resting"), "USB mic is away."),
    ],
)
def test_a_plug_without_a_story_gets_one(dialog, plug, story) -> None:
    line = PlugLine(dialog)
    line.show_plug(plug)
    assert line.accessibleName() == story


def test_guidance_is_shown_step_by_step_and_never_as_markup(dialog) -> None:
    dialog.open_page(dialog.midi)
    dialog.show_guidance("Do <b>this</b>. 1. Get it (https://example.org/a). 2. Start it.")
    label = next(label for label in dialog.midi.findChildren(QLabel) if label.property("role") == "guidance")
    assert label.isVisible()
    assert "&lt;b&gt;" in label.text()
    assert label.text().count("<br>") == 2
    assert 'href="https://example.org/a"' in label.text()
    dialog.show_guidance("")
    assert not label.isVisible()


def test_controllers_are_ticked_by_name_and_remembered_when_gone(dialog, asked) -> None:
    dialog.show_session(Session(SESSION.preset, Settings(controllers=(PADS,))))
    dialog.open_page(dialog.controllers)
    gone = Plug(PADS, PADS, "lost", "")
    dialog.show_state(snapshot(101.0, surface=SurfaceState(controllers=(gone,))))
    rows = dialog.controllers.ports.rows
    assert list(rows) == [KEYS, "Clock box", PADS]
    assert [row.switch.isChecked() for row in rows.values()] == [False, False, True]
    assert [row.state.accessibleName() for row in rows.values()] == ["not heard", "not heard", "not plugged in"]
    rows[KEYS].switch.click()
    assert asked[-1].wanted.controllers == (PADS, KEYS)
    there = Plug(KEYS, KEYS, "on", "")
    dialog.show_state(snapshot(101.1, surface=SurfaceState(controllers=(gone, there))))
    assert rows[KEYS].state.accessibleName() == "heard"
    rows[PADS].switch.click()
    assert asked[-1].wanted.controllers == (KEYS,)
    assert list(dialog.controllers.ports.rows) == [KEYS, "Clock box"], "what is neither there nor wanted has gone"


def test_reset_asks_first(dialog, asked, monkeypatch) -> None:
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    dialog.files.reset.click()
    assert asked == []
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    dialog.files.reset.click()
    assert asked == [Configure(SESSION.settings, Settings())]


def test_show_folder_opens_the_nearest_there_is(dialog, monkeypatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    for show in dialog.files.show_folder.values():
        show.click()
    assert len(opened) == len(places()) == len(dialog.files.show_folder)
    assert all(Path(url.toLocalFile()).is_dir() for url in opened)


def test_a_place_knows_its_folder(tmp_path) -> None:
    (tmp_path / "session.json").write_text("{}")
    assert Place("", tmp_path / "session.json", "").folder == tmp_path
    assert Place("", tmp_path / "not" / "yet", "").folder == tmp_path
    assert Place("", tmp_path, "").folder == tmp_path


def test_the_block_list_is_where_it_is_said_to_be() -> None:
    BlockList().add("/plugins/Crasher.vst3", "it crashed")
    (place,) = (place for place in places() if place.label == "Plugin block list")
    assert place.path.is_file()


def test_undo_and_redo_by_key(dialog, asked, until) -> None:
    until(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert asked == [Undo(), Redo()]


def test_escape_ends_teaching_first_and_then_the_preferences(dialog, asked) -> None:
    dialog.open_page(dialog.controllers)
    dialog.show_state(snapshot(101.0, surface=SurfaceState(learning="swing")))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == [Learn("")]
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_pages_turn_by_key(dialog, until) -> None:
    until(dialog.isActiveWindow)
    assert dialog.list.hasFocus()
    seen = []
    for _ in dialog.pages:
        seen.append([page.title for page in dialog.pages if page.isVisible()])
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert seen == [["Listen"], ["MIDI"], ["Sound"], ["Controllers"], ["Drums"], ["Kit"], ["Appearance"], ["Files"]]


def test_everything_can_be_reached_and_says_what_it_is(dialog) -> None:
    handles = dialog.findChildren(QAbstractButton) + dialog.findChildren(QComboBox)
    handles += dialog.findChildren(QAbstractSpinBox) + dialog.findChildren(QLineEdit)
    ours = [each for each in handles if not each.objectName().startswith("qt_") and each.parent() not in handles]
    assert len(ours) > 100
    for each in ours:
        assert each.accessibleName(), f"a {type(each).__name__} without a name"
        assert each.toolTip(), f"{each.accessibleName()} without a tooltip"
        assert each.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{each.accessibleName()} is out of reach"


def test_a_wheel_that_passes_changes_nothing(dialog, until) -> None:
    dialog.open_page(dialog.midi)
    until(dialog.isActiveWindow)
    box = dialog.midi.delay
    assert not box.hasFocus()
    place = box.mapTo(dialog, box.rect().center())
    QTest.wheelEvent(dialog.windowHandle(), place, QPoint(0, 120))
    assert box.value() == 12.5
    box.setFocus()
    QTest.wheelEvent(dialog.windowHandle(), place, QPoint(0, 120))
    assert box.value() == 13.5, "with a hand on it, it turns"


def test_notes_are_typed_as_numbers_or_names() -> None:
    box = NoteBox("note", "a note")
    said: list[float] = []
    box.chosen.connect(said.append)
    for text in ("C1", "38", "f#1", "99  D#6", "H2", "200"):
        box.selectAll()
        QTest.keyClicks(box.lineEdit(), text)
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert said == [36.0, 38.0, 42.0, 99.0]
    box.deleteLater()


def test_the_pages_have_colour_and_room(dialog, app) -> None:
    """Each page is drawn in the theme, and nothing sticks out on the smallest screen: 1366×768 at 150 %."""
    sheet, app_sheet = theme.STYLE_SHEET, app.styleSheet()
    app.setStyleSheet(sheet)
    try:
        taught = (Binding(Control(KEYS, "control", 1, 21), "pad x"),)
        dialog.show_session(Session(SESSION.preset, Settings(bindings=taught, controllers=(KEYS, PADS))))
        dialog.setMinimumSize(0, 0)
        dialog.resize(892, 480)
        for page in dialog.pages:
            dialog.open_page(page)
            dialog.show_state(snapshot(101.0, surface=SurfaceState(learning="swing")))
            app.processEvents()
            assert page.sheet.minimumSizeHint().width() <= page.viewport().width(), page.title
            drawn = dialog.grab().toImage()
            colours = {drawn.pixelColor(x, y).name() for x in range(0, drawn.width(), 3) for y in range(20, 400, 3)}
            assert {theme.BACKGROUND, theme.SURFACE, theme.RAISED} <= colours, page.title
    finally:
        app.setStyleSheet(app_sheet)
