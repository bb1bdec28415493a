"""MIDI coming in: each message with the moment it arrived."""

import gc
from collections.abc import Callable
from threading import Thread
from time import perf_counter, sleep
from typing import Any, Protocol

import rtmidi

from livemusic.midi.system import CLIENT, FLUSH_S, SystemPort

Seconds = float
Hear = Callable[[bytes, Seconds], None]
_FETCH_EVERY: Seconds = 0.001
#: What our input port is called, and its client on JACK: two uses of one name would be numbered by turns.
OWN_NAME = f"{CLIENT} in"


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


def open_in(wanted: str, hear: Hear, client_name: str = OWN_NAME) -> In:
    """Open `wanted`: `virtual` (a port of our own, `livemusic in`), `none`, or an input port by name.

    `hear(data, at)` gets every message but active sensing, clock included, with `time.perf_counter` seconds. It runs
    in a thread of the port's or the system's: it must hand on at once and never raise. `DeviceError` says what is
    missing, what is there, and the cure.
    """
    if wanted == "none":
        return NoIn()
    port = RtMidiIn(wanted, hear, client_name)
    port.start()
    return port


class RtMidiIn(SystemPort):
    """An input port that is open; it is heard from `start` on.

    JACK waits for its threads, and RtMidi keeps the interpreter while it opens any other port: a message in that
    moment, were it handed to Python by JACK's thread, would hold up everything for a second. So there it is fetched.
    """

    def __init__(self, wanted: str, hear: Hear, client_name: str = OWN_NAME) -> None:
        self._hear: Hear | None = hear
        self._fetching: Thread | None = None
        super().__init__(rtmidi.MidiIn, "in", wanted, OWN_NAME, client_name, self._listen)

    def start(self) -> None:
        """Begin to hear."""
        if self._on_jack:
            self._fetching = Thread(target=self._fetch, args=(self._midi,), name="midi in", daemon=True)
            self._fetching.start()

    def close(self) -> None:
        """Nothing is heard after this."""
        self._hear = None
        super().close()

    def _listen(self, midi: Any) -> None:
        midi.ignore_types(sysex=False, timing=False, active_sense=True)
        if not self._on_jack:
            midi.set_callback(self._heard)

    def _fetch(self, midi: Any) -> None:
        while self._hear is not None:
            if event := midi.get_message():
                self._heard(event)
            else:
                sleep(_FETCH_EVERY)

    def _quiet(self, midi: Any) -> None:
        """RtMidi waits for its thread with the interpreter held, so that thread must not be waiting for it.

        No call is begun any more; one that has begun finishes while we sleep, and till then finds what it calls: RtMidi
        lets go of that at once, we do not.
        """
        if self._on_jack:
            if self._fetching is not None:
                self._fetching.join()
            return
        called = gc.get_referents(midi)
        midi.cancel_callback()
        sleep(FLUSH_S)
        del called

    def _heard(self, event: tuple[list[int], float], _: object = None) -> None:
        at = perf_counter()
        if (hear := self._hear) is not None:
            hear(bytes(event[0]), at)
