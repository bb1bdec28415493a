"""The drum map in the preferences: chosen, edited, learned by hitting, kept and carried."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from livemusic.engine.edits import Configure
from livemusic.engine.messages import Learn, PlayDrum
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.midi.message import note_name
from livemusic.music.kit import VOICE_COUNT
from livemusic.session.drum_map import DRUM_MAPS, GENERAL_MIDI, DrumMap, Lane
from livemusic.session.map_library import list_maps, map_folder, read_map, write_map
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.ui.preferences import Preferences
from livemusic.ui.preferences.map_edits import moved, note_of, note_text, notes_of, notes_text, shown_name, with_lane
from livemusic.ui.preferences.own_maps import keep_map, map_file_name

EMPTY = Clip("Empty", 16, {})
PLAIN = Preset("Plain", (EMPTY, EMPTY, EMPTY, EMPTY))
CELLAR = msgspec.structs.replace(GENERAL_MIDI.hearing(0, 99), name="Cellar")
notes = st.integers(0, 127)


def session(drum_map: DrumMap = GENERAL_MIDI) -> Session:
    return Session(PLAIN, Settings(drum_map=drum_map, controllers=("Pads",)))


@pytest.fixture
def asked() -> list[object]:
    return []


@pytest.fixture
def dialog(asked: list[object]) -> Iterator[Preferences]:
    dialog = Preferences()
    dialog.asked.connect(asked.append)
    dialog.show_session(session())
    dialog.open_page(dialog.drums)
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def type_in(widget, text: str) -> None:
    widget.selectAll()
    edit = widget.lineEdit() if hasattr(widget, "lineEdit") else widget
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def pick(dialog: Preferences, name: str) -> None:
    box = dialog.drums.map
    index = box.findData(name)
    assert index >= 0
    box.activated.emit(index)


def test_a_map_is_chosen(dialog, asked) -> None:
    assert [dialog.drums.map.itemData(i) for i in range(dialog.drums.map.count())] == [m.name for m in DRUM_MAPS]
    pick(dialog, "Roland TD")
    assert asked == [Configure(session().settings, session(DRUM_MAPS[1]).settings)]


def test_the_table_shows_the_map(dialog) -> None:
    lanes = list(GENERAL_MIDI.lanes)
    lanes[1] = Lane(38, 5, (38, 40))
    dialog.show_session(session(DrumMap("Mine", tuple(lanes))))
    row = dialog.drums.lanes.rows[1]
    assert (row.note.text(), row.channel.text(), row.hears.text()) == ("38  D1", "5", "38, 40")
    assert dialog.drums.lanes.rows[0].channel.text() == "common"
    assert dialog.drums.map.currentText() == "Mine"


def test_a_drum_is_sent_as_another_note_and_the_map_is_changed(dialog, asked) -> None:
    type_in(dialog.drums.lanes.rows[0].note, "C2")
    drum_map = asked[-1].wanted.drum_map
    assert (drum_map.name, drum_map.lanes[0].pitch) == ("General MIDI (changed)", 48)
    assert drum_map.lanes[1:] == GENERAL_MIDI.lanes[1:]
    assert dialog.drums.map.currentText() == "General MIDI (changed)"
    type_in(dialog.drums.lanes.rows[3].channel, "12")
    assert asked[-1].wanted.drum_map.name == "General MIDI (changed)"
    assert asked[-1].wanted.drum_map.lanes[3].channel == 12
    assert asked[-1].wanted.drum_map.lanes[0].pitch == 48
    type_in(dialog.drums.lanes.rows[3].channel, "0")
    type_in(dialog.drums.lanes.rows[0].note, "36")
    assert asked[-1].wanted.drum_map == GENERAL_MIDI, "as it was, and so called as it was"


def test_a_note_that_another_drum_hears_changes_sides(dialog, asked) -> None:
    type_in(dialog.drums.lanes.rows[0].hears, "36, D1; 35")
    lanes = asked[-1].wanted.drum_map.lanes
    assert lanes[0].hears == (36, 38, 35)
    assert 38 not in lanes[1].hears
    assert dialog.drums.lanes.rows[0].hears.text() == "36, 38, 35"
    assert "D1 (38) from the snare" in dialog.drums.said.text()


def test_what_is_no_note_is_said_and_put_back(dialog, asked) -> None:
    row = dialog.drums.lanes.rows[0]
    before = row.hears.text()
    for text in ("36, Hugo", "128"):
        type_in(row.hears, text)
        assert row.hears.text() == before
        assert dialog.drums.said.isVisible()
        assert dialog.drums.said.text().startswith("Kick: ")
    assert asked == []


def test_a_drum_may_be_played_by_no_note(dialog, asked) -> None:
    row = dialog.drums.lanes.rows[8]
    row.hears.selectAll()
    QTest.keyClick(row.hears, Qt.Key.Key_Delete)
    QTest.keyClick(row.hears, Qt.Key.Key_Return)
    assert asked[-1].wanted.drum_map.lanes[8].hears == ()


def test_learning_by_hitting(dialog, asked) -> None:
    row = dialog.drums.lanes.rows[2]
    row.hit.click()
    assert asked == [Learn("lane closed hat")]
    off = Plug()
    hands = SurfaceState("lane closed hat")
    dialog.show_state(Snapshot(5.0, 1, TransportState(), ListenState(), off, off, off, Health(), surface=hands))
    assert row.hit.text() == "Hit a pad…"
    assert row._glow > 0
    assert [each.hit.isChecked() for each in dialog.drums.lanes.rows].count(True) == 1
    row.hit.click()
    assert asked[-1] == Learn("")
    dialog.show_session(session(GENERAL_MIDI.hearing(2, 90)))
    dialog.show_state(Snapshot(5.1, 1, TransportState(), ListenState(), off, off, off, Health()))
    assert row.hears.text().endswith("90")
    assert row._glow == 0
    assert dialog.drums.map.currentText() == "General MIDI (changed)", "also where the engine kept its name"


def test_try_strikes_and_lets_go(dialog, asked) -> None:
    dialog.drums.lanes.rows[7].strike.click()
    assert asked == [PlayDrum(7, 100), PlayDrum(7, 0)]


def test_a_map_is_kept_under_a_name(dialog, asked, monkeypatch) -> None:
    dialog.show_session(session(with_lane(CELLAR, 0, Lane(35), ())))
    offered = []

    def answer(*_: object, text: str) -> tuple[str, bool]:
        offered.append(text)
        return "  Übungsraum / 2 ", True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    dialog.drums.save.click()
    assert offered == ["Cellar"]
    kept = asked[-1].wanted.drum_map
    assert kept.name == "Übungsraum / 2"
    assert kept in list_maps()
    assert dialog.drums.map.currentText() == "Übungsraum / 2"


def test_a_built_in_name_is_left_alone(dialog, asked, monkeypatch) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, text: ("general midi", True))
    dialog.drums.save.click()
    assert asked == []
    assert "built in" in dialog.drums.said.text()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, text: ("Never", False))
    dialog.drums.save.click()
    assert asked == []
    assert not map_folder().exists()


def test_a_map_goes_out_and_comes_in(dialog, asked, monkeypatch, tmp_path) -> None:
    dialog.show_session(session(CELLAR))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "cellar"), ""))
    dialog.drums.give.click()
    assert read_map(tmp_path / "cellar.json") == CELLAR
    dialog.show_session(session())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "cellar.json"), ""))
    dialog.drums.bring.click()
    assert asked == [Configure(session().settings, session(CELLAR).settings)]
    assert CELLAR in list_maps(), "it is kept"


def test_a_broken_map_changes_nothing_and_says_so(dialog, asked, monkeypatch, tmp_path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(b'{"format": 1, "name": "x", "lanes": [')
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    dialog.drums.bring.click()
    assert asked == []
    assert "broken.json" in dialog.drums.said.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "\0"), ""))
    dialog.drums.give.click()
    assert "cannot be written" in dialog.drums.said.text()


def test_own_maps_are_offered(dialog) -> None:
    dialog.show_maps((*DRUM_MAPS, CELLAR))
    assert dialog.drums.map.findData("Cellar") >= 0


def test_a_kept_map_replaces_its_namesake_only(tmp_path) -> None:
    first = keep_map(CELLAR, tmp_path)
    assert keep_map(msgspec.structs.replace(CELLAR, lanes=GENERAL_MIDI.lanes), tmp_path) == first
    other = keep_map(msgspec.structs.replace(CELLAR, name="Cellar!"), tmp_path)
    assert other != first
    (tmp_path / "Attic.json").write_text("not a map")
    keep_map(msgspec.structs.replace(CELLAR, name="Attic"), tmp_path)
    assert (tmp_path / "Attic.json").read_text() == "not a map"
    names = [each.name for each in list_maps(tmp_path)][len(DRUM_MAPS) :]
    assert names == ["Attic", "Cellar", "Cellar!"]


@pytest.mark.parametrize("name", ["", "...", "../../etc", "a/b\\c:d", "🥁", "x" * 400])
def test_any_name_makes_a_file_name(name, tmp_path) -> None:
    file = map_file_name(name)
    write_map(tmp_path / file, CELLAR)
    assert (tmp_path / file).parent == tmp_path
    assert file.endswith(".json")
    assert len(file.encode()) < 255


@given(notes)
def test_a_note_is_read_as_it_is_written(note) -> None:
    assert note_of(str(note)) == note_of(note_name(note)) == note_of(note_text(note)) == note


@pytest.mark.parametrize("text", ["", " ", "H1", "C", "C99", "128", "-1", "G#9", "³", "36.5", "Db-3"])
def test_what_is_no_note_is_refused(text) -> None:
    with pytest.raises(ValueError, match=r"is no note|is outside 0\.\.127"):
        note_of(text)


def test_flats_and_signs() -> None:
    assert note_of("Bb1") == note_of("A#1") == note_of("b♭1") == 46
    assert note_of("B1") == 47
    assert note_of("C-2") == 0


@given(st.lists(notes, unique=True))
def test_notes_are_read_as_they_are_written(some) -> None:
    assert notes_of(notes_text(some)) == tuple(some)


@given(st.integers(0, VOICE_COUNT - 1), notes, st.integers(0, 16), st.lists(notes, unique=True, max_size=40))
def test_any_lane_makes_a_map_in_which_no_note_plays_two_drums(voice, pitch, channel, hears) -> None:
    lane = Lane(pitch, channel, tuple(hears))
    changed = with_lane(GENERAL_MIDI, voice, lane, DRUM_MAPS)
    assert changed.lanes[voice] == lane
    assert all(changed.voice(note) == voice for note in hears)
    assert changed.name in ("General MIDI", "General MIDI (changed)")
    assert shown_name(changed, DRUM_MAPS) == changed.name
    assert with_lane(changed, voice, lane, DRUM_MAPS).name == changed.name


def test_only_what_moves_is_told() -> None:
    assert moved(GENERAL_MIDI, 0, (35, 36, 99)) == ""
    assert moved(GENERAL_MIDI, 1, (36, 99)) == "Taken over: C1 (36) from the kick."
