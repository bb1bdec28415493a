"""An engine that plays hard for a while and says how late each note left, as a program of its own."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from math import cos, sin
from time import perf_counter, sleep

from livemusic.engine.engine import Engine
from livemusic.engine.messages import Look, MovePad
from livemusic.engine.openers import NoSound, Openers
from livemusic.engine.priority import go_first
from livemusic.engine.snapshot import Snapshot
from livemusic.midi.memory import MemoryOut
from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.event import CLOCK
from livemusic.music.tempo import TICKS_PER_BEAT
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings

_SETTLE_S = 1.0
_HAND_EVERY_S = 0.02
#: A pulse may leave this early without counting as almost one pulse late.
_ROUNDING_S = 1e-5


class _Tape(NoSound):
    """Remembers when each note should leave."""

    def __init__(self) -> None:
        self.planned: list[tuple[float, bytes]] = []

    def send(self, batch: Sequence[tuple[float, bytes]]) -> None:
        self.planned += batch


#: What it may hear besides the path: as by default, nothing, or drums and beats.
_HEARS = {
    "": Settings(),
    "path": Settings(hear_drums=False),
    "everything": Settings(hear_drums=True, tempo_from="audio"),
}


def lateness(seconds: float, preset: str = "Pocket Funk", hears: str = "") -> list[float]:
    """Seconds from the planned to the real moment of every note-on, note-off and clock pulse, while a hand moves; of
    notes alone where it is said what it `hears`, for then the tempo may change.
    """
    out, tape = MemoryOut(), _Tape()
    engine = Engine(replace(Openers(), midi_out=lambda wanted: out, sound=lambda wanted: tape))
    engine.start(Session(read_preset(find_preset(preset)), _HEARS[hears]), play=True)
    while not engine.ask(Look()).transport.playing:  # type: ignore[union-attr]
        sleep(0.05)
    sleep(_SETTLE_S)
    begun = perf_counter()
    while (now := perf_counter()) < begun + seconds:
        engine.ask(MovePad(0.5 + 0.5 * cos(now), 0.5 + 0.5 * sin(1.3 * now)))
        sleep(_HAND_EVERY_S)
    look = engine.ask(Look())
    assert isinstance(look, Snapshot)
    engine.close()
    notes = [(when, data) for when, data in out.sent if data[0] < 0xB0]
    planned = sorted(tape.planned, key=lambda event: event[0])
    pairs = zip(planned, notes, strict=False)
    late = [when - due for (due, data), (when, sent) in pairs if data == sent and begun <= due <= begun + seconds]
    if hears:
        return late
    pulse = 60 / look.transport.bpm / PULSES_PER_BEAT
    downbeat = look.now - look.transport.tick / TICKS_PER_BEAT * 60 / look.transport.bpm
    ticks = [when for when, data in out.sent if data[0] == CLOCK and begun <= when <= begun + seconds]
    return late + [(when - downbeat + _ROUNDING_S) % pulse for when in ticks]


if __name__ == "__main__":
    go_first()
    sys.stdout.write(" ".join(map(str, lateness(float(sys.argv[1]), hears="".join(sys.argv[2:])))))
