"""The sound devices of this machine, by name; PortAudio itself is started and asked only here."""

import atexit
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

from livemusic.errors import DeviceError
from livemusic.jack import JackPulse, mute_jack, require_jack

#: Where one device is offered several times, the first of these is taken: they disturb the sound least.
_HOSTS = ("ASIO", "Windows WASAPI", "Core Audio", "JACK Audio Connection Kit", "ALSA", "Windows DirectSound", "MME")
#: MME cuts names to this length.
_CUT = 31


#: What goes on without a device.
_WITHOUT = {"input": "A file can be listened to without.", "output": "MIDI plays without."}


@dataclass(frozen=True, slots=True)
class Device:
    """`index` is PortAudio's, good only until the list is read anew. `inputs`, `outputs`: channels; rate in Hz."""

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    sample_rate: int


class PortAudio:
    """What PortAudio does not say about itself; it is one per process, so this is too.

    Its list of devices is read anew only while no stream is open. Once a JACK server it knew has died it is `stranded`:
    to close a stream would wait ten minutes for the server, to end PortAudio would abort the program. Where two threads
    open and close streams they hold `changing` meanwhile: PortAudio allows it to one at a time. `left`: streams that
    were to be closed while their JACK server hung; they are once it answers.
    """

    streams: ClassVar[list[Any]] = []
    left: ClassVar[list[Any]] = []
    stranded: ClassVar[bool] = False
    pulse: ClassVar[JackPulse | None] = None
    changing: ClassVar[Lock] = Lock()

    @classmethod
    def refresh(cls) -> None:
        """Start it, or read its list of devices anew where that is safe. `DeviceError` where JACK hangs."""
        require_jack()
        while cls.left and not cls.stranded:
            stream = cls.left.pop()
            cls.streams.remove(stream)
            stream.close()
        fresh = "sounddevice" not in sys.modules
        mute_jack()
        import sounddevice  # starts PortAudio, which takes a while and is not always wanted

        if sys.platform == "linux":
            atexit.unregister(sounddevice._exit_handler)  # it would end PortAudio even after JACK has died
            atexit.unregister(cls.release)
            atexit.register(cls.release)
        if not fresh:
            if not cls.release():
                return
            sounddevice._initialize()
        cls.pulse = JackPulse()

    @classmethod
    def release(cls) -> bool:
        """End it, if nothing is open and its JACK server lives and answers; False otherwise."""
        import sounddevice

        cls.stranded |= cls.pulse is not None and not cls.pulse.beats
        if cls.streams or cls.stranded or hangs():
            return False
        while sounddevice._initialized:
            sounddevice._terminate()
        if cls.pulse is not None:
            cls.pulse.close()
        return True


def hangs() -> bool:
    """Whether a JACK server runs that does not answer: then nothing may be opened or closed."""
    try:
        require_jack()
    except DeviceError:
        return True
    return False


def devices() -> list[Device]:
    """All sound devices, as of now if nothing is open, otherwise as of when the first was opened. `DeviceError`."""
    PortAudio.refresh()
    import sounddevice

    try:
        hosts = [str(host["name"]) for host in sounddevice.query_hostapis()]
        return [
            Device(
                index,
                str(info["name"]),
                hosts[info["hostapi"]],
                int(info["max_input_channels"]),
                int(info["max_output_channels"]),
                int(info["default_samplerate"]),
            )
            for index, info in enumerate(sounddevice.query_devices())
        ]
    except sounddevice.PortAudioError as problem:
        raise DeviceError(f"The sound system does not answer ({problem}). Restart it, or the computer.") from problem


def trusted(latency: float) -> float:
    """A stream's latency in seconds where it can be one, otherwise 0: on JACK PortAudio sometimes says a whole day."""
    return float(latency) if 0.0 <= latency <= 1.0 else 0.0


def input_names() -> list[str]:
    """The devices that can be listened to. `DeviceError` where there is no sound system."""
    return labels([device for device in devices() if device.inputs])


def output_names() -> list[str]:
    """The devices that can be played through. `DeviceError` where there is no sound system."""
    return labels([device for device in devices() if device.outputs])


def labels(there: Sequence[Device]) -> list[str]:
    """Their names, with the sound system's behind it where a name alone would not do."""
    names = [device.name for device in there]
    return [device.name if names.count(device.name) == 1 else f"{device.name}, {device.host}" for device in there]


def find_device(wanted: str, there: Sequence[Device], kind: str = "input") -> Device:
    """The device that `wanted` means: its name, whatever its case, or the only name that contains it.

    One device offered by several sound systems is taken from the best of them. `DeviceError` lists what is there.
    """
    key = wanted.strip().casefold()
    named = list(zip(there, labels(there), strict=True))
    exact = [device for device, label in named if key in (label.casefold(), device.name.casefold())]
    part = [device for device, label in named if key and key in label.casefold()]
    for matches in (exact, part):
        if len({device.name.casefold()[:_CUT] for device in matches}) == 1:
            return min(matches, key=lambda device: (_rank(device.host), device.index))
        if matches:
            raise DeviceError(f"Sound {kind} {wanted!r} could be {_listed(labels(matches))}. Give more of its name.")
    if not there:
        raise DeviceError(f"This machine has no sound {kind}. Plug one in or start JACK; or play it a file.")
    raise DeviceError(f"No sound {kind} is named {wanted!r}. There is {_listed(labels(there))}.")


def choose(wanted: str, kind: str) -> Device:
    """The `input` or `output` device that `wanted` means: a name, or the system's own choice for `default`.

    `DeviceError` where there is none.
    """
    there = devices()
    import sounddevice

    if wanted not in ("", "default"):
        return find_device(wanted, [device for device in there if _channels(device, kind)], kind)
    index = int(sounddevice.default.device[0 if kind == "input" else 1])
    if not 0 <= index < len(there):
        raise DeviceError(f"This machine has no sound {kind}. Plug one in or start JACK. {_WITHOUT[kind]}")
    return there[index]


def _channels(device: Device, kind: str) -> int:
    return device.inputs if kind == "input" else device.outputs


def _rank(host: str) -> int:
    return _HOSTS.index(host) if host in _HOSTS else len(_HOSTS)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
