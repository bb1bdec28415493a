"""MIDI going out to the system's ports, through RtMidi: ALSA or JACK on Linux, CoreMIDI on macOS, WinMM on Windows."""

import re
import sys

import rtmidi

from livemusic.errors import DeviceError, PortHeldError
from livemusic.midi.memory import NoOut
from livemusic.midi.port import Out
from livemusic.midi.system import CLIENT, Kind, SystemPort, open_client, port_names

_OWN = re.compile(rf"{CLIENT}( [^:]*)?(-\d+)?(:|$)")


def open_out(wanted: str, client_name: str = CLIENT) -> Out:
    """Open `wanted`: `virtual` (a port of our own that a DAW can pick), `none`, or an output port by name.

    `DeviceError` says what is missing, what is there, and the cure.
    """
    return NoOut() if wanted == "none" else RtMidiOut(wanted, client_name)


def output_names() -> list[str]:
    """The ports that MIDI can be sent to, our own left out. `DeviceError` where the system has no MIDI."""
    return _listing(rtmidi.MidiOut)


def input_names() -> list[str]:
    """The ports that MIDI can come from, our own left out. `DeviceError` where the system has no MIDI."""
    return _listing(rtmidi.MidiIn)


class RtMidiOut(SystemPort):
    """An output port that is open. `send` takes a few microseconds and never waits."""

    def __init__(self, wanted: str, client_name: str = CLIENT) -> None:
        super().__init__(rtmidi.MidiOut, "out", wanted, client_name, client_name)

    def send(self, data: bytes) -> None:
        """One message. `DeviceError` when the port is gone, `PortHeldError` while the JACK server stands still."""
        with self._lock:
            # To a dead server RtMidi's queue is never emptied: once it is full, sending would spin for ever.
            if self._midi is None or not self._beats:
                raise DeviceError(f"MIDI port {self.name!r} has gone. Plug it in again or choose another.")
            if not self._ring.takes(len(data)):
                raise PortHeldError(f"MIDI port {self.name!r} takes nothing: the JACK server stands still.")
            try:
                self._midi.send_message(data)
            except rtmidi.RtMidiError as problem:
                raise DeviceError(f"MIDI port {self.name!r} does not take messages any more: {problem}.") from problem


def _listing(kind: Kind) -> list[str]:
    midi = open_client(kind, f"{CLIENT} list")
    try:
        return [name for name in port_names(midi) if sys.platform == "win32" or not _OWN.match(name)]
    finally:
        midi.delete()
