"""A ramp of the tempo in the transport: every note and every clock pulse at the moment that the integral says."""

import pytest

from livemusic.engine.messages import Nudge, Play, SetTempo, Stop
from livemusic.engine.orders import LastBars, Retempo, Routing, Steer, Take
from livemusic.engine.timing import Ramp
from livemusic.music.event import is_note_on
from livemusic.music.tempo import Meter, TempoMap
from tests.engine.transport_room import CLOCK, Rig


def ramping(rig: Rig) -> TempoMap:
    """Play at 120, and from bar 2 on ramp to 90 over two bars; the map that this should be."""
    rig.say(Play())
    rig.run(0.5)
    rig.say(Ramp(90.0, 2))
    straight = rig.transport.view.map
    return TempoMap(120.0, straight.seconds - straight.tick * 60 / 120 / 960, 0).ramped(90.0, 3840, 2 * 3840)


def test_notes_come_on_time_through_a_ramp_that_begins_and_ends_on_bar_lines() -> None:
    rig = Rig()
    wanted = ramping(rig)
    rig.run(9.0)
    assert rig.ons() == [round(wanted.seconds_at(960 * beat), 4) for beat in range(len(rig.ons()))]
    assert len(rig.ons()) >= 16
    assert rig.transport.view.bpm(rig.now) == 90.0


def test_whoever_follows_our_clock_gets_its_pulses_on_time_through_a_ramp() -> None:
    rig = Rig(clock=True)
    wanted = ramping(rig)
    rig.run(9.0)
    pulses = [when for when, data in rig.log if data[0] == CLOCK]
    assert pulses == pytest.approx([wanted.seconds_at(40 * count) for count in range(len(pulses))], abs=2e-5)


def test_in_another_meter_a_ramp_lasts_so_many_bars_of_that() -> None:
    rig = Rig()
    rig.say(Routing(meter=Meter(7, 8)))
    rig.say(Play())
    rig.run(0.1)
    rig.say(Ramp(200.0, 3))
    tempo = rig.transport.view.map
    assert (tempo.tick % 3360, tempo.over, tempo.to) == (0, 3 * 3360, 200.0)


@pytest.mark.parametrize("end", [SetTempo(130.0), Steer(TempoMap(130.0, 100.0, 0)), Stop()])
def test_a_typed_tempo_another_lead_and_stop_end_a_ramp(end: object) -> None:
    rig = Rig()
    ramping(rig)
    rig.run(3.0)
    reached = rig.transport.view.bpm(rig.now)
    assert 90.0 < reached < 120.0
    rig.say(end)
    assert rig.transport.view.map.to is None
    if isinstance(end, Stop):
        assert rig.transport.view.map.final == pytest.approx(reached, abs=0.5)
    rig.run(20.0)
    assert rig.transport.view.map.to is None


def test_a_nudge_moves_a_ramp_and_does_not_end_it() -> None:
    rig = Rig()
    wanted = ramping(rig)
    rig.say(Nudge(0.1))
    rig.run(4.0)
    assert rig.ons()[3:] == [round(wanted.seconds_at(960 * beat) + 0.05, 4) for beat in range(3, len(rig.ons()))]


def test_another_ramp_begins_where_the_first_has_come_to() -> None:
    rig = Rig()
    ramping(rig)
    rig.run(3.0)
    reached = rig.transport.view.map.bpm_at(rig.transport.view.tick(rig.now))
    rig.say(Ramp(60.0, 1))
    tempo = rig.transport.view.map
    assert tempo.bpm == pytest.approx(reached, abs=0.5)
    assert (tempo.tick % 3840, tempo.over, tempo.to) == (0, 3840, 60.0)


def test_while_nothing_plays_there_is_no_ramp() -> None:
    rig = Rig()
    rig.say(Ramp(60.0, 1))
    assert rig.transport.view.map.to is None


def test_a_take_carries_a_ramp_in_steps_that_last_as_long() -> None:
    rig = Rig()
    wanted = ramping(rig)
    rig.run(9.0)
    rig.say(Stop())
    takes: list[Take] = []
    rig.say(LastBars(64, takes.append))
    (take,) = takes
    assert any(is_note_on(event.data) for event in take.events)
    ends = [tick for tick, _ in take.tempi[1:]]
    seconds = 0.0
    for (tick, bpm), end in zip(take.tempi, ends, strict=False):
        seconds += (end - tick) * 60 / bpm / 960
        assert seconds == pytest.approx(wanted.seconds_at(end) - wanted.seconds_at(0), abs=1e-6)
    assert take.tempi[-1] == (3 * 3840, 90.0)


def test_another_presets_tempo_takes_over_exactly_on_its_bar_line() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(1.5)
    rig.say(Retempo(150.0, 3840))
    start = rig.transport.view.map
    line = start.seconds_at(3840)
    begun = line - 3840 * 60 / 120 / 960
    rig.run(4.0)
    wanted = [begun + 0.5 * beat for beat in range(4)] + [line + 0.4 * beat for beat in range(len(rig.ons()) - 4)]
    assert rig.ons() == pytest.approx(wanted, abs=2e-4)
    assert rig.transport.view.bpm(rig.now) == 150.0
    rig.say(Retempo(90.0, 0))
    assert rig.transport.view.map.bpm == 90.0
