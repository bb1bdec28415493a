"""A transport at made-up times, and a port that can be pulled out."""

from collections.abc import Callable

from livemusic.engine.orders import Cue, Routing
from livemusic.engine.transport import Transport
from livemusic.errors import DeviceError
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern

CLOCK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
FOUR = Pattern(tuple(Note(beat * 960, 36, 100, 100) for beat in range(4)), 3840)


class Port:
    """A port that can be pulled out."""

    name = "port"

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.gone = False

    def send(self, data: bytes) -> None:
        if self.gone:
            raise DeviceError("MIDI port 'port' has gone.")
        self.sent.append(data)

    def close(self) -> None:
        pass


class Rig:
    """A transport, and the time it is told."""

    def __init__(self, pattern: Pattern = FOUR, clock: bool = False) -> None:
        self.lost: list[str] = []
        self.retired: list[object] = []
        self.transport = Transport(self.lost.append, self.retired.append)
        self.port = Port()
        self.log: list[tuple[float, bytes]] = []
        self.now = 100.0
        self.say(Routing(out=self.port, sends_clock=clock))
        self.say(Cue(pattern, b"", STEP))

    def say(self, message: object) -> None:
        self.transport.handle(message, self.now)
        self._advance()

    def run(self, seconds: float, nap: Callable[[float], float] = lambda wake: wake) -> None:
        end = self.now + seconds
        while self.now < end:
            wake = self.transport.advance(self.now)
            self.now = min(end, max(self.now + 1e-5, nap(wake if wake is not None else end)))
            self._advance()

    def _advance(self) -> None:
        before = len(self.port.sent)
        self.transport.advance(self.now)
        self.log += [(self.now, data) for data in self.port.sent[before:]]

    def sounding(self) -> int:
        notes = [data for data in self.port.sent if data[0] < 0xA0]
        return sum(map(is_note_on, notes)) - sum(map(is_note_off, notes))

    def ons(self) -> list[float]:
        return [round(when, 4) for when, data in self.log if is_note_on(data)]


def assert_balanced(sent: list[bytes]) -> None:
    sounding: set[tuple[int, int]] = set()
    for data in sent:
        key = (data[0] & 0x0F, data[1]) if len(data) == 3 else (0, 0)
        if is_note_on(data):
            assert key not in sounding
            sounding.add(key)
        elif is_note_off(data):
            assert key in sounding
            sounding.remove(key)
    assert not sounding
