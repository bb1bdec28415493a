"""Our voices on an instrument's notes: every note ends where it began, whatever changes meanwhile."""

from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.event import is_note_on, note_off, note_on
from livemusic.music.kit import GM_PITCHES
from livemusic.sound.plugins.patch import Patch

OTHER = (24, 26, 30, 32, 40, 41, 43, 45, 47)


def on(pitch: int) -> bytes:
    return note_on(9, pitch, 90)


def off(pitch: int) -> bytes:
    return note_off(9, pitch)


def test_general_midi_goes_as_it_is_and_a_route_moves_the_nine() -> None:
    patch = Patch()
    assert [patch.take(on(pitch)) for pitch in GM_PITCHES] == [[on(pitch)] for pitch in GM_PITCHES]
    patch = Patch(OTHER)
    assert [patch.take(on(pitch)) for pitch in GM_PITCHES] == [[on(pitch)] for pitch in OTHER]
    assert patch.take(on(37)) == [on(37)]
    assert patch.take(b"\xb9\x07\x40") == [b"\xb9\x07\x40"]
    assert patch.take(note_on(2, 36, 5)) == [note_on(2, 36, 5)]


def test_a_note_ends_where_it_began_after_the_route_has_changed() -> None:
    patch = Patch()
    assert patch.take(on(36)) == [on(36)]
    patch.wants(OTHER)
    assert patch.take(off(36)) == [off(36)]
    assert patch.take(off(36)) == []
    assert patch.take(on(36)) == [on(24)]
    patch.wants(GM_PITCHES)
    assert patch.take(on(36)) == [off(24), on(36)]
    assert patch.take(note_on(9, 36, 0)) == [note_on(9, 36, 0)]


def test_two_voices_on_one_pitch_take_it_from_each_other() -> None:
    patch = Patch((60,) * 9)
    assert patch.take(on(36)) == [on(60)]
    assert patch.take(on(38)) == [off(60), on(60)]
    assert patch.take(off(36)) == []
    assert patch.take(off(38)) == [off(60)]


def test_after_all_notes_off_nothing_is_owed() -> None:
    patch = Patch()
    patch.take(on(36))
    assert patch.take(b"\xb9\x7b\x00") == [b"\xb9\x7b\x00"]
    assert patch.take(off(36)) == []


NOTES = st.builds(lambda begins, pitch: on(pitch) if begins else off(pitch), st.booleans(), st.sampled_from(GM_PITCHES))
ROUTES = st.tuples(*[st.integers(58, 62)] * 9)


@given(st.lists(st.one_of(NOTES, ROUTES), max_size=60))
def test_whatever_happens_notes_balance(steps: list[bytes | tuple[int, ...]]) -> None:
    patch = Patch()
    sounding: set[int] = set()
    for step in [*steps, *(off(pitch) for pitch in GM_PITCHES)]:
        if isinstance(step, tuple):
            patch.wants(step)
            continue
        for data in patch.take(step):
            assert (data[1] in sounding) is not is_note_on(data)
            sounding ^= {data[1]}
    assert not sounding
