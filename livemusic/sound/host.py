"""The sound process: takes MIDI with its moments, renders kit and backing ahead of the speakers, says how it goes."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import copysign
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import perf_counter, sleep
from typing import BinaryIO

import msgspec

from livemusic.audio.output import DeviceOutput
from livemusic.errors import DeviceError, MediaError
from livemusic.sound.backing import BackingTrack, Samples
from livemusic.sound.kit import Kit, limit
from livemusic.sound.protocol import Backing, Events, Gain, Request, Seconds, SoundStatus, read_message, write_message

BLOCK = 256
#: Frames kept queued in front of the speakers.
_QUEUE = 3 * BLOCK
#: A block is rendered this long after the events in it were due, so that late news still find their place.
_GRACE: Seconds = 0.004
#: A clock error beyond this is jumped.
_JUMP: Seconds = 0.050
#: The smoothed error of the frames' clock may reach this; then it is corrected, a tenth of a sample at a time.
_SLACK: Seconds = 0.004
_SMOOTH, _SLEW = 0.002, 2e-6
_REPORT_EVERY: Seconds = 0.5
_IDLE: Seconds = 0.02


class Renderer:
    """Renders block after block and keeps the frames' clock in step with `time.perf_counter`.

    The event due at `d` sounds on frame `(d - epoch) * rate`. `epoch` stands still, so that hits keep their distance to
    the sample, until the two clocks have drifted apart; then it creeps. Thread: the host's main one.
    """

    def __init__(self, output: DeviceOutput) -> None:
        self.kit = Kit(output.sample_rate)
        self.gain = Gain()
        self.backing: BackingTrack | None = None
        self.latency: Seconds = _QUEUE / output.sample_rate + output.latency + _GRACE
        self._output = output
        self._rate = output.sample_rate
        self._epoch: Seconds | None = None
        self._error: Seconds = 0.0
        self._times: deque[float] = deque(maxlen=1000)

    @property
    def load(self) -> float:
        """The 99th percentile of a block's rendering time, in parts of the block's length."""
        ranked = sorted(self._times)
        return ranked[int(0.99 * (len(ranked) - 1))] * self._rate / BLOCK if ranked else 0.0

    def play(self, batch: tuple[tuple[Seconds, bytes], ...], now: Seconds) -> None:
        """Put events on their frames."""
        epoch = self._epoch if self._epoch is not None else now - _GRACE
        for due, data in batch:
            self.kit.play(round((due - epoch) * self._rate), data)

    def fill(self, now: Seconds) -> None:
        """Render as much as the queue wants."""
        self._keep_step(now)
        while self._output.queued < _QUEUE:
            begun = perf_counter()
            self._output.write(self._block())
            self._times.append(perf_counter() - begun)
        self._output.keep_playing()

    def _block(self) -> Samples:
        assert self._epoch is not None
        at = self._epoch + self.kit.position / self._rate
        sound = self.kit.mix(BLOCK) * self.gain.kit
        if self.backing is not None:
            sound += self.gain.backing * self.backing.read(at, BLOCK)
        return limit(sound)

    def _keep_step(self, now: Seconds) -> None:
        """Let the frame rendered last, when the queue is full, be due at `now - grace`, give or take the slack."""
        played = self.kit.position - self._output.queued
        wanted = now - _GRACE - (played + _QUEUE) / self._rate
        if self._epoch is None or abs(wanted - self._epoch) > _JUMP:
            self._epoch, self._error = wanted, 0.0
            return
        self._error += _SMOOTH * (wanted - self._epoch - self._error)
        if abs(self._error) > _SLACK:
            step = copysign(_SLEW, self._error)
            self._epoch += step
            self._error -= step


class Host:
    """Reads requests, renders, reports. Opens its device by name, and lives on without one."""

    def __init__(self, wanted: str, tell: Callable[[SoundStatus], None]) -> None:
        self._wanted = wanted
        self._tell = tell
        self._inbox: SimpleQueue[Request | None] = SimpleQueue()
        self._output: DeviceOutput | None = None
        self._renderer: Renderer | None = None
        self._detail = ""
        self._report_due: Seconds = 0.0

    def listen(self, pipe: BinaryIO) -> None:
        """Take requests until the engine ends. Thread: one of its own."""
        try:
            while (request := read_message(pipe, Request)) is not None:
                self._inbox.put(request)
        except (OSError, ValueError, msgspec.MsgspecError):
            pass  # a broken pipe or a broken message: either way the engine is of no more use
        self._inbox.put(None)

    def run(self) -> None:
        """Play until `listen` has ended."""
        self._open()
        try:
            while self._handle_all():
                self._play()
                self._report()
                sleep(BLOCK / 48000 / 2 if self._output is not None else _IDLE)
        finally:
            if self._output is not None:
                self._output.close()

    def _open(self) -> None:
        if self._wanted == "none":
            self._detail = "no output device was asked for"
            return
        try:
            self._output = DeviceOutput(self._wanted)
            self._renderer = Renderer(self._output)
        except DeviceError as problem:
            self._detail = str(problem)

    def _handle_all(self) -> bool:
        """Do what was asked; False once there is nobody to ask."""
        while True:
            try:
                request = self._inbox.get_nowait()
            except Empty:
                return True
            if request is None:
                return False
            if self._renderer is not None:
                self._handle(request, self._renderer)

    def _handle(self, request: Request, renderer: Renderer) -> None:
        match request:
            case Events(batch):
                renderer.play(batch, perf_counter())
            case Gain():
                renderer.gain = request
            case Backing(None):
                renderer.backing = None
            case Backing(path, started_at, rate):
                try:
                    renderer.backing = BackingTrack(Path(path), started_at, rate, renderer.kit.sample_rate)
                except MediaError as problem:
                    self._detail = str(problem)

    def _play(self) -> None:
        if self._output is None or self._renderer is None:
            return
        if not self._output.active:
            self._detail = f"Sound output {self._output.name!r} has gone. Plug it in again or choose another."
            self._output.close()
            self._output = None
            return
        self._renderer.fill(perf_counter())

    def _report(self) -> None:
        now = perf_counter()
        if now < self._report_due:
            return
        self._report_due = now + _REPORT_EVERY
        output, renderer = self._output, self._renderer
        if output is None or renderer is None:
            state = "off" if self._wanted == "none" else "failed"
            self._tell(SoundStatus(state=state, detail=self._detail, pid=os.getpid()))
            return
        self._tell(
            SoundStatus(
                state="on",
                device=output.name,
                sample_rate=output.sample_rate,
                latency_ms=1e3 * renderer.latency,
                xruns=output.underflows,
                late=renderer.kit.late,
                load=renderer.load,
                pid=os.getpid(),
                detail=self._detail,
            )
        )


def main(wanted: str) -> None:
    """Be the sound process until the engine at the other end of stdin ends. Ctrl-C is the engine's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
    )  # whatever a library prints must not reach the engine

    def tell(status: SoundStatus) -> None:
        with suppress(OSError):  # the engine has ended: `listen` hears of it too
            write_message(out, status)

    host = Host(wanted, tell)
    Thread(target=host.listen, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    host.run()


if __name__ == "__main__":
    main(sys.argv[1])
