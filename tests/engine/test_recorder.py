"""Playing along: hits join the loop where they were played, and leave it where they are erased."""

import pytest

from livemusic.engine import messages as say
from livemusic.engine.transport_view import TransportView
from livemusic.music.event import note_off, note_on
from livemusic.music.tempo import TempoMap
from tests.engine.surface_room import TEMPO, Rig, replace_struct


def test_what_is_played_joins_the_loop_where_it_was_played() -> None:
    rig = Rig(quantise=0.5)
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 4 * 2.0 + 0.125 * 6 + 0.02  # in the fifth bar, 20 ms after its seventh sixteenth
    rig.come(note_on(9, 51, 77))
    assert rig.rows(8) == []
    rig.run(0.5)
    steps = rig.session.preset.corners[0].steps
    assert rig.rows(8) == [((4 * 16 + 6) % steps, 77, 19)]


def test_a_hit_is_not_written_before_the_loop_has_passed_it() -> None:
    """Or it would be heard twice: once by hand, once by the loop."""
    rig = Rig()
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 0.125 * 4 - 0.05  # early: it moves forward to its step
    rig.come(note_on(9, 51, 77))
    rig.run(0.1)
    assert rig.rows(8) == []
    rig.run(0.3)
    assert rig.rows(8) == [(4, 77, 0)]


def test_a_hit_is_written_though_the_song_jumps_back_or_stops() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 3.9
    rig.come(note_on(9, 51, 77))
    rig.played = TransportView(playing=True, map=TempoMap(120.0, rig.now, 0))
    rig.run(0.5)
    assert rig.rows(8) == [(15, 77, 0)]
    rig.come(note_on(9, 49, 66))
    rig.played = TransportView(playing=False, map=TEMPO)
    rig.run(0.5)
    assert len(rig.rows(7)) == 1


def test_a_roll_is_written_while_it_is_played() -> None:
    rig = Rig()
    rig.say(say.SetRecord(True))
    for number in range(8):
        rig.now = 100.0 + 0.125 * number
        rig.come(note_on(9, 51, 60 + number))
    assert [step for step, *_ in rig.rows(8)] == [0, 1, 2, 3, 4, 5]
    rig.run(0.5)
    assert [step for step, *_ in rig.rows(8)] == list(range(8))


def test_late_gear_is_allowed_for() -> None:
    rig = Rig(late=0.040)
    rig.say(say.SetRecord(True))
    rig.now = 100.0 + 0.125 * 4 + 0.040
    rig.come(note_on(9, 51, 77))
    rig.run(0.5)
    assert rig.rows(8) == [(4, 77, 0)]


def test_a_roll_faster_than_the_grid_is_recorded_stroke_by_stroke() -> None:
    for quantise, moved in ((0.0, 8), (1.0, 0)):
        rig = Rig(quantise=quantise)
        rig.say(say.SetRecord(True))
        for tick, velocity in ((848, 60), (908, 70), (968, 80)):
            rig.now = TEMPO.seconds + tick * TEMPO.seconds_per_tick
            rig.come(note_on(9, 51, velocity))
            rig.come(note_off(9, 51))
        rig.run(1.0)
        assert rig.rows(8) == [(4, 80, moved), (4, 60, moved - 120), (4, 70, moved - 60)]


@pytest.mark.parametrize(("to", "corner"), [("nearest", 2), ("A", 0), ("D", 3)])
def test_recording_goes_to_the_corner_asked_for_says_which_and_leaves_the_hand(to: str, corner: int) -> None:
    rig = Rig(record_to=to)
    rig.listen = replace_struct(rig.listen, weights=(0.1, 0.2, 0.6, 0.1))
    rig.say(say.SetRecord(True))
    assert rig.asked == []
    assert rig.said == [f"Recording into {'ABCD'[corner]}, “{rig.session.preset.corners[corner].name}”."]
    assert rig.surface.view.into == corner
    rig.listen = replace_struct(rig.listen, weights=(0.9, 0.0, 0.1, 0.0))  # the hand goes elsewhere
    rig.now = 100.0 + 0.125 * 4
    rig.come(note_on(9, 49, 77))
    rig.run(0.5)
    assert rig.rows(7, corner) == [(4, 77, 0)]


@pytest.mark.parametrize("bars", [0, 1, 2])
def test_recording_starts_the_drums_after_the_count_in(bars: int) -> None:
    rig = Rig(count_in=bars)
    rig.played = TransportView(playing=False)
    rig.say(say.SetRecord(True))
    assert rig.asked == [say.Play(bars)]


def test_while_the_drums_play_recording_begins_at_once() -> None:
    rig = Rig(count_in=2)
    rig.say(say.SetRecord(True))
    assert rig.asked == []
    assert "bar" not in rig.said[-1]


def test_only_while_recording_and_playing_something_is_written() -> None:
    rig = Rig()
    before = rig.session
    rig.come(note_on(9, 51, 77))
    rig.run(1.0)
    rig.say(say.SetRecord(True))
    rig.played = TransportView(playing=False, map=TEMPO)
    rig.come(note_on(9, 51, 77))
    rig.run(1.0)
    assert rig.session == before


def test_a_struck_drum_is_erased_and_a_held_one_as_long_as_it_is_held() -> None:
    rig = Rig()
    before = rig.rows(0)
    assert [step for step, *_ in before][:2] == [0, 4]
    rig.say(say.SetErase(True))
    rig.now = 100.01
    rig.come(note_on(9, 36, 90))
    rig.come(note_off(9, 36))
    assert rig.rows(0) == before[1:]
    assert rig.struck == []
    rig.come(note_on(9, 36, 90))
    rig.run(2.0 * rig.session.preset.corners[0].steps / 16)
    rig.say(say.SetErase(False))
    assert rig.rows(0) == []
