"""Learning from a folder of clips in a process of its own, so that neither window nor music waits for it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from livemusic.sketch.learn_steps import Failed, Learned, Step
from livemusic.ui.child import Child

COMMAND: tuple[str, ...] = (sys.executable, "-m", "livemusic", "drums", "learn", "--json-lines")


class LearnProcess(QObject):
    """Runs `command` with a folder and a name, once at a time; see `Child`.

    `stepped` tells of every step on the way; then `ended` comes once, with what was `Learned`, why it `Failed`, or None
    where it was cancelled.
    """

    stepped = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.child = Child(self, command)
        self.cancel, self.end = self.child.cancel, self.child.end
        self._outcome: Learned | Failed | None = None
        self.child.said.connect(self._hear)
        self.child.over.connect(self._finish)

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self, folder: Path, name: str) -> None:
        """Begin, unless it runs already."""
        if not self.running:
            self._outcome = None
            self.child.start(f"--name={name}", "--", str(folder))

    def _hear(self, line: bytes) -> None:
        try:
            step: Step = msgspec.json.decode(line, type=Step)
        except msgspec.MsgspecError:
            return  # a stranger's words among ours
        if isinstance(step, Learned | Failed):
            self._outcome = step
        else:
            self.stepped.emit(step)

    def _finish(self, code: int, reason: str) -> None:
        if self._outcome is not None:  # also where it was done before it heard that it should stop
            self.ended.emit(self._outcome)
        elif self.child.cancelled:
            self.ended.emit(None)
        else:
            self.ended.emit(Failed(reason or f"It broke off (code {code}), and nothing was kept. Try again."))
