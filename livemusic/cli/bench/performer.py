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
from livemusic.midi.memory import MemoryOut
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session

_SETTLE_S = 1.0
_HAND_EVERY_S = 0.02


class _Tape(NoSound):
    """Remembers when each note should leave."""

    def __init__(self) -> None:
        self.planned: list[tuple[float, bytes]] = []

    def send(self, batch: Sequence[tuple[float, bytes]]) -> None:
        self.planned += batch


def lateness(seconds: float, preset: str = "Techno") -> list[float]:
    """Seconds between the planned and the real moment of every note-on and note-off, while a hand moves on the pad."""
    out, tape = MemoryOut(), _Tape()
    engine = Engine(replace(Openers(), midi_out=lambda wanted: out, sound=lambda wanted: tape))
    engine.start(Session(read_preset(find_preset(preset))), play=True)
    while not engine.ask(Look()).transport.playing:  # type: ignore[union-attr]
        sleep(0.05)
    sleep(_SETTLE_S)
    begun = perf_counter()
    while (now := perf_counter()) < begun + seconds:
        engine.ask(MovePad(0.5 + 0.5 * cos(now), 0.5 + 0.5 * sin(1.3 * now)))
        sleep(_HAND_EVERY_S)
    engine.close()
    notes = [(when, data) for when, data in out.sent if data[0] < 0xB0]
    planned = sorted(tape.planned, key=lambda event: event[0])
    pairs = zip(planned, notes, strict=False)
    return [when - due for (due, data), (when, sent) in pairs if data == sent and begun <= due <= begun + seconds]


if __name__ == "__main__":
    go_first()
    sys.stdout.write(" ".join(map(str, lateness(float(sys.argv[1])))))
