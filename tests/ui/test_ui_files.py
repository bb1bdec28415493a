"""What is saved and exported: names are asked for, nothing is written over unasked."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from livemusic.engine.edits import SavePreset, SaveSession
from livemusic.engine.messages import Export
from livemusic.engine.snapshot import ListenState
from livemusic.session.codec import read_preset, write_preset
from livemusic.session.drum_map import DRUM_MAPS
from livemusic.session.library import find_preset, preset_folders
from livemusic.session.preset import Clip
from livemusic.session.settings import Session, Settings
from livemusic.ui.incoming import read_clip
from livemusic.ui.outgoing import write_clip
from tests.ui.files_room import BEAT
from tests.ui.studio_room import snapshot as now


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
