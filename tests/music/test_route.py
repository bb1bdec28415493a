"""Notes go where a drum map wants them."""

from livemusic.music.event import note_off, note_on
from livemusic.music.route import GM_ROUTE, routed

TOMS = tuple((voice, 60 + voice) for voice in range(9))


def test_a_voice_goes_to_its_channel_and_pitch() -> None:
    assert routed(note_on(9, 38, 99), TOMS) == note_on(1, 61, 99)
    assert routed(note_off(9, 38), TOMS) == note_off(1, 61)


def test_what_is_no_drum_stays() -> None:
    for data in (note_on(0, 38, 99), note_on(9, 39, 99), bytes((0xB9, 123, 0)), bytes((0xF8,)), bytes((0xC9, 38))):
        assert routed(data, TOMS) == data


def test_general_midi_changes_nothing() -> None:
    assert routed(note_on(9, 51, 5), GM_ROUTE) == note_on(9, 51, 5)
