"""The clock follower at made-up times: masters that jitter, jump, drift, stumble, double, start, stop and locate."""

from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.cli.bench.clock import late, pulses, started
from livemusic.music.event import CLOCK, CONTINUE, SONG_POSITION, START, STOP
from livemusic.music.follow import Begin, ClockFollower, End, Hold, Move, Turn
from livemusic.music.line import fitted
from livemusic.music.tempo import MAX_BPM, MIN_BPM

F8, FA, FB, FC = (bytes((status,)) for status in (CLOCK, START, CONTINUE, STOP))
BEAT = 24


def hear(follower: ClockFollower, messages: Iterable[tuple[float, bytes]]) -> list[Move]:
    return [move for at, data in messages for move in follower.hear(data, at)]


def clocks(times: Iterable[float]) -> list[tuple[float, bytes]]:
    return [(at, F8) for at in times]


def off(follower: ClockFollower, true: Sequence[float], pulse: int) -> float:
    """How late the follower believes the song's `pulse` to be."""
    assert follower.map is not None
    return follower.map.seconds_at(pulse * 40) - true[pulse]


def followed(arrivals: Sequence[float], bpm: float) -> ClockFollower:
    follower = ClockFollower(bpm)
    hear(follower, started(arrivals))
    return follower


@pytest.mark.parametrize("bpm", [30, 60, 97.3, 174, 300])
@pytest.mark.parametrize("spread", ["uniform", "normal"])
def test_phase_and_shown_tempo_are_steady_under_jitter(bpm: float, spread: str) -> None:
    random = Random(int(bpm))
    true = pulses([(BEAT * 40, bpm)])
    arrivals = late(true, random) if spread == "uniform" else sorted(at + random.gauss(0, 0.001) for at in true)
    follower = ClockFollower()
    errors, shown = [], []
    for number, message in enumerate(started(arrivals)):
        hear(follower, [message])
        if number > 4 * BEAT:
            errors.append(abs(off(follower, true, min(number, len(true) - 1))))
        if number > 16 * BEAT:
            shown.append(follower.bpm)
    assert sorted(errors)[int(0.99 * len(errors))] < 0.001
    assert max(shown) - min(shown) <= 0.1
    assert shown[-1] == pytest.approx(bpm, abs=0.1)
    assert follower.state is Hold.LOCKED
    assert abs(follower.phase_error) < 0.001
    assert 0.0005 < follower.jitter < 0.0015


def test_half_a_beat_makes_a_lock() -> None:
    follower = ClockFollower(120.0)
    true = pulses([(BEAT, 90.0)])
    hear(follower, clocks(late(true[:11], Random(0))))
    assert follower.state is Hold.SEARCHING
    hear(follower, clocks(true[11:13]))
    assert follower.state is Hold.LOCKED
    assert follower.bpm == pytest.approx(90.0, rel=0.02)


def test_nothing_is_known_before_the_first_pulse() -> None:
    follower = ClockFollower(101.0)
    assert (follower.map, follower.running, follower.state, follower.bpm) == (None, False, Hold.SEARCHING, 101.0)
    assert follower.advance(5.0) is None


@pytest.mark.parametrize(
    ("before", "after"), [(100, 140), (140, 100), (60, 120), (120, 60), (120, 122), (120, 130), (300, 250), (30, 34)]
)
def test_a_jump_is_followed_at_once_and_counts_on(before: float, after: float) -> None:
    for seed in range(4):
        true = pulses([(BEAT * 12, before), (BEAT * 10, after)])
        follower = ClockFollower()
        messages = list(started(late(true, Random(seed))))
        soon = BEAT * 12 + 1 + max(BEAT + 6, round(2 * after * BEAT / 60))
        hear(follower, messages[:soon])
        assert abs(off(follower, true, soon)) < 0.003
        assert follower.bpm == pytest.approx(after, abs=0.7)


def test_a_tempo_on_its_way_is_kept_up_with() -> None:
    true = pulses([(BEAT * 4, 100.0), *((1, 100 + 40 * step / 768) for step in range(768))])
    follower = ClockFollower()
    errors = []
    for number, message in enumerate(started(late(true, Random(3)))):
        hear(follower, [message])
        if BEAT * 8 < number < len(true):
            errors.append(abs(off(follower, true, number)))
    assert sorted(errors)[int(0.99 * len(errors))] < 0.003


def dropouts(arrivals: list[float], random: Random) -> list[float]:
    return [at for number, at in enumerate(arrivals) if number < 100 or number % 150 >= 10]


def missing(arrivals: list[float], random: Random) -> list[float]:
    return [at for number, at in enumerate(arrivals) if number == 0 or random.random() > 0.1]


def doubled(arrivals: list[float], random: Random) -> list[float]:
    return sorted([*arrivals, *(at + 0.0006 for at in arrivals)])


def held_up(arrivals: list[float], random: Random) -> list[float]:
    """Every few beats up to ten pulses come much too late, but in order."""
    for begin in range(60, len(arrivals) - 20, 97):
        delay = random.uniform(0.003, 0.03)
        for number in range(begin, begin + random.randint(3, 10)):
            arrivals[number] += delay
    return sorted(arrivals)


def held_back(arrivals: list[float], random: Random) -> list[float]:
    """Every few beats nothing comes for 150 ms, then all of it at once."""
    for begin in range(60, len(arrivals) - 20, 97):
        for number in range(begin, begin + 20):
            arrivals[number] = max(arrivals[number], min(arrivals[begin] + 0.15, arrivals[begin + 20]))
    return arrivals


def beside_another(arrivals: list[float], random: Random) -> list[float]:
    other = pulses([(len(arrivals), 97.0)], arrivals[0] + 10.0)
    return sorted([*arrivals, *(at for at in late(other, random) if at < arrivals[-1])])


def beside_its_like(arrivals: list[float], random: Random) -> list[float]:
    return sorted([*arrivals, *(at + 0.005 for at in arrivals[BEAT * 8 : -1])])


@pytest.mark.parametrize("mess", [doubled, held_up, held_back, beside_another, beside_its_like])
def test_what_cables_and_drivers_do_moves_nothing(mess: Callable[[list[float], Random], list[float]]) -> None:
    for seed in range(2):
        random = Random(seed)
        true = pulses([(BEAT * 48, 120.0)])
        follower = ClockFollower()
        errors, shown = [], []
        for at, data in started(mess(late(true, random), random)):
            hear(follower, [(at, data)])
            if at > true[BEAT * 8]:
                assert follower.map is not None
                errors.append(
                    abs(
                        follower.map.seconds_at(round((at - true[0]) * 48) * 40)
                        - true[0]
                        - round((at - true[0]) * 48) / 48
                    )
                )
                shown.append(follower.bpm)
        assert sorted(errors)[int(0.99 * len(errors))] < 0.002
        assert max(shown) - min(shown) < 0.3


def place_error(follower: ClockFollower, true: list[float], at: float) -> float:
    """How many pulses the follower is behind the truth at a time."""
    assert follower.map is not None
    elapsed = (at - true[0]) * 48
    return elapsed - (follower.map.tick + (at - follower.map.seconds) / follower.map.seconds_per_tick) / 40


def test_what_a_link_loses_is_made_good_once_it_has_shown_that_it_does() -> None:
    """A single gap may as well be a pause of the master, who counts pulses: several of them tell."""
    for seed in range(6):
        random = Random(seed)
        true = pulses([(BEAT * 48, 120.0)])
        follower = ClockFollower()
        arrivals = dropouts(late(true, random), random)
        hear(follower, started(arrivals))
        assert abs(place_error(follower, true, arrivals[-1])) < 0.1
        assert follower.bpm == pytest.approx(120.0, abs=0.1)


def test_pulses_lost_here_and_there_leave_tempo_and_phase_and_cost_few_places() -> None:
    for seed in range(6):
        random = Random(seed)
        true = pulses([(BEAT * 48, 120.0)])
        follower = ClockFollower()
        arrivals = missing(late(true, random), random)
        hear(follower, started(arrivals))
        behind = place_error(follower, true, arrivals[-1])
        assert abs(behind - round(behind)) < 0.1
        assert abs(behind) < 7
        assert follower.bpm == pytest.approx(120.0, abs=0.1)
        assert follower.state is Hold.LOCKED


def test_after_a_dropout_of_seconds_time_has_gone_on() -> None:
    true = pulses([(BEAT * 40, 120.0)])
    arrivals = late(true, Random(1))
    follower = ClockFollower()
    hear(follower, started(arrivals[: BEAT * 16]))
    assert follower.advance(arrivals[BEAT * 16 - 1] + 0.2) == pytest.approx(arrivals[BEAT * 16 - 1] + 0.25)
    assert follower.state is Hold.LOCKED
    assert follower.advance(arrivals[BEAT * 16 - 1] + 0.26) is None
    assert follower.state is Hold.COASTING
    assert follower.running
    assert abs(off(follower, true, BEAT * 22)) < 0.004
    hear(follower, clocks(arrivals[BEAT * 22 : BEAT * 24]))
    assert follower.state is Hold.LOCKED
    assert abs(off(follower, true, BEAT * 24)) < 0.0015


def test_a_clock_that_comes_back_elsewhere_is_followed_there() -> None:
    first = pulses([(BEAT * 16, 120.0)])
    second = pulses([(BEAT * 8, 120.0)], first[-1] + 3.0101)
    follower = ClockFollower()
    hear(follower, started(late(first, Random(1))))
    hear(follower, clocks(late(second, Random(2))))
    assert follower.map is not None
    assert follower.state is Hold.LOCKED
    beat = (second[-1] - follower.map.seconds) / follower.map.seconds_per_tick / 40
    assert abs(beat - round(beat)) * 0.0208 < 0.0015


def test_another_master_takes_over() -> None:
    first = pulses([(BEAT * 16, 120.0)])
    second = pulses([(BEAT * 8, 87.0)], first[-1] + 0.4)
    follower = ClockFollower()
    hear(follower, started(late(first, Random(1))))
    hear(follower, [(first[-1] + 0.1, FC)])
    moves = hear(follower, started(late(second, Random(2))))
    begins = [move for move in moves if isinstance(move, Begin)]
    assert [begin.map.tick for begin in begins] == [0]
    assert abs(begins[0].map.seconds - second[0]) < 0.002
    assert abs(off(follower, second, BEAT * 8 - 1)) < 0.001


def test_a_clock_that_runs_already_foretells_the_start() -> None:
    true = pulses([(BEAT * 16, 110.0)])
    arrivals = late(true, Random(5))
    follower = ClockFollower()
    moves = hear(follower, clocks(arrivals[: BEAT * 8]))
    assert not follower.running
    assert not [move for move in moves if not isinstance(move, Turn)]
    (begin,) = follower.hear(FA, true[BEAT * 8] - 0.012)
    assert isinstance(begin, Begin)
    assert begin.map.tick == 0
    assert abs(begin.map.seconds - true[BEAT * 8]) < 0.001
    assert follower.running
    hear(follower, clocks(arrivals[BEAT * 8 :]))
    assert abs(off(follower, true[BEAT * 8 :], BEAT * 4)) < 0.001


def test_a_clock_that_begins_anew_with_the_start_sets_the_phase() -> None:
    first = pulses([(BEAT * 8, 110.0)])
    second = pulses([(BEAT * 8, 110.0)], first[-1] + 0.011)
    follower = ClockFollower()
    hear(follower, clocks(first))
    moves = hear(follower, started(second))
    assert moves[-1] != moves[0]
    assert abs(off(follower, second, BEAT * 2)) < 0.001
    assert follower.bpm == pytest.approx(110.0, abs=0.1)


def test_continue_goes_on_at_the_next_pulse() -> None:
    true = pulses([(BEAT * 16, 120.0)])
    follower = ClockFollower()
    hear(follower, started(true[:100]))
    assert follower.hear(FC, true[99] + 0.001) == (End(),)
    assert follower.hear(FC, true[99] + 0.002) == ()
    hear(follower, clocks(true[100:150]))
    (begin,) = follower.hear(FB, true[149] + 0.001)
    assert isinstance(begin, Begin)
    assert begin.map.tick == 100 * 40
    assert begin.map.seconds == pytest.approx(true[150], abs=1e-4)
    assert follower.hear(FB, true[149] + 0.002) == ()


@pytest.mark.parametrize("position", [0, 1, 37, 1000, 16383])
def test_song_position_is_where_continue_begins(position: int) -> None:
    true = pulses([(BEAT * 16, 120.0)])
    data = bytes((SONG_POSITION, position & 0x7F, position >> 7))
    follower = ClockFollower()
    moves = hear(follower, [(99.0, data), (99.5, FB), *clocks(late(true, Random(0)))])
    begins = [move for move in moves if isinstance(move, Begin)]
    assert [begin.map.tick for begin in begins] == [position * 240]
    assert follower.map is not None
    assert follower.map.seconds_at(position * 240 + 60 * 40) == pytest.approx(true[60], abs=0.001)


def test_song_position_while_it_runs_moves_there() -> None:
    true = pulses([(BEAT * 16, 120.0)])
    follower = ClockFollower()
    hear(follower, started(true[:200]))
    (begin,) = follower.hear(bytes((SONG_POSITION, 16, 0)), true[199] + 0.001)
    assert isinstance(begin, Begin)
    assert begin.map.tick == 3840
    hear(follower, clocks(true[200:300]))
    assert follower.map is not None
    assert follower.map.seconds_at(3840) == pytest.approx(true[200], abs=1e-4)


def test_maps_are_told_once_a_beat_when_nothing_happens() -> None:
    moves = hear(ClockFollower(120.0), started(pulses([(BEAT * 32, 120.0)])))
    assert len(moves) <= 34
    jittering = hear(ClockFollower(120.0), started(late(pulses([(BEAT * 32, 120.0)]), Random(0))))
    assert len(jittering) <= 4 * 32


@pytest.mark.parametrize("bpm", [20.0, 20.01, 399.9, 400.0])
def test_the_slowest_and_the_fastest_can_be_followed(bpm: float) -> None:
    follower = followed(pulses([(BEAT * 12, bpm)]), bpm)
    assert follower.bpm == pytest.approx(bpm, abs=0.1)
    assert follower.running


def test_other_messages_and_rubbish_are_ignored() -> None:
    follower = ClockFollower()
    for data in (b"", b"\x99\x24\x64", b"\xfe", b"\xf2\x00", b"\xf0\x7e\xf7", b"\xf8\xf8", b"\xf5"):
        assert follower.hear(data, 1.0) == ()
    assert follower.map is None


@settings(max_examples=120)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((F8, F8, F8, F8, F8, F8, FA, FB, FC, b"\xf2\x05\x01")),
            st.floats(-0.001, 0.4) | st.sampled_from((0.0, 0.004, 0.0208, 0.0208, 0.0208)) | st.just(900.0),
            st.integers(1, 30),
        ),
        max_size=40,
    )
)
def test_whatever_comes_there_is_a_map_that_can_be_played(story: list[tuple[bytes, float, int]]) -> None:
    follower, now, heard = ClockFollower(), 50.0, False
    for data, gap, times in story:
        for _ in range(times if data == F8 else 1):
            now += gap
            moves = follower.hear(data, now)
            follower.advance(now)
            heard = heard or data == F8
            assert all(isinstance(move, Begin | Turn | End) for move in moves)
            if follower.map is not None:
                assert MIN_BPM <= follower.map.bpm <= MAX_BPM
            assert MIN_BPM <= follower.bpm <= MAX_BPM


@pytest.mark.parametrize(
    ("frames", "bpm"),
    [
        *((frames, bpm) for frames in (64, 256) for bpm in (60.0, 97.0, 120.0, 140.0, 174.0)),
        *((512, bpm) for bpm in (60.0, 97.0, 120.0, 140.0)),
    ],
)
def test_arrivals_told_in_blocks_do_not_bend_the_tempo(frames: int, bpm: float) -> None:
    """JACK hands over a period's messages together: a dozen pulses may then fit a false tempo without any jitter."""
    follower, block = ClockFollower(120.0), frames / 48000
    steered = None
    for pulse in range(20 * 24):
        due = 10.0 + pulse * 60 / bpm / 24
        told = (int(due / block) + 1) * block
        if pulse == 0:
            follower.hear(bytes((0xFA,)), told)
        for move in follower.hear(bytes((0xF8,)), told):
            steered = move
    assert follower.state == "locked"
    assert follower.bpm == pytest.approx(bpm, rel=0.002)
    assert steered is not None
    assert not isinstance(steered, End)
    assert abs(steered.map.tick_at(due) - 40 * pulse) < 60


def test_a_bent_line_tells_plain_numbers() -> None:
    """What is shown of it is sent to the window, which takes nothing else."""
    points = [(place, 0.02 * place + 1e-5 * place**2) for place in range(24)]
    fit = fitted(points)
    assert fit is not None
    assert {type(value) for value in (fit.tangent.seconds, fit.tangent.period, fit.tangent.error, fit.bend)} == {float}
