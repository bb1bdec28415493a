"""MIDI coming in: each message with the moment it arrived."""

import sys
from collections.abc import Callable
from threading import Lock
from time import perf_counter, sleep
from typing import Any, Protocol

import rtmidi

from livemusic.errors import DeviceError
from livemusic.jack import JackPulse
from livemusic.midi.port import find_port, plain
from livemusic.midi.rtmidi import _JACK_FLUSH, CLIENT, _client, _names

Seconds = float
Hear = Callable[[bytes, Seconds], None]


class In(Protocol):
    """A place MIDI comes from. Thread: any may ask `alive` and close."""

    @property
    def name(self) -> str:
        """As the musician knows it."""

    @property
    def alive(self) -> bool:
        """False once the port has vanished. Cheap enough to ask every second."""

    def close(self) -> None:
        """Free the port; nothing is heard after this. Again does nothing."""


class NoIn:
    """No port: silence."""

    name = "none"
    alive = True

    def close(self) -> None:
        pass


def open_in(wanted: str, hear: Hear, client_name: str = CLIENT) -> In:
    """Open `wanted`: `virtual` (a port of our own, `livemusic in`), `none`, or an input port by name.

    `hear(data, at)` gets every message but active sensing, clock included, with `time.perf_counter` seconds. It runs
    in the system's MIDI thread: it must hand on at once and never raise. `DeviceError` says what is missing, what is
    there, and the cure.
    """
    if wanted == "none":
        return NoIn()
    if wanted == "virtual" and sys.platform == "win32":
        raise DeviceError(
            "Windows gives programs no virtual MIDI ports of their own. Install loopMIDI (or Windows MIDI Services), "
            "make a port there, and choose it by name."
        )
    return RtMidiIn(wanted, hear, client_name)


class RtMidiIn:
    """An input port that is open; see `RtMidiOut` for what opening, closing and a dying JACK server do."""

    def __init__(self, wanted: str, hear: Hear, client_name: str = CLIENT) -> None:
        self._lock = Lock()
        self._hear: Hear | None = hear
        self._midi: Any = _client(rtmidi.MidiIn, client_name)
        on_jack = self._midi.get_current_api() == rtmidi.API_UNIX_JACK
        self._pulse = JackPulse() if on_jack else None
        try:
            self._midi.ignore_types(sysex=False, timing=False, active_sense=True)
            self._midi.set_callback(self._heard)
            self._own = wanted == "virtual"
            if self._own:
                self.name = f"{client_name} in"
                self._midi.open_virtual_port(self.name)
            else:
                names = _names(self._midi)
                index = find_port(wanted, names, "MIDI input")
                self._midi.open_port(index, "in")
                self.name = names[index]
        except rtmidi.RtMidiError as problem:
            self.close()
            raise DeviceError(
                f"MIDI input {wanted!r} cannot be opened: {problem}. Is another program using it?"
            ) from problem
        except DeviceError:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """False once the port or its server is gone; then the port is closed as well."""
        if self._pulse is not None and not self._pulse.beats:
            self.close()
        with self._lock:
            if self._midi is None:
                return False
            try:
                return self._own or plain(self.name) in map(plain, _names(self._midi))
            except rtmidi.RtMidiError:
                return False

    def close(self) -> None:
        self._hear = None
        with self._lock:
            midi, self._midi = self._midi, None
            if midi is None:
                return
            if self._pulse is not None and self._pulse.beats:
                sleep(_JACK_FLUSH)  # JACK's thread may wait for the interpreter to hand over a message: let it
            midi.close_port()
            midi.delete()
            if self._pulse is not None:
                self._pulse.close()

    def _heard(self, event: tuple[list[int], float], _: object) -> None:
        at = perf_counter()
        if (hear := self._hear) is not None:
            hear(bytes(event[0]), at)
