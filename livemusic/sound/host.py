"""The sound process: takes MIDI with its moments, renders kit, backing and plugins ahead of the speakers.

Three threads: one reads what the engine asks, one renders (`Host`), and the main one tends the plugins (`Rack`),
because they may be opened and shown on no other.
"""

import faulthandler
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, Full, Queue, SimpleQueue
from threading import Event, Thread, Timer
from time import perf_counter
from typing import BinaryIO

import msgspec
import psutil

from livemusic.audio.devices import PortAudio
from livemusic.audio.output import DeviceOutput
from livemusic.errors import DeviceError
from livemusic.sound.beacon import BUSY, Beacon
from livemusic.sound.kit import Kit
from livemusic.sound.plugins.chain import Chain
from livemusic.sound.plugins.hosted import Opener
from livemusic.sound.plugins.pedal import open_plugin
from livemusic.sound.plugins.rack import Left, Rack, Rate, Task
from livemusic.sound.protocol import (
    STRANDED,
    Backing,
    Begin,
    ReadStates,
    Reply,
    Request,
    Seconds,
    SetChain,
    ShowEditor,
    SoundStatus,
    read_message,
    write_message,
)
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
_STUCK: Seconds = 30.0
#: What plugins are opened for where no device says anything else.
_USUAL_RATE = 48000
_UNREAD = 64


class Desk:
    """An open device and the stage that plays through it. Thread: the renderer's."""

    def __init__(self, output: DeviceOutput, kit: Kit | None, beat: Callable[[], None]) -> None:
        self.output = output
        self._beat = beat
        ahead = max(_AHEAD, min(0.1, output.latency) + 0.008)
        self.stage = Stage(output.sample_rate, ahead + _GRACE, kit)
        self._latency: Seconds = ahead + _GRACE + output.latency
        self._queue = round(ahead * output.sample_rate)
        self._times: deque[float] = deque(maxlen=1000)
        self._gaps = 0
        self._taken = -1
        self._moved: Seconds | None = None

    @property
    def latency(self) -> Seconds:
        """From an event's moment to the speaker."""
        return self._latency + self.stage.chain.latency() / self.output.sample_rate

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
        for _ in range(2 + self._queue // BLOCK):
            if self.output.queued >= self._queue:
                break
            self._beat()
            begun = perf_counter()
            self.output.write(self.stage.render(BLOCK))
            self._times.append(perf_counter() - begun)
        self.output.keep_playing()
        return self.output.active and now - self._moved < _STALLED


class Host:
    """Renders and reports. Opens its device when told which, lives on without one, and tries again for it.

    With a `likely_rate` it has kit and plugins ready before that, to take a stopped process's place in no time.
    `take` gives it requests and chains from any thread. Thread: `run`, the renderer's.
    """

    def __init__(
        self, beacon: Beacon, likely_rate: int, rack: Callable[[Task], None], tell: Callable[[SoundStatus], None]
    ) -> None:
        self._beacon = beacon
        self._rack = rack
        self._tell = tell
        self._inbox: SimpleQueue[object] = SimpleQueue()
        self._wanted = ""
        self._likely_rate = likely_rate
        self._kit: Kit | None = None
        self._desk: Desk | None = None
        self._chain = Chain()
        self._backing: Backing | None = None
        self._rate = 0
        self._detail = ""
        self._report_due: Seconds = 0.0
        self._retry_due: Seconds = 0.0

    def take(self, message: object) -> None:
        """A request, a chain that is ready, or None when there is nobody to play for any more."""
        self._inbox.put(message)

    def run(self) -> None:
        """Play until None is taken."""
        if self._likely_rate:
            self._kit = Kit(self._likely_rate)
            self._tune(self._likely_rate)
        turn = 0
        while self._handle_all(_WAITS[turn % 2] if self._desk is not None else _IDLE):
            turn += 1
            self._beacon.beat()
            now = perf_counter()
            if self._desk is not None:
                self._play(self._desk, now)
            elif self._wanted not in ("", "none") and now >= self._retry_due:
                self._open()
            self._report(now)
        if self._desk is not None:
            self._desk.output.close()

    def _open(self) -> None:
        self._retry_due = perf_counter() + _RETRY_EVERY
        if PortAudio.pulse is not None and not PortAudio.pulse.beats:
            os._exit(STRANDED)  # JACK has died: PortAudio would hang or abort, only a new process can open a device
        rate = self._rate or _USUAL_RATE
        try:
            with self._beacon.playing(BUSY):
                output = DeviceOutput(self._wanted)
                rate = output.sample_rate
                kit, self._kit = self._kit, None
                self._desk = Desk(
                    output, kit if kit is not None and kit.sample_rate == rate else None, self._beacon.beat
                )
            self._detail = ""
            gc.freeze()
            if self._backing is not None:
                self._desk.stage.handle(self._backing)
        except DeviceError as problem:
            self._detail = str(problem)
        self._tune(rate)
        self._report_due = 0.0

    def _tune(self, rate: int) -> None:
        """Have the plugins opened for `rate`, and play on with those that are open for it already."""
        if rate != self._rate:
            self._rack(Left(self._chain.clear()))
            self._chain, self._rate = Chain(), rate
            self._rack(Rate(rate))
        elif self._desk is not None:
            self._desk.stage.handle(self._chain)

    def _handle_all(self, patience: Seconds) -> bool:
        """Wait for a request, at most `patience`, and do all that was asked; False once there is nobody to ask."""
        with suppress(Empty):
            request = self._inbox.get(timeout=patience)
            while request is not None:
                self._handle(request)
                request = self._inbox.get_nowait()
            return False
        return True

    def _handle(self, request: object) -> None:
        match request:
            case Begin(wanted):
                self._wanted = wanted
                if wanted == "none":
                    self._tune(self._rate or _USUAL_RATE)
            case Backing():
                self._backing = request
            case Chain():
                if self._desk is None:
                    request.follow(self._chain)
                self._chain = request
        if self._desk is not None:
            self._desk.stage.handle(request)

    def _play(self, desk: Desk, now: Seconds) -> None:
        if not desk.fill(now):
            self._detail = f"Sound output {desk.output.name!r} has gone. Plug it in again or choose another."
            self._desk = None
            self._retry_due = now + _RETRY_EVERY
            self._report_due = 0.0
            with self._beacon.playing(BUSY):
                desk.output.close()
        if left := desk.stage.chain.give_up():
            self._rack(Left(left))

    def _report(self, now: Seconds) -> None:
        if now < self._report_due:
            return
        self._report_due = now + _REPORT_EVERY
        desk = self._desk
        if desk is None:
            state = "failed" if self._detail else "off"
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


def main(beacon_path: str, likely_rate: str = "0", opener: Opener = open_plugin) -> None:
    """Be the sound process until the engine at the other end of stdin ends. Ctrl-C is the engine's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(0.0005)
    with suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.HIGH_PRIORITY_CLASS if sys.platform == "win32" else -10)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())  # whatever a plugin or library prints must not reach the engine
    with suppress(ImportError):
        import_module("pedalboard")  # now: later it would hold the interpreter for as long as a gap
    replies: Queue[Reply] = Queue(_UNREAD)

    def tell(reply: Reply) -> None:
        with suppress(Full):  # an engine that does not read costs a report, not the sound
            replies.put_nowait(reply)

    def tell_status(status: SoundStatus) -> None:
        faulthandler.dump_traceback_later(_STUCK, exit=True, file=nowhere)  # ends a process that nobody else can end
        tell(status)

    beacon = Beacon(Path(beacon_path))
    with suppress(OSError):
        beacon.path.unlink()  # both have it in memory now; where the system keeps it, the parent removes it
    rack = Rack(opener, beacon, lambda message: host.take(message), tell)
    host = Host(beacon, int(likely_rate), rack.put, tell_status)
    for name, work in (
        ("requests", lambda: _read(sys.stdin.buffer, host, rack)),
        ("replies", lambda: _write(out, replies)),
        ("renderer", lambda: _render(host)),
    ):
        Thread(target=work, name=name, daemon=True).start()
    rack.run()
    Event().wait(_LAST_WORD)


def _read(pipe: BinaryIO, host: Host, rack: Rack) -> None:
    """Hand out requests until the engine ends. Thread: one of its own."""
    try:
        while (request := read_message(pipe, Request)) is not None:
            if isinstance(request, SetChain | ShowEditor | ReadStates):
                rack.put(request)
            else:
                host.take(request)
    except (OSError, ValueError, msgspec.MsgspecError):
        pass  # a broken pipe or a broken message: either way the engine is of no more use
    host.take(None)
    rack.put(None)
    last = Timer(_LAST_WORD, os._exit, (1,))  # a sound system that hangs must not outlive the engine
    last.daemon = True
    last.start()


def _write(pipe: BinaryIO, replies: "Queue[Reply]") -> None:
    """Say what there is to say. Thread: one of its own, because the engine may be slow to listen."""
    with suppress(OSError):  # the engine has ended: `_read` hears of it too
        while True:
            write_message(pipe, replies.get())


def _render(host: Host) -> None:
    """Play to the end, then end the process. Thread: the renderer's."""
    try:
        host.run()
    finally:
        os._exit(0)  # without asking PortAudio, which waits for, or falls with, a sound system that has gone


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
