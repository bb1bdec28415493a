"""How long sound takes from livemusic through a cable and back: a burst is played and listened for."""

from dataclasses import dataclass
from statistics import median
from time import perf_counter, sleep
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.audio.devices import Device, PortAudio, choose
from livemusic.audio.inlet import Inlet
from livemusic.audio.source import Samples, Seconds
from livemusic.dsp.delay import HIGHEST_RATE, LOWEST_RATE, chirp, find_delay
from livemusic.errors import DeviceError

BURSTS = 8
#: Peak of what is played, -12 dB: clear of the noise, and no shock if it comes out of speakers.
LEVEL = 0.25
#: Nothing comes back later than this.
LONGEST: Seconds = 0.5
_BURST: Seconds = 0.1
_LEAD_IN: Seconds = 0.3
_GAP: Seconds = LONGEST + _BURST
#: Noise alone reaches 0.1, a clean cable 0.99, speaker and microphone in a room about 0.3.
_SURE = 0.2
_FULL = 0.999
_FLOOR_DB = -120.0
_CHANNELS = 2
_SILENT_FOR: Seconds = 3.0


@dataclass(frozen=True, slots=True)
class AudioLoop:
    """What came back of `sent` bursts: `delays_ms`, one for each that was found, and how it sounded.

    `peak_db`: of the bursts found, full scale is 0; `noise_db`: rms before the first. `silent`: every sample was
    exactly zero. `gaps`: how often the device lost sound, which may shift what comes later.
    """

    sample_rate: int
    sent: int
    delays_ms: tuple[float, ...]
    peak_db: float
    noise_db: float
    clipped: bool
    silent: bool
    gaps: int = 0

    @property
    def found(self) -> bool:
        """Whether most of the bursts came back."""
        return 2 * len(self.delays_ms) > self.sent

    @property
    def median_ms(self) -> float:
        return median(self.delays_ms)

    @property
    def spread_ms(self) -> float:
        """From the earliest to the latest."""
        return max(self.delays_ms) - min(self.delays_ms)


def score(sample_rate: int) -> Samples:
    """All that is played, float32 `(n,)`: a moment of silence, then the bursts, each with room to come back in."""
    burst = np.float32(LEVEL) * chirp(sample_rate, _BURST)
    played = np.zeros(_at(BURSTS, sample_rate), np.float32)
    for number in range(BURSTS):
        start = _at(number, sample_rate)
        played[start : start + len(burst)] = burst
    return played


def examine(recording: npt.NDArray[np.float32], sample_rate: int, gaps: int = 0) -> AudioLoop:
    """What came back, in a `recording` `(n, channels)` that began with the first sample of `score`."""
    recording = np.nan_to_num(recording, nan=0.0, posinf=0.0, neginf=0.0)
    loudest = recording[:, int(np.abs(recording).max(axis=0).argmax())]
    burst = chirp(sample_rate, _BURST)
    delays, peaks = [], []
    for number in range(BURSTS):
        stretch = loudest[_at(number, sample_rate) : _at(number + 1, sample_rate)]
        delay = find_delay(burst, stretch)
        if delay.confidence >= _SURE:
            delays.append(1e3 * delay.samples / sample_rate)
            peaks.append(float(np.abs(stretch[delay.samples : delay.samples + len(burst)]).max()))
    quiet = loudest[: _at(0, sample_rate)].astype(np.float64)
    return AudioLoop(
        sample_rate=sample_rate,
        sent=BURSTS,
        delays_ms=tuple(delays),
        peak_db=_decibels(median(peaks) if peaks else 0.0),
        noise_db=_decibels(float(np.sqrt(np.mean(quiet**2)))),
        clipped=any(peak >= _FULL for peak in peaks),
        silent=not recording.any(),
        gaps=gaps,
    )


def measure(source: str, sound_out: str) -> AudioLoop:
    """Play through the output `sound_out`, listen at the input `source`, `default` or by name: takes five seconds.

    Both belong to one stream with the buffers that livemusic uses, and begin in the same block, so the delay is counted
    in samples and no clock is read. `DeviceError` says what is missing.
    """
    heard, played = choose(source, "input"), choose(sound_out, "output")
    if heard.host != played.host:
        raise DeviceError(
            f"{heard.name!r} belongs to {heard.host}, {played.name!r} to {played.host}: a loop is measured within one "
            "sound system. Choose both from the same; 'livemusic devices' lists them."
        )
    rate = played.sample_rate
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise DeviceError(f"Sound output {played.name!r} runs at {rate} Hz. Set it to 44100 or 48000.")
    inlet = Inlet(heard, "input")
    try:
        stream, channels = _open(heard, played)
    except DeviceError:
        inlet.close()
        raise
    PortAudio.streams.append(stream)
    try:
        sound = np.repeat(score(rate)[:, None], channels[1], axis=1)
        memory = bytearray(4 * channels[0] * len(sound))
        actions = stream.record_buffer(memory, channels[0]), stream.play_buffer(sound, channels[1])
        _let_run(stream, inlet, actions, len(sound) / rate, f"{heard.name!r} or {played.name!r}")
    finally:
        PortAudio.streams.remove(stream)
        inlet.close()
        if not PortAudio.lost():  # its server would be waited for
            stream.close()
    gaps = int(actions[0].stats.input_overflows + actions[1].stats.output_underflows)
    return examine(np.frombuffer(memory, np.float32).reshape(-1, channels[0]), rate, gaps)


def _open(heard: Device, played: Device) -> tuple[Any, tuple[int, int]]:
    import rtmixer
    import sounddevice

    channels = min(heard.inputs, _CHANNELS), min(played.outputs, _CHANNELS)
    try:
        stream = rtmixer.MixerAndRecorder(
            device=(heard.index, played.index),
            channels=channels,
            samplerate=played.sample_rate,
            latency=("high", "low"),  # as `DeviceSource` and `DeviceOutput` ask for
        )
    except (sounddevice.PortAudioError, ValueError) as problem:
        raise DeviceError(
            f"Sound input {heard.name!r} and output {played.name!r} do not open together ({problem}). "
            f"Set both to {played.sample_rate} Hz, and end what uses them."
        ) from problem
    return stream, channels


def _let_run(stream: Any, inlet: Inlet, actions: tuple[Any, ...], length: Seconds, what: str) -> None:
    """Start, and wait until everything is played and recorded."""
    import sounddevice

    gone = DeviceError(f"Sound device {what} stopped in the middle. Plug it in again or choose another.")
    try:
        stream.start()
    except sounddevice.PortAudioError as problem:
        raise DeviceError(f"Sound device {what} does not start ({problem}). Plug it in again.") from problem
    inlet.settle()
    end = perf_counter() + length + _SILENT_FOR
    while any(action in stream.actions for action in actions):
        if not stream.active or perf_counter() > end:
            raise gone
        sleep(0.02)


def _at(number: int, sample_rate: int) -> int:
    """The first sample of burst `number`."""
    return round((_LEAD_IN + number * _GAP) * sample_rate)


def _decibels(amplitude: float) -> float:
    return max(_FLOOR_DB, 20 * float(np.log10(amplitude))) if amplitude > 0 else _FLOOR_DB
