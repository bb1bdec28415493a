"""The engine's end of the sound process: it may die, hang or have no speakers, and the engine never waits for it."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import BinaryIO, cast

import msgspec

from livemusic.sound.protocol import Backing, Events, Gain, Request, Seconds, SoundStatus, read_message, write_message

__all__ = ["SoundProcess", "SoundStatus"]

#: Batches that wait for a process which does not read; more are dropped.
_WAITING = 256
_PATIENCE: Seconds = 1.0


class SoundProcess:
    """Kit and backing in a process of their own, on the output device `wanted` (`default`, `none`, or a name).

    `start` returns at once; `status` tells what became of it. `send` never blocks: what a stuck process does not take
    is dropped and counted. Thread: `send` from one, the rest from another.
    """

    def __init__(self, wanted: str) -> None:
        self.name = wanted
        self._status = SoundStatus(detail="starting")
        self._dropped = 0
        self._outbox: Queue[Request | None] = Queue(_WAITING)
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Launch the process."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "livemusic.sound.host", self.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",  # Ctrl-C in the terminal is the engine's business
        )
        for name, work in (("sound-out", self._write), ("sound-in", self._read)):
            thread = Thread(target=work, name=f"livemusic-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, batch: Sequence[tuple[Seconds, bytes]]) -> None:
        """Play `batch`: raw MIDI, each with its `time.perf_counter` moment, some 20 ms ahead."""
        self._put(Events(tuple((float(moment), bytes(data)) for moment, data in batch)))

    def backing(self, path: Path | None, started_at: Seconds, sample_rate: int) -> None:
        """Repeat the array in `path`, its first frame at `started_at`; None ends it."""
        self._put(Backing(None if path is None else str(path), float(started_at), int(sample_rate)))

    def gain(self, kit: float, backing: float) -> None:
        """How loud each is, 0..2."""
        self._put(Gain(float(kit), float(backing)))

    def status(self) -> SoundStatus:
        """How it was half a second ago at most."""
        state = self._status.state if self.alive else "gone"
        return msgspec.structs.replace(self._status, state=state, dropped=self._dropped)

    def close(self) -> None:
        """End the process within two seconds, by force if need be."""
        process = self._process
        if process is None:
            return
        with suppress(Full):
            self._outbox.put_nowait(None)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with suppress(Full):
            self._outbox.put_nowait(None)
        for thread in self._threads:
            thread.join(_PATIENCE)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()
        self._process = None

    def _put(self, request: Request) -> None:
        try:
            self._outbox.put_nowait(request)
        except Full:
            self._dropped += 1

    def _write(self) -> None:
        assert self._process is not None
        pipe = cast(BinaryIO, self._process.stdin)
        with suppress(OSError, ValueError):
            while (request := self._outbox.get()) is not None:
                write_message(pipe, request)
            pipe.close()

    def _read(self) -> None:
        assert self._process is not None
        pipe = cast(BinaryIO, self._process.stdout)
        with suppress(OSError, ValueError, msgspec.MsgspecError):
            while (status := read_message(pipe, SoundStatus)) is not None:
                self._status = status
