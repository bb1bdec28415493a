"""The transport core at made-up times: what is sent when, and that nothing is left sounding, whatever happens."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.engine.messages import Nudge, Panic, Play, PlayDrum, Resume, SetTempo, Stop
from livemusic.engine.orders import Cue, LastBars, Reference, Routing, Steer, Take
from livemusic.music.event import is_note_on
from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern
from livemusic.music.route import GM_ROUTE
from livemusic.music.tempo import Meter, TempoMap
from tests.engine.transport_room import STOP, Port, Rig, assert_balanced


def test_beats_come_when_they_are_due() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(1.6)
    first = rig.ons()[0]
    assert 100.0 < first < 100.01
    assert [round(when - first, 4) for when in rig.ons()] == [0.0, 0.5, 1.0, 1.5]


def test_a_tempo_change_keeps_time_whole() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(0.75)
    rig.say(SetTempo(60.0))
    rig.run(2.0)
    gaps = [round(b - a, 3) for a, b in pairwise(rig.ons())]
    assert gaps[0] == 0.5
    assert 0.72 < gaps[1] < 0.75  # a quarter second at 120 and half a beat at 60, less what was planned
    assert gaps[2] == 1.0


def test_stop_ends_what_sounds_and_resume_goes_on() -> None:
    rig = Rig(Pattern((Note(0, 36, 100, 3000), Note(2880, 38, 90, 10)), 3840))
    rig.say(Play())
    rig.run(1.0)
    rig.say(Stop())
    rig.run(0.5)
    assert_balanced(rig.port.sent)
    assert not rig.transport.view.playing
    assert 1900 < rig.transport.view.stopped_at < 2100
    rig.say(Resume())
    rig.run(0.7)
    assert [data[1] for _, data in rig.log if is_note_on(data)] == [36, 38]


def test_resume_falls_in_with_the_reference_too() -> None:
    rig = Rig()
    rig.say(Reference(TempoMap(100.0, 90.0, 0)))
    rig.say(Play())
    rig.run(3.1)
    rig.say(Stop())
    rig.run(0.77)
    rig.log.clear()
    rig.say(Resume())
    rig.run(4.0)
    for when in rig.ons():
        assert abs((when - 90.0) / 0.6 - round((when - 90.0) / 0.6)) < 2e-3


def test_start_falls_in_with_the_reference() -> None:
    rig = Rig()
    rig.say(Reference(TempoMap(100.0, 90.0, 0)))
    rig.say(Play())
    rig.run(3.0)
    bar = 4 * 0.6
    assert abs((rig.ons()[0] - 90.0) / bar - round((rig.ons()[0] - 90.0) / bar)) < 1e-3
    assert rig.transport.view.map.bpm == 100.0


def test_steering_meets_the_other_time_within_some_beats_and_never_jumps() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(0.6)
    first = rig.ons()[0]
    other = TempoMap(125.0, first + 0.04, 0)
    for _ in range(200):
        rig.say(Steer(other))
        rig.run(0.02)
    beats = [(when - other.seconds) / (60 / 125) for when in rig.ons()]
    assert abs(beats[-1] - round(beats[-1])) < 0.005
    assert all(0.40 < b - a < 0.56 for a, b in pairwise(rig.ons()))


def test_steering_far_away_jumps_and_leaves_nothing_sounding() -> None:
    rig = Rig(Pattern((Note(0, 36, 100, 3000), Note(1920, 38, 90, 10)), 3840))
    rig.say(Play())
    rig.run(0.6)
    other = TempoMap(90.0, 99.0, 0)
    rig.say(Steer(other))
    rig.run(6.0)
    kick = [when for when, data in rig.log if is_note_on(data) and data[1] == 36][-1]
    assert abs((kick - 99.0) / (4 * 60 / 90) - round((kick - 99.0) / (4 * 60 / 90))) < 1e-3
    rig.say(Stop())
    rig.run(0.1)
    assert_balanced(rig.port.sent)


def test_a_new_port_gets_the_music_and_the_old_one_its_ends() -> None:
    rig = Rig(Pattern((Note(0, 36, 100, 3000), Note(1920, 38, 90, 10)), 3840))
    rig.say(Play())
    rig.run(0.3)
    second = Port()
    rig.say(Routing(out=second))
    rig.run(1.2)
    rig.say(Stop())
    rig.run(0.1)
    assert_balanced(rig.port.sent)
    assert_balanced(second.sent)
    assert any(is_note_on(data) for data in second.sent)
    assert rig.port in rig.retired


def test_a_lost_port_stops_nothing() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(0.6)
    rig.port.gone = True
    rig.run(1.0)
    assert rig.lost == ["MIDI port 'port' has gone."]
    assert rig.transport.view.playing
    back = Port()
    rig.say(Routing(out=back))
    rig.run(1.1)
    assert any(is_note_on(data) for data in back.sent)


def test_panic_silences_every_channel_and_stops() -> None:
    rig = Rig(Pattern((Note(0, 36, 100, 3000),), 3840), clock=True)
    rig.say(Play())
    rig.run(0.3)
    rig.say(Panic())
    rig.run(1.0)
    assert_balanced([data for data in rig.port.sent if data[0] & 0xF0 != 0xB0])
    assert {data[0] & 0x0F for data in rig.port.sent if data[0] & 0xF0 == 0xB0 and data[1] == 123} == set(range(16))
    assert rig.port.sent[-1][0] == STOP
    assert not rig.transport.view.playing


def test_a_test_note_sounds_while_stopped() -> None:
    rig = Rig()
    rig.say(PlayDrum(1, 100))
    rig.run(0.3)
    assert [data[0] & 0xF0 for data in rig.port.sent] == [0x90, 0x80]


def test_a_long_stall_skips_and_does_not_burst() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(0.6)
    before = len(rig.ons())
    rig.now += 10.0
    rig.run(0.1)
    assert len(rig.ons()) - before <= 1
    assert rig.transport.view.skipped == 1
    rig.run(2.0)
    assert len(rig.ons()) - before >= 4


def test_port_and_speakers_can_be_held_back() -> None:
    class Tape:
        batch: list[tuple[float, bytes]]

        def send(self, batch: object) -> None:
            self.batch = [*self.batch, *batch]  # type: ignore[misc]

    tape = Tape()
    tape.batch = []
    rig = Rig()
    rig.say(Routing(sink=tape, midi_delay=0.1, sound_delay=0.02))
    rig.say(Play())
    rig.run(1.2)
    due = rig.transport.view.map.seconds_at(0)
    assert rig.ons()[0] == round(due + 0.1, 4)
    assert round(tape.batch[0][0], 4) == round(due + 0.02, 4)


def test_odd_meters_swap_on_their_own_bar() -> None:
    rig = Rig(Pattern((Note(0, 36),), 3360))
    rig.say(Routing(meter=Meter(7, 8)))
    rig.say(Play())
    rig.run(0.3)
    rig.say(Cue(Pattern((Note(0, 38),), 3360), b"", Meter(7, 8).bar))
    rig.run(2.0)
    heard = [(data[1], when) for when, data in rig.log if is_note_on(data)]
    assert [pitch for pitch, _ in heard] == [36, 38]
    assert abs(heard[1][1] - heard[0][1] - 1.75) < 1e-3


notes = st.builds(
    Note,
    tick=st.integers(0, 1919),
    pitch=st.sampled_from((36, 38, 42)),
    duration=st.integers(1, 4000),
)
patterns = st.lists(notes, max_size=12).map(lambda some: Pattern.of(some, 1920))
actions = st.one_of(
    st.builds(Cue, patterns, st.just(b""), st.sampled_from((STEP, 3840))),
    st.just(Play()),
    st.just(Resume()),
    st.just(Stop()),
    st.just(Panic()),
    st.just(PlayDrum(1, 100)),
    st.builds(SetTempo, st.floats(20, 400)),
    st.sampled_from(("pull", "new port")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(actions, st.floats(0.0, 1.5)), min_size=1, max_size=12), st.floats(0, 0.05))
def test_whatever_happens_no_port_is_left_sounding(story: list[tuple[object, float]], oversleep: float) -> None:
    rig = Rig(clock=True)
    ports = [rig.port]
    for action, seconds in story:
        if action == "pull":
            ports[-1].gone = True
        elif action == "new port":
            ports.append(Port())
            rig.say(Routing(out=ports[-1]))
        else:
            rig.say(action)
        rig.run(seconds, lambda wake: wake + oversleep)
    rig.say(Stop())
    rig.run(1.0)
    for port in ports:
        if not port.gone:
            assert_balanced([data for data in port.sent if data[0] & 0xF0 in (0x80, 0x90)])


def test_drums_go_out_as_the_map_says_and_end_when_it_changes() -> None:
    rig = Rig()
    toms = tuple((voice % 16, 60 + voice) for voice in range(9))
    rig.say(Play())
    rig.run(0.5)
    for route in (toms, GM_ROUTE, toms):
        rig.say(Routing(route=route))
        rig.run(0.7)
    rig.say(PlayDrum(3, 90))
    rig.run(0.01)
    rig.say(Stop())
    rig.run(0.5)
    assert_balanced(rig.port.sent)
    assert bytes((0x93, 63, 90)) in rig.port.sent


def test_what_is_struck_by_hand_is_remembered_where_it_was_played() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(1.0)
    rig.say(PlayDrum(8, 77))
    rig.run(1.0)
    takes: list[Take] = []
    rig.say(LastBars(8, takes.append))
    ticks = [event.tick for event in takes[0].events if event.data == bytes((0x99, 51, 77))]
    assert len(ticks) == 1
    assert 0.9 < rig.transport.view.map.seconds_at(ticks[0]) - rig.transport.view.map.seconds_at(0) < 1.1


def test_our_own_beat_can_be_nudged_and_the_tempo_stays() -> None:
    rig = Rig()
    rig.say(Play())
    rig.run(1.0)
    before = rig.transport.view.map
    rig.say(Nudge(0.05))
    later = rig.transport.view.map
    assert later.bpm == before.bpm
    assert later.seconds_at(9600) - before.seconds_at(9600) == pytest.approx(0.05 * 60 / before.bpm)
    rig.say(Nudge(-0.05))
    rig.run(2.0)
    assert rig.transport.view.map.seconds_at(9600) <= later.seconds_at(9600)
    assert_balanced(rig.port.sent)
