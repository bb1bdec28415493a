"""MIDI clock as masters, drivers and cables deliver it: in blocks, several times, beside another, with pauses and
losses. What must come out is the true tempo and place, or a word that something is wrong."""

from random import Random

import pytest

from livemusic.music.event import CLOCK, SONG_POSITION, START
from livemusic.music.follow import ClockFollower, Hold

BEGIN = 3.0


def line(bpm: float, beats: float) -> list[float]:
    """When pulses are sent."""
    return [BEGIN + number * 60 / bpm / 24 for number in range(int(beats * 24))]


def followed(arrivals: list[float], guess: float = 120.0) -> ClockFollower:
    """A follower that has heard a start and these pulses."""
    follower = ClockFollower(guess)
    follower.hear(bytes((START,)), BEGIN - 0.003)
    for at in sorted(arrivals):
        follower.advance(at)
        follower.hear(bytes((CLOCK,)), at)
    return follower


def place(follower: ClockFollower, at: float) -> float:
    """Where the follower is at a time, in pulses."""
    assert follower.map is not None
    return (follower.map.tick + (at - follower.map.seconds) / follower.map.seconds_per_tick) / 40


@pytest.mark.parametrize("bpm", [90.0, 117.2, 120.0, 140.0, 174.0])
@pytest.mark.parametrize(
    ("frames", "rate"), [(96, 48000), (256, 48000), (441, 44100), (512, 48000), (1024, 48000), (2048, 96000)]
)
def test_pulses_in_blocks_show_their_tempo_after_two_bars(frames: int, rate: int, bpm: float) -> None:
    block = frames / rate
    times = [-(-at // block) * block for at in line(bpm, 16)]
    soon = followed(times[: 24 * 9])
    assert soon.state is Hold.LOCKED
    assert soon.bpm == pytest.approx(bpm, abs=0.2)
    follower = followed(times)
    assert follower.bpm == pytest.approx(bpm, abs=0.2)
    late = place(follower, times[-1]) - (times[-1] - BEGIN) * bpm * 24 / 60
    assert abs(late) < 0.5 * block * bpm * 24 / 60 + 0.3


@pytest.mark.parametrize("late", [0.0007, 0.003, 0.0075, 0.0104])
@pytest.mark.parametrize("since", [0, 24 * 8])
def test_a_clock_that_comes_twice_is_one_clock_and_said(late: float, since: int) -> None:
    times = line(120, 32)
    follower = followed(times + [at + late for at in times[since:]])
    assert follower.bpm == pytest.approx(120, abs=0.2)
    assert abs(place(follower, times[-1]) - (len(times) - 1)) < 0.5
    assert late < 0.002 or "twice" in follower.trouble


@pytest.mark.parametrize("other", [60.0, 97.0, 133.0])
def test_beside_another_clock_one_is_followed_and_it_is_said(other: float) -> None:
    follower = followed(line(120, 32) + [at + 0.0041 for at in line(other, 32 * other / 120)])
    assert min(abs(follower.bpm - 120), abs(follower.bpm - other)) < 0.3 or follower.state is not Hold.LOCKED
    assert follower.trouble


@pytest.mark.parametrize("pause", [0.02, 0.0625, 0.11, 0.24, 0.5])
def test_after_a_pause_of_the_master_no_pulse_is_counted_that_did_not_come(pause: float) -> None:
    random = Random(5)
    times = line(120, 40)
    times = times[:192] + [at + pause for at in times[192:]]
    follower = followed([at + abs(random.gauss(0, 0.0005)) for at in times])
    assert abs(place(follower, times[-1]) - (len(times) - 1)) < 0.5


@pytest.mark.parametrize("lost", [1, 2, 5, 24])
def test_pulses_lost_on_a_steady_link_are_counted_by_the_gap(lost: int) -> None:
    times = line(120, 40)
    follower = followed(times[:192] + times[192 + lost :])
    assert abs(place(follower, times[-1]) - (len(times) - 1)) < 0.5


def test_a_song_position_mends_what_a_gap_could_not_tell() -> None:
    random = Random(2)
    times = line(120, 40)
    arrivals = [at + abs(random.gauss(0, 0.0015)) for at in times]
    follower = followed(arrivals[:192] + arrivals[195:600])
    follower.hear(bytes((SONG_POSITION, 100, 0)), arrivals[599] + 0.005)
    for at in arrivals[600:]:
        follower.hear(bytes((CLOCK,)), at)
    assert abs(place(follower, times[-1]) - (len(times) - 1)) < 0.5


@pytest.mark.parametrize("bpm", [12.0, 450.0])
def test_a_tempo_that_cannot_be_played_is_not_called_locked(bpm: float) -> None:
    follower = followed(line(bpm, 8 if bpm < 20 else 64))
    assert follower.state is not Hold.LOCKED
    assert "outside 20" in follower.trouble
