"""A sound device that is played along with: what comes in goes out again as soon as it can."""

from contextlib import suppress
from typing import Any

import numpy as np

from livemusic.audio.devices import Device, PortAudio, choose, trusted
from livemusic.audio.inlet import Inlet
from livemusic.audio.source import Samples, Seconds
from livemusic.errors import DeviceError

#: Frames the ring can hold, a third of a second: nobody wants to hear more of the past. A power of two.
_RING = 1 << 14
_CHANNELS = 2
_SILENT_FOR: Seconds = 1.0


class LiveInput:
    """Listens to the device `wanted` in stereo (its first two channels, or one on both sides), from now on.

    At `sample_rate` where the device can, otherwise at its own. No Python runs in the sound card's callback, and an
    open output is not disturbed; the devices that can be found are those of when it was opened. `DeviceError` says what
    is wrong. Thread: one opens, checks and closes; one other reads.
    """

    def __init__(self, wanted: str, sample_rate: int) -> None:
        with PortAudio.changing:
            device = choose(wanted, "input")
            self.name = device.name
            self._channels = min(device.inputs, _CHANNELS)
            self._inlet = Inlet(device, "live")
            try:
                self._stream: Any = _opened(device, self._channels, sample_rate)
                self._inlet.settle()
            except DeviceError:
                self._inlet.close()
                raise
            PortAudio.streams.append(self._stream)
            import rtmixer

            self.sample_rate = round(self._stream.samplerate)
            self.latency: Seconds = trusted(self._stream.latency)
            self._ring = rtmixer.RingBuffer(4 * self._channels, _RING)
            self._action = self._stream.record_ringbuffer(self._ring)
        self._reads = 0
        self._seen = (0, 0.0)
        self._closed = False

    def read(self) -> Samples:
        """What has arrived since it was last asked, float32 `(frames, 2)`. Never waits."""
        if self._closed:
            return np.zeros((0, _CHANNELS), np.float32)
        data = self._ring.read()
        if self._action not in self._stream.actions:  # the ring was full, and recording ended there
            self._action = self._stream.record_ringbuffer(self._ring)
        self._reads += len(data) > 0
        samples = np.frombuffer(data, np.float32).reshape(-1, self._channels)
        return samples if self._channels == _CHANNELS else samples.repeat(_CHANNELS, axis=1)

    def check(self, now: Seconds) -> None:
        """Asked a few times a second: `DeviceError` once the device has gone."""
        reads, since = self._seen
        if reads != self._reads or not since:
            self._seen = self._reads, now
        quiet = now - self._seen[1] > _SILENT_FOR
        if quiet or not self._stream.active or not self._inlet.there:
            raise DeviceError(f"Live input {self.name!r} has gone. It is heard again once it is back.")

    def close(self) -> None:
        """End it; from then on it is silent."""
        with PortAudio.changing:
            if self._closed or PortAudio.lost():
                return  # JACK has died: PortAudio would wait for it
            self._closed = True
            self._inlet.close()
            PortAudio.streams.remove(self._stream)
            with suppress(Exception):  # a device that was pulled out may not even close
                self._stream.close()


def _opened(device: Device, channels: int, sample_rate: int) -> Any:
    """A running stream at `sample_rate`, or else at the device's own."""
    import rtmixer
    import sounddevice

    options = {"device": device.index, "channels": channels, "latency": "low"}
    try:
        try:
            stream = rtmixer.Recorder(samplerate=sample_rate, **options)
        except sounddevice.PortAudioError:
            stream = rtmixer.Recorder(samplerate=device.sample_rate, **options)
        try:
            stream.start()
        except sounddevice.PortAudioError:
            stream.close()
            raise
    except (sounddevice.PortAudioError, ValueError) as problem:
        raise DeviceError(
            f"Live input {device.name!r} cannot be opened ({problem}). Is it plugged in, or used by another program?"
        ) from problem
    return stream
