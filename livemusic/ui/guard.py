"""Nothing ends the show by accident: what Esc and closing may do just now, and the stage lock."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from livemusic.engine.actions import BY_NAME
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui.farewell import Covered, Farewell, ask, would_end
from livemusic.ui.stage_lock import StageLock

if TYPE_CHECKING:
    from livemusic.ui.window import Window

_KEY = BY_NAME["stage lock"].keys[0]


class Guard:
    """Guards `window`. `forced`: it closes whatever goes on, as a signal wants; `ends_engine`: the music ends with it;
    `ask`: what the musician answers when something would be cut off.
    """

    def __init__(self, window: "Window") -> None:
        self.forced = False
        self.ends_engine: Callable[[], bool] = lambda: True
        self.ask: Callable[[str], Farewell] = lambda what: ask(window, what)
        self.covered = Covered(window)
        self.stage_lock: StageLock | None = None
        self._window = window

    @property
    def locked(self) -> bool:
        """Whether the stage lock is on."""
        return self.stage_lock is not None and self.stage_lock.on

    def lock(self, actions: Mapping[str, Sequence[QAction]]) -> None:
        """Have a stage lock over the window and its `actions`, by name."""
        window = self._window
        captures = (*window.corners.capture, window.corners.clear, window.corners.mode)
        parts = (window.sources, *captures, window.pattern, window.editor, window.timeline)
        self.stage_lock = StageLock(parts, actions)

    def look(self, now: Seconds) -> None:
        """To be called with every frame."""
        self.covered.look(now)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says, after the menus have heard it."""
        window, lock, on = self._window, self.stage_lock, snapshot.surface.show.locked
        if lock is None:
            return
        if lock.show(on):
            window.setWindowTitle("livemusic (locked)" if on else "livemusic")
            window.transport.show_locked(on)
            window.scenes.show_locked(on)
            window.teaching.show_locked(on)
            window.setAcceptDrops(not on)
            window.toast.say(f"The stage lock is on. {_KEY} unlocks." if on else "The stage lock is off.")
        lock.settle()

    def escape(self) -> None:
        """Out of teaching, the sheet of keys or the tour, or else silence; but not while Esc may be for a dialog."""
        window, now = self._window, perf_counter()
        if window.teaching.learning:
            window.teaching.cancel()
            self.covered.touch(now)
        elif window.help.isVisible():
            window.help.hide()
            self.covered.touch(now)
        elif window.assistance.tour.isVisible():
            window.assistance.tour.end()
            self.covered.touch(now)
        elif self.covered.lately(now):
            window.toast.say("Press Esc again for panic: it silences everything.")
        else:
            window.commands.press("panic")

    def may_close(self) -> bool:
        """Whether nothing is cut off by accident; asks where it is not sure."""
        window = self._window
        if self.forced or window.leaves:
            return True
        if self.locked:
            window.toast.say(f"The stage lock is on: {_KEY} unlocks, then you can quit.")
            return False
        what = would_end(window.desk.snapshot) if self.ends_engine() else ""
        answer = self.ask(what) if what else Farewell.QUIT
        window.leaves = answer is Farewell.LEAVE
        return answer is not Farewell.STAY
