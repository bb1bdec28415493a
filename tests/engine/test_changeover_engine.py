"""A preset that is chosen while the engine plays comes at a bar line; undo before it cancels that."""

from time import perf_counter

import msgspec

from livemusic.engine import edits
from livemusic.engine.messages import Play, Stop
from livemusic.session.library import list_presets
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
