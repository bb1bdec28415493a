"""The transport under somebody else's jittering clock: where the notes land."""

from random import Random

import pytest

from livemusic.cli.bench.clock import Rehearsal, errors, late, pulses, started
from livemusic.music.event import is_note_off, is_note_on

BEAT, BAR = 24, 96


def p99(values: list[float]) -> float:
    return sorted(abs(value) for value in values)[int(0.99 * len(values))]


@pytest.mark.parametrize("bpm", [30, 75, 120, 174, 300])
def test_notes_land_within_two_milliseconds_after_one_bar(bpm: float) -> None:
    for seed in range(3):
        true = pulses([(BEAT * 28, bpm)])
        rehearsal = Rehearsal(true[0] - 0.1)
        rehearsal.hear(started(late(true, Random(seed))))
        off = errors(rehearsal.onsets, true)
        assert len(off) >= 4 * 22
        assert p99(off) <= 0.002


def test_a_clock_that_ran_before_gives_the_first_bar_too() -> None:
    true = pulses([(BEAT * 28, 100.0)])
    rehearsal = Rehearsal(true[0] - 0.1)
    rehearsal.hear(started(late(true, Random(0)), at=BEAT * 8))
    song = true[BEAT * 8 :]
    assert p99(errors(rehearsal.onsets, song, skip=0)) <= 0.007  # the lead of 5 ms and a late pulse
    assert p99(errors(rehearsal.onsets, song)) <= 0.002


def test_a_jump_is_followed_within_two_seconds() -> None:
    for seed in range(3):
        true = pulses([(BEAT * 16, 100.0), (BEAT * 32, 140.0)])
        rehearsal = Rehearsal(true[0] - 0.1)
        rehearsal.hear(started(late(true, Random(seed))))
        after = BEAT * 16 + round(2.0 * 140 * BEAT / 60)
        assert p99(errors(rehearsal.onsets, true, skip=after)) <= 0.002


def test_a_lost_clock_goes_on_and_its_return_is_in_time() -> None:
    true = pulses([(BEAT * 48, 120.0)])
    messages = [message for number, message in enumerate(started(late(true, Random(4)))) if not 480 < number < 800]
    rehearsal = Rehearsal(true[0] - 0.1)
    rehearsal.hear(messages)
    assert len(rehearsal.onsets) >= 4 * 47
    assert p99(errors(rehearsal.onsets, true)) <= 0.004


def test_stop_ends_the_notes_and_song_position_goes_on_there() -> None:
    true = pulses([(BEAT * 32, 120.0)])
    messages = list(started(late(true, Random(6))))
    messages[200:200] = [(messages[199][0], b"\xfc")]
    messages[301:301] = [(messages[300][0], b"\xf2\x10\x00"), (messages[300][0], b"\xfb")]
    rehearsal = Rehearsal(true[0] - 0.1)
    rehearsal.hear(messages)
    stopped = [at for at in rehearsal.onsets if messages[200][0] + 0.04 < at < messages[300][0]]
    assert stopped == []
    again = [at for at in rehearsal.onsets if at > messages[300][0]]
    assert p99(errors(again, true[299 % 6 :], skip=299 + BAR)) <= 0.002
    transport = rehearsal.slave.transport.view
    assert transport.tick(true[-1]) == pytest.approx(3840 + (len(true) - 1 - 299) * 40, abs=4)
    rehearsal.hear([(true[-1] + 0.01, b"\xfc")])
    rehearsal.run(true[-1] + 1.0)
    sent = rehearsal.out.messages
    assert sum(map(is_note_on, sent)) == sum(map(is_note_off, sent))
