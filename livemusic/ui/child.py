"""A program of ours that runs beside the window, so that neither window nor music waits for it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

_PATIENCE_MS = 3000


class Child(QObject):
    """Runs `command`, once at a time; `running` says whether it does.

    `said` carries every line it writes. Then `over` comes once, with its exit code (where it fell, what the system has
    for that; -1 where it never began) and why it could not be started. Cancelling closes its input, on which it ends;
    what does not listen for as long as `patience` is killed.
    """

    said = Signal(bytes)
    over = Signal(int, str)

    def __init__(self, parent: QObject | None, command: Sequence[str]) -> None:
        super().__init__(parent)
        self.cancelled = False
        self._command = tuple(command)
        self._process: QProcess | None = None
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(_PATIENCE_MS)
        self.patience.timeout.connect(self._kill)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self, *arguments: str) -> None:
        """Begin, unless it runs already."""
        if self._process is not None:
            return
        self.cancelled = False
        process = self._process = QProcess(self)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        process.start(self._command[0], [*self._command[1:], *arguments])

    def cancel(self) -> None:
        """End it soon; `over` says when."""
        if self._process is not None:
            self.cancelled = True
            self._process.closeWriteChannel()
            self.patience.start()

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
            self.said.emit(process.readLine().data())

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._close(-1, f"It could not be started: {self._command[0]}.")

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._close(code, "")

    def _close(self, code: int, reason: str) -> None:
        process, self._process = self._process, None
        self.patience.stop()
        if process is not None:
            process.deleteLater()
            self.over.emit(code, reason)
