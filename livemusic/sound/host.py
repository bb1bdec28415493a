"""The sound process: takes MIDI with its moments, renders kit, backing and plugins ahead of the speakers.

Five threads: one reads what the engine asks, one renders (`Host`), one opens the live input (`Ear`), one makes matched
voices (`Fitter`), and the main one tends the plugins (`Rack`), because they may be opened and shown on no other.
"""

import faulthandler
import gc
import os
import signal
import sys
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
from livemusic.audio.live import LiveInput
from livemusic.audio.output import DeviceOutput
from livemusic.errors import DeviceError
from livemusic.sound.balance import Balance
from livemusic.sound.beacon import BUSY, Beacon
from livemusic.sound.desk import Desk
from livemusic.sound.ear import Ear, Heard
from livemusic.sound.fitter import Fitter, Refit
from livemusic.sound.kit import Kit
from livemusic.sound.plugins.chain import Chain
from livemusic.sound.plugins.hosted import Opener
from livemusic.sound.plugins.pedal import open_plugin
from livemusic.sound.plugins.rack import Left, Rack, Rate, Task
from livemusic.sound.protocol import (
    STRANDED,
    Backing,
    Begin,
    ClickTo,
    KitTold,
    Levels,
    LiveIn,
    Matched,
    PlayKit,
    Prepare,
    ReadStates,
    Record,
    Recorded,
    Reply,
    Request,
    Seconds,
    SetChain,
    ShowEditor,
    Song,
    SoundStatus,
    Voices,
    read_message,
    write_message,
)

#: Two uneven waits, so that looking at the device falls on every phase of its blocks.
_WAITS: tuple[Seconds, Seconds] = (0.0017, 0.0023)
_RETRY_EVERY: Seconds = 5.0
_REPORT_EVERY: Seconds = 0.5
_IDLE: Seconds = 0.1
_LAST_WORD: Seconds = 2.0
_STUCK: Seconds = 30.0
#: What plugins are opened for where no device says anything else.
_USUAL_RATE = 48000
_UNREAD = 64


class Host:
    """Renders and reports. Opens its device when told which, lives on without one, and tries again for it.

    With a `likely_rate` it has kit and plugins ready before that, to take a stopped process's place in no time.
    `take` gives it requests, chains and inputs from any thread. Thread: `run`, the renderer's.
    """

    def __init__(
        self,
        beacon: Beacon,
        likely_rate: int,
        rack: Callable[[Task], None],
        ear: Ear,
        fitter: Fitter,
        tell: Callable[[SoundStatus], None],
        record: Callable[[Recorded | Levels | KitTold], None] = lambda told: None,
    ) -> None:
        self._beacon = beacon
        self._rack = rack
        self._ear = ear
        self._fitter = fitter
        self._matched, self._samples = Matched(), PlayKit()
        self._balance = Balance()
        self._live_in, self._pairs = "none", 1
        self._voices: Voices | None = None
        self._tell = tell
        self._recorded = record
        self._record = Record(False)
        self._inbox: SimpleQueue[object] = SimpleQueue()
        self._wanted = ""
        self._likely_rate = likely_rate
        self._kit: Kit | None = None
        self._desk: Desk | None = None
        self._chain = Chain()
        self._backing: Backing | None = None
        self._song: Song | None = None
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
        if PortAudio.lost():
            os._exit(STRANDED)  # JACK has died: a new process opens its device sooner than this one finds its way
        rate = self._rate or _USUAL_RATE
        try:
            with self._beacon.playing(BUSY):
                output = DeviceOutput(self._wanted, self._pairs)
                rate = output.sample_rate
                kit, self._kit = self._kit, None
                self._desk = Desk(
                    output,
                    kit if kit is not None and kit.sample_rate == rate else None,
                    self._beacon.beat,
                    self._recorded,
                )
            self._detail = ""
            gc.freeze()
            for kept in (self._backing, self._song, self._voices, self._balance):
                self._desk.stage.handle(kept)
            self._fit()
            self._desk.record(self._recorded if self._record.on else None)
            self._ear.want(self._live_in, rate)
        except DeviceError as problem:
            self._detail = str(problem)
        self._tune(rate)
        self._report_due = 0.0

    def _fit(self) -> None:
        """Have the kit's voices made as they are wanted."""
        if self._desk is not None:
            matched = self._matched
            self._fitter.want(self._desk.stage.kit, matched.voices, self._samples.wanted, matched.at)

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
            case ClickTo(pairs):
                self._pairs = pairs
                desk = self._desk
                if desk is not None and desk.output.pairs != (pairs if desk.output.has(pairs) else 1):
                    self._leave(desk)
            case Backing():
                self._backing = request
            case Song():
                self._song = request
            case Record(on):
                self._record = request
                if self._desk is not None:
                    self._desk.record(self._recorded if on else None)
            case Balance():
                self._balance = request
            case Voices():
                self._voices = request
            case Matched():
                self._matched = request
                self._fit()
            case PlayKit():
                self._samples = request
                self._fit()
            case Prepare(voices):
                if self._desk is not None:
                    self._fitter.prepare(self._desk.stage.kit, voices)
            case Refit():
                self._recorded(request.told)
            case LiveIn(wanted):
                self._live_in = wanted
                if self._desk is not None:
                    self._ear.want(wanted, self._desk.output.sample_rate)
            case Heard() if self._desk is not None:
                self._desk.hear(request)
            case Chain():
                if self._desk is None:
                    request.follow(self._chain)
                self._chain = request
        if self._desk is not None:
            self._desk.stage.handle(request)

    def _play(self, desk: Desk, now: Seconds) -> None:
        if not desk.fill(now):
            self._detail = f"Sound output {desk.output.name!r} has gone. Plug it in again or choose another."
            self._leave(desk)
            self._retry_due = now + _RETRY_EVERY
            self._report_due = 0.0
        if left := desk.stage.chain.give_up():
            self._rack(Left(left))

    def _leave(self, desk: Desk) -> None:
        """Close the device; it is opened anew at once."""
        self._desk, self._retry_due = None, 0.0
        self._ear.want("none", 0)
        desk.stage.close()
        with self._beacon.playing(BUSY):
            desk.output.close()

    def _report(self, now: Seconds) -> None:
        if now < self._report_due:
            return
        self._report_due = now + _REPORT_EVERY
        desk = self._desk
        if desk is None:
            state = "failed" if self._detail else "off"
            detail = "No output device was asked for." if self._wanted == "none" else self._detail
            live_in = "off" if self._live_in == "none" else "failed"
            missing = "" if live_in == "off" else "It is heard once there is a sound output."
            self._tell(
                SoundStatus(state=state, detail=detail, pid=os.getpid(), live_in=live_in, live_in_detail=missing)
            )
            return
        hearing = self._ear.hearing
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
                live_in=hearing.state,
                live_in_detail=hearing.detail,
                live_in_ms=1e3 * desk.live_latency,
                outputs=desk.output.outputs,
                live_in_gaps=desk.stage.live.gaps if desk.stage.live is not None else 0,
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

    PortAudio.client_name = "livemusic sound"
    beacon = Beacon(Path(beacon_path))
    with suppress(OSError):
        beacon.path.unlink()  # both have it in memory now; where the system keeps it, the parent removes it
    rack = Rack(opener, beacon, lambda message: host.take(message), tell)
    ear = Ear(LiveInput, lambda message: host.take(message))
    fitter = Fitter(lambda message: host.take(message))
    host = Host(beacon, int(likely_rate), rack.put, ear, fitter, tell_status, tell)
    for name, work in (
        ("requests", lambda: _read(sys.stdin.buffer, host, rack)),
        ("replies", lambda: _write(out, replies)),
        ("ear", ear.run),
        ("fitter", fitter.run),
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
