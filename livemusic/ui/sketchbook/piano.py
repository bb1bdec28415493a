"""Two piano pieces and what lies between them: seen, heard, and taken away as a MIDI file."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDrag, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from livemusic.audio.file import write_audio
from livemusic.errors import LiveMusicError, MediaError
from livemusic.inference.library import Library
from livemusic.inference.piano import Piano, open_composers
from livemusic.midi.files import write_pattern
from livemusic.midi.piece import read_piece
from livemusic.music.pattern import Pattern
from livemusic.music.roll import BPM, TICKS_PER_SECOND, roll_of
from livemusic.music.tempo import Meter
from livemusic.sketch.composers import ComposerMap
from livemusic.sketch.figures import Crossing
from livemusic.sound.piano import render_piano
from livemusic.ui.outgoing import plain_name
from livemusic.ui.panels.slider import PercentSlider
from livemusic.ui.rack.widgets import Elided, press, words
from livemusic.ui.saving import ask_file
from livemusic.ui.sketchbook.page import Page
from livemusic.ui.sketchbook.piano_chore import Chore
from livemusic.ui.sketchbook.piano_roll import TONES, ComposerPicture, PianoRoll

_KINDS = "MIDI files (*.mid *.midi)"
_SUFFIXES = (".mid", ".midi")
_LETTERS = ("A", "B")
_SAMPLE_RATE = 44100
_LONGEST_S = 1800


@dataclass(frozen=True, slots=True)
class Opened:
    """A piece that was read: which of the two, and where it lies among composers."""

    which: int
    piece: Pattern
    place: tuple[float, float]
    near: str
    composers: ComposerMap
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixed:
    """The way between two pieces, the piece at a weight, and the colour of each of its notes."""

    way: Crossing
    piece: Pattern
    tones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A sound file."""

    path: Path


class PianoPage(Page):
    """Open A and B by button or drop, move the slider, listen, save or drag away.

    Nothing here needs the engine. `said` carries sentences. `rendered` carries the path of a sound file to be played;
    unless it is connected elsewhere the system's player has it.
    """

    said = Signal(str)
    rendered = Signal(str)
    name = "Piano"
    purpose = "The way from one piano piece to another, figure by figure."
    makes_drums = False

    def __init__(self, parent: QWidget | None = None, library: Library | None = None) -> None:
        super().__init__(parent)
        self._library = library or Library()
        self._piano: Piano | None = None
        self._folder = Path.home()
        self._places: list[tuple[float, float] | None] = [None, None]
        self._way: Crossing | None = None
        self.chore = Chore(self)
        self.chore.done.connect(self._show)
        self.chore.failed.connect(self._tell)
        self.opens = [
            press(f"Open {letter}…", f"Choose a piano piece, or drop one on the roll {letter}", self)
            for letter in _LETTERS
        ]
        self.names = [Elided("caption", self) for _ in _LETTERS]
        empty = "Open a piano piece, or drop one here"
        self.rolls = [PianoRoll(f"Piece {letter}", empty, self) for letter in _LETTERS]
        self.mix = PianoRoll("Between", "What lies between A and B", self)
        self.mix.setToolTip("Blue notes are A's, orange ones B's. Drag it into your DAW.")
        self.slider = PercentSlider("From A to B", "How much of B there is in the piece between", self)
        self.slider.setValue(50)
        self.percent = words("50 %", "caption", self)
        self.listen = press("Listen", "Hear the piece between in your sound player", self)
        self.save = press("Save as MIDI…", "Keep the piece between as a MIDI file", self)
        self.remark = words("", "caption", self, wrap=True)
        self.map = ComposerPicture(self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._enable()

    def _lay_out(self) -> None:
        grid, below, whole = QGridLayout(), QHBoxLayout(), QVBoxLayout(self)
        for row, which in ((0, 0), (4, 1)):
            grid.addWidget(self.opens[which], row, 0)
            grid.addWidget(self.names[which], row, 1)
            grid.addWidget(self.rolls[which], row + 1, 0, 1, 2)
        middle = QHBoxLayout()
        middle.addWidget(words("A", "caption", self))
        middle.addWidget(self.slider, 1)
        middle.addWidget(words("B", "caption", self))
        middle.addWidget(self.percent)
        grid.addLayout(middle, 2, 0, 1, 2)
        grid.addWidget(self.mix, 3, 0, 1, 2)
        grid.addWidget(self.map, 0, 2, 6, 1)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 1)
        for row in (1, 3, 5):
            grid.setRowStretch(row, 1)
        for part in (self.listen, self.save):
            below.addWidget(part)
        below.addWidget(self.remark, 1)
        whole.addLayout(grid, 1)
        whole.addLayout(below)

    def _connect(self) -> None:
        for which, opening in enumerate(self.opens):
            opening.clicked.connect(lambda _=False, which=which: self.choose(which))
        self.slider.valueChanged.connect(lambda _: self._mix())
        self.listen.clicked.connect(self.hear)
        self.save.clicked.connect(self.choose_name)
        self.mix.dragged.connect(self.drag)

    # In.

    def choose(self, which: int) -> None:
        """Ask for a file for A (0) or B (1)."""
        name, _ = QFileDialog.getOpenFileName(self, f"Piece {_LETTERS[which]}", str(self._folder), _KINDS)
        if name:
            self.open(which, Path(name))

    def open(self, which: int, path: Path) -> None:
        """Read a piece; the rest follows when that is done."""
        self._folder = path.parent
        self._tell(f"Reading {path.name}…")
        self.chore.ask(lambda: self._read(which, path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is not self.mix and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """One file goes to the roll it is dropped on, or where there is none yet; of two the second is B."""
        files = _files(event)
        if len(files) > 1:
            self._tell(f"Reading {files[0].name} and {files[1].name}…")
            self.chore.ask(lambda: [self._read(which, path) for which, path in enumerate(files[:2])])
        elif files:
            self.open(self._slot(event.position().toPoint()), files[0])
        event.acceptProposedAction()

    def _slot(self, spot: QPoint) -> int:
        for which, roll in enumerate(self.rolls):
            if roll.geometry().contains(spot):
                return which
        return 1 if self.rolls[0].piece is not None and self.rolls[1].piece is None else 0

    # At work, beside the window.

    def _read(self, which: int, path: Path) -> Opened:
        remarks: list[str] = []
        piece = read_piece(path, remarks.append)
        folder = self._library.folder("piano")
        if self._piano is None:
            self._piano = Piano.open(folder)
        composers = open_composers(folder)
        active = self._piano.activity(roll_of(piece))
        near = next(iter(composers.composer(active)))
        return Opened(which, piece, composers.place(active), near, composers, tuple(remarks))

    def _mixed(self, a: Pattern, b: Pattern, weight: float) -> Mixed:
        assert self._piano is not None
        way = self._way
        if way is None or way.pieces != (a, b):
            way = Crossing(self._piano, a, b)
        piece, origins = way.mixed(weight)
        return Mixed(way, piece, tuple(TONES[which] for which in origins))

    # What came of it.

    def _show(self, result: object) -> None:
        if isinstance(result, list):
            for each in result:
                self._show(each)
        elif isinstance(result, Opened):
            self._take(result)
        elif isinstance(result, Mixed):
            self._way = result.way
            self.mix.show_piece(result.piece, result.tones)
            seconds = result.piece.length / TICKS_PER_SECOND
            self._tell(f"{len(result.piece.notes)} notes in {int(seconds) // 60}:{int(seconds) % 60:02d}")
        elif isinstance(result, Rendered):
            self._tell("")
            self._play(result.path)
        self._enable()

    def _take(self, opened: Opened) -> None:
        which = opened.which
        self.rolls[which].show_piece(opened.piece, [TONES[which]] * len(opened.piece.notes))
        self.names[which].show_text(f"{opened.piece.name} · near {opened.near}")
        self._places[which] = opened.place
        self.map.show_map(opened.composers)
        self.map.show_pieces(self._places)
        self._tell(" ".join(opened.remarks))
        self._mix()

    def _mix(self) -> None:
        self.percent.setText(f"{self.slider.value()} %")
        a, b = (roll.piece for roll in self.rolls)
        if a is not None and b is not None:
            weight = self.slider.value() / 100
            self.chore.ask(lambda: self._mixed(a, b, weight))

    def _enable(self) -> None:
        for part in (self.listen, self.save):
            part.setEnabled(self.mix.piece is not None)

    def _tell(self, sentence: str) -> None:
        self.remark.setText(sentence)
        self.said.emit(sentence)

    # Out.

    def hear(self) -> None:
        """Render the piece between, and play it when that is done."""
        piece = self.mix.piece
        if piece is None:
            return
        self._tell("Making the sound…")
        self.chore.ask(lambda: _render(piece))

    def _play(self, path: Path) -> None:
        if self.receivers("2rendered(QString)"):
            self.rendered.emit(str(path))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._tell(f"There is no sound player to open {path} with.")

    def choose_name(self) -> None:
        """Ask for a file name and write the piece between."""
        piece = self.mix.piece
        if piece is None:
            return
        wanted = self._folder / f"{plain_name(piece.name, 'between')}.mid"
        if (path := ask_file(self, "Save as MIDI", wanted, _KINDS, _SUFFIXES)) is not None:
            self._write(path, piece)

    def drag(self) -> None:
        """Let the piece between be dropped anywhere as a MIDI file."""
        piece = self.mix.piece
        if piece is None:
            return
        path = Path(tempfile.mkdtemp(prefix="livemusic-")) / f"{plain_name(piece.name, 'between')}.mid"
        if self._write(path, piece):
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(path))])
            pulled = QDrag(self.mix)
            pulled.setMimeData(mime)
            pulled.exec(Qt.DropAction.CopyAction)

    def _write(self, path: Path, piece: Pattern) -> bool:
        try:
            write_pattern(path, piece, BPM, Meter())
        except LiveMusicError as problem:
            self._tell(str(problem))
            return False
        return True

    def leave(self) -> None:
        """The page is no longer looked at."""
        self.chore.forget()


def _render(piece: Pattern) -> Rendered:
    if piece.length / TICKS_PER_SECOND > _LONGEST_S:
        raise MediaError(f"The piece is longer than {_LONGEST_S // 60} minutes. Save it as MIDI and play that.")
    path = Path(tempfile.mkdtemp(prefix="livemusic-")) / f"{plain_name(piece.name, 'between')}.wav"
    write_audio(path, render_piano(piece.notes, _SAMPLE_RATE), _SAMPLE_RATE)
    return Rendered(path)


def _files(event: QDropEvent) -> list[Path]:
    """The MIDI files of what is dragged."""
    names = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in names if path.suffix.lower() in _SUFFIXES]
