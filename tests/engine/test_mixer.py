"""The mixer: what is asked of it is heard at once, learned, told by OSC, undone and kept; no note is stranded."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.engine import messages as say
from livemusic.engine.action import Fader, Trigger
from livemusic.engine.actions import OSC, TARGETS
from livemusic.engine.edits import Configure, SetMuteGroup, Undo
from livemusic.engine.mixer import Mixed, Mixer
from livemusic.engine.mixer_state import MixerState
from livemusic.engine.mixing import HearAll, MuteLanes, SetLane, SetMaster
from livemusic.engine.openers import NoSound
from livemusic.engine.orders import LastBars, MixFrom, Routing, Take, Tape
from livemusic.engine.snapshot import Snapshot
from livemusic.music.event import is_note_on
from livemusic.music.mix import Mix
from livemusic.music.pattern import Note, Pattern
from livemusic.session.lane_mix import USUAL_GROUPS, LaneMix, MuteGroup, all_lanes
from livemusic.sound.balance import Balance
from livemusic.sound.protocol import KitTold
from tests.engine.conftest import Studio, until
from tests.engine.test_actions import now
from tests.engine.transport_room import Rig, assert_balanced

BEAT = Pattern(
    (
        *(Note(tick, 36, 100, 700) for tick in range(0, 3840, 480)),
        *(Note(tick, 42, 80) for tick in range(0, 3840, 480)),
    ),
    3840,
)


class Speakers(NoSound):
    """Speakers that remember the last balance."""

    def __init__(self) -> None:
        self.balances: list[Balance] = []

    def balance(self, balance: Balance) -> None:
        self.balances.append(balance)


class Told:
    """A mixer, and what it told the transport."""

    def __init__(self) -> None:
        self.mixes: list[Mix | MixFrom] = []
        self.core = Mixer(self.mixes.append)

    def say(self, *messages: object, now: float = 0.0) -> None:
        for message in messages:
            self.core.handle(message, now)


def pitches(rig: Rig) -> set[int]:
    return {data[1] for data in rig.port.sent if is_note_on(data)}


def test_a_mute_is_told_to_the_transport_and_a_level_is_not() -> None:
    told = Told()
    told.say(SetLane(2, mute=True), SetLane(2, level_db=-6.0), SetLane(2, mute=True), SetLane(1, velocity=0.5))
    assert all(isinstance(mix, Mix) and mix.silent for mix in told.mixes)
    assert told.mixes[-1] == Mix(frozenset({2}), (1.0, 0.5, *(1.0,) * 7))
    assert told.core.view.lanes[2] == LaneMix(mute=True, level_db=-6.0)


def test_levels_and_pans_are_told_to_the_kit_and_again_to_a_new_one() -> None:
    told, first, second = Told(), Speakers(), Speakers()
    told.say(SetLane(1, mute=True), Mixed(sound=first), SetLane(2, level_db=-6.0, pan=0.5), SetMaster(-60.0))
    assert first.balances[0].levels == (1.0, 0.0, *(1.0,) * 7)
    assert first.balances[-1] == Balance.of((LaneMix(), LaneMix(mute=True), LaneMix(level_db=-6.0, pan=0.5)), -60.0)
    assert first.balances[-1].master == 0.0
    told.say(Mixed(sound=second))
    assert second.balances == first.balances[-1:]


def test_a_group_is_muted_together_and_all_is_heard_again() -> None:
    told = Told()
    told.say(MuteLanes(1, True), SetLane(0, solo=True))
    assert [voice for voice, lane in enumerate(told.core.view.lanes) if lane.mute] == [2, 3]
    told.say(MuteLanes(3, True))
    assert [voice for voice, lane in enumerate(told.core.view.lanes) if lane.mute] == [2, 3]
    told.say(HearAll())
    assert told.mixes[-1] == Mix()


def test_what_a_session_does_not_bring_stays() -> None:
    told = Told()
    told.say(SetLane(0, mute=True), SetMaster(-3.0), Mixed(groups=(MuteGroup("All"),)))
    assert told.core.view.lanes[0].mute
    assert (told.core.view.master_db, told.core.view.groups) == (-3.0, (MuteGroup("All"),))


@pytest.mark.parametrize(
    "request_",
    [SetLane(9, mute=True), SetLane(0, level_db=7.0), SetLane(0, pan=2.0), SetMaster(9.0), MuteLanes(4, True)],
)
def test_what_cannot_be_mixed_is_refused(request_: say.AnyRequest) -> None:
    with pytest.raises(ValueError, match="is outside"):
        request_.check()


def test_what_a_preset_brings_is_heard_from_its_line_and_so_is_what_the_hand_does_before_it() -> None:
    told, kit = Told(), Speakers()
    told.say(Mixed(sound=kit))
    told.say(Mixed(lanes=all_lanes((LaneMix(mute=True),)), line=7680, cut=103.9), now=103.85)
    assert told.core.view.lanes[0].mute
    assert told.mixes == [MixFrom(Mix(frozenset({0})), 7680)]
    assert kit.balances[-1] == Balance.of(told.core.view.lanes, at=103.9)
    told.say(SetLane(1, mute=True), now=103.87)
    assert told.mixes[-1] == MixFrom(Mix(frozenset({0, 1})), 7680)
    told.say(SetLane(2, mute=True), now=104.0)
    assert told.mixes[-1] == Mix(frozenset({0, 1, 2}))
    assert kit.balances[-1] == Balance.of(told.core.view.lanes)


def test_notes_pass_by_the_old_mix_up_to_the_line_and_by_the_new_one_from_there() -> None:
    rig = Rig(BEAT)
    rig.say(say.Play())
    rig.run(1.7)  # two seconds to a bar
    rig.say(MixFrom(Mix(frozenset({0})), 3840))
    rig.run(0.9)
    kicks = [when for when, data in rig.log if is_note_on(data) and data[1] == 36]
    hats = [when for when, data in rig.log if is_note_on(data) and data[1] == 42]
    assert len(kicks) == 8  # all of the first bar, and none of the second
    assert len(hats) > 8
    assert hats[:8] == kicks
    assert rig.transport.view.silent == {0}


def test_a_hit_that_is_pushed_before_the_line_belongs_to_what_takes_over_there() -> None:
    pushed = Pattern((Note(0, 42, 80), Note(3840 - 60, 36, 100)), 3840)
    rig = Rig(pushed)
    rig.say(say.Play())
    rig.run(1.7)
    rig.say(MixFrom(Mix(frozenset({0})), 3840))
    rig.run(0.9)
    kicks = [when for when, data in rig.log if is_note_on(data) and data[1] == 36]
    assert len(kicks) == 1  # before the first bar, not before the second


@pytest.mark.parametrize("ends", [say.Stop(), say.Panic()])
def test_where_the_music_stops_before_the_line_the_mix_is_there_at_once(ends: say.AnyRequest) -> None:
    rig = Rig(BEAT)
    rig.say(MixFrom(Mix(frozenset({1})), 3840))
    assert rig.transport.view.silent == {1}
    rig.say(say.Play())
    rig.run(1.7)
    rig.say(MixFrom(Mix(frozenset({0})), 3840))
    assert rig.transport.view.silent == {1}
    rig.say(ends)
    assert rig.transport.view.silent == {0}


def test_a_mix_that_comes_meanwhile_takes_the_place_of_the_one_that_waits() -> None:
    rig = Rig(BEAT)
    rig.say(say.Play())
    rig.run(1.7)
    rig.say(MixFrom(Mix(frozenset({0})), 3840))
    rig.say(Mix())
    rig.run(0.9)
    assert rig.transport.view.silent == frozenset()


def test_a_muted_drum_is_silent_at_port_kit_and_recording_and_comes_back() -> None:
    rig = Rig(BEAT)
    kit: list[tuple[float, bytes]] = []

    class Sink:
        def send(self, batch: list[tuple[float, bytes]]) -> None:
            kit.extend(batch)

    recorded: list[tuple[float, bytes]] = []
    rig.say(Routing(sink=Sink()))
    rig.say(Tape(recorded.extend))
    rig.say(Mix(frozenset({0})))
    rig.say(say.Play())
    rig.run(2.0)
    for heard in (rig.port.sent, [data for _, data in kit], [data for _, data in recorded]):
        assert {data[1] for data in heard if is_note_on(data)} == {42}
    rig.say(Mix())
    rig.run(2.0)
    assert pitches(rig) == {36, 42}


def test_a_drum_struck_by_hand_is_mixed_too_and_a_test_note_always_heard() -> None:
    rig = Rig(BEAT)
    rig.say(Mix(frozenset({0, 1})))
    rig.say(say.PlayDrum(0, 100))
    rig.run(0.2)
    assert pitches(rig) == set()
    rig.say(say.TestNote())
    rig.run(0.2)
    assert pitches(rig) == {42}


def test_velocities_are_scaled_at_the_port_and_in_what_is_exported_and_not_for_the_kit() -> None:
    rig = Rig(BEAT)
    kit: list[tuple[float, bytes]] = []

    class Sink:
        def send(self, batch: list[tuple[float, bytes]]) -> None:
            kit.extend(batch)

    rig.say(Routing(sink=Sink()))
    rig.say(Mix(scales=(0.5, *(1.0,) * 8)))
    rig.say(say.Play())
    rig.run(3.0)
    takes: list[Take] = []
    rig.say(LastBars(1, takes.append))
    for heard, kick in (
        (rig.port.sent, 50),
        ([event.data for event in takes[0].events], 50),
        ([d for _, d in kit], 100),
    ):
        assert {(data[1], data[2]) for data in heard if is_note_on(data)} == {(36, kick), (42, 80)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.001, 0.3), st.frozensets(st.integers(0, 3))), max_size=12))
def test_no_note_is_stranded_however_drums_are_muted(turns: list[tuple[float, frozenset[int]]]) -> None:
    rig = Rig(BEAT)
    rig.say(say.Play())
    for seconds, silent in turns:
        rig.run(seconds)
        rig.say(Mix(silent))
    rig.say(say.Stop())
    rig.run(1.0)
    assert_balanced(rig.port.sent)
    assert rig.sounding() == 0


def test_hits_are_where_they_were_after_a_mute() -> None:
    rig, plain = Rig(BEAT), Rig(BEAT)
    for each, silent in ((rig, {0}), (plain, set[int]())):
        each.say(say.Play())
        each.run(1.1)
        each.say(Mix(frozenset(silent)))
        each.run(1.1)
        each.say(Mix())
        each.run(2.0)
    late = [(when, data) for when, data in rig.log if when > 102.3]
    assert late
    assert late == [(when, data) for when, data in plain.log if when > 102.3]


def look(*lanes: LaneMix) -> Snapshot:
    return msgspec.structs.replace(now(), mixer=MixerState(all_lanes(lanes)))


def test_buttons_and_knobs_learn_the_mix_and_show_it() -> None:
    mute, level, pan = TARGETS["mute snare"], TARGETS["level kick"], TARGETS["pan ride"]
    assert isinstance(mute, Trigger)
    assert mute.act(look()) == SetLane(1, mute=True)
    assert mute.act(look(LaneMix(), LaneMix(mute=True))) == SetLane(1, mute=False)
    assert mute.lit is not None
    assert mute.lit(look(LaneMix(), LaneMix(mute=True)))
    assert isinstance(level, Fader)
    assert isinstance(pan, Fader)
    assert [level.move(part) for part in (0.0, 1.0)] == [SetLane(0, level_db=-60.0), SetLane(0, level_db=6.0)]
    assert level.value(look(LaneMix(level_db=6.0))) == 1.0
    assert pan.move(0.5) == SetLane(8, pan=0.0)


def test_a_pedal_mutes_a_group_and_lets_it_be_heard() -> None:
    hats = TARGETS["mute group 2"]
    assert isinstance(hats, Trigger)
    assert hats.act(look()) == MuteLanes(1, True)
    muted = (LaneMix(), LaneMix(), LaneMix(mute=True), LaneMix(mute=True))
    assert hats.act(look(*muted)) == MuteLanes(1, False)


@pytest.mark.parametrize(
    ("path", "arguments", "request_"),
    [
        ("mute", (3, 1), SetLane(3, mute=True)),
        ("solo", (3, 0), SetLane(3, solo=False)),
        ("level", (0, -6.0), SetLane(0, level_db=-6.0)),
        ("pan", (0, 0.5), SetLane(0, pan=0.5)),
        ("velocity", (0, 0.5), SetLane(0, velocity=0.5)),
        ("group", (1, 1), MuteLanes(1, True)),
        ("clear", (), HearAll()),
        ("master", (-3.0,), SetMaster(-3.0)),
    ],
)
def test_the_mix_is_told_by_osc(path: str, arguments: tuple[float, ...], request_: say.AnyRequest) -> None:
    kind = OSC[f"/livemusic/mix/{path}"].kind
    assert kind is not None
    assert kind.request(*arguments) == request_


def test_a_mix_is_heard_kept_undone_and_brought_by_its_preset(studio: Studio) -> None:
    def lanes() -> tuple[LaneMix, ...]:
        return studio.look().mixer.lanes

    studio.ask(SetLane(0, mute=True), SetLane(2, level_db=-6.0), SetMaster(-3.0))
    until(lambda: lanes()[2].level_db == -6.0)
    assert lanes()[0].mute
    studio.ask(say.SetLaunch("bar"), SetMuteGroup(0, MuteGroup("Low", ("kick",))))
    until(lambda: studio.session_now().preset.mute_groups[0].name == "Low")
    kept = studio.session_now()
    assert kept.preset.mix == (LaneMix(mute=True), LaneMix(), LaneMix(level_db=-6.0))
    assert kept.settings.master_db == -3.0
    studio.ask(Undo())
    until(lambda: studio.look().mixer.groups == USUAL_GROUPS)
    studio.ask(Undo())
    until(lambda: not lanes()[0].mute)
    assert studio.look().mixer.master_db == 0.0


def test_a_kit_of_samples_is_asked_for_and_what_became_of_it_is_said(studio: Studio) -> None:
    asked: list[str] = []
    studio.speakers.play_kit = asked.append  # type: ignore[method-assign]
    known = studio.session_now().settings
    studio.ask(Configure(known, msgspec.structs.replace(known, kit="/drums/909")))
    until(lambda: asked == ["/drums/909"])
    studio.speakers.kit_told = KitTold("/drums/909", True, "It has no ride: the built-in one is played.")
    until(lambda: studio.said("Kit 909: It has no ride: the built-in one is played."))
    assert studio.look().mixer.kit.wanted == "/drums/909"
    studio.ask(Undo())
    until(lambda: asked[-1] == "")
