"""The piano page: two pieces opened, mixed, heard and taken away; bad files are said."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from livemusic.midi.files import write_pattern
from livemusic.midi.piece import read_piece
from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import BPM, STEP
from livemusic.music.tempo import Meter
from livemusic.ui.sketchbook.piano import PianoPage
from livemusic.ui.sketchbook.piano_roll import TONES
from tests.audio.test_audio_file import read_audio


def made(path: Path, roots: list[int], shape: list[int]) -> Path:
    notes = [
        Note(half * 8 * STEP + step * 2 * STEP, root + above, 70, 4 * STEP, 0)
        for half, root in enumerate(roots)
        for step, above in enumerate(shape)
    ]
    write_pattern(path, Pattern.of(notes, len(roots) * 8 * STEP), BPM, Meter())
    return path


@pytest.fixture
def pieces(tmp_path: Path) -> list[Path]:
    return [made(tmp_path / "Prélude ü.mid", [48, 53] * 3, [0, 7, 4, 7]), made(tmp_path / "b.mid", [54] * 4, [0, 4])]


@pytest.fixture
def page(app):
    page = PianoPage()
    page.resize(900, 620)
    yield page
    page.chore.leave()
    app.processEvents()
    page.deleteLater()


@pytest.fixture
def both(page, pieces, until):
    """A page with two pieces and the mix of them."""
    for which, path in enumerate(pieces):
        page.open(which, path)
        until(lambda which=which: page.rolls[which].piece is not None)
    until(lambda: page.mix.piece is not None and not page.chore.busy)
    return page


def drop(page, paths: list[Path], at: QPointF) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, mime, button, keys))


def tones_of(page) -> set[str]:
    return set(page.mix._tones)


def test_two_pieces_are_mixed_as_the_slider_says(both, pieces, until) -> None:
    assert both.listen.isEnabled()
    assert tones_of(both) == set(TONES)
    for value, notes in ((0, read_piece(pieces[0]).notes), (100, read_piece(pieces[1]).notes)):
        both.slider.setValue(value)
        until(lambda notes=notes: both.mix.piece.notes == notes)
        assert len(tones_of(both)) == 1
    assert both.percent.text() == "100 %"


def test_notes_are_painted_where_they_are_and_the_pieces_lie_on_the_map(both) -> None:
    both.mix.resize(400, 120)
    picture = both.mix.grab().toImage()
    lit = [picture.pixelColor(both.mix.spot(note).center().toPoint()).lightness() for note in both.mix.piece.notes]
    assert min(lit) > picture.pixelColor(399, 118).lightness() + 30
    assert all(place is not None for place in both._places)
    composers = both.map._composers
    x, y = composers.places[0]
    assert both.map.words_at(both.map.spot(float(x), float(y))).startswith(f"{composers.composers[0]}: ")
    assert both.map.words_at(QPointF(-99, -99)).startswith("Pieces that use")
    before = both.map.grab().toImage()
    both.map.show_pieces([None, None])
    assert both.map.grab().toImage() != before


def test_files_are_dropped_on_a_roll_or_two_at_once(page, pieces, until) -> None:
    page.show()
    drop(page, [pieces[1]], QPointF(page.rolls[1].geometry().center()))
    until(lambda: page.rolls[1].piece is not None)
    assert page.rolls[0].piece is None
    drop(page, pieces, QPointF(2, 2))
    until(lambda: page.mix.piece is not None and not page.chore.busy)
    assert page.names[0].text().startswith("Prélude ü")
    page.hide()


def test_the_piece_between_is_saved(both, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    both.save.click()
    assert [note.pitch for note in read_piece(tmp_path / "mine.mid").notes] == [n.pitch for n in both.mix.piece.notes]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "b.mid" / "no.mid"), ""))
    both.save.click()
    assert both.remark.text().startswith("Cannot write")


def test_the_piece_between_is_heard(both, until) -> None:
    heard: list[str] = []
    both.rendered.connect(heard.append)
    both.listen.click()
    until(lambda: bool(heard))
    sound, _ = read_audio(heard[0])
    assert 0.2 < np.abs(sound).max() <= 0.75


def test_what_cannot_be_read_is_said_and_nothing_is_lost(both, tmp_path, until) -> None:
    kept = both.rolls[0].piece
    (tmp_path / "broken.mid").write_bytes(b"nothing")
    both.open(0, tmp_path / "broken.mid")
    until(lambda: "is no MIDI file" in both.remark.text())
    assert both.rolls[0].piece == kept
    assert both.listen.isEnabled()
