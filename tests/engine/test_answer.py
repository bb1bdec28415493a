"""A score in, an event list out: the drummer plays, and is answered from a bar line on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.engine.listen_orders import Preview
from livemusic.engine.messages import MovePad, Panic, Play, SetAnswer, SetFreedom, SetSwing, SetTempo, Stop
from livemusic.engine.orders import Routing, Steer
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter, TempoMap
from tests.engine.answer_room import Room, Sounded, bars_of, pad_plays

BAR = 3840
KICK, SNARE, HAT = 0, 1, 2
#: A bar of 4/4, the snare late, the hats swung.
GROOVE = [
    (0, KICK, 110), (12, HAT, 90), (565, HAT, 40), (985, SNARE, 100), (1440, KICK, 80), (1925, HAT, 85),
    (2905, SNARE, 104), (3450, KICK, 70),
]  # fmt: skip
OTHER = [(0, KICK, 100), (480, SNARE, 60), (960, KICK, 90), (2400, SNARE, 101), (3360, HAT, 66)]


def room(mode: str, **kinds: object) -> Room:
    it = Room(**kinds)  # type: ignore[arg-type]
    it.order(SetFreedom(0.0), SetAnswer(mode))
    it.pass_time(0.05)
    it.order(Play())
    return it


def seconds(bars: float) -> float:
    return 0.06 + 2.0 * bars


def near(notes: list[Sounded], hits: list[tuple[int, int, int]], slack: int = 1) -> None:
    """The notes are these hits, to the tick."""
    notes, wanted = sorted(notes), sorted(hits)
    assert [(note.voice, note.velocity) for note in notes] == [(voice, loud) for _, voice, loud in wanted]
    assert all(abs(note.tick - tick) <= slack for note, (tick, _, _) in zip(notes, wanted, strict=True))


def between(notes: list[Sounded], first: float, last: float) -> list[Sounded]:
    return [note for note in notes if first * BAR - 120 <= note.tick < last * BAR - 120]


@pytest.mark.parametrize("turn", [1, 2, 4, 8])
def test_trading_answers_from_the_bar_line_on_what_was_heard_and_then_listens_again(turn: int) -> None:
    it = room(f"trade {turn}")
    it.pass_time(seconds(3 * turn + 0.5), it.struck(bars_of(GROOVE, 0, turn)))
    near(it.notes(), bars_of(GROOVE, turn, turn))
    view = it.answer.view
    assert (view.answers, view.round_trip_bars) == (1, turn)
    assert view.round_trip == pytest.approx(2.0 * turn, abs=0.01)
    assert view.reaction == pytest.approx((BAR - 3450) / 1920, abs=0.01)


def test_the_state_tells_whose_turn_it_is() -> None:
    it = room("trade 2")
    seen: list[tuple[str, int, int]] = []
    hits = it.struck(bars_of(GROOVE, 0, 2))
    for tick in range(1, 90):
        it.pass_time(
            seconds(tick / 10), [hit for hit in hits if seconds((tick - 1) / 10) <= hit.at < seconds(tick / 10)]
        )
        view = it.answer.view
        if not seen or seen[-1] != (view.state, view.bar, view.bars):
            seen.append((view.state, view.bar, view.bars))
    turns = [(state, bar, 2) for state in ("listening", "answering") for bar in (1, 2)]
    assert seen[:4] == turns
    assert seen[4:8] == [("listening", 1, 2), ("listening", 2, 2), ("nothing heard", 1, 2), ("nothing heard", 2, 2)]


def test_the_last_hits_before_the_line_are_in_the_answer() -> None:
    late = [(3840 - 125, SNARE, 99), (3840 - 121, KICK, 98)]
    it = room("trade 1")
    it.pass_time(seconds(2.5), it.struck([*GROOVE, *late]))
    notes = between(it.notes(), 1, 2)
    assert {(note.voice, note.velocity) for note in notes} >= {(SNARE, 99), (KICK, 98)}


def test_a_pushed_downbeat_belongs_to_the_bar_that_it_is_for() -> None:
    it = room("trade 1")
    it.pass_time(seconds(4.5), it.struck([*GROOVE[1:], (2 * BAR - 60, KICK, 111), *bars_of(GROOVE[1:], 2, 1)]))
    near(between(it.notes(), 1, 2), bars_of(GROOVE[1:], 1, 1))
    near(between(it.notes(), 3, 4), [(3 * BAR - 60, KICK, 111), *bars_of(GROOVE[1:], 3, 1)])


def test_few_hits_are_not_answered() -> None:
    it = room("trade 4")
    it.pass_time(seconds(9), it.struck([(0, KICK, 100), (5000, SNARE, 90), (9000, SNARE, 90)]))
    assert it.notes() == []
    assert it.answer.view.answers == 0


def test_playing_along_the_pad_is_heard_until_there_is_a_groove_and_then_the_groove() -> None:
    it = Room()
    pad = Grid.of([(0, 8, 77, 0)], 16)
    it.order(pad_plays(pad), SetFreedom(0.0), SetAnswer("play along"))
    it.pass_time(0.05)
    it.order(Play())
    it.pass_time(seconds(4.4), it.struck([*bars_of(GROOVE, 1, 1), *bars_of(OTHER, 2, 1)]))
    notes = it.notes()
    near(between(notes, 0, 2), [(0, 8, 77), (BAR, 8, 77)])
    near(between(notes, 2, 3), bars_of(GROOVE, 2, 1))
    near(between(notes, 3, 4), bars_of(OTHER, 3, 1))
    assert it.answer.view.state == "playing along"


def test_a_groove_of_two_bars_is_known_as_one() -> None:
    it = room("play along")
    two = [*GROOVE, *bars_of(OTHER, 1, 1)]
    it.pass_time(seconds(6.4), it.struck(bars_of(two, 0, 3, 2 * BAR)))
    notes = it.notes()
    near(between(notes, 4, 6), bars_of(two, 2, 1, 2 * BAR))


def test_playing_along_goes_on_when_the_drummer_rests() -> None:
    it = room("play along")
    it.pass_time(seconds(4.5), it.struck(GROOVE))
    near(between(it.notes(), 1, 4), bars_of(GROOVE, 1, 3))


@pytest.mark.parametrize("leak", [0.0, 0.015, 0.045])
def test_what_the_microphone_hears_of_the_answer_is_not_the_next_call(leak: float) -> None:
    it = room("trade 1", leak=leak)
    it.pass_time(seconds(6.5), it.struck(GROOVE))
    near(it.notes(), bars_of(GROOVE, 1, 1))


def test_playing_along_beside_speakers_it_lays_out_for_a_bar_to_hear_another_groove_alone() -> None:
    it = room("play along", leak=0.012)
    it.pass_time(seconds(7.4), it.struck([*GROOVE, *bars_of(OTHER, 3, 2)]))
    notes = it.notes()
    near(between(notes, 1, 4), bars_of(GROOVE, 1, 3))
    near(between(notes, 4, 5), [])
    near(between(notes, 5, 6), bars_of(OTHER, 5, 1))


def test_a_drummer_on_pads_is_answered_and_the_microphone_beside_them_is_not() -> None:
    it = room("trade 1", hands=True)
    it.pass_time(seconds(2.5), it.struck(GROOVE))
    near(it.notes(), bars_of(GROOVE, 1, 1))


def test_in_a_meter_of_seven_the_turns_are_bars_of_seven() -> None:
    it = room("trade 2", meter=Meter(7, 8))
    bar = Meter(7, 8).bar
    call = bars_of(GROOVE[:6], 0, 2, bar)
    it.pass_time(7.5, it.struck(call))
    near(it.notes(), bars_of(GROOVE[:6], 2, 2, bar))


def test_switched_on_in_the_middle_of_a_bar_it_listens_from_the_next_line() -> None:
    it = Room()
    it.order(pad_plays(Grid.of([(8, 8, 77, 0)], 16)), SetFreedom(0.0))
    it.pass_time(0.05)
    it.order(Play())
    it.pass_time(seconds(0.6))
    it.order(SetAnswer("trade 1"))
    it.pass_time(seconds(3.5), it.struck(bars_of(GROOVE, 0, 2)))
    near(it.notes(), [(8 * 240, 8, 77), *bars_of(GROOVE, 2, 1)])


def test_switched_off_the_pad_is_heard_again_from_the_next_bar() -> None:
    it = Room()
    it.order(pad_plays(Grid.of([(0, 8, 77, 0)], 16)), SetFreedom(0.0), SetAnswer("trade 1"))
    it.pass_time(0.05)
    it.order(Play())
    it.pass_time(seconds(1.5), it.struck(GROOVE))
    it.order(SetAnswer("off"))
    it.pass_time(seconds(3.5))
    near(between(it.notes(), 1, 4), [*bars_of(GROOVE, 1, 1), (2 * BAR, 8, 77), (3 * BAR, 8, 77)])
    assert it.answer.view.state == "off"


def test_a_hand_on_the_pad_takes_over_and_answers_end() -> None:
    it = Room()
    it.order(pad_plays(Grid.of([(14, 8, 77, 0)], 16)), SetFreedom(0.0), SetAnswer("trade 1"))
    it.pass_time(0.05)
    it.order(Play())
    it.pass_time(seconds(1.5), it.struck(GROOVE))
    it.order(MovePad(0.5, 0.5))
    it.pass_time(seconds(3.5), it.struck(bars_of(GROOVE, 2, 1)))
    assert it.answer.view.mode == "off"
    assert [note.voice for note in between(it.notes(), 2, 3.4)] == [8]


def test_an_audition_is_heard_before_the_answer_and_the_answer_after_it() -> None:
    it = room("play along")
    it.pass_time(seconds(1.9), it.struck(GROOVE))
    it.order(Preview(Grid.of([(0, 8, 77, 0)], 16)))
    it.pass_time(seconds(3.5))
    it.order(Preview(None))
    it.pass_time(seconds(4.9))
    assert it.answer.view.mode == "play along"
    near(between(it.notes(), 2, 3), [(2 * BAR, 8, 77)])
    near(between(it.notes(), 4, 4.8), [hit for hit in bars_of(GROOVE, 4, 1) if hit[0] < 4.8 * BAR])


def test_the_swing_of_the_pad_is_not_added_to_that_of_the_drummer() -> None:
    it = room("trade 1")
    it.order(SetSwing(1.0))
    odd = [(0, KICK, 90), (240, HAT, 50), (960, SNARE, 90), (1210, HAT, 55)]
    it.pass_time(seconds(2.5), it.struck(odd))
    near(it.notes(), bars_of(odd, 1, 1))


def test_stopped_and_started_again_it_listens_first() -> None:
    it = room("trade 1")
    it.pass_time(seconds(1.2), it.struck(GROOVE))
    it.order(Stop())
    it.pass_time(4.0)
    assert it.balanced()
    it.events.clear()
    it.order(Play())
    it.pass_time(6.0)
    assert it.notes() == []
    assert it.answer.view.state == "listening" or it.answer.view.state == "nothing heard"


def test_a_song_that_jumps_is_counted_anew() -> None:
    it = room("trade 1")
    it.pass_time(seconds(1.25), it.struck(GROOVE))
    it.order(Steer(TempoMap(120, it.now, 20 * BAR + 960)))
    it.pass_time(it.now + 0.5)
    assert it.answer.view.state == "waiting"
    it.pass_time(it.now + 5.2, it.struck(bars_of(OTHER, 21, 1)))
    assert it.transport.view.playing
    near(between(it.notes(), 22, 23), bars_of(OTHER, 22, 1))


changes = st.lists(
    st.tuples(
        st.floats(0.05, 1.5),
        st.sampled_from([
            Stop(), Play(), Panic(), SetTempo(90), SetTempo(173), SetAnswer("play along"), SetAnswer("trade 1"),
            SetAnswer("trade 2"), SetAnswer("off"), Routing(meter=Meter(3, 4)), Routing(meter=Meter(7, 8)),
            MovePad(0.2, 0.3), Steer(TempoMap(110, 3.0, 9000)),
        ]),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(changes, st.sampled_from([None, 0.02]))
def test_whatever_is_changed_every_note_ends(changes: list[tuple[float, object]], leak: float | None) -> None:
    it = room("trade 1", leak=leak)
    it.order(pad_plays(Grid.of([(0, 8, 77, 0), (5, 2, 60, -100), (15, 0, 90, 119)], 16)))
    for wait, change in changes:
        it.pass_time(it.now + wait, it.struck(bars_of(GROOVE, int(it.transport.view.tick(it.now)) // BAR, 2)))
        it.order(change)  # type: ignore[arg-type]
    it.pass_time(it.now + 0.3)
    it.order(Stop())
    it.pass_time(it.now + 0.3)
    ended = {data[1] for at, data in it.events if data[0] & 0xF0 == 0x80}
    struck = {data[1] for at, data in it.events if data[0] & 0xF0 == 0x90}
    assert struck <= ended
    assert it.balanced()


@pytest.mark.parametrize("block", [0.005, 0.05, 0.11, 0.17])
def test_however_hits_are_told_the_answer_is_the_same(block: float) -> None:
    it = room("trade 1", block=block)
    it.pass_time(seconds(2.5), it.struck([*GROOVE, (3700, SNARE, 55)]))
    near(it.notes(), bars_of([*GROOVE, (3700, SNARE, 55)], 1, 1))
