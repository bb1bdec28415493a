"""The spiral array's geometry, and the names of keys and chords."""

import numpy as np
import pytest

from livemusic.dsp.spiral import RISE, centre_of, key_place, middle_of, place
from livemusic.dsp.tonality import ALBRECHT, KEYS, Chord, Key, fifth_name, fifths_of, likeness, plain, profiles


def apart(one: int, other: int) -> float:
    return float(np.linalg.norm(place(one) - place(other)))


def test_a_fifth_and_a_major_third_are_nearest() -> None:
    """With h = r sqrt(2/15): sqrt(2 + h^2) = 4 h = 1.4606 r, and a minor third is 1.789 r."""
    assert apart(0, 1) == pytest.approx(1.4606, abs=1e-4)
    assert apart(0, 4) == pytest.approx(1.4606, abs=1e-4)
    assert apart(0, 3) == pytest.approx(1.789, abs=1e-3)
    assert all(apart(0, k) > 1.79 for k in (2, 5, 6, 7, 8))


def test_the_nearest_key_of_a_scale_is_its_own() -> None:
    for key in KEYS:
        steps = (0, 2, 4, 5, 7, 9, 11) if key.mode == "major" else (0, 2, 3, 5, 7, 8, 11)
        classes = np.zeros(12)
        classes[[(key.tonic + step) % 12 for step in steps]] = 1.0
        classes[[(key.tonic + step) % 12 for step in (0, 4 if key.mode == "major" else 3, 7)]] += 1.0
        middle = middle_of(classes)
        assert middle is not None
        centre = centre_of(classes, middle + 12 * round((key.fifths + 1 - middle) / 12))
        nearest = min(KEYS, key=lambda other: float(np.linalg.norm(key_place(other) - centre)))
        assert nearest == key


@pytest.mark.parametrize("steps", range(12))
def test_what_is_transposed_turns(steps: int) -> None:
    classes = np.random.default_rng(1).random(12)
    middle, moved = middle_of(classes), middle_of(np.roll(classes, steps))
    assert middle is not None
    assert moved is not None
    assert (moved - middle - 7 * steps + 1e-6) % 12 == pytest.approx(0, abs=1e-5)
    risen = centre_of(np.roll(classes, steps), middle + fifths_of(steps, -5))[2] - centre_of(classes, middle)[2]
    assert risen == pytest.approx(fifths_of(steps, -5) * RISE)


def test_nothing_jumps_as_the_middle_moves() -> None:
    classes = np.random.default_rng(2).random(12)
    places = np.array([centre_of(classes, middle) for middle in np.arange(0, 12, 0.01)])
    assert np.abs(np.diff(places, axis=0)).max() < 0.05


def test_musicians_names() -> None:
    names = [key.tonic_name for key in KEYS]
    assert names[:12] == ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
    assert names[12:] == ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B"]
    assert Key(3, "major").name == "E♭ major"
    assert Chord(10, "7").named(Key(3, "major")) == "B♭7"
    assert Chord(8, "m7♭5").named(Key(6, "minor")) == "G♯m7♭5"
    assert Chord(4, "7").named(Key(9, "minor")) == "E7"
    assert Chord(8, "dim").named(Key(9, "minor")) == "G♯dim"
    assert Chord(1, "").named() == "C♯"
    assert [fifth_name(k) for k in (-8, -1, 0, 5, 6, 13)] == ["F♭", "F", "C", "B", "F♯", "F𝄪"[0] + "♯♯"]
    assert plain("B♭") + plain("F♯m") == "BbF#m"


def test_profiles_are_correlations() -> None:
    keys = profiles(ALBRECHT)
    for key in KEYS:
        like = likeness(np.roll(ALBRECHT[key.mode], key.tonic), keys)
        assert like.argmax() == key.number
        assert like.max() == pytest.approx(1.0)
    assert not likeness(np.zeros(12), keys).any()
