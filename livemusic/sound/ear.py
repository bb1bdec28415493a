"""Keeps the live input open: on a thread of its own, because a device takes longer to open than the sound can wait."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import NamedTuple, Protocol

from livemusic.errors import DeviceError
from livemusic.sound.live import Input
from livemusic.sound.voices import Seconds

_LOOK_EVERY: Seconds = 0.25
_RETRY_EVERY: Seconds = 2.0


class Microphone(Input, Protocol):
    """An open input device."""

    name: str
    latency: Seconds

    def check(self, now: Seconds) -> None:
        """`DeviceError` once the device has gone."""

    def close(self) -> None:
        """Free it."""


class Heard(NamedTuple):
    """From now on this is heard; None: nothing."""

    source: Microphone | None


class Hearing(NamedTuple):
    """How the live input is: `off`, `on`, `failed` or `lost`, and a sentence for the musician."""

    state: str = "off"
    detail: str = ""


class Ear:
    """Opens the input that is wanted, hands it to `hand_over`, and takes it back when it has gone, until it is there
    again. `want` from any thread; `hearing` tells how it is. Thread: `run`, its own.
    """

    def __init__(self, opener: Callable[[str, int], Microphone], hand_over: Callable[[Heard], None]) -> None:
        self.hearing = Hearing()
        self._opener = opener
        self._hand_over = hand_over
        self._inbox: SimpleQueue[tuple[str, int] | None] = SimpleQueue()
        self._wanted, self._rate = "none", 0
        self._open: Microphone | None = None
        self._retry_due: Seconds = 0.0

    def want(self, name: str, sample_rate: int) -> None:
        """Listen to `name`, at `sample_rate` if it can be; `none` ends it."""
        self._inbox.put((name, sample_rate))

    def end(self) -> None:
        """Let `run` return."""
        self._inbox.put(None)

    def run(self) -> None:
        """Do what is wanted until the end."""
        while True:
            try:
                wanted = self._inbox.get(timeout=_LOOK_EVERY)
            except Empty:
                self.look(perf_counter())
                continue
            self._let_go(Hearing())
            if wanted is None:
                return
            self._wanted, self._rate = wanted
            self._retry_due = 0.0
            self.look(perf_counter())

    def look(self, now: Seconds) -> None:
        """See to it that what is wanted is heard."""
        if self._open is not None:
            try:
                self._open.check(now)
            except DeviceError as problem:
                self._retry_due = now + _RETRY_EVERY
                self._let_go(Hearing("lost", str(problem)))
        elif self._wanted != "none" and now >= self._retry_due:
            self._retry_due = now + _RETRY_EVERY
            try:
                self._open = self._opener(self._wanted, self._rate)
            except DeviceError as problem:
                state = "lost" if self.hearing.state == "lost" else "failed"
                self.hearing = Hearing(state, str(problem))
            else:
                self.hearing = Hearing("on")
                self._hand_over(Heard(self._open))

    def _let_go(self, hearing: Hearing) -> None:
        opened, self._open, self.hearing = self._open, None, hearing
        if opened is not None:
            self._hand_over(Heard(None))
            opened.close()
