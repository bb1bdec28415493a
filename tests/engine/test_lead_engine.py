"""Whose time it is, in an engine that hears the demo song."""

import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.demo import DemoTrack
from tests.engine.conftest import Studio, until


@pytest.fixture
def demo(studio: Studio) -> Studio:
    """The studio beside the demo song."""
    known = studio.session_now().settings
    settings = type(known)(source="demo", midi_out="first", sound_out="default")
    studio.ask(edits.Configure(known, settings))
    until(lambda: studio.look().transport.lead == "demo", 120.0)
    return studio


def test_the_drums_go_with_the_demo_song_until_a_tempo_is_set_which_stays(demo: Studio) -> None:
    song = DemoTrack.open().bpm
    until(lambda: demo.look().transport.bpm == pytest.approx(song))
    demo.ask(say.Play())
    until(lambda: demo.look().transport.playing)
    demo.ask(say.SetTempo(133.0))
    until(lambda: demo.look().transport.lead == "own")
    until(lambda: demo.look().undoes.startswith("tempo 133, time from Demo song"))
    assert demo.said("no longer go with the demo song")
    demo.ask(say.Stop(), say.Play())
    until(lambda: demo.look().transport.playing)
    assert demo.look().transport.bpm == pytest.approx(133.0)
    assert demo.look().transport.taken == "demo"
    demo.ask(edits.Undo())
    until(lambda: demo.look().transport.lead == "demo" and demo.look().transport.bpm == pytest.approx(song))
    demo.ask(edits.Redo())
    until(lambda: demo.look().transport.lead == "own" and demo.look().transport.bpm == pytest.approx(133.0))
    demo.ask(say.GiveBack())
    until(lambda: demo.look().transport.lead == "demo" and demo.look().transport.bpm == pytest.approx(song))


def test_a_tempo_that_is_moved_on_while_the_lead_is_taken_is_one_step_back(demo: Studio) -> None:
    before = demo.session_now()
    for bpm in (121.0, 122.0, 123.0):
        demo.ask(say.SetTempo(bpm))
    until(lambda: demo.look().undoes == "tempo 123, time from Demo song → Internal")
    demo.ask(edits.Undo())
    until(lambda: demo.look().transport.lead == "demo" and demo.session_now() == before)
