"""The sound devices of this machine, by name; PortAudio itself is started and asked only here."""

import atexit
import ctypes
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from ctypes.util import find_library
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from time import perf_counter, sleep
from typing import Any, ClassVar

from livemusic.audio.feeds import Feed, feeds, named_ports, own
from livemusic.audio.graph import JackGraph, hangs
from livemusic.errors import DeviceError
from livemusic.jack import JackPulse, mute_jack, require_jack

#: Where one device is offered several times, the first of these is taken: they disturb the sound least.
_HOSTS = ("ASIO", "Windows WASAPI", "Core Audio", "JACK Audio Connection Kit", "ALSA", "Windows DirectSound", "MME")
#: MME cuts names to this length.
_CUT = 31
#: How long the process before us may take to leave JACK.
_NAME_PATIENCE = 1.0
#: PortAudio among what this process has loaded, but for copies that have been thrown away.
_LIBRARY = re.compile(r"libportaudio[^/]*\.so\S*\n")

#: What goes on without a device.
_WITHOUT = {"input": "A file can be listened to without.", "output": "MIDI plays without."}


@dataclass(frozen=True, slots=True)
class Device:
    """`index` is PortAudio's, good only until the list is read anew. `inputs`, `outputs`: channels; rate in Hz.

    `ports`: on JACK the output ports that are listened to, whatever device they are opened through.
    """

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    sample_rate: int
    ports: tuple[str, ...] = ()

    @property
    def on_jack(self) -> bool:
        return self.host.startswith("JACK")


class PortAudio:
    """What PortAudio does not say about itself; it is one per process, so this is too.

    Its list of devices is read anew only while no stream is open. Once a JACK server it knew has died it is `lost`: to
    close a stream would wait ten minutes for the server, to end PortAudio would abort the program. So it is left
    behind, and a fresh copy of the library takes its place. Where two threads open and close streams they hold
    `changing` meanwhile: PortAudio allows it to one at a time. `client_name`: what this process is called on JACK.
    `left`: streams that were to be closed while their JACK server hung; they are once it answers.
    """

    streams: ClassVar[list[Any]] = []
    left: ClassVar[list[Any]] = []
    pulse: ClassVar[JackPulse | None] = None
    changing: ClassVar[RLock] = JackGraph.changing
    client_name: ClassVar[str] = "livemusic list"
    _name: ClassVar[bytes] = b""

    @classmethod
    def lost(cls) -> bool:
        """Whether the JACK server that it knew has died."""
        return cls.pulse is not None and not cls.pulse.beats

    @classmethod
    def refresh(cls) -> None:
        """Start it, or read its list of devices anew where that is safe. `DeviceError` where JACK hangs."""
        require_jack()
        with cls.changing:
            while cls.left and not cls.lost():
                stream = cls.left.pop()
                cls.streams.remove(stream)
                stream.close()
            fresh = "sounddevice" not in sys.modules
            lost = cls.lost()
            mute_jack()
            if fresh:
                cls._introduce(find_library("portaudio"))
            elif not lost and not cls.release():
                return
            import sounddevice  # starts PortAudio, which takes a while and is not always wanted

            if sys.platform == "linux":
                atexit.unregister(sounddevice._exit_handler)  # it would end PortAudio even after JACK has died
                atexit.unregister(cls._end)
                atexit.register(cls._end)
            if lost:
                cls._leave_behind(sounddevice)
            if not fresh:
                cls._introduce(sounddevice._libname)
                sounddevice._initialize()
            if cls.pulse is not None:
                cls.pulse.close()
            cls.pulse = JackPulse()

    @classmethod
    def release(cls) -> bool:
        """End it, if nothing is open and its JACK server lives and answers; False otherwise."""
        import sounddevice

        with cls.changing:
            if cls.streams or cls.lost() or hangs():
                return False
            while sounddevice._initialized:
                sounddevice._terminate()
            if cls.pulse is not None:
                cls.pulse.close()
            return True

    @classmethod
    def _end(cls) -> None:
        """At the program's end: a stream that still ran would call what is gone."""
        with cls.changing:
            while cls.streams and not cls.lost() and not hangs():
                with suppress(Exception):
                    cls.streams.pop().close()
            cls.release()

    @classmethod
    def jack_name(cls) -> str:
        """What JACK calls this process: `client_name`, unless somebody else has it; `` without JACK."""
        import sounddevice

        name = ctypes.c_char_p()
        with suppress(OSError, AttributeError):
            if ctypes.CDLL(sounddevice._libname).PaJack_GetClientName(ctypes.byref(name)) == 0 and name.value:
                return name.value.decode(errors="replace")
        return ""

    @classmethod
    def _introduce(cls, library: str | None) -> None:
        """Have JACK call it by the name of this process, as soon as nobody else is called so any more."""
        if sys.platform != "linux" or library is None:
            return
        graph = JackGraph(f"{cls.client_name} ports")
        deadline = perf_counter() + _NAME_PATIENCE
        while graph.holds(cls.client_name) and perf_counter() < deadline:
            sleep(0.02)
        graph.close()
        cls._name = cls.client_name.encode()  # PortAudio keeps the pointer
        with suppress(OSError, AttributeError):
            ctypes.CDLL(library).PaJack_SetClientName(cls._name)

    @classmethod
    def _leave_behind(cls, sounddevice: Any) -> None:
        """Go on with a copy of the library that knows nothing of the dead server: the same file would be the same."""
        cls.streams[:] = [stream for stream in cls.streams if stream.active]  # those on JACK have ended
        with open("/proc/self/maps") as maps:
            library = next(line.split(maxsplit=5)[-1].strip() for line in maps if _LIBRARY.search(line))
        with TemporaryDirectory() as folder:
            sounddevice._libname = str(shutil.copy(library, Path(folder) / "libportaudio.so"))
            sounddevice._lib, sounddevice._initialized = sounddevice._ffi.dlopen(sounddevice._libname), 0
            ctypes.CDLL(sounddevice._libname)  # so that it stays until the end


def devices() -> list[Device]:
    """All sound devices, as of now if nothing is open, otherwise as of when the first was opened. `DeviceError`.

    The programs on JACK are always those of now, each by its main outputs and by each pair of its ports; our own are
    left out.
    """
    return with_feeds(_known_to_portaudio(), jack_outputs())


def _known_to_portaudio() -> list[Device]:
    PortAudio.refresh()
    import sounddevice

    try:
        hosts = [str(host["name"]) for host in sounddevice.query_hostapis()]
        there = [
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
    return [device for device in there if not (device.on_jack and own(device.name))]


def jack_outputs() -> tuple[str, ...]:
    """The audio ports on JACK that can be listened to, now."""
    graph = JackGraph(f"{PortAudio.client_name} ports")
    try:
        return graph.outputs()
    finally:
        graph.close()


def with_feeds(there: Sequence[Device], outputs: Sequence[str]) -> list[Device]:
    """`there` with what JACK's output ports offer in place of what PortAudio takes them for."""
    carriers = _carriers(there)
    if not carriers or not outputs:
        return list(there)
    speakers = [replace(device, inputs=0) if device in carriers else device for device in there]
    offered = [feed_device(feed, carriers) for feed in feeds(outputs)]
    return [device for device in speakers if device.inputs or device.outputs] + offered


def _carriers(there: Sequence[Device]) -> list[Device]:
    return [device for device in there if device.on_jack and device.inputs]


def feed_device(feed: Feed, carriers: Sequence[Device]) -> Device:
    """The device through which `feed` is listened to: any on JACK with as many channels, its program's own at best."""
    client, count = feed.ports[0].partition(":")[0], len(feed.ports)
    enough = [device for device in carriers if device.inputs >= count] or list(carriers)
    best = min(enough, key=lambda device: (device.name != client, device.name != "system"))
    return replace(best, name=feed.name, inputs=count, outputs=0, ports=feed.ports)


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
    """The `input` or `output` device that `wanted` means: a name, ports on JACK, or the system's choice for `default`.

    `DeviceError` where there is none.
    """
    known, outputs = _known_to_portaudio(), jack_outputs()
    there = [device for device in with_feeds(known, outputs) if _channels(device, kind)]
    import sounddevice

    if wanted not in ("", "default"):
        feed = named_ports(wanted, outputs) if kind == "input" else None
        carriers = _carriers(known)
        return feed_device(feed, carriers) if feed is not None and carriers else find_device(wanted, there, kind)
    index = int(sounddevice.default.device[0 if kind == "input" else 1])
    usual = next((device for device in there if device.index == index), None)
    if usual is None:
        raise DeviceError(f"This machine has no sound {kind}. Plug one in or start JACK. {_WITHOUT[kind]}")
    return usual


def _channels(device: Device, kind: str) -> int:
    return device.inputs if kind == "input" else device.outputs


def _rank(host: str) -> int:
    return _HOSTS.index(host) if host in _HOSTS else len(_HOSTS)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
