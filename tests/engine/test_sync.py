"""The sync core at made-up times: whose orders reach the transport."""

from livemusic.engine.messages import Play, SetTempo, Stop
from livemusic.engine.orders import Join, Steer
from livemusic.engine.sync import Beat, Follow, MidiIn, Sync
from livemusic.engine.transport_view import TransportView
from livemusic.music.tempo import Meter, TempoMap


class Rig:
    """A sync core between a transport that stands still and whoever leads."""

    def __init__(self, who: str, playing: bool = False) -> None:
        self.orders: list[object] = []
        self.to_listen: list[object] = []
        self.notices: list[str] = []
        self.played = TransportView(playing=playing, map=TempoMap(120.0, 10.0, 0))
        self.core = Sync(self.orders.append, self.to_listen.append, lambda: self.played, self.notices.append)
        self.say(Follow(who, Meter()), 10.0)

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
