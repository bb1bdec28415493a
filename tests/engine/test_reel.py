"""What was played can be had again: whole bars of it, with their tempi, and the notes as they go."""

import pytest

from livemusic.engine.messages import Play, PlayDrum, SetTempo, Stop
from livemusic.engine.orders import Cue, LastBars, Routing, Take, Tape
from livemusic.music.event import is_note_on
from livemusic.music.pattern import Pattern
from livemusic.music.route import GM_ROUTE
from livemusic.music.tempo import Meter
from tests.engine.transport_room import Rig, assert_balanced


def test_what_was_played_can_be_had_in_whole_bars() -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(5.0)
    rig.say(Stop())
    takes: list[Take] = []
    rig.say(LastBars(2, takes.append))
    assert takes[0].length == 2 * 3840
    assert [event.tick for event in takes[0].events if is_note_on(event.data)] == [960 * beat for beat in range(7)]
    assert_balanced([event.data for event in takes[0].events])
    rig.say(LastBars(100, takes.append))
    assert takes[1].length == 3 * 3840


def test_a_take_carries_every_tempo_and_meter() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(1.0)
    rig.say(SetTempo(180))
    rig.run(2.0)
    rig.say(Routing(meter=Meter(3, 4)))
    rig.run(1.0)
    rig.say(SetTempo(60))
    rig.run(4.0)
    rig.say(Stop())
    takes: list[Take] = []
    rig.say(LastBars(64, takes.append))
    (take,) = takes
    assert [bpm for _, bpm in take.tempi] == [120, 180, 60]
    assert [meter for _, meter in take.meters] == [Meter(), Meter(3, 4)]
    assert take.meters[1][0] % 2880 == 0  # on a bar line of the new meter
    changed = [tick for tick, _ in take.tempi[1:]]
    seconds = changed[0] * 60 / (120 * 960) + (changed[1] - changed[0]) * 60 / (180 * 960)
    assert 3.9 < seconds < 4.1
    rig.say(LastBars(1, takes.append))
    assert [bpm for _, bpm in takes[1].tempi] == [60]
    assert takes[1].meters == ((0, Meter(3, 4)),)
    assert takes[1].length == 2880


def test_a_take_knows_its_swing() -> None:
    rig = Rig()
    rig.say(Cue(rig.transport._player.pattern or Pattern(), b"", 3840, 0.5))
    rig.say(Play())
    rig.run(4.0)
    takes: list[Take] = []
    rig.say(LastBars(64, takes.append))
    rig.say(Cue(rig.transport._player.pattern or Pattern(), b"", 240, 0.7))
    rig.run(4.0)
    rig.say(LastBars(64, takes.append))
    rig.say(LastBars(1, takes.append))
    assert [take.swing for take in takes] == [0.5, 0.0, 0.7]


def test_the_capture_outlives_stops_starts_and_loops() -> None:
    rig = Rig()
    for _ in range(4):
        rig.say(Play())
        rig.run(4.2)
        rig.say(Stop())
        rig.run(0.3)
    takes: list[Take] = []
    rig.say(LastBars(64, takes.append))
    struck = [event.tick for event in takes[0].events if is_note_on(event.data)]
    assert len(struck) == len(rig.ons())
    assert struck == sorted(struck)
    assert {tick % 960 for tick in struck} == {0}
    assert takes[0].length % 3840 == 0


def test_a_tape_has_the_notes_that_go_to_the_port_with_their_moments() -> None:
    rig, taped = Rig(clock=True), list[tuple[float, bytes]]()
    rig.say(Routing(route=tuple((3, pitch + 1) for _, pitch in GM_ROUTE), midi_delay=0.1, sound_delay=0.2))
    rig.say(Tape(taped.extend))
    rig.say(Play())
    rig.run(1.2)
    rig.say(PlayDrum(1, 90))
    rig.say(Tape(None))
    rig.run(2.0)
    sent = [(at - 0.1, data) for at, data in rig.log if is_note_on(data)]
    kept = [(at, data) for at, data in taped if is_note_on(data)]
    assert [data for _, data in kept] == [bytes((0x93, 37, 100))] * 3 + [bytes((0x93, 39, 90))]
    assert [data for _, data in kept] == [data for _, data in sent[:4]]
    assert [at for at, _ in kept] == pytest.approx([at for at, _ in sent[:4]], abs=1e-3)
    assert all(data[0] < 0xF0 for _, data in taped)  # no clock
