"""Looking for plugins without stopping anything: the process that scans, and the bar that shows how far it is."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from livemusic.sound.plugins.scan import Verdict
from livemusic.ui.child import Child
from livemusic.ui.rack.scan_child import COMMAND, Step
from livemusic.ui.rack.widgets import Elided, press, words

_LISTED = 6


class ScanProcess(QObject):
    """Runs `command` once at a time; see `Child`. `stepped` tells of every `Step`, `ended` whether it came to its end,
    and why not.
    """

    stepped = Signal(object)
    ended = Signal(bool, str)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.child = Child(self, command)
        self.cancel, self.end = self.child.cancel, self.child.end
        self._complete = False
        self.child.said.connect(self._hear)
        self.child.over.connect(self._finish)

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self) -> None:
        """Begin, unless it runs already."""
        if not self.running:
            self._complete = False
            self.child.start()

    def _hear(self, line: bytes) -> None:
        try:
            step = msgspec.json.decode(line, type=Step)
        except msgspec.MsgspecError:
            return  # a stranger's words among ours
        self._complete = step.done == step.total
        self.stepped.emit(step)

    def _finish(self, code: int, reason: str) -> None:
        complete = code == 0 and self._complete
        if complete or (self.child.cancelled and not self._complete and not reason):
            self.ended.emit(complete, "")
        else:
            self.ended.emit(False, reason or f"It broke off (code {code}). Try again, or run 'livemusic plugins scan'.")


class ScanBar(QWidget):
    """A button that scans, how far it is, a button that stops it, and what came of it."""

    def __init__(self, parent: QWidget, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.process = ScanProcess(self, command)
        self._verdicts: list[Verdict] = []
        self._total = 0
        self.button = press(
            "Scan for plugins", "Look for new and changed plugins; nothing stops meanwhile", self, "quiet"
        )
        self.stop = press("Stop", "Keeps what was found so far", self, "quiet", "Stop scanning")
        self.doing = Elided("help", self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Scan progress")
        self.result = words("", "help", self, wrap=True)
        self.faults = words("", "warning", self, wrap=True)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(12)
        row.addWidget(self.button)
        row.addWidget(self.doing, 1000)
        row.addWidget(self.stop)
        row.addStretch(1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        for widget in (self.progress, self.result, self.faults):
            column.addWidget(widget)
        self.button.clicked.connect(self.scan)
        self.stop.clicked.connect(self._cancel)
        self.process.stepped.connect(self._step)
        self.process.ended.connect(self._end)
        self._show_running(False)

    def scan(self) -> None:
        """Begin."""
        self._verdicts, self._total = [], 0
        self.result.clear()
        self.faults.clear()
        self.progress.setRange(0, 0)
        self.doing.show_text("Looking for plugins…")
        self._show_running(True)
        self.process.start()

    def _cancel(self) -> None:
        self.stop.setEnabled(False)
        self.doing.show_text("Stopping…")
        self.process.cancel()

    def _step(self, step: Step) -> None:
        self._total = step.total
        if step.verdict is not None:
            self._verdicts.append(step.verdict)
        self.progress.setRange(0, max(1, step.total))
        self.progress.setValue(step.done)
        if step.path and self.stop.isEnabled():
            self.doing.show_text(f"Trying {Path(step.path).stem}  ({step.done + 1} of {step.total})")

    def _end(self, complete: bool, reason: str) -> None:
        self._show_running(False)
        plugins = sum(len(verdict.plugins) for verdict in self._verdicts)
        tried = sum(len(verdict.plugins) for verdict in self._verdicts if not verdict.known)
        news = f"{tried} of them new or changed" if tried else "nothing new"
        found = f"{plugins} plugin{'s' * (plugins != 1)} found, {news}."
        if complete and not self._total:
            found = "No plugin is installed where this system keeps them."
        if not complete:
            begin = reason or f"Stopped after {len(self._verdicts)} of {self._total} files."
            found = f"{begin} {found}" if self._verdicts else begin
        self.result.setText(found)
        faults = [
            f"{Path(verdict.path).stem}: {' '.join(verdict.problems)}" for verdict in self._verdicts if verdict.problems
        ]
        more = len(faults) - _LISTED
        shown = faults[:_LISTED] + ([f"… and {more} more"] if more > 0 else [])
        self.faults.setText("\n".join(shown))
        self.faults.setToolTip("\n".join(faults))
        self.result.setVisible(True)
        self.faults.setVisible(bool(faults))

    def _show_running(self, running: bool) -> None:
        had_focus = self.button.hasFocus() or self.stop.hasFocus()
        self.button.setVisible(not running)
        for widget in (self.stop, self.progress, self.doing):
            widget.setVisible(running)
        self.stop.setEnabled(True)
        for label in (self.result, self.faults):
            label.setVisible(bool(label.text()))
        if had_focus:
            (self.stop if running else self.button).setFocus()
