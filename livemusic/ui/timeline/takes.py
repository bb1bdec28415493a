"""What was recorded: the takes by date, to be opened, found on the disk, or seen beside the path."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from livemusic.ui import theme
from livemusic.ui.rack.widgets import Elided, press, words
from livemusic.ui.room import fit
from livemusic.ui.timeline.clock import in_minutes
from livemusic.ui.timeline.recorded import Recorded

_SIZE, _LEAST = QSize(620, 520), QSize(420, 300)
_STYLE = f"""
QDialog {{ background: {theme.BACKGROUND}; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 22px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {theme.MUTED}; }}
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QListWidget {{ background: {theme.SURFACE}; border: 0; border-radius: 10px; padding: 8px; outline: 0; }}
QListWidget::item {{ padding: 9px 10px; border-radius: 7px; }}
QListWidget::item:hover {{ background: {theme.RAISED}; }}
QListWidget::item:selected {{ background: {theme.RAISED}; color: {theme.ACCENT}; }}
QPushButton[role="quiet"]:disabled {{ color: {theme.FAINT}; border-color: {theme.RAISED}; }}
QProgressBar {{ background: {theme.LINE}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {theme.ACCENT}; border-radius: 3px; }}
{theme.RING}"""
_LEAD = "Compare the current path with that of a take or any recording, shown in violet."
_NONE = "Nothing has been recorded yet. “● Take” over the path records what is heard, the kit, the MIDI and the path."
_AUDIO = "Audio files (*.wav *.flac *.ogg *.mp3 *.aif *.aiff *.opus);;All files (*)"


class TakesDialog(QDialog):
    """Lists `Recorded` takes. `opened`: an audio file to listen to; `compared`: a sound, and the path that was kept of
    it or None, to be seen beside what plays; `ended`: nothing is to be seen beside it any more.
    """

    opened = Signal(Path)
    compared = Signal(Path, object)
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Takes")
        self.setStyleSheet(theme.dressed(_STYLE))
        self._folder = Path()
        self._takes: tuple[Recorded, ...] = ()
        self.list = QListWidget(self)
        self.list.setAccessibleName("Takes by date")
        self.none = words(_NONE, "lead", self, wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.open = press("Open", "Listen to it: its time line comes under the path [Return]", self)
        self.beside = press("Beside the path", "Show its path beside the current one", self)
        self.folder = press("Show in folder", "Where its sound, MIDI and path are kept", self)
        self.file = press("A file beside…", "Show any recording's path beside the current one", self)
        self.doing = Elided("help", self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("A path is being computed")
        self.end = press("End", "Show only the current path", self, "quiet", "End comparing")
        self._lay_out()
        self.list.itemActivated.connect(lambda _: self._open())
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        self.open.clicked.connect(self._open)
        self.beside.clicked.connect(self._compare)
        self.folder.clicked.connect(self._show_folder)
        self.file.clicked.connect(self._choose)
        self.end.clicked.connect(self.ended)
        self.show_compared("", busy=False)
        fit(self, _SIZE, _LEAST)

    def _lay_out(self) -> None:
        column, row, below = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(words("Takes", "title", self))
        column.addWidget(words(_LEAD, "lead", self, wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(self.none, 1)
        row.setSpacing(8)
        for button in (self.open, self.beside, self.folder):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.file)
        column.addLayout(row)
        below.setSpacing(8)
        below.addWidget(self.doing, 1)
        below.addWidget(self.end)
        column.addLayout(below)
        column.addWidget(self.bar)

    @property
    def chosen(self) -> Recorded | None:
        """The take that is chosen in the list."""
        row = self.list.currentRow()
        return self._takes[row] if 0 <= row < len(self._takes) else None

    def show_takes(self, takes: Sequence[Recorded], folder: Path) -> None:
        """What there is, the newest first, and the folder that it is in."""
        before, self._takes, self._folder = self.chosen, tuple(takes), folder
        self.list.clear()
        for take in self._takes:
            item = QListWidgetItem(f"{take.begun:%d %b %Y, %H:%M:%S}     {in_minutes(take.seconds, 0)}")
            item.setToolTip(str(take.folder))
            self.list.addItem(item)
        kept = [row for row, take in enumerate(self._takes) if before is not None and take.folder == before.folder]
        self.list.setCurrentRow(kept[0] if kept else 0)
        self.list.setVisible(bool(self._takes))
        self.none.setVisible(not self._takes)
        self._enable()

    def show_compared(self, name: str, busy: bool) -> None:
        """Whose path is seen beside that of what plays, or is being computed; `` for none."""
        doing = f"Computing the path of {name}…" if busy else f"Beside the path: {name}"
        self.doing.show_text(doing if name else "")
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        self.end.setText("Stop" if busy else "End")
        self.end.setVisible(bool(name))

    def show_share(self, share: float) -> None:
        """How much of a path is computed, 0..1."""
        self.bar.setRange(0, 100)
        self.bar.setValue(round(100 * share))

    def _enable(self) -> None:
        take = self.chosen
        self.open.setEnabled(take is not None and take.sound is not None)
        self.beside.setEnabled(take is not None and take.sound is not None)
        self.folder.setEnabled(take is not None)

    def _open(self) -> None:
        take = self.chosen
        if take is not None and take.sound is not None:
            self.opened.emit(take.sound)

    def _compare(self) -> None:
        take = self.chosen
        if take is not None and take.sound is not None:
            self.compared.emit(take.sound, take.path)

    def _show_folder(self) -> None:
        take = self.chosen
        if take is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(take.folder)))

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "See a recording beside the path", str(self._folder), _AUDIO)
        if name:
            self.compared.emit(Path(name), None)
