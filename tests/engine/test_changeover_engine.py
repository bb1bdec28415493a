"""A preset that is chosen while the engine plays comes at a bar line; undo before it cancels that."""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import msgspec
import pytest

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine import changeover, edits
from livemusic.engine.messages import Play, SetTempo, Stop
from livemusic.engine.openers import NoSound
from livemusic.music.tempo import TICKS_PER_BEAT
from livemusic.music.window import CUT
from livemusic.session.codec import write_preset
from livemusic.session.edits import with_settings
from livemusic.session.lane_mix import LaneMix
from livemusic.session.library import list_presets
from livemusic.sound.balance import Balance
from tests.engine.conftest import Studio, until


def names() -> list[str]:
    return [name for name, _ in list_presets()]


def playing(studio: Studio) -> str:
    view = studio.engine._loader.view.session
    assert view is not None
    return view.preset.name


def test_it_comes_at_the_bar_line(studio: Studio) -> None:
    studio.ask(Play())
    until(lambda: studio.engine._transport.view.playing)
    other = next(name for name in names() if name != playing(studio))
    studio.ask(edits.GoPreset(other))
    assert playing(studio) != other
    until(lambda: playing(studio) == other)
    until(lambda: studio.engine._transport.view.bpm(perf_counter()) == studio.session_now().preset.bpm)
    assert studio.engine._transport.view.tick(perf_counter()) > 3840 - 960


def test_undo_before_the_line_cancels_it_and_a_stop_brings_it_at_once(studio: Studio) -> None:
    settings = msgspec.structs.replace(studio.engine._loader.view.session.settings, preset_change="4 bars")
    studio.ask(edits.Configure(studio.engine._loader.view.session.settings, settings))
    studio.ask(Play())
    until(lambda: studio.engine._transport.view.playing)
    before = playing(studio)
    other = next(name for name in names() if name != before)
    studio.ask(edits.GoPreset(other))
    until(lambda: studio.engine._loader._changeover.name == other)
    studio.ask(edits.Undo())
    until(lambda: studio.engine._loader._changeover.name == "")
    assert playing(studio) == before
    studio.ask(edits.GoPreset(other))
    until(lambda: studio.engine._loader._changeover.name == other)
    studio.ask(Stop())
    until(lambda: playing(studio) == other)


class Brought(NoSound):
    """Speakers that remember what presets bring, and for when."""

    def __init__(self) -> None:
        self.told: list[tuple[object, float]] = []
        self.prepared: list[dict[str, DrumVoice]] = []

    def balance(self, balance: Balance) -> None:
        self.told.append((balance.levels[0], balance.at))

    def matched(self, voices: Mapping[str, DrumVoice], at: float = 0.0) -> None:
        self.told.append((dict(voices), at))

    def prepare(self, voices: Mapping[str, DrumVoice]) -> None:
        self.prepared.append(dict(voices))


def test_its_mix_its_drums_and_its_answers_come_there_and_no_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio()
    speakers = studio.speakers = Brought()  # type: ignore[assignment]
    drum = DrumVoice(60.0, 1.0, 0.05, 0.0, 0.3, 1.6, -10.0, 0.2, -10.0, 0.005, (-20.0,) * 8, 0.2, 0.1)
    other = msgspec.structs.replace(
        studio.session.preset, name="Other", mix=(LaneMix(mute=True),), voices={"snare": drum}, answer="trade 1"
    )
    write_preset(tmp_path / "Other.json", other)
    monkeypatch.setattr(changeover, "list_presets", lambda: [("Other", tmp_path / "Other.json")])
    studio.engine.apply(with_settings(studio.session_now(), sound_out="new", preset_change="4 bars"))
    studio.ask(SetTempo(180.0), Play())
    until(lambda: studio.engine._transport.view.tick(perf_counter()) > 0)
    studio.ask(edits.GoPreset("Other"))
    until(lambda: speakers.prepared == [{"snare": drum}])
    until(lambda: speakers.told[-1][1])
    transport = studio.engine._transport
    bar = transport.view.meter.bar
    heard = until(lambda: transport.view.silent and transport.view.tick(perf_counter()))
    line = round(heard / bar / 4) * 4 * bar
    assert line - CUT - 0.1 * TICKS_PER_BEAT <= heard
    cut = transport.view.map.seconds_at(line - CUT)
    assert [(what, pytest.approx(at, abs=0.03)) for what, at in speakers.told[-2:]] == [
        ({"snare": drum}, cut),
        (0.0, cut),
    ]
    until(lambda: studio.look().answer.state == "listening")
    assert transport.view.tick(perf_counter()) >= line - CUT
    studio.engine.close()
