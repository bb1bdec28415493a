"""The path of another recording, computed in a process of its own, so that neither window nor music waits for it."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from livemusic.errors import LiveMusicError
from livemusic.session.take import Take, read_take
from livemusic.ui.child import Child

#: What it complains of comes the same way as what it says; what plays goes first; it ends with whoever wanted it.
_BEGIN = """
import os, sys, threading
def watch():
    while os.read(0, 1024):
        pass
    os._exit(130)
threading.Thread(target=watch, daemon=True).start()
if hasattr(os, "nice"):
    os.nice(10)
sys.stderr = sys.stdout
from livemusic.cli import main
sys.exit(main())
"""
COMMAND: tuple[str, ...] = (sys.executable, "-c", _BEGIN, "embed")
_PREFIX = "livemusic: "


class PathProcess(QObject):
    """Runs `command` on an audio file, once at a time; see `Child`. `ended` comes once, with the path (None where there
    is none) and why there is none, `` where it was cancelled.
    """

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
        wanted = [f"--model={model}"] if model else []
        self.child.start(f"--out={self._made}", *wanted, "--", str(sound))

    @property
    def _made(self) -> Path:
        return Path(self._folder.name if self._folder else "") / "path.npz"

    def _hear(self, line: bytes) -> None:
        text = line.decode(errors="replace").strip()
        if text.startswith(_PREFIX):
            self._said = text.removeprefix(_PREFIX)

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
