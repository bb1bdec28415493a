"""Which drum a hit is taken for: by the name of its file, or by its sound."""

import numpy as np
import pytest

from livemusic.dsp.matching.hit import hit_in
from livemusic.music.kit import Voice
from livemusic.sound.match import likely_voice, voice_named

RATE = 44100


def drum(hertz: float, fall: float, noise: float) -> np.ndarray:
    time = np.arange(RATE) / RATE
    hiss = np.random.default_rng(0).normal(0, 0.3, RATE) * np.exp(-time / 0.05)
    return 0.5 * np.sin(2 * np.pi * hertz * time) * np.exp(-time / fall) + noise * hiss


@pytest.mark.parametrize(
    ("hertz", "fall", "noise", "voice"),
    [(55.0, 0.1, 0.0, Voice.KICK), (190.0, 0.05, 0.6, Voice.SNARE), (190.0, 0.0001, 1.0, Voice.CLOSED_HAT)],
)
def test_a_plain_drum_is_known_by_its_sound(hertz: float, fall: float, noise: float, voice: Voice) -> None:
    assert likely_voice(hit_in(drum(hertz, fall, noise), RATE)) == voice


def test_what_its_file_is_called_goes_before_its_sound() -> None:
    assert likely_voice(hit_in(drum(55.0, 0.1, 0.0), RATE), "Floor Tom 2") == Voice.LOW_TOM


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("Snare_03", Voice.SNARE), ("BD-12", Voice.KICK), ("kick", Voice.KICK), ("OHH 2", Voice.OPEN_HAT),
        ("hihat_closed", Voice.CLOSED_HAT), ("HiHatOpen", Voice.OPEN_HAT), ("tom-floor", Voice.LOW_TOM),
        ("HighTom", Voice.HIGH_TOM), ("ride01", Voice.RIDE), ("crash", Voice.CRASH),
        ("take 7", None), ("tom", None), ("kick+snare", None), ("override", None), ("", None),
    ],
)  # fmt: skip
def test_names_of_files_name_drums(name: str, voice: Voice | None) -> None:
    assert voice_named(name) == voice
