"""The player: the same events for any wake-up times, and never a stuck, doubled or unordered note."""

from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.music.event import Event, is_note_on, note_off, note_on
from livemusic.music.grid import STEP
from livemusic.music.pattern import Note, Pattern
from livemusic.music.player import Player
from livemusic.music.window import CUT, lead_in, next_cut, onsets

BEAT = Pattern((Note(0, 36, 100, 120), Note(480, 42, 60, 120)), 960)

notes = st.builds(
    Note,
    tick=st.integers(0, 3839),
    pitch=st.sampled_from((36, 38, 42)),
    velocity=st.integers(1, 127),
    duration=st.integers(1, 5000),
    channel=st.sampled_from((0, 9)),
)
patterns = st.lists(notes, max_size=24).map(lambda some: Pattern.of(some, 3840))
wakes = st.lists(st.integers(1, 3000), max_size=30)


def played(player: Player, steps: list[int], until: int) -> list[Event]:
    events: list[Event] = []
    for step in steps:
        events += player.advance(min(player.planned + step, until))
    return events + player.advance(until)


def assert_balanced(events: list[Event]) -> None:
    sounding: set[tuple[int, int]] = set()
    for event in events:
        key = (event.data[0] & 0x0F, event.data[1])
        if is_note_on(event.data):
            assert key not in sounding, f"{key} doubled at {event.tick}"
            sounding.add(key)
        else:
            assert key in sounding, f"{key} ended twice at {event.tick}"
            sounding.remove(key)
    assert not sounding


def test_a_loop_repeats_with_its_offs() -> None:
    events = Player(BEAT).advance(1200)
    assert events == [
        Event(0, note_on(9, 36, 100)),
        Event(120, note_off(9, 36)),
        Event(480, note_on(9, 42, 60)),
        Event(600, note_off(9, 42)),
        Event(960, note_on(9, 36, 100)),
        Event(1080, note_off(9, 36)),
    ]


def test_a_note_struck_while_it_sounds_is_ended_first() -> None:
    long = Pattern((Note(0, 36, 90, 1000), Note(240, 36, 80, 10)), 960)
    assert Player(long).advance(300) == [
        Event(0, note_on(9, 36, 90)),
        Event(240, note_off(9, 36)),
        Event(240, note_on(9, 36, 80)),
        Event(250, note_off(9, 36)),
    ]


def test_a_cue_cuts_half_a_step_before_the_line() -> None:
    player = Player(BEAT)
    player.advance(100)
    assert player.cue(Pattern((Note(0, 38),), 960), 960) == 960 - CUT
    heard = {event.data[1]: event.tick for event in player.advance(1000) if is_note_on(event.data)}
    assert heard == {42: 480, 38: 960}


def test_the_last_cue_wins_and_locate_takes_it() -> None:
    player = Player(BEAT)
    snare = Pattern((Note(0, 38),), 960)
    player.cue(Pattern((Note(0, 40),), 960), 960)
    player.cue(snare, 960)
    player.locate(0)
    assert player.pattern == snare


def test_a_pushed_downbeat_is_heard_at_the_start() -> None:
    pushed = Pattern((Note(3830, 36),), 3840)
    assert lead_in(pushed) == 10
    assert [tick for tick, _ in onsets(pushed, -lead_in(pushed), 100)] == [-10]


@given(st.integers(-5000, 50000), st.sampled_from((STEP, 960, 3840, 3360)))
def test_cuts_are_never_in_the_past(planned: int, quantum: int) -> None:
    cut = next_cut(planned, quantum)
    assert planned <= cut < planned + quantum
    assert (cut + CUT) % quantum == 0


@given(patterns, patterns, st.integers(0, 9000), wakes, wakes)
def test_the_same_events_for_any_wake_up_times(
    first: Pattern, second: Pattern, cut: int, some: list[int], others: list[int]
) -> None:
    one, two = Player(first), Player(first)
    one.cue_at(second, cut)
    two.cue_at(second, cut)
    assert played(one, some, 12000) == played(two, others, 12000)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(patterns, st.sampled_from((STEP, 960, 3840)), st.integers(1, 4000)), min_size=1, max_size=8),
    st.booleans(),
)
def test_no_note_is_stuck_doubled_or_out_of_order(swaps: list[tuple[Pattern, int, int]], relocate: bool) -> None:
    player = Player(swaps[0][0])
    events: list[Event] = []
    for pattern, quantum, step in swaps:
        player.cue(pattern, quantum)
        window = player.advance(player.planned + step)
        assert [event.tick for event in window] == sorted(event.tick for event in window)
        events += window
        if relocate:
            events += player.release()
            player.locate(0)
    assert_balanced(events + player.release())
    assert player.release() == []
