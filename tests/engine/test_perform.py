"""A request in, notes out: what is played stays as it is until it is performed, and goes back to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.engine.listen_orders import Answered, Morph, Preview
from livemusic.engine.messages import LaunchCorner, MovePad, Panic, Play, SetLaunch, SetSwing, SetTempo, Stop
from livemusic.engine.offline import rehearse
from livemusic.engine.perform import SetPerformance
from livemusic.engine.perform_requests import (
    ArmSection,
    Fill,
    ResetDials,
    SetFeel,
    SetFills,
    SetVariation,
    TurnDials,
)
from livemusic.music.event import is_note_off, is_note_on
from livemusic.music.grid import Grid
from livemusic.music.performance import Dials, Performance
from livemusic.music.tempo import Meter
from tests.engine.perform_room import CRASH, HAT, KICK, ONE, OTHER, SNARE, Corners, PerformRoom, of, room

hands = st.lists(
    st.one_of(
        st.builds(MovePad, st.floats(0, 1), st.floats(0, 1)),
        st.builds(SetSwing, st.floats(0, 1)),
        st.builds(LaunchCorner, st.integers(0, 3)),
        st.builds(SetLaunch, st.sampled_from(["step", "bar", "4 bars"])),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=10)
@given(hands)
def test_a_neutral_performance_plays_what_the_pad_plays_to_the_byte(moves: list[object]) -> None:
    played = []
    for direct in (True, False):
        it = room(direct=direct)
        for place, move in enumerate(moves):
            it.order(move)
            it.bar(0.4 * place + 0.17)
        it.bar(5)
        played.append(it.events)
    assert played[0] == played[1]


def test_density_thins_the_groove_from_the_next_step_on_and_gives_it_back() -> None:
    it = room()
    it.bar(1.5)
    it.order(TurnDials(density=-1.0))
    it.bar(4.1)
    assert it.steps(2, 4) == {(32, KICK), (48, KICK), (36, SNARE), (44, SNARE), (52, SNARE), (60, SNARE)}
    it.order(ResetDials())
    it.bar(6)
    assert it.steps(5, 6) == of(ONE, 5, 6)
    assert it.perform.view.performance == Performance()


def test_dials_wait_for_the_line_where_patterns_change() -> None:
    it = room()
    it.order(SetLaunch("bar"))
    it.bar(1.3)
    it.order(TurnDials(density=-1.0, voice=HAT))
    it.bar(3)
    assert it.steps(1, 2) == of(ONE, 1, 2)
    assert not any(voice == HAT for _, voice in it.steps(2, 3))


def test_a_preset_that_waits_for_its_bar_is_not_performed_sooner() -> None:
    it = room()
    it.bar(1.8)
    thin = Performance(Dials(density=-1.0))
    it.order(SetPerformance(thin, 2 * Meter().bar))
    it.bar(1.85)
    it.order(Morph(Corners(*[OTHER] * 4), Meter(), pad=(0.0, 1.0), line=2 * Meter().bar))  # type: ignore[arg-type]
    it.bar(4)
    assert it.steps(1, 2) == of(ONE, 1, 2)
    assert it.steps(2, 4) < of(OTHER, 2, 4)


def test_a_corner_that_waits_for_its_bar_does_not_come_sooner_for_a_dial() -> None:
    it = room()
    it.bar(1.2)
    it.order(LaunchCorner(1))
    it.bar(1.4)
    it.order(TurnDials(intensity=0.4))
    it.bar(3)
    assert it.steps(1, 2) == of(ONE, 1, 2)
    assert it.steps(2, 3) == of(OTHER, 2, 3)


@pytest.mark.parametrize("every", [4, 8])
def test_a_fill_ends_the_phrase_and_arrives_on_the_next_bar(every: int) -> None:
    it = room()
    it.order(SetFills(every=every, amount=0.2))
    it.bar(every + 1.9)
    last = every - 1
    assert it.steps(0, last) == of(ONE, 0, last)
    filled, written = it.steps(last, every), of(ONE, last, every)
    begin = 16 * every - 4
    assert {hit for hit in filled if hit[0] < begin} == {hit for hit in written if hit[0] < begin}
    assert {hit for hit in filled if hit[0] >= begin} == {(step, SNARE) for step in range(begin, 16 * every)}
    line = 16 * every
    assert it.steps(every, every + 1) == of(ONE, every, every + 1) - {(line, HAT)} | {(line, CRASH)}
    it.order(Stop())
    assert it.balanced()


def test_fill_now_takes_the_rest_of_the_bar() -> None:
    it = room()
    it.bar(1.4)
    it.order(Fill())
    it.bar(1.5)
    assert it.perform.view.fill == "now"
    it.bar(3.9)
    begin = min(step for step, voice in it.steps(1, 2) - of(ONE, 1, 2))
    assert 23 <= begin <= 25
    assert {(step, SNARE) for step in range(25, 32)} <= it.steps(1, 2)
    assert (32, CRASH) in it.steps(2, 3)
    assert it.steps(3, 3.8) == {hit for hit in of(ONE, 3, 4) if hit[0] < 3.8 * 16}
    assert it.perform.view.fill == ""


def test_fill_now_comes_in_the_next_bar_where_less_than_a_beat_is_left() -> None:
    it = room()
    it.order(SetFills(amount=0.1))
    it.bar(1.85)
    it.order(Fill())
    it.bar(1.9)
    assert it.perform.view.fill == "waiting"
    it.bar(4)
    assert it.steps(1, 2) == of(ONE, 1, 2)
    assert {(step, SNARE) for step in range(44, 48)} <= it.steps(2, 3)
    assert (48, CRASH) in it.steps(3, 4)


def test_a_fill_without_music_says_what_to_do() -> None:
    it = PerformRoom(ONE)
    it.order(Fill())
    assert it.notices == ["A fill needs drums that play: press play first."]


def test_the_hand_moves_on_through_a_fill() -> None:
    it = room()
    it.order(SetFills(every=4, amount=0.5))
    for place in range(40):
        it.bar(3 + place / 40)
        it.order(MovePad(place % 2, 1.0))
    it.order(MovePad(1.0, 1.0))
    it.bar(6)
    assert {(step, SNARE) for step in range(57, 64)} <= it.steps(3, 4)
    assert (64, CRASH) in it.steps(4, 5)
    assert it.steps(5, 6) == of(OTHER, 5, 6)
    it.order(Stop())
    assert it.balanced()


def test_what_is_pushed_before_the_first_bar_is_played_and_no_bar_before_it_varies() -> None:
    pushed = Grid.of([(0, KICK, 110, -60), (4, SNARE, 100, 0), (20, SNARE, 100, 0)], 32)
    it = PerformRoom(pushed)
    it.order(SetVariation(every=2, amount=1.0), SetFills(every=4))
    it.pass_time(it.now + 0.1)
    it.order(Play())
    it.bar(0.9)
    assert it.steps(0, 0.9) == of(pushed, 0, 1)


def test_half_and_double_time_change_the_backbeat_and_not_the_tempo() -> None:
    it = room()
    it.order(SetFeel("half"))
    it.bar(2)
    assert {step for step, voice in it.steps(1, 2) if voice == SNARE} == {24}
    it.order(SetFeel("double"))
    it.bar(4)
    assert {step for step, voice in it.steps(3, 4) if voice == SNARE} == {50, 54, 58, 62}
    assert it.transport.view.map.bpm == 120.0


def test_what_is_armed_goes_with_a_crash_when_the_next_section_begins() -> None:
    it = room()
    it.begin_section(0)
    it.bar(1.1)
    it.order(ArmSection("next corner"))
    it.bar(2.3)
    assert (it.perform.view.armed, it.perform.view.bars_left) == ("next corner", 6)
    it.begin_section(1)
    it.bar(5)
    assert it.perform.view.armed == ""
    assert it.steps(2, 3) == of(ONE, 2, 3)
    assert it.steps(3, 4) == of(OTHER, 3, 4) - {(48, HAT)} | {(48, CRASH)}
    assert it.steps(4, 5) == of(OTHER, 4, 5)


def test_where_no_section_begins_it_goes_after_eight_bars() -> None:
    it = room()
    it.bar(5.5)
    it.order(ArmSection("top right"))
    it.bar(10)
    assert it.steps(7, 8) == of(ONE, 7, 8)
    assert (128, CRASH) in it.steps(8, 9)
    assert it.steps(9, 10) == of(OTHER, 9, 10)
    assert it.listen.view.weights[1] == 1.0


@pytest.mark.parametrize("end", [Stop, Panic])
def test_stop_and_panic_clear_what_waits(end: type) -> None:
    it = room()
    it.bar(0.9)
    it.order(ArmSection("top right"), Fill())
    it.bar(0.95)
    assert (it.perform.view.armed, it.perform.view.fill) == ("top right", "waiting")
    it.order(end())
    it.pass_time(it.now + 0.1)
    assert (it.perform.view.armed, it.perform.view.fill) == ("", "")
    begun = len(it.events)
    it.order(Play())
    it.bar(3)
    assert it.steps(0, 2.9) <= of(ONE, 0, 3)
    assert len(it.events) > begun


def test_panic_clears_what_waits_while_nothing_plays() -> None:
    it = PerformRoom(ONE)
    it.order(ArmSection("top right"))
    it.perform.handle(Panic(), it.now)
    assert it.perform.view.armed == ""


def test_a_fill_that_was_to_come_is_not_played_after_stop_and_play() -> None:
    it = room()
    it.order(SetFills(every=4, amount=1.0))
    it.bar(2.95)
    it.order(Stop())
    it.pass_time(it.now + 0.3)
    it.order(Play())
    it.pass_time(it.now + 0.02)
    it.bar(2)
    assert it.steps(0, 2) == of(ONE, 0, 2)


def test_what_is_auditioned_is_heard_as_it_is() -> None:
    it = room()
    it.order(TurnDials(density=-1.0))
    it.bar(1)
    it.order(Preview(OTHER))
    it.bar(3)
    assert it.steps(2, 3) == of(OTHER, 2, 3)
    it.order(Preview(None))
    it.bar(5)
    assert len(it.steps(4, 5)) == 3


def test_answers_are_performed_and_their_silence_is_left_alone() -> None:
    it = room()
    it.order(SetFills(every=4, amount=1.0))
    it.bar(1.5)
    it.order(Answered(Grid.empty(32), 2 * 3840))
    it.bar(4.9)
    assert it.steps(2, 4.9) == set()
    it.order(Answered(OTHER, 5 * 3840), TurnDials(density=-1.0, voice=HAT))
    it.bar(6.9)
    assert {hit for hit in it.steps(5, 6.9) if hit[1] != HAT} == {
        hit for hit in of(OTHER, 5, 7) if hit[1] != HAT and hit[0] < 6.9 * 16
    }
    assert not any(voice == HAT for _, voice in it.steps(6, 6.9))


def test_a_bar_of_seven_eighths_is_filled_at_its_end() -> None:
    seven = ONE.looped(28)
    it = room(seven, meter=Meter(7, 8))
    it.order(SetFills(every=4, amount=0.0))
    it.bar(5)
    assert it.steps(0, 3) == of(seven, 0, 3, 14)
    assert {step for step, voice in it.steps(3, 4) if step >= 52} == {52, 53, 54, 55}
    assert (56, CRASH) in it.steps(4, 5)


def test_undo_brings_back_how_it_was_performed() -> None:
    it = room()
    it.order(SetPerformance(Performance(Dials(density=-1.0))))
    it.bar(2)
    assert len(it.steps(1, 2)) == 3
    it.order(SetPerformance(Performance()))
    it.bar(4)
    assert it.steps(3, 4) == of(ONE, 3, 4)


orders = st.lists(
    st.one_of(
        st.builds(TurnDials, st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)),
        st.builds(SetFeel, st.sampled_from(["normal", "half", "double"])),
        st.builds(SetFills, st.sampled_from([0, 4]), st.floats(0, 1)),
        st.builds(SetVariation, st.sampled_from([0, 2]), st.floats(0, 1)),
        st.builds(Fill),
        st.builds(ArmSection, st.sampled_from(["off", "next corner"])),
        st.builds(MovePad, st.floats(0, 1), st.floats(0, 1)),
        st.builds(SetLaunch, st.sampled_from(["step", "bar", "4 bars"])),
        st.builds(SetTempo, st.floats(60, 200)),
        st.builds(Play),
        st.builds(Stop),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=12)
@given(orders)
def test_whatever_is_asked_no_note_is_left_sounding(wishes: list[object]) -> None:
    it = room()
    for wish in wishes:
        it.order(wish)
        it.pass_time(it.now + 0.37)
    it.pass_time(it.now + 1.0)
    it.order(Stop())
    it.pass_time(it.now + 0.1)
    assert it.balanced()


def test_rehearsed_without_threads_it_is_what_is_played_and_every_note_ends() -> None:
    written = rehearse(ONE, Performance(), 2, 120.0, Meter())
    thin = rehearse(ONE, Performance(Dials(density=-1.0)), 2, 120.0, Meter())
    struck = [round(tick / 240) for tick, data in written if is_note_on(data)]
    assert len(struck) == len(of(ONE, 0, 2))
    assert sorted(round(tick / 240) for tick, data in thin if is_note_on(data)) == [0, 4, 12, 16, 20, 28]
    for events in (written, thin):
        assert sum(is_note_on(data) for _, data in events) == sum(is_note_off(data) for _, data in events)
