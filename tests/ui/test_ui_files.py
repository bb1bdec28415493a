from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from livemusic.engine.edits import Apply, Configure, SavePreset, SaveSession, SetCorner
from livemusic.engine.messages import Export
from livemusic.engine.snapshot import ListenState
from livemusic.errors import MediaError
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Meter
from livemusic.session.codec import read_preset, write_preset, write_session
from livemusic.session.drum_map import DRUM_MAPS, DrumMap, Lane
from livemusic.session.library import find_preset, preset_folders
from livemusic.session.preset import Clip
from livemusic.session.settings import Session, Settings
from livemusic.ui.incoming import read_clip
from livemusic.ui.outgoing import write_clip
from tests.ui.studio_room import snapshot as now

BEAT = Grid.of([(0, 0, 100, 0), (4, 1, 90, 12), (8, 0, 80, -7), (15, 8, 33, 0)], 16)


@pytest.fixture
def ready(window, until):
    until(lambda: window.desk.known is not None)
    return window


@pytest.fixture
def answers(monkeypatch):
    """What the musician answers; what was asked is kept."""
    no = QMessageBox.StandardButton.No
    given = {"name": ("", False), "sure": no, "save": "", "open": "", "corner": None, "asked": []}

    def ask(kind, answer):
        def asked(*words):
            given["asked"].append((kind, words))
            return answer()

        return asked

    monkeypatch.setattr(QInputDialog, "getText", ask("name", lambda: given["name"]))
    monkeypatch.setattr(QMessageBox, "question", ask("sure", lambda: given["sure"]))

    def choose(parent, title, question, items, current, editable):
        given["asked"].append(("corner", (question, items, current)))
        return (items[current if given["corner"] is None else given["corner"]], given["corner"] != -1)

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask("save", lambda: (given["save"], "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask("open", lambda: (given["open"], "")))
    return given


@pytest.fixture
def groove(tmp_path: Path) -> Path:
    path = tmp_path / "Grüße.mid"
    write_pattern(path, BEAT.to_pattern(), 100.0, Meter())
    return path


def drop(window, path: Path, spot: QPoint) -> None:
    """Drag a file over the window and let go."""
    for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        drag(window, kind, path, spot)


def drag(window, kind, path: Path, spot: QPoint):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = kind(QPointF(spot) if kind is QDropEvent else spot, *rest)
    QApplication.sendEvent(window, event)
    return event


def on_pad(window, x: float, y: float) -> QPoint:
    return window.pad.mapTo(window, window.pad.spot((x, y)).toPoint())


def test_a_pattern_shows_its_corner_and_lands_there(ready, link, until, groove) -> None:
    assert drag(ready, QDragEnterEvent, groove, on_pad(ready, 0.9, 0.1)).isAccepted()
    assert drag(ready, QDragMoveEvent, groove, on_pad(ready, 0.9, 0.1)).isAccepted()
    assert ready.pad._target == 3
    drag(ready, QDragMoveEvent, groove, on_pad(ready, 0.2, 0.7))
    assert ready.pad._target == 0
    QApplication.sendEvent(ready, QDragLeaveEvent())
    assert ready.pad._target is None
    drop(ready, groove, on_pad(ready, 0.9, 0.1))
    assert ready.pad._target is None
    until(lambda: link.asked)
    (request,) = link.asked
    assert isinstance(request, SetCorner)
    assert (request.corner, request.clip.name) == (3, "Grüße")
    assert request.clip.grid() == BEAT
    until(lambda: ready.desk.session.preset.corners[3].name == "Grüße")
    assert "bottom right" in ready.toast.text()


def test_a_pattern_dropped_elsewhere_asks_which_corner_and_proposes_the_one_heard(
    ready, link, until, groove, answers
) -> None:
    link.pad = (0.9, 0.9)
    until(lambda: ready.desk.snapshot.listen.pad == (0.9, 0.9))
    drop(ready, groove, QPoint(200, 300))
    until(lambda: link.asked and link.asked[0].corner == 1)
    ((kind, (question, corners, current)),) = answers["asked"]
    assert (kind, current) == ("corner", 1)
    assert "Grüße" in question
    assert corners == [
        f"{letter}, {place}: {name}"
        for letter, place, name in zip(
            "ABCD", ("top left", "top right", "bottom left", "bottom right"), ready.desk.corner_names, strict=True
        )
    ]


def test_an_import_goes_to_the_corner_that_is_chosen(ready, link, until, groove, answers) -> None:
    answers["open"], answers["corner"] = str(groove), 2
    ready.files.choose_import()
    until(lambda: link.asked)
    assert link.asked[0].corner == 2


def test_an_import_that_is_cancelled_changes_nothing(ready, link, groove, answers) -> None:
    answers["open"], answers["corner"] = str(groove), -1
    ready.files.choose_import()
    assert [kind for kind, _ in answers["asked"]] == ["open", "corner"]
    assert link.asked == []


def test_an_imported_pattern_has_a_short_name(tmp_path) -> None:
    path = tmp_path / "12_latin-brazilian-sambareggae_96_beat_4-4.mid"
    write_pattern(path, BEAT.to_pattern(), 100.0, Meter())
    assert read_clip(path).clip.name == "12 latin-brazilian-samb…"


def test_a_dropped_song_is_listened_to(ready, link, until, tmp_path) -> None:
    before = link.session.settings
    drop(ready, tmp_path / "set.wav", QPoint(5, 5))
    until(lambda: link.asked)
    assert link.asked == [Configure(before, msgspec.structs.replace(before, source=str(tmp_path / "set.wav")))]


def test_a_dropped_preset_plays_with_our_devices(ready, link, until, tmp_path) -> None:
    other = msgspec.structs.replace(link.session.preset, name="Other", bpm=77.0)
    write_preset(tmp_path / "other.json", other)
    settings = link.session.settings
    drop(ready, tmp_path / "other.json", QPoint(5, 5))
    until(lambda: link.asked)
    assert (link.asked[0].session.preset, link.asked[0].session.settings) == (other, settings)


def test_an_imported_session_brings_everything(ready, link, until, tmp_path, answers) -> None:
    session = msgspec.structs.replace(
        link.session, settings=msgspec.structs.replace(link.session.settings, channel=3, source="none")
    )
    write_session(tmp_path / "all.json", session)
    answers["open"] = str(tmp_path / "all.json")
    ready.files.choose_import()
    until(lambda: link.asked == [Apply(session, forgiving=True)])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.json", b"{"),
        ("list.json", b"[]"),
        ("noise.mid", b"\x00\xffMThd"),
        ("empty.mid", b""),
        ("no.json", None),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_changes(ready, link, tmp_path, name, data) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    ready.files.bring(tmp_path / name)
    assert ready.toast.isVisible()
    assert name in ready.toast.text()
    assert link.asked == []


def test_what_is_left_out_of_a_midi_file_is_said(ready, link, until, tmp_path) -> None:
    twice = Pattern.of([Note(0, 38, 90), Note(0, 40, 60), Note(0, 37, 50), Note(480, 38, 90), Note(430, 38, 40)], 3840)
    write_pattern(tmp_path / "layers.mid", twice, 100.0, Meter())
    ready.files.bring(tmp_path / "layers.mid", 1)
    until(lambda: link.asked)
    assert link.asked[0].clip.hits == {"snare": ((0, 90, 0), (2, 90, 0), (2, 40, -50))}
    assert "2 hits left out" in ready.toast.text()


def test_a_midi_file_without_drums_is_no_clip(tmp_path) -> None:
    write_pattern(tmp_path / "silence.mid", Grid.empty(16).to_pattern(), 100.0, Meter())
    with pytest.raises(MediaError, match=r"silence\.mid has no drums"):
        read_clip(tmp_path / "silence.mid")


def test_a_clip_that_is_too_long_is_said(tmp_path) -> None:
    write_pattern(tmp_path / "long.mid", Grid.of([(0, 0, 100, 0)], 2048).to_pattern(), 100.0, Meter())
    with pytest.raises(MediaError, match=r"1\.\.1024"):
        read_clip(tmp_path / "long.mid")


@pytest.fixture
def hats_on_61(tmp_path: Path) -> Path:
    path = tmp_path / "EZ.mid"
    notes = [Note(0, 36, 100), Note(960, 38, 90), *(Note(tick, 61, 80) for tick in range(0, 3840, 480)), Note(9, 99, 9)]
    write_pattern(path, Pattern.of(notes, 3840), 100.0, Meter())
    return path


def test_the_map_that_was_chosen_and_what_is_left_out_are_said(ready, link, until, hats_on_61) -> None:
    ready.files.bring(hats_on_61, 0)
    until(lambda: link.asked)
    assert set(link.asked[0].clip.hits) == {"kick", "snare", "closed hat"}
    said = ready.toast.text()
    assert "“Superior Drummer, EZdrummer”" in said
    assert "1 note left out: 1 of note 99." in said
    assert "Read with another drum map…" in said


def test_another_map_can_be_chosen(ready, link, until, hats_on_61, monkeypatch) -> None:
    asked = []

    def choose(parent, title, label, items, current, editable):
        asked.append((label, items, items[current]))
        return "Addictive Drums 2", True

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    ready.files.choose_map()
    assert asked == []
    assert ready.toast.text().startswith("Bring in a MIDI file first")
    ready.files.bring(hats_on_61, 2)
    until(lambda: len(link.asked) == 1)
    ready.files.choose_map()
    until(lambda: len(link.asked) == 2)
    assert asked[0][2] == "Superior Drummer, EZdrummer"
    assert "EZ" in asked[0][0]
    assert (link.asked[1].corner, set(link.asked[1].clip.hits)) == (2, {"kick", "snare", "ride"})
    assert "“Addictive Drums 2”" in ready.toast.text()


def test_the_map_we_play_with_reads_first(ready, link, until, tmp_path) -> None:
    lanes = tuple(Lane(pitch, 0, (pitch,)) for pitch in (38, 36, 40, 42, 44, 46, 48, 50, 52))
    settings = msgspec.structs.replace(link.session.settings, drum_map=DrumMap("swapped", lanes))
    link.take(msgspec.structs.replace(link.session, settings=settings))
    until(lambda: ready.desk.session.settings.drum_map.name == "swapped")
    notes = [Note(0, 38), Note(1920, 38), Note(960, 36), *(Note(tick, 40) for tick in range(0, 3840, 480))]
    write_pattern(tmp_path / "a.mid", Pattern.of(notes, 3840), 100.0, Meter())
    ready.files.bring(tmp_path / "a.mid", 0)
    until(lambda: link.asked)
    assert {voice: len(hits) for voice, hits in link.asked[0].clip.hits.items()} == {
        "kick": 2,
        "snare": 1,
        "closed hat": 8,
    }


@pytest.mark.parametrize("drum_map", DRUM_MAPS, ids=lambda drum_map: str(drum_map.name))
def test_what_goes_out_comes_back_without_the_swing(tmp_path, drum_map) -> None:
    settings = Settings(drum_map=drum_map, channel=3)
    preset = read_preset(find_preset("Backbeat"))
    swung = msgspec.structs.replace(now(), listen=ListenState(swing=0.6))
    clip = Clip.of(BEAT, "Bass")
    write_clip(tmp_path / "Bass.mid", clip, swung, Session(preset, settings))
    back = read_clip(tmp_path / "Bass.mid")
    assert back.clip.grid() == BEAT
    assert back.drum_map.name == drum_map.name
    assert back.remarks == ()


def test_saving_asks_for_a_name_the_first_time_only(ready, link, until, answers) -> None:
    answers["name"] = ("Spät: nachts/3", True)
    QTest.keyClick(ready.pad, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(lambda: link.asked)
    (save,) = link.asked
    path = Path(save.path)
    assert (save.name, path.parent, path.suffix) == ("Spät: nachts/3", preset_folders()[0], ".json")
    assert not set(path.name) & set('/\\:*?"<>|')
    write_preset(path, msgspec.structs.replace(link.session.preset, name=save.name))
    link.take(
        msgspec.structs.replace(link.session, preset=msgspec.structs.replace(link.session.preset, name=save.name))
    )
    until(lambda: ready.desk.session.preset.name == save.name)
    ready.files.save_preset()
    until(lambda: len(link.asked) == 2)
    assert link.asked[1] == save
    assert len(answers["asked"]) == 1


def test_saving_over_another_preset_is_asked_first(ready, link, until, answers) -> None:
    path = preset_folders()[0] / "odd file name.json"
    write_preset(path, msgspec.structs.replace(link.session.preset, name="Mine"))
    answers["name"] = ("Mine", True)
    ready.files.save_preset_as()
    assert [kind for kind, _ in answers["asked"]] == ["name", "sure"]
    assert link.asked == []
    answers["sure"] = QMessageBox.StandardButton.Yes
    ready.files.save_preset_as()
    until(lambda: link.asked == [SavePreset(str(path), "Mine")])


def test_two_names_that_look_alike_as_files_are_two_files(ready, link, until, answers) -> None:
    write_preset(preset_folders()[0] / "A B.json", msgspec.structs.replace(link.session.preset, name="A:B"))
    answers["name"] = ("A?B", True)
    ready.files.save_preset_as()
    until(lambda: link.asked == [SavePreset(str(preset_folders()[0] / "A B 2.json"), "A?B")])


def test_an_answer_that_is_not_given_saves_nothing(ready, link, answers) -> None:
    ready.files.save_preset()
    ready.files.save_preset_as()
    ready.files.export_everything()
    ready.files.choose_import()
    assert len(answers["asked"]) == 4
    assert link.asked == []


def test_everything_goes_into_one_file_by_the_engine(ready, link, until, answers, tmp_path) -> None:
    answers["save"] = str(tmp_path / "tour")
    ready.files.export_everything()
    until(lambda: link.asked == [SaveSession(str(tmp_path / "tour.json"))])


def test_the_last_bars_are_written_by_the_engine(ready, link, until, answers, tmp_path) -> None:
    answers["save"] = str(tmp_path / "take")
    ready.files.save_last_bars()
    until(lambda: link.asked == [Export(str(tmp_path / "take.mid"), 8)])


def test_a_chosen_song_is_listened_to_and_its_folder_remembered(ready, link, until, answers, tmp_path) -> None:
    answers["open"] = str(tmp_path / "song.flac")
    ready.files.choose_audio()
    ready.files.choose_audio()
    until(lambda: len(link.asked) == 2)
    assert link.asked[0].wanted.source == str(tmp_path / "song.flac")
    assert answers["asked"][1][1][2] == str(tmp_path)


def test_a_name_in_another_case_is_the_same_preset(ready, link, until, answers) -> None:
    path = preset_folders()[0] / "mine.json"
    write_preset(path, msgspec.structs.replace(link.session.preset, name="Überall"))
    answers["name"], answers["sure"] = ("überall", True), QMessageBox.StandardButton.Yes
    ready.files.save_preset_as()
    until(lambda: link.asked == [SavePreset(str(path), "überall")])


def test_without_an_engine_nothing_is_promised(ready, link, until, answers, groove) -> None:
    link.gone = True
    until(lambda: ready.desk.snapshot is None)
    for do in (
        lambda: ready.files.bring(groove, 2),
        ready.files.save_preset,
        ready.files.save_preset_as,
        ready.files.export_everything,
        ready.files.save_pattern,
        ready.files.save_last_bars,
    ):
        ready.toast.say("")
        do()
        assert ready.toast.text().startswith("The engine is not there yet")
    assert answers["asked"] == []


def test_two_saves_never_propose_one_name(ready, link, until, answers, tmp_path, monkeypatch) -> None:
    proposed: list[str] = []

    def save(parent, title, start, kinds):
        proposed.append(Path(start).name)
        return start, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    for folder in ("clips", "pictures", "exports"):
        ready.files._settings.setValue(folder, str(tmp_path))
    ready.files.save_last_bars()  # the engine has not written it yet
    ready.files.save_last_bars()
    ready.files.save_pattern()
    ready.files.save_pattern()
    assert len(set(proposed)) == 4
    for ask in (ready.files.ask_picture, ready.files.export_everything):
        proposed.clear()
        ask()
        ask()
        assert len(set(proposed)) == 2
    proposed.clear()
    (tmp_path / "path 3.png").write_bytes(b"")
    ready.files.ask_picture()
    assert proposed == ["path 4.png"]


def test_a_preset_is_never_proposed_under_a_name_that_there_is(ready, link, until, answers) -> None:
    name = ready.desk.session.preset.name
    write_preset(preset_folders()[0] / "one.json", link.session.preset)
    ready.files.save_preset_as()
    assert answers["asked"][-1][1][-1] == f"{name} 2"
    answers["name"] = (f"{name} 2", True)
    ready.files.save_preset_as()
    until(lambda: link.asked)
    ready.files.save_preset_as()
    assert answers["asked"][-2][1][-1] == f"{name} 3"
    assert answers["asked"][-1][0] == "sure"
    assert len(link.asked) == 1


def test_an_ending_that_is_added_never_writes_over_a_file_unasked(ready, link, until, answers, tmp_path) -> None:
    (tmp_path / "take.mid").write_bytes(b"MThd")
    answers["save"] = str(tmp_path / "take")
    ready.files.save_last_bars()
    assert [kind for kind, _ in answers["asked"]] == ["save", "sure"]
    assert link.asked == []
    answers["sure"] = QMessageBox.StandardButton.Yes
    ready.files.save_last_bars()
    until(lambda: link.asked == [Export(str(tmp_path / "take.mid"), 8)])
