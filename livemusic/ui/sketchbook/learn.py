"""Learn mine: choose a folder of clips, watch a dictionary learn from it, and play with it."""

from collections.abc import Sequence
from os.path import expanduser
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from livemusic.engine.edits import Configure
from livemusic.latent.adapt import BUDGETS
from livemusic.session.settings import Session, Settings
from livemusic.sketch.learn_steps import HEADS, Failed, Learned, Learning, Reading, Step, table, words
from livemusic.ui import theme
from livemusic.ui.rack.widgets import Elided, press
from livemusic.ui.rack.widgets import words as label
from livemusic.ui.sketchbook.learn_process import COMMAND, LearnProcess
from livemusic.ui.sketchbook.page import Page

NAME = "mine"

#: How far a step is: reading takes a tenth of the bar, learning the most of it.
_READ, _LEARNT, _WHOLE = 100, 900, 1000
_LISTED = 6

STYLE_SHEET = f"""
QLabel {{ background: transparent; }}
QLabel[role="help"] {{ color: {theme.MUTED}; font-size: {theme.SMALL}px; }}
QLabel[role="warning"] {{ color: {theme.WARN}; font-size: {theme.SMALL}px; }}
QLabel[role="note"] {{ background: {theme.RAISED}; border-radius: 8px; padding: 10px 14px; }}
QLineEdit {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 8px; padding: 5px 10px;
    min-height: 20px; selection-background-color: {theme.ACCENT}; selection-color: {theme.BACKGROUND}; }}
QLineEdit:focus {{ border-color: {theme.ACCENT}; }}
QLineEdit:disabled {{ color: {theme.FAINT}; }}
QProgressBar {{ background: {theme.LINE}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {theme.ACCENT}; border-radius: 3px; }}
{theme.RING}"""


class LearnPage(Page):
    """Asks the engine for nothing but to play with what was learned; `learned`: there is a new dictionary, of that id.

    What runs is `process`; it goes on while another page is looked at, and ends when this one or the program closes.
    """

    learned = Signal(str)

    name = "Learn mine"
    purpose = (
        "Learns the figures you play from a folder of twelve clips or more, and forgets nothing it knew. "
        "Some of your clips are held out to see whether it helped."
    )

    def __init__(self, parent: QWidget | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.process = LearnProcess(self, command)
        self._model = ""
        self._settings: Settings | None = None
        self.setStyleSheet(theme.dressed(STYLE_SHEET))
        self.folder = QLineEdit(self)
        self.folder.setPlaceholderText("A folder of MIDI clips")
        self.folder.setAccessibleName("Folder of your clips")
        self.browse = press("Choose…", "Choose the folder that your clips are in", self, "quiet", "Choose the folder")
        self.called = QLineEdit(NAME, self)
        self.called.setAccessibleName("Name")
        self.called.setToolTip("What the dictionary is called in the preferences")
        self.called.setMaxLength(56)
        self.start = press("Learn", "Read the clips and learn from them; the music plays on", self)
        self.stop = press("Cancel", "Stop it; nothing is kept", self, "quiet")
        self.doing = Elided("help", self)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, _WHOLE)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.result = label("", "note", self, wrap=True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures = QWidget(self)
        self._cells = self._figures(QGridLayout(self.figures))
        self.skipped = label("", "warning", self, wrap=True)
        self.play = press("Use it", "Use the learned dictionary", self)
        self._lay_out()
        self.browse.clicked.connect(self._choose)
        self.start.clicked.connect(self.begin)
        self.stop.clicked.connect(self._cancel)
        self.play.clicked.connect(self._play_with)
        self.folder.textChanged.connect(self._allow)
        self.process.stepped.connect(self._step)
        self.process.ended.connect(self._end)
        self._show_running(False)
        self._allow()

    def begin(self) -> None:
        """Learn from the folder named."""
        if self.process.running or not self.folder.text().strip():
            return
        self._model = ""
        self.result.clear()
        self.skipped.clear()
        self.progress.setValue(0)
        self.doing.show_text("Looking for clips…")
        self._show_running(True)
        self.process.start(Path(expanduser(self.folder.text().strip())), self.called.text().strip() or NAME)

    def show_session(self, session: Session) -> None:
        """What is plugged in and played."""
        self._settings = session.settings

    def closeEvent(self, event: QCloseEvent) -> None:
        self.process.end()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        form, row, column = QGridLayout(), QHBoxLayout(), QVBoxLayout(self)
        form.setSpacing(theme.GAP)
        form.addWidget(label("Folder", "help", self), 0, 0)
        form.addWidget(self.folder, 0, 1)
        form.addWidget(self.browse, 0, 2)
        form.addWidget(label("Name", "help", self), 1, 0)
        form.addWidget(self.called, 1, 1)
        form.addWidget(self.start, 1, 2)
        row.setSpacing(12)
        row.addWidget(self.doing, 1000)
        row.addWidget(self.stop)
        column.setSpacing(12)
        column.addLayout(form)
        column.addLayout(row)
        for widget in (self.progress, self.result, self.figures, self.skipped):
            column.addWidget(widget)
        column.addWidget(self.play, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _figures(self, grid: QGridLayout) -> list[list[QLabel]]:
        """The table of before and after, empty yet."""
        grid.setContentsMargins(14, 0, 14, 0)
        rows = [[label(head, "help", self.figures) for head in HEADS]]
        rows += [[label("", "", self.figures) for _ in HEADS] for _ in BUDGETS]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                grid.addWidget(cell, number, column)
        return rows[1:]

    def _choose(self) -> None:
        there = QFileDialog.getExistingDirectory(self, "Your drum clips", self.folder.text())
        if there:
            self.folder.setText(there)

    def _allow(self) -> None:
        self.start.setEnabled(bool(self.folder.text().strip()) and not self.process.running)

    def _play_with(self) -> None:
        if self._settings is not None:
            self.asked.emit(Configure(self._settings, msgspec.structs.replace(self._settings, drums=self._model)))

    def _cancel(self) -> None:
        self.stop.setEnabled(False)
        self.doing.show_text("Stopping…")
        self.process.cancel()

    def _step(self, step: Step) -> None:
        match step:
            case Reading(done, total):
                share = _READ * done // max(1, total)
            case Learning(number, rounds, _):
                share = _READ + (_LEARNT - _READ) * number // max(1, rounds)
            case _:
                share = _LEARNT
        self.progress.setValue(share)
        if self.stop.isEnabled():
            self.doing.show_text(words(step))

    def _end(self, outcome: Learned | Failed | None) -> None:
        self._show_running(False)
        self._allow()
        self.result.setText("Cancelled. Nothing was kept." if outcome is None else words(outcome))
        if isinstance(outcome, Learned):
            self._model = outcome.model_id
            for cells, row in zip(self._cells, table(outcome), strict=True):
                for cell, text in zip(cells, row, strict=True):
                    cell.setText(text)
            more = len(outcome.skipped) - _LISTED
            lines = [*outcome.skipped[:_LISTED], *([f"… and {more} more"] if more > 0 else [])]
            self.skipped.setText("\n".join(["Left out:", *lines]) if outcome.skipped else "")
            self.skipped.setToolTip("\n".join(outcome.skipped))
        for widget in (self.result, self.skipped):
            widget.setVisible(bool(widget.text()))
        self.figures.setVisible(isinstance(outcome, Learned))
        self.play.setVisible(bool(self._model))
        if self._model:
            self.play.setFocus()
            self.learned.emit(self._model)

    def _show_running(self, running: bool) -> None:
        for widget in (self.stop, self.progress, self.doing):
            widget.setVisible(running)
        self.stop.setEnabled(True)
        for widget in (self.folder, self.browse, self.called, self.start):
            widget.setEnabled(not running)
        for widget in (self.result, self.figures, self.skipped, self.play):
            widget.setVisible(False)
