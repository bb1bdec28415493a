"""A sound device that is played along with: what comes in goes out again as soon as it can."""

from contextlib import suppress
from typing import Any

import numpy as np

from livemusic.audio.devices import Device, PortAudio, choose, trusted
from livemusic.audio.presence import Presence
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
            device = _find(wanted)
            self.name = device.name
            self._presence = Presence(device.name if device.host.startswith("JACK") else "")
            self._channels = min(device.inputs, _CHANNELS)
            try:
                if not self._presence.there:
                    raise DeviceError(f"Live input {self.name!r} is not there. It is heard once it is.")
                self._stream: Any = _opened(device, self._channels, sample_rate)
            except DeviceError:
                self._presence.close()
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
        if quiet or not self._stream.active or not self._presence.there:
            raise DeviceError(f"Live input {self.name!r} has gone. It is heard again once it is back.")

    def close(self) -> None:
        """End it; from then on it is silent."""
        with PortAudio.changing:
            if self._closed or (PortAudio.pulse is not None and not PortAudio.pulse.beats):
                return  # JACK has died: PortAudio would wait for it
            self._closed = True
            PortAudio.streams.remove(self._stream)
            with suppress(Exception):  # a device that was pulled out may not even close
                self._stream.close()
            self._presence.close()


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


def _find(wanted: str) -> Device:
    try:
        return choose(wanted, "input")
    except DeviceError as problem:
        late = "One that came after the sound began is found when the sound output is chosen again."
        raise DeviceError(f"{problem} {late}") from problem
