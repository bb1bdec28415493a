"""The path of another recording, computed in a process of its own, so that neither window nor music waits for it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from livemusic.errors import LiveMusicError
from livemusic.session.take import Take, read_take
from livemusic.ui.child import Child
from livemusic.ui.timeline.path_child import COMMAND, Step


class PathProcess(QObject):
    """Runs `command` on a recording, once at a time; see `Child`. `stepped` tells how much of it is done, 0..1. `ended`
    comes once, with the path (None where there is none) and why there is none, `` where it was cancelled.
    """

    stepped = Signal(float)
    ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.child = Child(self, command)
        self.cancel, self.end = self.child.cancel, self.child.end
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._said = ""
        self.child.said.connect(self._hear)
        self.child.over.connect(self._finish)

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self, sound: Path, model: str) -> None:
        """Begin, by the embedder called `model`, unless it runs already."""
        if self.running:
            return
        self._said = ""
        self._folder = tempfile.TemporaryDirectory(prefix="livemusic-", ignore_cleanup_errors=True)
        self.child.start(str(sound), model, str(self._made))

    @property
    def _made(self) -> Path:
        return Path(self._folder.name if self._folder else "") / "path.npz"

    def _hear(self, line: bytes) -> None:
        try:
            step = msgspec.json.decode(line, type=Step)
        except msgspec.MsgspecError:
            return  # a stranger's words among ours
        self._said = step.problem
        self.stepped.emit(step.share)

    def _finish(self, code: int, reason: str) -> None:
        path: Take | None = None
        if code == 0:
            try:
                path = read_take(self._made)
            except LiveMusicError as problem:
                reason = str(problem)
        elif self.child.cancelled:
            reason = ""
        else:
            reason = reason or self._said or f"Computing the path broke off (code {code}). Try again."
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self.ended.emit(path, reason)
