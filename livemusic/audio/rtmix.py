"""A sound device that is listened to, through PortAudio and a ring buffer filled in C."""

from typing import Any

import numpy as np

from livemusic.audio.devices import PortAudio, choose, hangs, input_names, output_names
from livemusic.audio.source import LONGEST_READ, Samples, Seconds
from livemusic.errors import DeviceError

__all__ = ["DeviceSource", "input_names", "output_names"]

#: Sound waits this long for its reader, in samples (11 s at 48 kHz); a power of two.
_RING = 1 << 19
_SILENT_FOR: Seconds = 2.0
_CHANNELS = 2


class DeviceSource:
    """Listens to the device `wanted` (`default`: the system's choice) at its own rate, its first two channels mixed.

    No Python runs in the sound card's callback. Opened here, running from `start`. `DeviceError` says what is missing,
    and from `read` that the device has gone. Thread: one reads; the loader opens, starts and closes.
    """

    done = False

    def __init__(self, wanted: str) -> None:
        device = choose(wanted, "input")
        import rtmixer
        import sounddevice

        self.name = device.name
        self.sample_rate = device.sample_rate
        self._channels = min(device.inputs, _CHANNELS)
        self._on_jack = device.host.startswith("JACK")
        if self._on_jack and PortAudio.stranded:
            raise DeviceError("JACK ended while it was listened to. Start it, then livemusic again, to go on with it.")
        try:
            self._stream: Any = rtmixer.Recorder(
                device=device.index, channels=self._channels, samplerate=device.sample_rate
            )
        except (sounddevice.PortAudioError, ValueError) as problem:
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
        self._closed = False

    @property
    def overflows(self) -> int:
        """How often sound was lost: in the device, or because nobody read for eleven seconds."""
        return self._overruns + self._lost_by_device + int(self._action.stats.input_overflows)

    def start(self, at: Seconds) -> None:
        """Begin now: a device cannot wait. `DeviceError` if it refuses."""
        import sounddevice

        self._last = at
        try:
            self._stream.start()
        except sounddevice.PortAudioError as problem:
            raise DeviceError(f"Sound input {self.name!r} does not start ({problem}). Plug it in again.") from problem

    def read(self, now: Seconds) -> Samples:
        if self._last is None or self._closed:
            return np.empty(0, np.float32)
        data = self._ring.read(int(LONGEST_READ * self.sample_rate))
        if len(data):
            self._last = now
        elif not self._stream.active or now - self._last > _SILENT_FOR:
            raise DeviceError(f"Sound input {self.name!r} has gone. Plug it in again or choose another.")
        if self._action not in self._stream.actions:
            self._go_on()
        samples = np.frombuffer(data, np.float32).reshape(-1, self._channels)
        self._heard += len(samples)
        mono: Samples = samples.mean(axis=1, dtype=np.float32)
        return mono

    def position(self, now: Seconds) -> Seconds:
        return self._heard / self.sample_rate

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._on_jack and self._last is not None and not self._stream.active:
            PortAudio.stranded = True
            return
        if self._on_jack and hangs():
            PortAudio.left.append(self._stream)
            return
        self._stream.close()
        PortAudio.streams.remove(self._stream)

    def _go_on(self) -> None:
        """The ring was full and recording ended there: record again, and count it."""
        self._overruns += 1
        self._lost_by_device += int(self._action.stats.input_overflows)
        self._action = self._stream.record_ringbuffer(self._ring)
