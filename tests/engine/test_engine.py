"""The engine in this process: a change of session is made whole, or not at all."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from livemusic.engine.messages import Panic, Play
from livemusic.errors import EngineError
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session
from tests.engine.conftest import Studio, until


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


def test_panic_pauses_the_song_as_well(studio: Studio, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "song.wav", np.zeros(44100 * 20), 44100)
    studio.engine.apply(settings(studio.session, source=str(tmp_path / "song.wav"), sound_out="none"))
    until(lambda: (song := studio.look().song) is not None and song.playing)
    studio.ask(Panic())
    until(lambda: (song := studio.look().song) is not None and not song.playing)
    assert not studio.said("No song")
