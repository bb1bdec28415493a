"""The way to the system's MIDI: a client on whichever works, the names of its ports, and one open port."""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any, ClassVar, Literal

import rtmidi

from livemusic.errors import DeviceError
from livemusic.jack import JackEye, JackPulse, mute_jack, require_jack
from livemusic.midi.alsa import connected_with
from livemusic.midi.port import find_port, plain
from livemusic.midi.ring import Ring

CLIENT = "livemusic"
#: Two of JACK's longest usual periods, 1024 samples at 44.1 kHz.
FLUSH_S = 0.05

Kind = Callable[[int, str], Any]


class SystemPort:
    """What an open input and an open output have in common: a name, a connection that may break, and an end.

    `kind`: RtMidi's class. `wanted`: `virtual` (a port of our own, called `own_name`) or another's by name. `prepare`
    sees the client before it is connected. `DeviceError` says what is missing, what is there, and the cure.

    Opening and closing hold the interpreter for as long as the system takes: some 30 ms to enter JACK's graph, one
    period to leave it, a second if the server has died. Do both while nothing is due. `left`: how to close those that
    were to be closed while their server hung.
    """

    left: ClassVar[list[Callable[[], None]]] = []

    def __init__(
        self,
        kind: Kind,
        direction: Literal["in", "out"],
        wanted: str,
        own_name: str,
        client_name: str,
        prepare: Callable[[Any], None] = lambda midi: None,
    ) -> None:
        self._own = wanted == "virtual"
        if self._own and sys.platform == "win32":
            raise DeviceError(
                "Windows gives programs no virtual MIDI ports of their own. Install loopMIDI (or Windows MIDI "
                "Services), make a port there, and choose it by name."
            )
        what = f"MIDI {direction}put"
        self._lock = Lock()
        self._midi: Any = open_client(kind, client_name)
        self._on_jack = self._midi.get_current_api() == rtmidi.API_UNIX_JACK
        self._pulse = JackPulse() if self._on_jack else None
        self._eye = JackEye(_libjack()[0], f"{client_name} watch") if self._on_jack else None
        self._ring = Ring(
            lambda: None if self._eye is None else self._eye.turn,
            lambda: 0.0 if self._eye is None else self._eye.length,
        )
        self._cable: frozenset[str] = frozenset()
        self._prepared = False
        try:
            names = [] if self._own else port_names(self._midi)
            index = 0 if self._own else find_port(wanted, names, what)
            self.name = own_name if self._own else names[index]
            prepare(self._midi)
            self._prepared = True
            if self._own:
                self._midi.open_virtual_port(own_name)
            else:
                others = self._connected()
                self._midi.open_port(index, direction)
                self._cable = self._connected() - others
                if self._on_jack and direction == "out":
                    sleep(FLUSH_S)  # a cable carries nothing before JACK's next turn: a note-on would be lost
        except rtmidi.RtMidiError as problem:
            self.close()
            raise DeviceError(
                f"{what} {wanted!r} cannot be opened: {problem}. Is another program using it?"
            ) from problem
        except DeviceError:
            self.close()
            raise

    @property
    def flows(self) -> bool:
        """False while the JACK server stands still: then nothing is taken, nor may anything be opened or closed."""
        return self._ring.flows

    @property
    def alive(self) -> bool:
        """False once the port, the connection to it or its server is gone; with the server the port is closed as well.

        A port that went and came back at once has its old name but no longer our connection. Closed here because
        libjack frees the clients of a dead server as soon as a new one is opened: closing an old one after that would
        crash.
        """
        if not self._beats:
            self.close()
        with self._lock:
            if self._midi is None:
                return False
            try:
                there = self._own or plain(self.name) in map(plain, port_names(self._midi))
            except rtmidi.RtMidiError:
                return False
            return there and self._cable <= self._connected()

    def close(self) -> None:
        """Let what is under way through the port come out, then free it; again does nothing."""
        with self._lock:
            midi, self._midi = self._midi, None
            if midi is None:
                return
            if self._on_jack and self._beats:
                try:
                    require_jack()
                except DeviceError:
                    self._leave(midi)
                    return
            self._free(midi)

    def _free(self, midi: Any) -> None:
        if self._prepared:
            self._quiet(midi)
        midi.close_port()
        midi.delete()
        if self._eye is not None:
            self._eye.close()
        if self._pulse is not None:
            self._pulse.close()

    def _leave(self, midi: Any) -> None:
        """Let it be until its server, which hangs, goes on: closing would wait for that with the interpreter held.

        Nor may Python close it when the program ends.
        """
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(midi))
        self.left.append(lambda: self._free(midi) if self._beats else None)

    def _quiet(self, midi: Any) -> None:
        """Nothing may be in a thread of the system's while its port is closed."""
        if self._pulse is not None and self._beats:
            sleep(FLUSH_S)  # the last note-offs must be fetched before their port goes

    @property
    def _beats(self) -> bool:
        return self._pulse is None or self._pulse.beats

    def _connected(self) -> frozenset[str]:
        """What is connected to the port now, where the system tells."""
        if self._own:
            return frozenset()
        return connected_with(self.name) if self._eye is None else self._eye.connected(self.name)


def open_client(kind: Kind, name: str) -> Any:
    """A new RtMidi client on the first MIDI system that works; `DeviceError` where none does, or JACK hangs."""
    problem: Exception | None = None
    for api in _apis():
        if api == rtmidi.API_UNIX_JACK:
            require_jack()
            while SystemPort.left:
                SystemPort.left.pop()()
        try:
            return kind(api, name)
        except rtmidi.RtMidiError as failure:
            problem = failure
    cure = (
        "Load the ALSA sequencer (sudo modprobe snd-seq; your user must be in the group audio) or start JACK "
        "(without a sound card: jackd --no-realtime -S -d dummy -r 48000 -p 256)"
        if sys.platform == "linux"
        else "Look at the system's MIDI settings"
    )
    raise DeviceError(f"There is no MIDI on this machine. {cure}, or go without: --midi-out none.") from problem


def port_names(midi: Any) -> list[str]:
    """The ports that a client sees, in RtMidi's order, as Unicode wherever they come from."""
    raw = (midi.get_port_name(index, encoding=None) or b"" for index in range(midi.get_port_count()))
    return [_text(name) for name in raw]


def _apis() -> list[int]:
    """RtMidi's names for what to try; on Linux ALSA only where it can be entered, because it complains on stderr."""
    if sys.platform != "linux":
        return [rtmidi.API_UNSPECIFIED]
    mute_jack(_libjack())
    usable = os.access("/dev/snd/seq", os.R_OK | os.W_OK)
    wanted = [rtmidi.API_LINUX_ALSA, rtmidi.API_UNIX_JACK] if usable else [rtmidi.API_UNIX_JACK]
    return [api for api in wanted if api in rtmidi.get_compiled_api()]


def _libjack() -> list[str]:
    """The copies of libjack that RtMidi may be using."""
    beside = Path(rtmidi.__file__).parent.parent
    return [str(path) for path in beside.glob("*.*/libjack-*.so*")] or ["libjack.so.0"]  # wheels bring their own


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("mac_roman" if sys.platform == "darwin" else "latin-1")
