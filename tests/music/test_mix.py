"""Which notes pass the mix, and how loud they go to the port."""

from hypothesis import given
from hypothesis import strategies as st

from livemusic.music.event import is_note_off, is_note_on, note_off, note_on
from livemusic.music.kit import VOICE_COUNT, VOICE_OF_PITCH
from livemusic.music.mix import Mix

SILENT = st.frozensets(st.integers(0, VOICE_COUNT - 1))


@given(SILENT, st.sampled_from(sorted(VOICE_OF_PITCH)), st.integers(1, 127))
def test_the_strokes_of_a_silent_drum_are_held_back_and_its_ends_never(
    silent: frozenset[int], pitch: int, velocity: int
) -> None:
    mix = Mix(silent)
    assert mix.lets(note_on(9, pitch, velocity)) == (VOICE_OF_PITCH[pitch] not in silent)
    assert mix.lets(note_off(9, pitch))
    assert mix.lets(note_on(9, pitch, 0))


@given(SILENT, st.binary(min_size=1, max_size=3))
def test_what_is_no_drum_passes_as_it_is(silent: frozenset[int], data: bytes) -> None:
    mix = Mix(silent, (0.5,) * VOICE_COUNT)
    whole = data + bytes(3 - len(data))
    if not (is_note_on(whole) and whole[0] & 15 == 9 and whole[1] in VOICE_OF_PITCH):
        assert mix.lets(whole)
        assert mix.scaled(whole) == whole


@given(st.floats(0.1, 2.0), st.integers(1, 127))
def test_a_velocity_is_scaled_and_stays_a_velocity(scale: float, velocity: int) -> None:
    told = Mix(scales=(scale,) * VOICE_COUNT).scaled(note_on(9, 38, velocity))
    assert told[:2] == note_on(9, 38, velocity)[:2]
    assert told[2] == min(127, max(1, round(scale * velocity)))
    assert not is_note_off(told)
