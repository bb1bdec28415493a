"""The one place where the engine waits: a thread, its inbox and a core that only thinks."""

import traceback
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import perf_counter
from typing import Any, Protocol

from livemusic.music.tempo import Seconds

#: Timed waits wake up to this late on an idle system; the rest is spun.
SPIN: Seconds = 0.0004
_AFTER_FAILURE: Seconds = 0.1
_SAME_AGAIN: Seconds = 30.0
#: Messages that wait are handled together, so that a core can let the last of them win; no more at once than this.
_TOGETHER = 64
_CLOSE = object()


class Core(Protocol):
    """Pure thinking: both verbs return at once, and neither waits nor reads a clock."""

    def handle(self, message: Any, now: Seconds) -> None:
        """Take one message from the inbox."""

    def advance(self, now: Seconds) -> Seconds | None:
        """Do what is due; return when to be called again, or None to wait for a message."""


class Worker:
    """Runs a core on its own thread; what the core raises becomes a call of `failed`, and the thread goes on.

    `spin`: how long before a wake-up to stop sleeping and spin, for cores whose timing is heard.
    Thread: `post` from any; everything else from the owner's.
    """

    def __init__(self, name: str, core: Core, failed: Callable[[str], None], spin: Seconds = 0.0) -> None:
        self.name = name
        self._core = core
        self._failed = failed
        self._spin = spin
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._thread: Thread | None = None
        self._told = ""
        self._told_at: Seconds = 0.0

    @property
    def backlog(self) -> int:
        """Messages that wait to be handled."""
        return self._inbox.qsize()

    def start(self) -> None:
        self._thread = Thread(target=self._run, name=f"livemusic-{self.name}", daemon=True)
        self._thread.start()

    def post(self, message: Any) -> None:
        self._inbox.put(message)

    def close(self, timeout: Seconds = 5.0) -> None:
        """Handle what is in the inbox, then end the thread."""
        if self._thread is not None:
            self._inbox.put(_CLOSE)
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        wake: Seconds | None = perf_counter()
        while True:
            message = self._next(wake)
            try:
                now, handled = perf_counter(), 0
                while message is not None:
                    if message is _CLOSE:
                        return
                    self._core.handle(message, now)
                    handled += 1
                    message = None if handled == _TOGETHER or self._inbox.empty() else self._inbox.get_nowait()
                wake = self._core.advance(now)
            except Exception as problem:  # a thread's edge: nothing may cross it
                self._report(problem)
                wake = perf_counter() + _AFTER_FAILURE

    def _report(self, problem: Exception) -> None:
        """Tell of a failure, but not of the same one again and again."""
        where = traceback.extract_tb(problem.__traceback__)[-1]
        text = f"{self.name}: {problem or type(problem).__name__} ({where.name}, line {where.lineno})"
        if text != self._told or perf_counter() > self._told_at + _SAME_AGAIN:
            self._told, self._told_at = text, perf_counter()
            self._failed(text)

    def _next(self, wake: Seconds | None) -> Any:
        """The next message, or None when it is time to advance."""
        try:
            if wake is None:
                return self._inbox.get()
            sleep = wake - perf_counter() - self._spin
            if sleep > 0:
                return self._inbox.get(timeout=sleep)
            message = self._inbox.get_nowait() if not self._inbox.empty() else None
            while message is None and perf_counter() < wake:
                pass
            return message
        except Empty:
            while perf_counter() < wake:  # type: ignore[operator]
                pass
            return None
