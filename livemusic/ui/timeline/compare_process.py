"""Two takes aligned in a process of its own, so that neither window nor music waits for it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from livemusic.session.comparison import Comparison
from livemusic.ui.child import Child
from livemusic.ui.timeline.compare_child import COMMAND
from livemusic.ui.timeline.path_child import Step


class CompareProcess(QObject):
    """Runs `command` on two recordings; the newest wish counts. `stepped` tells how much of it is done, 0..1. `ended`
    comes once for each `start` that is not followed by another or by `cancel`: the `Comparison`, None where there is
    none, and why.
    """

    stepped = Signal(float)
    ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self.child = Child(self, command)
        self.end = self.child.end
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._waiting: tuple[Path, Path, str] | None = None
        self._said = ""
        self.child.said.connect(self._hear)
        self.child.over.connect(self._finish)

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self, song: Path, other: Path, model: str) -> None:
        """Compare `song` with `other` by the embedder `model`, in place of what is compared now."""
        if self.running:  # one that is cancelled has not ended yet
            self._waiting = song, other, model
            self.child.cancel()
            return
        self._said = ""
        self._folder = tempfile.TemporaryDirectory(prefix="livemusic-", ignore_cleanup_errors=True)
        self.child.start(str(song), str(other), model, str(self._made))

    def cancel(self) -> None:
        """Compare nothing."""
        self._waiting = None
        self.child.cancel()

    @property
    def _made(self) -> Path:
        return Path(self._folder.name if self._folder else "") / "comparison.json"

    def _hear(self, line: bytes) -> None:
        try:
            step = msgspec.json.decode(line, type=Step)
        except msgspec.MsgspecError:
            return  # a stranger's words among ours
        self._said = step.problem
        self.stepped.emit(step.share)

    def _finish(self, code: int, reason: str) -> None:
        found: Comparison | None = None
        if code == 0:
            try:
                found = msgspec.json.decode(self._made.read_bytes(), type=Comparison)
            except (OSError, msgspec.MsgspecError) as problem:
                reason = f"The comparison cannot be read ({problem}). Try again."
        cancelled = self.child.cancelled
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        if self._waiting is not None:
            wanted, self._waiting = self._waiting, None
            self.start(*wanted)
        elif not cancelled:
            self.ended.emit(
                found, reason or ("" if found else self._said or f"Comparing broke off (code {code}). Try again.")
            )
