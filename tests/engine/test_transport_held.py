"""A port that is there but takes nothing for a while: what is late by little comes late, what is old is given up."""

from livemusic.engine.messages import Panic, Play, Stop
from livemusic.engine.orders import Cue, Routing
from livemusic.engine.transport import STALL, Transport
from livemusic.errors import DeviceError, PortHeldError
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern

CLOCK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
EIGHTHS = Pattern(tuple(Note(eighth * 480, 36, 100, 400) for eighth in range(8)), 3840)


class Port:
    """A port whose server can be halted, or die."""

    name = "port"
    alive = True

    def __init__(self) -> None:
        self.flows = True
        self.gone = False
        self.sent: list[tuple[float, bytes]] = []
        self.now = 0.0

    def send(self, data: bytes) -> None:
        if self.gone:
            raise DeviceError("gone")
        if not self.flows:
            raise PortHeldError("the server stands still")
        self.sent.append((self.now, data))

    def close(self) -> None:
        pass


class Rig:
    """A transport that plays eighths at 120 bpm, and the time it is told."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.transport = Transport(self.lost.append, lambda thing: None)
        self.port = Port()
        self.now = 100.0
        for message in (Routing(out=self.port, sends_clock=True), Cue(EIGHTHS, b"", STEP), Play()):
            self.say(message)

    def say(self, message: object) -> None:
        self.transport.handle(message, self.now)
        self.run(0.0)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            self.port.now = self.now
            wake = self.transport.advance(self.now)
            if self.now >= end:
                return
            self.now = min(end, max(self.now + 1e-4, end if wake is None else wake))

    def after(self, moment: float) -> list[bytes]:
        return [data for at, data in self.port.sent if at >= moment]

    def halted(self, seconds: float) -> float:
        """Let the server stand still for so long; returns when it goes on."""
        self.port.flows = False
        self.run(seconds)
        self.port.flows = True
        return self.now


def alternate(sent: list[bytes]) -> bool:
    """Whether note-ons and note-offs alternate and end with an off."""
    sounding = False
    for data in sent:
        if is_note_on(data) or is_note_off(data):
            assert is_note_on(data) != sounding
            sounding = is_note_on(data)
    return not sounding


def test_what_is_late_by_little_comes_late_and_in_order() -> None:
    rig, still = Rig(), Rig()
    for one in (rig, still):
        one.run(1.1)
    going_on = rig.halted(STALL / 2)
    assert rig.after(going_on) == []
    for one in (rig, still):
        one.run(100.0 + 3.0 - one.now)
        one.say(Stop())
        one.run(0.5)
    assert [data for _, data in rig.port.sent] == [data for _, data in still.port.sent]
    assert all(at <= going_on + 0.006 for at, _ in rig.port.sent[:60] if at >= going_on)


def test_after_a_long_halt_there_is_no_burst_and_followers_are_gathered() -> None:
    rig = Rig()
    rig.run(1.1)
    going_on = rig.halted(10.0)
    rig.run(1.0)
    heard = rig.after(going_on)
    assert is_note_off(heard[0])  # what sounded when the server halted
    assert heard[1][0] == STOP
    begun = next(index for index, data in enumerate(heard) if data[0] == CONTINUE)
    assert heard[begun - 1][0] == POSITION
    assert sum(data[0] == CLOCK for data in heard) <= 48
    assert rig.transport.view.skipped == 1
    rig.say(Stop())
    rig.run(0.5)
    assert alternate([data for _, data in rig.port.sent])
    assert rig.lost == []


def test_stopped_while_the_server_halts_everything_ends_when_it_goes_on() -> None:
    rig = Rig()
    rig.run(1.1)
    rig.port.flows = False
    rig.run(1.0)
    rig.say(Stop())
    rig.run(20.0)
    rig.port.flows = True
    rig.run(0.1)
    heard = [data for _, data in rig.port.sent]
    assert alternate(heard)
    assert heard[-1][0] == STOP
    rig.say(Play())
    rig.run(1.0)
    assert sum(is_note_on(data) for data in rig.after(rig.now - 1.0)) >= 4


def test_panic_while_the_server_halts_is_heard_when_it_goes_on() -> None:
    rig = Rig()
    rig.run(1.1)
    rig.port.flows = False
    rig.run(0.1)
    rig.say(Panic())
    rig.port.flows = True
    rig.run(0.1)
    assert alternate([data for _, data in rig.port.sent])
    assert sum(data[0] & 0xF0 == 0xB0 for _, data in rig.port.sent) == 32


def test_a_server_that_dies_while_it_halts_is_left() -> None:
    rig = Rig()
    rig.run(1.1)
    rig.port.flows = False
    rig.run(1.0)
    rig.port.gone = rig.port.flows = True
    rig.run(0.1)
    assert rig.lost == ["gone"]
    assert rig.transport.view.playing
