"""The live input is opened, watched, missed and found again; nobody else waits for that."""

from collections.abc import Callable

import numpy as np

from livemusic.errors import DeviceError
from livemusic.sound.ear import Ear, Heard


class Microphone:
    """One that goes when it is told to."""

    sample_rate, latency = 48000, 0.0

    def __init__(self, name: str) -> None:
        self.name, self.gone, self.closed = name, False, False

    def read(self) -> np.ndarray:
        return np.zeros((0, 2), np.float32)

    def check(self, now: float) -> None:
        if self.gone:
            raise DeviceError("It has gone.")

    def close(self) -> None:
        self.closed = True


class Room:
    """The microphones there are, and what was heard."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.opened: list[Microphone] = []
        self.heard: list[str] = []
        self.ear = Ear(self.open, self.hear)

    def open(self, name: str, rate: int) -> Microphone:
        if name not in self.there:
            raise DeviceError("It is not there.")
        self.opened.append(Microphone(f"{name} at {rate}"))
        return self.opened[-1]

    def hear(self, heard: Heard) -> None:
        self.heard.append(heard.source.name if heard.source is not None else "")


def want(room: Room, name: str) -> None:
    """As `run` does it, without a thread."""
    room.ear.want(name, 44100)
    room.ear.end()
    room.ear.run()


def test_an_input_that_goes_is_said_and_heard_again_once_it_is_back() -> None:
    room = Room()
    room.there = {"mic"}
    ear = room.ear
    ear._wanted, ear._rate = "mic", 44100
    ear.look(1.0)
    assert (room.heard, ear.hearing.state) == (["mic at 44100"], "on")
    room.opened[0].gone, room.there = True, set()
    ear.look(1.25)
    assert (room.heard, ear.hearing) == (["mic at 44100", ""], ("lost", "It has gone."))
    assert room.opened[0].closed
    ear.look(2.0)
    ear.look(3.3)
    assert ear.hearing == ("lost", "It is not there.")
    room.there = {"mic"}
    ear.look(4.0)
    assert len(room.opened) == 1  # not asked again yet
    ear.look(5.4)
    assert (room.heard[-1], ear.hearing.state) == ("mic at 44100", "on")


def test_one_that_cannot_be_opened_is_said_and_at_the_end_nothing_stays_open() -> None:
    room = Room()
    ear = room.ear
    ear._wanted = "mic"
    ear.look(1.0)
    assert ear.hearing == ("failed", "It is not there.")
    room.there = {"other"}
    want(room, "other")
    assert room.heard == ["other at 44100", ""]
    assert room.opened[0].closed
    assert ear.hearing == ("off", "")


def test_wishes_are_done_in_order(until: Callable[[Callable[[], bool]], None]) -> None:
    room = Room()
    room.there = {"a", "b"}
    for name in ("a", "b", "none"):
        room.ear.want(name, 48000)
    room.ear.end()
    room.ear.run()
    assert room.heard == ["a at 48000", "", "b at 48000", ""]
    assert all(each.closed for each in room.opened)
