"""Which pattern a tool works on: corners are followed, what plays and what is at hand are kept as they were."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, StudioState, TransportState
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session, Settings
from livemusic.ui.sketchbook.source import SourceChooser

ONE, TWO, THREE, FOUR = (
    Clip(name, 16, {"kick": ((step, 100, 0),)}) for step, name in enumerate(("One", "Two", "", "Four"))
)
PRESET = Preset("Plain", (ONE, TWO, THREE, FOUR))
SESSION = Session(PRESET, Settings())


def snapshot(clip: Clip | None) -> Snapshot:
    grid = b"" if clip is None else clip.grid().to_bytes()
    return Snapshot(0.0, 1, TransportState(grid=grid), ListenState(), Plug(), Plug(), Plug(), Health())


def chooser_of(**how: object) -> SourceChooser:
    chooser = SourceChooser("Pattern", **how)
    chooser.changes, chooser.picks = [], []
    chooser.changed.connect(lambda: chooser.changes.append(chooser.clip()))
    chooser.picked.connect(lambda: chooser.picks.append(chooser.clip()))
    return chooser


@pytest.fixture
def chooser(app: QApplication) -> Iterator[SourceChooser]:
    chooser = chooser_of()
    chooser.show_session(SESSION)
    chooser.show_state(snapshot(TWO))
    chooser.show_studio(StudioState(1, clip=FOUR, number=7))
    chooser.show()
    yield chooser
    chooser.close()
    chooser.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def texts(chooser: SourceChooser) -> list[str]:
    return [chooser.box.itemText(row) for row in range(chooser.box.count())]


def choose(chooser: SourceChooser, text: str) -> None:
    """By hand."""
    (row,) = (row for row, known in enumerate(texts(chooser)) if text in known)
    chooser.box.setCurrentIndex(row)
    chooser.box.activated.emit(row)


def test_the_corners_come_by_name_and_the_first_is_chosen(chooser: SourceChooser) -> None:
    assert texts(chooser)[:4] == ["◤  One", "◥  Two", "◣  unnamed", "◢  Four"]
    assert chooser.clip() == ONE
    assert chooser.changes == [ONE]
    assert chooser.picks == []


def test_a_corner_is_followed_as_it_changes(chooser: SourceChooser) -> None:
    choose(chooser, "Two")
    new = Clip("New", 32, {"ride": ((0, 90, 0),)})
    chooser.show_session(Session(msgspec.structs.replace(PRESET, corners=(ONE, new, THREE, FOUR)), Settings()))
    assert chooser.clip() == new
    assert chooser.changes == [ONE, TWO, new]
    assert chooser.picks == [TWO]
    assert chooser.box.currentText() == "◥  New"


def test_what_plays_is_kept_as_it_was(chooser: SourceChooser) -> None:
    choose(chooser, "plays now")
    assert chooser.clip() == msgspec.structs.replace(TWO, name="What played")
    chooser.show_state(snapshot(ONE))
    assert chooser.clip().hits == TWO.hits
    assert chooser.box.currentText() == "What played"
    choose(chooser, "plays now")
    assert chooser.clip().hits == ONE.hits
    assert len(chooser.picks) == 2


def test_the_pattern_at_hand_is_kept_as_it_was(chooser: SourceChooser) -> None:
    choose(chooser, "Current pattern")
    assert chooser.clip() == FOUR
    chooser.show_studio(StudioState(2, clip=ONE))
    assert chooser.clip().hits == FOUR.hits
    choose(chooser, "Current pattern")
    assert chooser.clip() == ONE


def test_what_is_not_there_is_said(app: QApplication) -> None:
    chooser = chooser_of()
    assert chooser.clip() is None
    choose(chooser, "Current pattern")
    assert chooser.fault.text() == "There is no pattern to take yet."
    chooser.show_state(snapshot(None))
    choose(chooser, "plays now")
    assert chooser.clip() is None
    assert chooser.picks == []
    chooser.show_session(SESSION)
    choose(chooser, "Four")
    assert chooser.fault.isHidden()
    assert chooser.picks == [FOUR]


def test_working_on_nothing_is_the_first_choice_where_it_is_one(app: QApplication) -> None:
    chooser = chooser_of(nothing="Nothing")
    chooser.show_session(SESSION)
    assert texts(chooser)[0] == chooser.box.currentText() == "Nothing"
    assert chooser.clip() is None
    choose(chooser, "One")
    choose(chooser, "Nothing")
    assert chooser.picks == [ONE, None]


def test_a_recalled_pattern_is_chosen_wherever_it_is(chooser: SourceChooser) -> None:
    chooser.show_clip(FOUR)
    assert chooser.box.currentText() == "◢  Four"
    gone = Clip("Gone", 16, {})
    chooser.show_clip(gone)
    assert chooser.box.currentText() == "Gone"
    assert chooser.clip() == gone
    chooser.show_clip(None)
    assert chooser.clip() == gone
    assert chooser.picks == []


@pytest.fixture
def midi(tmp_path: Path) -> Path:
    path = tmp_path / "Läufer.mid"
    write_pattern(path, Grid.of([(4, 1, 100, 0)], 16).to_pattern(), 120.0, Meter())
    return path


def test_a_midi_file_is_opened(chooser: SourceChooser, midi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(midi), ""))
    choose(chooser, "Open")
    assert chooser.clip() == Clip("Läufer", 16, {"snare": ((4, 100, 0),)})
    assert chooser.box.currentText() == "Läufer"
    assert chooser.picks == [chooser.clip()]


def test_a_question_that_is_left_changes_nothing(chooser: SourceChooser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    choose(chooser, "Open")
    assert chooser.box.currentText() == "◤  One"
    assert chooser.picks == []


def test_a_broken_file_is_said_and_changes_nothing(chooser: SourceChooser, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"MThd nonsense")
    chooser.open(broken)
    assert "broken.mid" in chooser.fault.text()
    assert chooser.fault.isVisible()
    assert chooser.clip() == ONE
    assert chooser.picks == []


def test_a_midi_file_is_dropped_and_nothing_else(chooser: SourceChooser, midi: Path, tmp_path: Path) -> None:
    for path, taken in ((tmp_path / "song.wav", False), (midi, True)):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        how = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPointF(5, 5).toPoint(), *how)
        enter.ignore()
        chooser.dragEnterEvent(enter)
        assert enter.isAccepted() == taken
        chooser.dropEvent(QDropEvent(QPointF(5, 5), *how))
    assert [clip.name for clip in chooser.picks] == ["Läufer"]
