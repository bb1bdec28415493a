"""One sound process as its parent sees it: a pipe each way, a beacon, and its last words."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from typing import BinaryIO, cast

import msgspec

from livemusic.sound.beacon import Beacon
from livemusic.sound.protocol import Reply, Request, Seconds, read_message, write_message

HOST: tuple[str, ...] = (sys.executable, "-m", "livemusic.sound.host")
#: Batches that wait for a process which does not read; more are dropped.
_WAITING = 256
_PATIENCE: Seconds = 1.0


class Child:
    """A running sound process. Starts at once; `heard` gets every reply, on a thread of its own.

    `likely_rate`: have kit and plugins ready for this sample rate, 0 not to.
    """

    def __init__(self, command: Sequence[str], likely_rate: int, heard: Callable[["Child", Reply], None]) -> None:
        self.dropped = 0
        self.beacon = Beacon.make()
        self._heard = heard
        self._outbox: Queue[Request | None] = Queue(_WAITING)
        self.process = subprocess.Popen(
            [*command, str(self.beacon.path), str(likely_rate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",  # Ctrl-C in the terminal is the engine's business
        )
        self._threads = [
            Thread(target=work, name=f"livemusic-sound-{name}", daemon=True)
            for name, work in (("out", self._write), ("in", self._read))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def put(self, request: Request) -> None:
        """Say something. Never waits: what a stuck process does not take is dropped and counted."""
        try:
            self._outbox.put_nowait(request)
        except Full:
            self.dropped += 1

    def kill(self) -> None:
        """End it now."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Let it end by itself, by force after a second, and tidy up."""
        with suppress(Full):
            self._outbox.put_nowait(None)
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        with suppress(Full):
            self._outbox.put_nowait(None)
        for thread in self._threads:
            thread.join(_PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()
        self.beacon.remove()

    def _write(self) -> None:
        pipe = cast(BinaryIO, self.process.stdin)
        with suppress(OSError, ValueError):
            while (request := self._outbox.get()) is not None:
                write_message(pipe, request)
            pipe.close()

    def _read(self) -> None:
        pipe = cast(BinaryIO, self.process.stdout)
        with suppress(OSError, ValueError, msgspec.MsgspecError):
            while (reply := read_message(pipe, Reply)) is not None:
                self._heard(self, reply)


def how_it_ended(code: int) -> str:
    """What an exit code says, in words; `` where someone else ended it, so that no plugin is to blame."""
    if code in (-signal.SIGTERM, -9):
        return ""
    if code < 0:
        with suppress(ValueError):
            return f"crashed ({signal.Signals(-code).name})"
    return f"ended the sound (exit code {code & 0xFFFFFFFF:#x})" if code else "ended the sound"
