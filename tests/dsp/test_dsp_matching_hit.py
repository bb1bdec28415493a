"""Finding the hit in a recording, and how unlike two sounds are."""

import numpy as np
import pytest

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.hit import hit_in
from livemusic.dsp.matching.likely import LOOK, look
from livemusic.dsp.matching.likeness import unlikeness_db
from livemusic.dsp.matching.pitch import pitch_error


def stroke(rate: int, hertz: float = 180.0, seconds: float = 0.4) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.06)


def recording(rate: int, *hits: tuple[float, float], seconds: float = 3.0) -> np.ndarray:
    sound = np.random.default_rng(0).normal(0, 1e-4, round(seconds * rate))
    for at, level in hits:
        first = round(at * rate)
        sound[first : first + round(0.4 * rate)] += level * stroke(rate)
    return sound


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000, 96000])
def test_a_hit_is_found_where_it_begins_at_any_rate(rate: int) -> None:
    hit = hit_in(recording(rate, (1.0, 0.5)), rate)
    assert hit.at == pytest.approx(1.0, abs=0.003)
    assert np.abs(hit.sound).max() == pytest.approx(1, abs=0.1)
    assert len(hit.sound) / RATE == pytest.approx(0.35, abs=0.15)
    assert ("kHz" in " ".join(hit.remarks)) == (rate < 32000)


def test_a_file_that_begins_with_its_hit() -> None:
    assert hit_in(stroke(44100), 44100).at < 0.001


def test_of_several_hits_the_loudest_or_the_first_is_taken_and_said() -> None:
    loud = hit_in(recording(44100, (0.3, 0.2), (1.2, 0.8), (2.1, 0.4)), 44100)
    assert loud.at == pytest.approx(1.2, abs=0.003)
    assert loud.others == 2
    assert "3 hits; the loudest is taken, at 1.20 s" in loud.remarks[0]
    alike = hit_in(recording(44100, (0.3, 0.5), (1.2, 0.52)), 44100)
    assert alike.at == pytest.approx(0.3, abs=0.003)


def test_a_steady_offset_and_clipping_are_no_hindrance() -> None:
    sound = recording(44100, (0.5, 0.5)) + 0.25
    assert hit_in(sound, 44100).at == pytest.approx(0.5, abs=0.003)
    clipped = np.clip(recording(44100, (0.5, 3.0)), -1, 1)
    assert any("clipped" in remark for remark in hit_in(clipped, 44100).remarks)


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (np.zeros(0), "holds no sound"),
        (np.zeros(44100), "is silent"),
        (np.full(44100, 0.3), "is silent"),
        (np.full(44100, np.nan), "is silent"),
        (np.concatenate([np.zeros(4000), [1.0], np.zeros(4000)]), "only a click"),
        (np.sin(np.arange(88200) * 0.05) * np.linspace(0, 1, 88200), "no drum hit"),
    ],
    ids=["empty", "silence", "offset", "nan", "click", "swell"],
)
def test_what_is_no_hit_is_said(sound: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        hit_in(sound, 44100)


def test_speech_is_no_drum_but_a_drummer_is() -> None:
    time, random = np.arange(round(0.22 * 44100)) / 44100, np.random.default_rng(0)
    spoken = np.zeros(44100 * 4)
    for number in range(12):
        pitch = 110 * 2 ** random.uniform(-0.2, 0.3)
        formants = [(1 + 2 * np.exp(-(((pitch * k - 700) / 200) ** 2))) / k for k in range(1, 25)]
        syllable = sum(level * np.sin(2 * np.pi * pitch * k * time) for k, level in enumerate(formants, 1))
        at = round((0.1 + 0.3 * number) * 44100)
        spoken[at : at + len(time)] += 0.1 * syllable * np.sin(np.pi * time / 0.22) ** 0.5
    with pytest.raises(ValueError, match="sounds like a voice"):
        hit_in(spoken, 44100)
    assert hit_in(recording(44100, *((0.2 + 0.35 * number, 0.5) for number in range(7))), 44100).others == 6


def test_unlikeness_does_not_hear_loudness_but_everything_else() -> None:
    hit = stroke(44100)
    assert unlikeness_db(hit, hit, 44100) == pytest.approx(0)
    assert unlikeness_db(0.1 * hit, hit, 44100) == pytest.approx(0, abs=1e-9)
    near, far = (unlikeness_db(stroke(44100, hertz), hit, 44100) for hertz in (185.0, 400.0))
    assert 0 < near < far
    assert unlikeness_db(np.zeros(10), hit, 44100) > near


def test_pitch_errors_are_in_cents() -> None:
    hit = stroke(44100, 200.0)
    assert pitch_error(stroke(44100, 200 * 2 ** (30 / 1200)), hit, 44100) == pytest.approx(30, abs=4)
    assert pitch_error(hit, np.random.default_rng(0).normal(size=20000), 44100) is None


def test_a_hit_looks_the_same_however_loud_it_is() -> None:
    hit = stroke(44100)
    assert look(hit).shape == (LOOK,)
    assert look(0.01 * hit) == pytest.approx(look(hit), abs=1e-3)


def test_pitch_and_length_show_in_how_a_hit_looks() -> None:
    low, high = look(stroke(44100, 90.0)), look(stroke(44100, 180.0))
    assert high[-1] - low[-1] == pytest.approx(1.0, abs=0.02)
    short, long = (look(sound)[-2] for sound in (stroke(44100)[:4000], stroke(44100)))
    assert short < long
    assert np.isfinite(look(stroke(44100)[:200])).all()
