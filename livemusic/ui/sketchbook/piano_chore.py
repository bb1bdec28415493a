"""Work that takes seconds, beside the window: one thing at a time, and of those that wait only the last."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from PySide6.QtCore import QObject, Qt, Signal

from livemusic.errors import LiveMusicError

Work = Callable[[], object]


class Chore(QObject):
    """Runs what it is asked for in a thread of its own that ends with it.

    `done` carries the result, `failed` a sentence; both arrive on the window's thread.
    """

    done = Signal(object)
    failed = Signal(str)
    _over = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: Thread | None = None
        self._waiting: Work | None = None
        self._over.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._thread is not None

    def ask(self, work: Work) -> None:
        """Do this as soon as what is being done now is over; what waited until now is forgotten."""
        self._waiting = work
        if self._thread is None:
            self._begin()

    def forget(self) -> None:
        """What waits is not wanted any more."""
        self._waiting = None

    def leave(self) -> None:
        """Forget what waits, and wait for what is being done."""
        self.forget()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        work, self._waiting = self._waiting, None
        if work is not None:
            self._thread = Thread(target=self._run, args=(work,), name="piano", daemon=True)
            self._thread.start()

    def _run(self, work: Work) -> None:
        result: object = None
        problem = ""
        try:
            result = work()
        except (LiveMusicError, ValueError) as error:
            problem = str(error)
        except Exception as error:  # a thread's edge: nothing may cross it
            problem = f"That did not work: {error or type(error).__name__}."
        with suppress(RuntimeError):  # the window is gone
            self._over.emit(result, problem)

    def _finish(self, result: object, problem: str) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._begin()
        if problem:
            self.failed.emit(problem)
        else:
            self.done.emit(result)
