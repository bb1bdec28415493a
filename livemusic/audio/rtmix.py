"""A sound device that is listened to, through PortAudio and a ring buffer filled in C."""

from contextlib import suppress
from typing import Any

import numpy as np

from livemusic.audio.devices import PortAudio, choose, input_names, output_names
from livemusic.audio.graph import hangs
from livemusic.audio.inlet import Inlet
from livemusic.audio.source import LONGEST_READ, Samples, Seconds, Tap
from livemusic.dsp.mixdown import Mixdown
from livemusic.errors import DeviceError

__all__ = ["DeviceSource", "input_names", "output_names"]

#: Sound waits this long for its reader, in samples (11 s at 48 kHz); a power of two.
_RING = 1 << 19
_SILENT_FOR: Seconds = 2.0
_LOOK_EVERY: Seconds = 0.25
_CHANNELS = 2


class DeviceSource:
    """Listens to the device `wanted` (`default`: the system's choice) at its own rate, its first two channels mixed.

    On JACK: to a program's main outputs, or to any ports by name. No Python runs in the sound card's callback. Opened
    here, running from `start`. `DeviceError` says what is missing, and from `read` that the device has gone.
    Thread: one reads; the loader opens, starts and closes.
    """

    done = False
    late: Seconds = 0.0

    def __init__(self, wanted: str) -> None:
        self.tap: Tap | None = None
        with PortAudio.changing:
            device = choose(wanted, "input")
            import rtmixer
            import sounddevice

            self.name = device.name
            self.sample_rate = device.sample_rate
            self._on_jack = device.on_jack
            self._channels = min(device.inputs, _CHANNELS)
            self._mixdown = Mixdown(self._channels, self.sample_rate)
            self._inlet = Inlet(device, "input")
            try:
                self._stream: Any = rtmixer.Recorder(
                    device=device.index, channels=self._channels, samplerate=device.sample_rate
                )
            except (sounddevice.PortAudioError, ValueError) as problem:
                self._inlet.close()
                raise DeviceError(
                    f"Sound input {device.name!r} cannot be opened ({problem}). "
                    "Is another program using it, or is it set to another sample rate?"
                ) from problem
            PortAudio.streams.append(self._stream)
        self._ring = rtmixer.RingBuffer(4 * self._channels, _RING)
        self._action = self._stream.record_ringbuffer(self._ring)
        self._lost_by_device = 0
        self._overruns = 0
        self._heard = 0
        self._last: Seconds | None = None
        self._look_due: Seconds = 0.0
        self._closed = False

    @property
    def overflows(self) -> int:
        """How often sound was lost: in the device, or because nobody read for eleven seconds."""
        return self._overruns + self._lost_by_device + int(self._action.stats.input_overflows)

    @property
    def remark(self) -> str:
        """What the musician should know of what is heard; `` where there is nothing to say."""
        return self._mixdown.remark(f"Sound input {self.name!r}")

    def start(self, at: Seconds) -> None:
        """Begin now: a device cannot wait. `DeviceError` if it refuses."""
        import sounddevice

        with PortAudio.changing:
            try:
                self._stream.start()
            except sounddevice.PortAudioError as problem:
                raise DeviceError(
                    f"Sound input {self.name!r} does not start ({problem}). Plug it in again."
                ) from problem
            self._inlet.settle()
            self._ring.read()  # what came before the cables were right
        self._last = at

    def read(self, now: Seconds) -> Samples:
        if self._last is None or self._closed:
            return np.empty(0, np.float32)
        data = self._ring.read(int(LONGEST_READ * self.sample_rate))
        if len(data):
            self._last = now
        elif not self._stream.active or now - self._last > _SILENT_FOR:
            raise self._gone()
        if now >= self._look_due:
            self._look_due = now + _LOOK_EVERY
            if not self._inlet.there:
                raise self._gone()
        if self._action not in self._stream.actions:
            self._go_on()
        samples = np.frombuffer(data, np.float32).reshape(-1, self._channels)
        self._heard += len(samples)
        if self.tap is not None and len(samples):
            waiting = len(samples) + self._ring.read_available
            self.tap(now - waiting / self.sample_rate, samples)
        return self._mixdown.push(samples)

    def position(self, now: Seconds) -> Seconds:
        return self._heard / self.sample_rate

    def close(self) -> None:
        with PortAudio.changing:
            if self._closed:
                return
            self._closed = True
            self._inlet.close()
            if self._stream in PortAudio.streams and not PortAudio.lost():
                if self._on_jack and hangs():
                    PortAudio.left.append(self._stream)
                    return
                PortAudio.streams.remove(self._stream)
                with suppress(Exception):  # a device that was pulled out may not even close
                    self._stream.close()

    def _gone(self) -> DeviceError:
        return DeviceError(f"Sound input {self.name!r} has gone. It is heard again once it is back.")

    def _go_on(self) -> None:
        """The ring was full and recording ended there: record again, and count it."""
        self._overruns += 1
        self._lost_by_device += int(self._action.stats.input_overflows)
        self._action = self._stream.record_ringbuffer(self._ring)
