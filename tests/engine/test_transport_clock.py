"""The clock that the transport sends: whoever follows it knows where the music is."""

from itertools import pairwise

import pytest

from livemusic.engine.messages import Play, Resume, Stop
from livemusic.engine.orders import Steer
from livemusic.music.grid import STEP
from livemusic.music.tempo import TempoMap
from tests.engine.transport_room import CLOCK, CONTINUE, POSITION, START, STOP, Rig, assert_balanced


def test_the_clock_runs_24_to_the_beat_between_start_and_stop() -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(2.0)
    rig.say(Stop())
    rig.run(0.1)
    system = [data[0] for data in rig.port.sent if data[0] >= 0xF0]
    assert system[:2] == [START, CLOCK]
    assert system[-1] == STOP
    pulses = [when for when, data in rig.log if data[0] == CLOCK]
    assert 96 <= len(pulses) <= 99
    assert max(b - a for a, b in pairwise(pulses)) < 0.0209


def test_the_clock_goes_on_from_the_sixteenth_it_stopped_at() -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(1.1)
    rig.say(Stop())
    rig.run(0.1)
    rig.port.sent.clear()
    rig.say(Resume())
    rig.run(0.2)
    system = [data for data in rig.port.sent if data[0] >= 0xF0]
    assert system[0][0] == POSITION
    assert system[0][1] == -(-rig.transport.view.map.tick // STEP) == 9
    assert [data[0] for data in system[1:3]] == [CONTINUE, CLOCK]


def test_playing_again_stops_first_and_then_starts() -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(0.4)
    for order in (Play(), Stop(), Play(), Resume()):
        rig.say(order)
    rig.run(0.5)
    marks = [data[0] for data in rig.port.sent if data[0] in (START, STOP, CONTINUE)]
    assert marks[0] == START
    assert marks[-1] in (START, CONTINUE)
    assert all(STOP in pair for pair in pairwise(marks))
    assert_balanced([data for data in rig.port.sent if data[0] < 0xA0] + [bytes((0x89, 36, 0))] * rig.sounding())


def test_after_a_stall_followers_are_told_where_we_are() -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(0.6)
    rig.now += 3.3
    rig.port.sent.clear()
    rig.run(1.0)
    assert told_where_we_are(rig)


@pytest.mark.parametrize("late", [-0.3, 0.17, 5.0])
def test_after_a_jump_to_anothers_time_followers_are_told_where_we_are(late: float) -> None:
    rig = Rig(clock=True)
    rig.say(Play())
    rig.run(0.6)
    tempo = rig.transport.view.map
    rig.port.sent.clear()
    rig.say(Steer(TempoMap(140.0, tempo.seconds - late, tempo.tick + 960)))
    rig.run(1.0)
    assert told_where_we_are(rig)


def told_where_we_are(rig: Rig) -> bool:
    """Whether followers were stopped, and sent on from a place that is ours."""
    system = [data for data in rig.port.sent if data[0] >= 0xF0]
    system = system[[data[0] for data in system].index(STOP) :]
    assert [data[0] for data in system[:3]] == [STOP, POSITION, CONTINUE]
    position = system[1][1] | system[1][2] << 7
    pulses = sum(data[0] == CLOCK for data in system[3:])
    return abs(position * STEP + pulses * 40 - rig.transport.view.tick(rig.now)) < 100
