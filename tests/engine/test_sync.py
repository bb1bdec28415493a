"""The sync core at made-up times: whose orders reach the transport."""

import pytest

from livemusic.engine.loader_orders import TakeLead
from livemusic.engine.messages import Play, SetTempo, Stop, TapTempo
from livemusic.engine.orders import Join, Reference, Steer
from livemusic.engine.sync import Beat, Follow, MidiIn, Sync
from livemusic.engine.timing import GiveBack, Ramp, SetLead, StepTempo
from livemusic.engine.transport_view import TransportView
from livemusic.music.tempo import Meter, TempoMap


class Rig:
    """A sync core between a transport that stands still and whoever leads."""

    def __init__(self, who: str, playing: bool = False) -> None:
        self.orders: list[object] = []
        self.to_listen: list[object] = []
        self.notices: list[str] = []
        self.played = TransportView(playing=playing, map=TempoMap(120.0, 10.0, 0))
        self.to_loader: list[object] = []
        self.core = self.fresh()
        self.say(Follow(who, Meter()), 10.0)

    def fresh(self) -> Sync:
        return Sync(
            self.orders.append,
            self.to_listen.append,
            lambda: self.played,
            self.notices.append,
            self.to_loader.append,
        )

    def say(self, message: object, now: float) -> None:
        self.core.handle(message, now)
        self.core.advance(now)

    def clock(self, begin: float, bpm: float, pulses: int) -> float:
        for count in range(pulses):
            at = begin + count * 60 / bpm / 24
            self.say(MidiIn(b"\xf8", at), at)
        return begin + pulses * 60 / bpm / 24


def test_our_own_hand_reaches_the_transport() -> None:
    rig = Rig("own")
    for order in (Play(), SetTempo(99.0), Stop()):
        rig.say(order, 11.0)
    rig.clock(12.0, 100.0, 48)
    assert rig.orders == [Play(), SetTempo(99.0), Stop()]
    assert rig.core.view.leader == "own"


def test_a_clock_starts_steers_and_stops() -> None:
    rig = Rig("midi")
    rig.clock(11.0, 100.0, 48)
    assert rig.core.view.state == "locked"
    assert abs((rig.core.view.bpm or 0) - 100.0) < 0.1
    rig.orders.clear()
    start = 11.0 + 48 * 0.025
    rig.say(MidiIn(b"\xfa", start - 0.001), start - 0.001)
    end = rig.clock(start, 100.0, 48)
    rig.say(MidiIn(b"\xfc", end), end)
    joins = [order for order in rig.orders if isinstance(order, Join)]
    assert len(joins) == 1
    assert abs(joins[0].map.seconds_at(0) - start) < 0.003
    assert any(isinstance(order, Steer) for order in rig.orders)
    assert rig.orders[-1] == Stop()


def test_a_clock_that_ceases_is_coasted_and_said_so_once() -> None:
    rig = Rig("midi")
    rig.say(MidiIn(b"\xfa", 10.9), 10.9)
    end = rig.clock(11.0, 100.0, 96)
    for late in (0.3, 0.6, 2.0):
        rig.core.advance(end + late)
    assert rig.core.view.state == "coasting"
    assert len(rig.notices) == 1


def test_the_beat_heard_leans_ours_and_never_moves_the_bar() -> None:
    rig = Rig("audio", playing=True)
    rig.say(Beat(120.0, 12.02, 7, 0.3), 12.03)
    assert rig.orders == []
    assert rig.core.view.state == "searching"
    rig.say(Beat(121.0, 12.53, 8, 0.9), 12.54)
    assert rig.orders == [Steer(TempoMap(121.0, 12.53, 5 * 960))]
    assert rig.core.view.state == "locked"


def test_a_link_session_alone_goes_on_with_our_tempo() -> None:
    rig = Rig("link")
    assert rig.notices == []
    for now in (10.1, 10.2, 12.0):
        rig.core.advance(now)
    assert rig.core.view.leader == "link"
    assert rig.core.view.state == "locked"
    rig.say(SetTempo(140.0), 12.1)
    assert SetTempo(140.0) in rig.orders
    rig.core.advance(12.3)
    last = rig.orders[-1]
    assert isinstance(last, Steer)
    assert abs(last.map.bpm - 140) < 0.01
    rig.say(Follow("own", Meter()), 13.0)
    assert rig.core.view.state == "own"


@pytest.mark.parametrize("leader", ["audio", "demo"])
def test_a_tempo_set_by_hand_stays_and_says_so(leader: str) -> None:
    rig = Rig(leader)
    rig.orders.clear()
    rig.say(SetTempo(133.0), 11.0)
    rig.say(Beat(105.0, 11.5, 1, 1.0), 11.5)
    assert rig.orders == [Reference(None), SetTempo(133.0)]
    assert rig.to_loader == [TakeLead("own", 133.0)]
    assert (rig.core.view.leader, rig.core.view.taken) == ("own", leader)
    assert "set by hand" in rig.notices[-1]


def test_while_a_tempo_is_dragged_the_lead_is_taken_only_once() -> None:
    rig = Rig("audio")
    for bpm in (121.0, 122.0, 123.0):
        rig.say(SetTempo(bpm), 11.0)
    assert rig.to_loader == [TakeLead("own", 121.0)]
    assert len(rig.notices) == 1
    assert [order for order in rig.orders if isinstance(order, SetTempo)][-1] == SetTempo(123.0)


def test_one_word_gives_the_lead_back_to_who_had_it() -> None:
    rig = Rig("audio")
    rig.say(GiveBack(), 10.5)
    assert not rig.to_loader
    rig.say(SetTempo(133.0), 11.0)
    rig.say(Follow("own", Meter()), 11.1)
    assert rig.core.view.taken == "audio"
    rig.say(GiveBack(), 12.0)
    assert rig.to_loader[-1] == TakeLead("audio")
    rig.say(Follow("audio", Meter()), 12.1)
    assert rig.core.view.taken == ""


def test_when_we_lead_again_the_tempo_goes_on_as_it_was() -> None:
    rig = Rig("audio")
    rig.say(SetLead("own"), 11.0)
    assert rig.to_loader == [TakeLead("own", 120.0)]


def test_a_locked_midi_clock_keeps_the_tempo_and_says_why_once() -> None:
    rig = Rig("midi")
    rig.clock(11.0, 100.0, 48)
    rig.orders.clear()
    for bpm in (130.0, 131.0, 132.0):
        rig.say(SetTempo(bpm), 12.3)
    assert not any(isinstance(order, SetTempo) for order in rig.orders)
    assert len(rig.notices) == 1
    assert "MIDI clock sets the tempo" in rig.notices[0]


def test_before_a_midi_clock_comes_the_tempo_is_ours() -> None:
    rig = Rig("midi")
    rig.say(SetTempo(130.0), 11.0)
    assert rig.orders == [SetTempo(130.0)]
    assert not rig.notices


def test_faster_and_slower_go_from_the_tempo_that_is_played() -> None:
    rig = Rig("own")
    rig.say(StepTempo(1.0), 11.0)
    rig.played = TransportView(map=TempoMap(20.4, 10.0, 0))
    rig.say(StepTempo(-1.0), 11.0)
    assert rig.orders == [SetTempo(121.0), SetTempo(20.0)]


def test_a_tapped_tempo_is_one_set_by_hand() -> None:
    rig = Rig("audio")
    for tap in range(5):
        rig.say(TapTempo(11.0 + 0.5 * tap), 11.0 + 0.5 * tap)
    assert rig.core.view.leader == "own"
    assert any(isinstance(order, SetTempo) and abs(order.bpm - 120.0) < 1 for order in rig.orders)


def test_a_ramp_takes_the_lead_needs_drums_and_is_refused_in_a_link_session() -> None:
    rig = Rig("audio")
    rig.say(Ramp(90.0, 4), 11.0)
    assert not rig.to_loader
    assert "press play first" in rig.notices[-1]
    rig = Rig("audio", playing=True)
    rig.say(Ramp(90.0, 4), 11.0)
    assert rig.orders[-1] == Ramp(90.0, 4)
    assert rig.to_loader == [TakeLead("own", 90.0)]


def test_a_tempo_set_while_the_demo_song_is_still_being_opened_stays() -> None:
    rig = Rig("own")
    rig.core = Sync(
        rig.orders.append, rig.to_listen.append, lambda: rig.played, rig.notices.append, rig.to_loader.append
    )
    rig.say(SetTempo(121.0), 10.0)
    rig.say(Follow("demo", Meter(), demo=True), 30.0)
    assert rig.orders[-2:] == [Reference(None), SetTempo(121.0)]
    assert rig.to_loader == [TakeLead("own", 121.0)]
