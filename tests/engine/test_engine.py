"""The engine in this process: a change of session is made whole, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec
import pytest

from livemusic.engine.engine import Engine
from livemusic.engine.messages import Look, Panic, Play
from livemusic.engine.openers import NoSound, Openers
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import DeviceError, EngineError
from livemusic.midi.memory import MemoryOut
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session, Settings


class Speakers(NoSound):
    """Remembers which plugins it was to play through."""

    def __init__(self) -> None:
        self.chains: list[tuple[PluginSlot | None, Sequence[PluginSlot]]] = []

    def chain(self, instrument: PluginSlot | None, effects: Sequence[PluginSlot]) -> None:
        self.chains.append((instrument, effects))


class Studio:
    """An engine, its ports and its speakers."""

    def __init__(self) -> None:
        self.ports: list[MemoryOut] = []
        self.speakers = Speakers()
        self.engine = Engine(replace(Openers(), midi_out=self.plug, sound=lambda wanted: self.speakers))
        preset = read_preset(find_preset("House"))
        self.session = Session(preset, Settings(source="none", midi_out="first", sound_out="default"))
        self.engine.start(self.session)
        self.engine.apply(self.session)

    def plug(self, wanted: str) -> MemoryOut:
        if wanted == "broken":
            raise DeviceError("MIDI port 'broken' is broken.")
        self.ports.append(MemoryOut(wanted))
        return self.ports[-1]

    def look(self) -> Snapshot:
        reply = self.engine.ask(Look())
        assert isinstance(reply, Snapshot)
        return reply


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.engine.close()


def settings(session: Session, **changes: object) -> Session:
    return msgspec.structs.replace(session, settings=msgspec.structs.replace(session.settings, **changes))


def test_a_change_opens_what_is_new_and_closes_what_was(studio: Studio) -> None:
    studio.engine.apply(settings(studio.session, midi_out="second"))
    assert [port.name for port in studio.ports] == ["first", "second"]
    assert studio.look().midi_out.name == "second"
    studio.engine.apply(studio.session)
    assert [port.name for port in studio.ports] == ["first", "second", "first"]
    assert studio.look().midi_out.name == "first"
    studio.engine.close()
    assert not any(port.alive for port in studio.ports)


def test_a_change_that_fails_changes_nothing(studio: Studio) -> None:
    before = studio.look()
    wrong = settings(studio.session, midi_out="broken", channel=3)
    with pytest.raises(EngineError, match="'broken' is broken"):
        studio.engine.apply(wrong)
    after = studio.look()
    assert (after.revision, after.session, after.midi_out) == (before.revision, before.session, before.midi_out)
    assert studio.ports[0].alive


def test_a_preset_brings_its_plugins(studio: Studio) -> None:
    effect = PluginSlot("/somewhere/Reverb.vst3", values={"mix": 0.25})
    preset = msgspec.structs.replace(studio.session.preset, effects=(effect,))
    studio.engine.apply(msgspec.structs.replace(studio.session, preset=preset))
    assert studio.speakers.chains == [(None, ()), (None, (effect,))]


def test_what_is_asked_is_done_in_that_order(studio: Studio) -> None:
    for _ in range(20):
        studio.engine.ask(Play())
        studio.engine.ask(Panic())
    studio.engine.close()
    assert not studio.look().transport.playing
    assert sum(data[1] == 123 for data in studio.ports[0].messages if data[0] & 0xF0 == 0xB0) >= 20 * 16
