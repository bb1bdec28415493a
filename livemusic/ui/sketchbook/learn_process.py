"""Learning from a folder of clips in a process of its own, so that neither window nor music waits for it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

from livemusic.sketch.learn_steps import Failed, Learned, Step

COMMAND: tuple[str, ...] = (sys.executable, "-m", "livemusic", "drums", "learn", "--json-lines")

_PATIENCE_MS = 3000


class LearnProcess(QObject):
    """Runs `command` with a folder and a name, once at a time.

    `stepped` tells of every step on the way; then `ended` comes once, with what was `Learned`, why it `Failed`, or None
    where it was cancelled. Cancelling closes the child's input, on which it ends; what does not listen is killed.
    """

    stepped = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._process: QProcess | None = None
        self._outcome: Learned | Failed | None = None
        self._cancelled = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._kill)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self, folder: Path, name: str) -> None:
        """Begin, unless it runs already."""
        if self._process is not None:
            return
        self._cancelled, self._outcome = False, None
        process = self._process = QProcess(self)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        process.start(self._command[0], [*self._command[1:], f"--name={name}", "--", str(folder)])

    def cancel(self) -> None:
        """End it soon; `ended` says when."""
        if self._process is not None:
            self._cancelled = True
            self._process.closeWriteChannel()
            self._patience.start()

    def end(self) -> None:
        """End it now, waiting for it a moment."""
        process = self._process
        if process is not None:
            self.cancel()
            if not process.waitForFinished(_PATIENCE_MS):
                process.kill()
                process.waitForFinished(_PATIENCE_MS)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            try:
                step: Step = msgspec.json.decode(process.readLine().data(), type=Step)
            except msgspec.MsgspecError:
                continue  # a stranger's words among ours
            if isinstance(step, Learned | Failed):
                self._outcome = step
            else:
                self.stepped.emit(step)

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._close(Failed(f"It could not be started: {self._command[0]}."))

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if self._outcome is not None:  # also where it was done before it heard that it should stop
            self._close(self._outcome)
        elif self._cancelled:
            self._close(None)
        else:
            self._close(Failed(f"It broke off (code {code}), and nothing was kept. Try again."))

    def _close(self, outcome: Learned | Failed | None) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if process is not None:
            process.deleteLater()
            self.ended.emit(outcome)
