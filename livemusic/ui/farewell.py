"""What is asked before the music ends: quitting while it plays must never be an accident."""

from enum import Enum

from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds

#: After a dialog, a menu or the help has closed, Esc is still meant for it for so long.
_AFTERWARDS: Seconds = 1.0
#: Frames that are farther apart than this are a window that stands still.
_FLUENT: Seconds = 0.2


class Farewell(Enum):
    """What becomes of the window and the music."""

    STAY = "stay"
    LEAVE = "leave"
    QUIT = "quit"


def would_end(snapshot: Snapshot | None) -> str:
    """What quitting would cut off, as a sentence; empty where that is nothing."""
    if snapshot is None:
        return ""
    if snapshot.take.recording:
        return "A take is being recorded."
    if snapshot.transport.playing:
        return "The drums are playing."
    return "The song is playing." if snapshot.song is not None and snapshot.song.playing else ""


def ask(window: QWidget, what: str) -> Farewell:
    """Ask the musician what quitting shall do; Esc and Enter stay."""
    box = QMessageBox(QMessageBox.Icon.Question, "Quit livemusic?", what, parent=window)
    box.setInformativeText("Quitting stops the music. You can also close only the window: open livemusic to see it.")
    stop = box.addButton("Stop and quit", QMessageBox.ButtonRole.DestructiveRole)
    leave = box.addButton("Close, keep playing", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return {stop: Farewell.QUIT, leave: Farewell.LEAVE}.get(box.clickedButton(), Farewell.STAY)


class Covered:
    """Whether a dialog, a menu or another window of ours lies over `window`, or did a moment ago.

    Time in which the window stood still does not count: a key that was pressed meanwhile comes after it.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._last: Seconds | None = None
        self._frame: Seconds | None = None

    def look(self, now: Seconds) -> None:
        """To be called with every frame."""
        if self._last is not None:
            self._last += self._stood(now)
        self._frame = now
        active = QApplication.activeWindow()
        if QApplication.activePopupWidget() is not None or active not in (None, self._window):
            self.touch(now)

    def touch(self, now: Seconds) -> None:
        """Something lies over the window at `now`."""
        self._last = self._frame = now

    def lately(self, now: Seconds) -> bool:
        """Whether Esc may still be meant for what lay there."""
        return self._last is not None and now - self._last - self._stood(now) < _AFTERWARDS

    def _stood(self, now: Seconds) -> Seconds:
        """How long the window has stood still before `now`."""
        return 0.0 if self._frame is None else max(0.0, now - self._frame - _FLUENT)
