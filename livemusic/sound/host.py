"""The sound process: takes MIDI with its moments, renders kit and backing ahead of the speakers, says how it goes."""

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from time import perf_counter
from typing import BinaryIO

import msgspec
import psutil

from livemusic.audio.devices import PortAudio
from livemusic.audio.output import DeviceOutput
from livemusic.errors import DeviceError
from livemusic.sound.protocol import Backing, Request, Seconds, SoundStatus, read_message, write_message
from livemusic.sound.stage import Stage

BLOCK = 256
#: Rendered ahead of the speakers: at least this, and more where the device takes more at a time.
_AHEAD: Seconds = 0.018
#: From the last rendered frame to the first moment that can still be met; events come some 10 ms early besides.
_GRACE: Seconds = 0.004
#: Two uneven waits, so that looking at the device falls on every phase of its blocks.
_WAITS: tuple[Seconds, Seconds] = (0.0017, 0.0023)
_STALLED: Seconds = 1.0
_RETRY_EVERY: Seconds = 5.0
_REPORT_EVERY: Seconds = 0.5
_IDLE: Seconds = 0.1
_LAST_WORD: Seconds = 2.0


class Desk:
    """An open device and the stage that plays through it. Thread: the host's main one."""

    def __init__(self, output: DeviceOutput) -> None:
        self.output = output
        ahead = max(_AHEAD, min(0.1, output.latency) + 0.008)
        self.stage = Stage(output.sample_rate, ahead + _GRACE)
        self.latency: Seconds = ahead + _GRACE + output.latency
        self._queue = round(ahead * output.sample_rate)
        self._times: deque[float] = deque(maxlen=1000)
        self._gaps = 0
        self._taken = -1
        self._moved: Seconds | None = None

    @property
    def load(self) -> float:
        """The 99th percentile of a block's rendering time, in parts of the block's length."""
        ranked = sorted(self._times)
        return ranked[int(0.99 * (len(ranked) - 1))] * self.output.sample_rate / BLOCK if ranked else 0.0

    def fill(self, now: Seconds) -> bool:
        """Render as much as the queue wants; False once the device takes no more."""
        taken = self.stage.kit.position - self.output.queued
        if taken != self._taken or self._moved is None:
            self._taken, self._moved = taken, now
        if self.output.underflows != self._gaps:
            self._gaps = self.output.underflows
            self.stage.clock.reset()
        self.stage.clock.observe(taken, now)
        while self.output.queued < self._queue:
            begun = perf_counter()
            self.output.write(self.stage.render(BLOCK))
            self._times.append(perf_counter() - begun)
        self.output.keep_playing()
        return self.output.active and now - self._moved < _STALLED


class Host:
    """Reads requests, renders, reports. Opens its device by name, lives on without one, and tries again for it."""

    def __init__(self, wanted: str, tell: Callable[[SoundStatus], None]) -> None:
        self._wanted = wanted
        self._tell = tell
        self._inbox: SimpleQueue[Request | None] = SimpleQueue()
        self._desk: Desk | None = None
        self._backing: Request | None = None
        self._detail = ""
        self._report_due: Seconds = 0.0
        self._retry_due: Seconds = 0.0

    def listen(self, pipe: BinaryIO) -> None:
        """Take requests until the engine ends. Thread: one of its own."""
        try:
            while (request := read_message(pipe, Request)) is not None:
                self._inbox.put(request)
        except (OSError, ValueError, msgspec.MsgspecError):
            pass  # a broken pipe or a broken message: either way the engine is of no more use
        self._inbox.put(None)
        last = Timer(_LAST_WORD, os._exit, (1,))  # a sound system that hangs must not outlive the engine
        last.daemon = True
        last.start()

    def run(self) -> None:
        """Play until `listen` has ended."""
        turn = 0
        while self._handle_all(_WAITS[turn % 2] if self._desk is not None else _IDLE):
            turn += 1
            now = perf_counter()
            if self._desk is not None:
                self._play(self._desk, now)
            elif self._wanted != "none" and now >= self._retry_due:
                self._open()
            self._report(now)
        if self._desk is not None:
            self._desk.output.close()

    def _open(self) -> None:
        self._retry_due = perf_counter() + _RETRY_EVERY
        if PortAudio.pulse is not None and not PortAudio.pulse.beats:
            return  # JACK has died: PortAudio would hang or abort, only a new process can open a device
        try:
            self._desk = Desk(DeviceOutput(self._wanted))
            self._detail = ""
            gc.freeze()
            if self._backing is not None:
                self._desk.stage.handle(self._backing)
        except DeviceError as problem:
            self._detail = str(problem)
        self._report_due = 0.0

    def _handle_all(self, patience: Seconds) -> bool:
        """Wait for a request, at most `patience`, and do all that was asked; False once there is nobody to ask."""
        with suppress(Empty):
            request = self._inbox.get(timeout=patience)
            while request is not None:
                self._handle(request)
                request = self._inbox.get_nowait()
            return False
        return True

    def _handle(self, request: Request) -> None:
        if isinstance(request, Backing):
            self._backing = request
        if self._desk is not None:
            self._desk.stage.handle(request)

    def _play(self, desk: Desk, now: Seconds) -> None:
        if not desk.fill(now):
            self._detail = f"Sound output {desk.output.name!r} has gone. Plug it in again or choose another."
            self._desk = None
            self._retry_due = now + _RETRY_EVERY
            self._report_due = 0.0
            desk.output.close()

    def _report(self, now: Seconds) -> None:
        if now < self._report_due:
            return
        self._report_due = now + _REPORT_EVERY
        desk = self._desk
        if desk is None:
            state = "off" if self._wanted == "none" else "failed"
            detail = "No output device was asked for." if self._wanted == "none" else self._detail
            self._tell(SoundStatus(state=state, detail=detail, pid=os.getpid()))
            return
        self._tell(
            SoundStatus(
                state="on",
                device=desk.output.name,
                sample_rate=desk.output.sample_rate,
                latency_ms=1e3 * desk.latency,
                xruns=desk.output.underflows,
                late=desk.stage.kit.late,
                load=desk.load,
                pid=os.getpid(),
                detail=desk.stage.problem,
            )
        )


def main(wanted: str) -> None:
    """Be the sound process until the engine at the other end of stdin ends. Ctrl-C is the engine's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(0.0005)
    with suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.HIGH_PRIORITY_CLASS if sys.platform == "win32" else -10)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())  # whatever a library prints must not reach the engine
    with suppress(OSError, AttributeError):
        os.set_blocking(out.fileno(), False)  # an engine that does not read costs a report, not the sound

    def tell(status: SoundStatus) -> None:
        with suppress(OSError):  # the engine has ended: `listen` hears of it too
            write_message(out, status)

    host = Host(wanted, tell)
    Thread(target=host.listen, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    host.run()
    os._exit(0)  # without asking PortAudio, which waits for, or falls with, a sound system that has gone


if __name__ == "__main__":
    main(sys.argv[1])
