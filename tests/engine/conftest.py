"""An engine in this process, with ports, controllers and speakers that remember."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event
from time import monotonic
from typing import TypeVar

import pytest

from livemusic.engine.engine import Engine
from livemusic.engine.messages import AnyRequest, Look
from livemusic.engine.openers import HearPort, NoSound, Openers
from livemusic.engine.request import Done
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import DeviceError
from livemusic.midi.controllers import Controllers
from livemusic.midi.memory import MemoryIn, MemoryOut
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session, Settings
from livemusic.sound.plugins.description import Parameter
from livemusic.sound.process import SoundStatus
from livemusic.sound.protocol import ChainReport, Control, PluginReport

Value = TypeVar("Value")


def until(find: Callable[[], Value | None], patience: float = 20.0) -> Value:
    """What `find` gives as soon as it gives something."""
    deadline, pause = monotonic() + patience, Event()
    while True:
        if found := find():
            return found
        assert monotonic() < deadline, "it never came true"
        pause.wait(0.01)


class Speakers(NoSound):
    """Remembers which plugins it was to play through; each has one control, "mix", that can be turned."""

    def __init__(self) -> None:
        self.chains: list[tuple[PluginSlot | None, Sequence[PluginSlot]]] = []
        self.mix = 0.5

    def chain(self, instrument: PluginSlot | None, effects: Sequence[PluginSlot]) -> None:
        self.chains.append((instrument, effects))
        for slot in effects:
            self.mix = slot.values.get("mix", 0.5)

    def parameter(self, place: int, name: str, value: float, at: float = 0.0) -> None:
        self.mix = value

    def captured(self) -> tuple[PluginSlot | None, tuple[PluginSlot | None, ...]]:
        instrument, effects = self.chains[-1]
        return instrument, tuple(PluginSlot(slot.path, slot.name, b"state", {"mix": self.mix}) for slot in effects)

    def status(self) -> SoundStatus:
        effects = self.chains[-1][1] if self.chains else ()
        controls = (Control(Parameter("mix"), self.mix, f"{100 * self.mix:.0f} %"),)
        plugins = tuple(PluginReport(place + 1, slot.path, controls=controls) for place, slot in enumerate(effects))
        return SoundStatus(chain=ChainReport(len(self.chains), plugins))


class Studio:
    """An engine, its ports and its speakers."""

    def __init__(self) -> None:
        self.ports: list[MemoryOut] = []
        self.speakers = Speakers()
        self.pads: dict[str, MemoryIn] = {}
        self.engine = Engine(
            replace(
                Openers(), midi_out=self.plug, sound=lambda wanted: self.speakers, controllers=self.plug_controllers
            )
        )
        preset = read_preset(find_preset("House"))
        self.session = Session(preset, Settings(source="none", midi_out="first", sound_out="default"))
        self.engine.start(self.session)
        self.engine.apply(self.session)

    def plug(self, wanted: str) -> MemoryOut:
        if wanted == "broken":
            raise DeviceError("MIDI port 'broken' is broken.")
        self.ports.append(MemoryOut(wanted))
        return self.ports[-1]

    def plug_controllers(self, wanted: Sequence[str], hear: HearPort) -> Controllers:
        def open_in(name: str, hear: Callable[[bytes, float], None]) -> MemoryIn:
            self.pads[name] = MemoryIn(name, hear)
            return self.pads[name]

        return Controllers(wanted, hear, open_in, lambda name: MemoryOut(name), lambda: ())

    def ask(self, *requests: AnyRequest) -> None:
        for request in requests:
            reply = self.engine.ask(request)
            assert reply == Done(), reply

    def said(self, words: str) -> bool:
        return any(words in notice.text for notice in self.look().notices)

    def session_now(self) -> Session:
        session = self.look().session
        assert session is not None
        return session

    def look(self) -> Snapshot:
        reply = self.engine.ask(Look())
        assert isinstance(reply, Snapshot)
        return reply


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.engine.close()
