"""What is dropped on the window or imported: patterns, songs, presets, sessions."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication, QInputDialog

from livemusic.engine.edits import Apply, Configure, SetCorner
from livemusic.errors import MediaError
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Meter
from livemusic.session.codec import write_preset, write_session
from livemusic.session.drum_map import DrumMap, Lane
from livemusic.ui.incoming import read_clip
from tests.ui.files_room import BEAT, drag, drop


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
