"""A sound device that is played through: blocks go into a ring buffer that is emptied in C."""

from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.audio.devices import Device, PortAudio, choose, trusted
from livemusic.audio.graph import JackGraph
from livemusic.audio.inlet import named
from livemusic.audio.source import Samples, Seconds
from livemusic.dsp.mixdown import Mixdown
from livemusic.errors import DeviceError

#: Frames the ring can hold; a power of two, and more than is ever queued.
_RING = 1 << 13
_PAIR = 2


class DeviceOutput:
    """Plays float32 through the device `wanted` (`default` for the system's choice) at its own rate.

    It has so many `outputs`, and is opened for so many `pairs` of them: one where it has no more, or opens no more.
    No Python runs in the sound card's callback. Keep `queued` above a few blocks: when it runs dry there is a
    gap, counted in `underflows`. From when it has taken a frame to the speaker is `latency`, and `cycle` where frames
    are taken for longer than that. Thread: one. `DeviceError` says what is missing.
    """

    def __init__(self, wanted: str, pairs: int = 1) -> None:
        with PortAudio.changing:
            device = choose(wanted, "output")
            self.name = device.name
            self.sample_rate = device.sample_rate
            self.underflows = 0
            self.outputs = device.outputs
            self.pairs = pairs if self.has(pairs) else 1
            graph = JackGraph(f"{PortAudio.client_name} out") if device.on_jack else None
            before = graph.outputs() if graph is not None else ()
            self._mixdown = Mixdown(_PAIR, self.sample_rate) if device.outputs < _PAIR else None
            self._stream: Any = self._opened(device)
            PortAudio.streams.append(self._stream)
            self.cycle: Seconds = 0.0
            if graph is not None:
                self.cycle = graph.cycle / self.sample_rate
                ours = f"{PortAudio.jack_name()}:"
                named(graph, [port for port in graph.outputs(ours) if port not in before], "output")
                graph.close()
        import rtmixer

        self.latency: Seconds = trusted(self._stream.latency)
        self._ring = rtmixer.RingBuffer(4 * min(self.outputs, _PAIR * self.pairs), _RING)
        self._action: Any = None

    def has(self, pairs: int) -> bool:
        """Whether the device has so many pairs of outputs."""
        return self.outputs >= _PAIR * pairs

    def _opened(self, device: Device) -> Any:
        """A running stream."""
        if self.pairs > 1:
            try:
                return _opened(device, _PAIR * self.pairs)
            except DeviceError:
                self.outputs, self.pairs = _PAIR, 1  # it has more, but not for us
        return _opened(device, min(device.outputs, _PAIR))

    @property
    def queued(self) -> int:
        """Frames that wait to be played."""
        return int(self._ring.read_available)

    @property
    def active(self) -> bool:
        """False once the device has gone."""
        return bool(self._stream.active)

    def write(self, block: Samples) -> None:
        """Queue `(frames, 2 * pairs)`; what does not fit is dropped."""
        samples: npt.NDArray[np.float32] = block if self._mixdown is None else self._mixdown.push(block)
        self._ring.write(np.ascontiguousarray(samples))

    def keep_playing(self) -> None:
        """Begin to play what is queued, or begin again after a gap."""
        if self._action is None or self._action not in self._stream.actions:
            self.underflows += self._action is not None
            self._action = self._stream.play_ringbuffer(self._ring)

    def close(self) -> None:
        with PortAudio.changing:
            if self._stream in PortAudio.streams:
                PortAudio.streams.remove(self._stream)
                if self._stream.active:
                    self._stream.close()


def _opened(device: Device, channels: int) -> Any:
    """A running stream."""
    import rtmixer
    import sounddevice

    try:
        stream = rtmixer.Mixer(device=device.index, channels=channels, samplerate=device.sample_rate, latency="low")
        stream.start()
    except (sounddevice.PortAudioError, ValueError) as problem:
        raise DeviceError(
            f"Sound output {device.name!r} cannot be opened ({problem}). Is another program using it alone?"
        ) from problem
    return stream
