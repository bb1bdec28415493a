"""Hands on pads and knobs, and everything they touch, at made-up times."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from livemusic.engine import messages as say
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.engine.surface import ControlMessage, Mapping, Surface
from livemusic.engine.transport_view import TransportView
from livemusic.music.tempo import TempoMap
from livemusic.session.codec import read_preset
from livemusic.session.control import Binding
from livemusic.session.library import find_preset
from livemusic.session.settings import Session
from livemusic.session.sketchbook import Played

PADS = "Pads"
#: 120 bpm, so a sixteenth is 0.125 s; song position 0 is at 100 s.
TEMPO = TempoMap(120.0, 100.0, 0)


def knob(value: int, number: int = 20) -> bytes:
    return bytes((0xB0, number, value))


class Rig:
    """Hands, and everything they touch."""

    def __init__(self, *bindings: Binding, **rules: Any) -> None:
        self.asked: list[object] = []
        self.struck: list[say.PlayDrum] = []
        self.taps: list[float] = []
        self.shown: list[tuple[str, bytes]] = []
        self.said: list[str] = []
        self.steps: list[tuple[str, str]] = []
        self.kept: list[Played] = []
        self.session = Session(read_preset(find_preset("House")))
        self.listen = ListenState()
        self.transport = TransportState()
        self.played = TransportView(playing=True, map=TEMPO)
        self.now = 100.0
        self.surface = Surface(
            self.ask,
            self.look,
            self.struck.append,
            self.change,
            lambda: self.played,
            lambda port, data: self.shown.append((port, data)),
            self.said.append,
            keep=lambda kept: self.kept.append(kept.recipe),
        )
        self.say(Mapping((PADS,), bindings, **rules))

    def ask(self, request: object) -> None:
        if isinstance(request, say.TapTempo):
            assert request.at is not None
            self.taps.append(request.at)
        else:
            self.asked.append(request)

    def look(self) -> Snapshot:
        surface = SurfaceState(self.surface.view.learning, "", self.surface.view.record, self.surface.view.erase)
        plug = Plug()
        return Snapshot(
            self.now, 1, self.transport, self.listen, plug, plug, plug, Health(), surface=surface, session=self.session
        )

    def change(self, alter: Callable[[Session], Session], words: str, group: str) -> None:
        self.session = alter(self.session)
        self.steps.append((words, group))

    def say(self, message: object) -> None:
        self.surface.handle(message, self.now)
        self.run(0.0)

    def come(self, data: bytes, port: str = PADS) -> None:
        self.say(ControlMessage(port, data, self.now))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while (wake := self.surface.advance(self.now)) is not None and wake <= end and wake > self.now:
            self.now = wake
        self.now = end
        self.surface.advance(self.now)

    def rows(self, voice: int, corner: int = 0) -> list[tuple[int, int, int]]:
        grid = self.session.preset.corners[corner].grid()
        return [(step, loud, offset) for step, where, loud, offset in grid.rows() if where == voice]


def replace_struct(value: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(value, **changes) if isinstance(value, msgspec.Struct) else replace(value, **changes)
