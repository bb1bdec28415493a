"""The tempo of a recording from the beats that were sure."""

import pytest

from livemusic.dsp.beat import Beat
from livemusic.engine.whole_hits import tempo_of


def beats(*times: float, bpm: float = 100.0) -> list[Beat]:
    return [Beat(t, bpm, 0.9, count, count % 4) for count, t in enumerate(times)]


def test_a_steady_tempo_is_the_slope_of_all_beats() -> None:
    assert tempo_of(beats(*(0.3 + 0.4803 * beat for beat in range(200)))) == pytest.approx(60 / 0.4803, abs=1e-6)


def test_one_that_changes_is_what_it_is_mostly() -> None:
    rushed = beats(*(0.5 * beat - 0.002 * beat**2 for beat in range(60)), bpm=140.0)
    assert tempo_of(rushed) == 140.0


def test_a_few_beats_are_no_tempo() -> None:
    assert tempo_of([]) is None
    assert tempo_of(beats(*range(7))) is None
