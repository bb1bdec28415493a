"""MIDI ports of the system, through RtMidi: ALSA or JACK on Linux, CoreMIDI on macOS, WinMM on Windows."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import rtmidi

from livemusic.errors import DeviceError
from livemusic.jack import JackEye, JackPulse, mute_jack
from livemusic.midi.alsa import connected_from
from livemusic.midi.memory import NoOut
from livemusic.midi.port import Out, find_port, plain

CLIENT = "livemusic"
#: Two of JACK's longest usual periods, 1024 samples at 44.1 kHz.
_JACK_FLUSH = 0.05
_OWN = re.compile(rf"{CLIENT}(-\d+)?(:|$)")


def open_out(wanted: str, client_name: str = CLIENT) -> Out:
    """Open `wanted`: `virtual` (a port of our own that a DAW can pick), `none`, or an output port by name.

    `DeviceError` says what is missing, what is there, and the cure.
    """
    if wanted == "none":
        return NoOut()
    if wanted == "virtual" and sys.platform == "win32":
        raise DeviceError(
            "Windows gives programs no virtual MIDI ports of their own. Install loopMIDI (or Windows MIDI Services), "
            "make a port there, and choose it by name."
        )
    return RtMidiOut(wanted, client_name)


def output_names() -> list[str]:
    """The ports that MIDI can be sent to, our own left out. `DeviceError` where the system has no MIDI."""
    return _listing(rtmidi.MidiOut)


def input_names() -> list[str]:
    """The ports that MIDI can come from, our own left out. `DeviceError` where the system has no MIDI."""
    return _listing(rtmidi.MidiIn)


class RtMidiOut:
    """An output port that is open. `send` takes a few microseconds and never waits.

    Opening and closing hold the interpreter for as long as the system takes: some 30 ms to enter JACK's graph, one
    period to leave it, a second if the server has died. Do both while nothing is due.
    """

    def __init__(self, wanted: str, client_name: str = CLIENT) -> None:
        self._lock = Lock()
        self._midi: Any = _client(rtmidi.MidiOut, client_name)
        on_jack = self._midi.get_current_api() == rtmidi.API_UNIX_JACK
        self._pulse = JackPulse() if on_jack else None
        self._eye: JackEye | None = None
        self._cable: frozenset[str] = frozenset()
        try:
            self._own = wanted == "virtual"
            if self._own:
                self._midi.open_virtual_port(client_name)
                self.name = client_name
            else:
                names = _names(self._midi)
                index = find_port(wanted, names)
                self.name = names[index]
                self._eye = JackEye(_libjack()[0], f"{client_name} watch") if on_jack else None
                others = self._senders()
                self._midi.open_port(index, "out")
                self._cable = self._senders() - others
        except rtmidi.RtMidiError as problem:
            self.close()
            raise DeviceError(
                f"MIDI port {wanted!r} cannot be opened: {problem}. Is another program using it?"
            ) from problem
        except DeviceError:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """False once the port, the connection to it or its server is gone; with the server the port is closed as well.

        A port that went and came back at once has its old name but no longer our connection. Closed here because
        libjack frees the clients of a dead server as soon as a new one is opened: closing an old one after that would
        crash.
        """
        if self._pulse is not None and not self._pulse.beats:
            self.close()
        with self._lock:
            if self._midi is None:
                return False
            try:
                there = self._own or plain(self.name) in map(plain, _names(self._midi))
            except rtmidi.RtMidiError:
                return False
            return there and self._cable <= self._senders()

    def send(self, data: bytes) -> None:
        with self._lock:
            if self._midi is None or (self._pulse is not None and not self._pulse.beats):
                raise DeviceError(f"MIDI port {self.name!r} has gone. Plug it in again or choose another.")
            try:
                self._midi.send_message(data)
            except rtmidi.RtMidiError as problem:
                raise DeviceError(f"MIDI port {self.name!r} does not take messages any more: {problem}.") from problem

    def close(self) -> None:
        with self._lock:
            midi, self._midi = self._midi, None
            if midi is None:
                return
            if self._pulse is not None and self._pulse.beats:
                sleep(_JACK_FLUSH)  # the last note-offs must be fetched before their port goes
            midi.close_port()
            midi.delete()
            if self._eye is not None:
                self._eye.close()
            if self._pulse is not None:
                self._pulse.close()

    def _senders(self) -> frozenset[str]:
        """Who is connected to the port now, where the system tells."""
        if self._own:
            return frozenset()
        return connected_from(self.name) if self._eye is None else self._eye.connected(self.name)


def _client(kind: Callable[[int, str], Any], name: str) -> Any:
    """A new RtMidi client on the first MIDI system that works."""
    problem: Exception | None = None
    for api in _apis():
        try:
            return kind(api, name)
        except rtmidi.RtMidiError as failure:
            problem = failure
    cure = (
        "Load the ALSA sequencer (sudo modprobe snd-seq; your user must be in the group audio) or start JACK "
        "(without a sound card: jackd --no-realtime -d dummy -r 48000 -p 256)"
        if sys.platform == "linux"
        else "Look at the system's MIDI settings"
    )
    raise DeviceError(f"There is no MIDI on this machine. {cure}, or go without: --midi-out none.") from problem


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


def _listing(kind: Callable[[int, str], Any]) -> list[str]:
    midi = _client(kind, f"{CLIENT} list")
    try:
        return [name for name in _names(midi) if sys.platform == "win32" or not _OWN.match(name)]
    finally:
        midi.delete()


def _names(midi: Any) -> list[str]:
    """Port names in RtMidi's order, as Unicode wherever they come from."""
    raw = (midi.get_port_name(index, encoding=None) or b"" for index in range(midi.get_port_count()))
    return [_text(name) for name in raw]


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("mac_roman" if sys.platform == "darwin" else "latin-1")
