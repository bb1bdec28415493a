"""From sound to notes: a kit is heard, and what it played is answered in the next bar."""

import pytest

from livemusic.audio.source import ArraySource
from livemusic.engine.offline import converse
from livemusic.engine.openers import open_dictionary, open_embedder, open_hearing, open_tools
from livemusic.inference.encoder import Ear
from livemusic.music.event import is_note_off, is_note_on, note_off, note_on
from livemusic.music.kit import GM_PITCHES, VOICE_OF_PITCH
from livemusic.sound.render import render_events

RATE = 44100
BAR = 3840
#: Kick and snare in turn on the beats, hats between: (sixteenth, voice, velocity).
BACKBEAT = [(0, 0, 115), (4, 1, 110), (8, 0, 112), (12, 1, 112), *((step, 2, 85) for step in range(2, 16, 4))]


@pytest.mark.parametrize("mode", ["trade 1", "play along"])
def test_a_backbeat_that_is_heard_is_answered_in_the_next_bar(mode: str) -> None:
    step = 60 / 120 / 4
    strokes = [
        (at + late, make)
        for place, voice, loud in BACKBEAT
        for at in (place * step,)
        for late, make in ((0.0, note_on(9, GM_PITCHES[voice], loud)), (0.1, note_off(9, GM_PITCHES[voice])))
    ]
    sound = render_events(sorted(strokes), 4.0, RATE).mean(axis=1)
    hearing, tools = open_hearing(""), open_tools(open_dictionary(""))
    assert hearing is not None
    assert tools is not None
    ear = Ear(open_embedder(""), RATE)
    said = converse(ArraySource(sound, RATE, "kit"), ear, hearing, tools, mode, 3.9, 120.0)
    struck = [(tick, VOICE_OF_PITCH[data[1]]) for tick, data in said.events if is_note_on(data)]
    assert said.turns[0].at == BAR
    assert said.turns[0].bars == 1
    assert struck
    assert all(BAR - 120 <= tick < 2 * BAR - 120 for tick, _ in struck)
    for place in (0, 4, 8, 12):  # which drum it was is the hearing's matter
        assert any(own in (0, 1) and abs(tick - BAR - 240 * place) < 30 for tick, own in struck), place
    assert len(struck) == sum(is_note_off(data) for _, data in said.events)
