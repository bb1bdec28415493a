"""Nothing ends the show by accident: what Esc and closing may do just now, and the stage lock."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from livemusic.engine.actions import BY_NAME
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui.face import Face
from livemusic.ui.farewell import Covered, Farewell, ask, would_end
from livemusic.ui.stage_lock import StageLock

#: Something that Esc ends: whether it is there, and its end.
Way = tuple[Callable[[], bool], Callable[[], object]]

_KEY = BY_NAME["stage lock"].keys[0]


class Guard(QObject):
    """Guards `face`. `forced`: it closes whatever goes on, as a signal wants; `ends_engine`: the music ends with it;
    `ask`: what the musician answers when something would be cut off; `leaves`: the music goes on without the window.

    `lock_changed` tells that the stage lock was put on or taken off. Esc ends the first of `ways` that is there, or
    else presses `panic`.
    """

    lock_changed = Signal(bool)

    def __init__(self, face: Face, ways: Sequence[Way], panic: Callable[[], object]) -> None:
        super().__init__(face)
        self.forced = self.leaves = False
        self.ends_engine: Callable[[], bool] = lambda: True
        self.ask: Callable[[str], Farewell] = lambda what: ask(face, what)
        self.covered = Covered(face)
        self.stage_lock: StageLock | None = None
        self._face, self._ways, self._panic = face, ways, panic

    @property
    def locked(self) -> bool:
        """Whether the stage lock is on."""
        return self.stage_lock is not None and self.stage_lock.on

    def lock(self, actions: Mapping[str, Sequence[QAction]]) -> None:
        """Have a stage lock over the window and its `actions`, by name."""
        face = self._face
        captures = (*face.corners.capture, face.corners.clear, face.corners.mode)
        parts = (face.sources, *captures, face.pattern, face.editor, face.timeline)
        self.stage_lock = StageLock(parts, actions)

    def look(self, now: Seconds) -> None:
        """To be called with every frame."""
        self.covered.look(now)

    def show_state(self, snapshot: Snapshot) -> None:
        """What the engine says, after the menus have heard it."""
        face, lock, on = self._face, self.stage_lock, snapshot.surface.show.locked
        if lock is None:
            return
        if lock.show(on):
            face.setWindowTitle("livemusic (locked)" if on else "livemusic")
            face.setAcceptDrops(not on)
            face.toast.say(f"The stage lock is on. {_KEY} unlocks." if on else "The stage lock is off.")
            self.lock_changed.emit(on)
        lock.settle()

    def escape(self) -> None:
        """Out of teaching, the sheet of keys or the tour, or else silence; but not while Esc may be for a dialog."""
        now = perf_counter()
        for there, end in self._ways:
            if there():
                end()
                self.covered.touch(now)
                return
        if self.covered.lately(now):
            self._face.toast.say("Press Esc again for panic: it silences everything.")
        else:
            self._panic()

    def may_close(self) -> bool:
        """Whether nothing is cut off by accident; asks where it is not sure."""
        if self.forced or self.leaves:
            return True
        if self.locked:
            self._face.toast.say(f"The stage lock is on: {_KEY} unlocks, then you can quit.")
            return False
        what = would_end(self._face.desk.snapshot) if self.ends_engine() else ""
        answer = self.ask(what) if what else Farewell.QUIT
        self.leaves = answer is Farewell.LEAVE
        return answer is not Farewell.STAY
