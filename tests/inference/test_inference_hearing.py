"""The drum ear tells the same hits however the sound is cut and at any rate, and survives whatever comes in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.dsp.hits import HeardHit
from livemusic.dsp.lanes import HIT
from livemusic.errors import ModelError
from livemusic.inference.hearing import DrumEar, Hearing
from livemusic.inference.trial import check_model, try_model

RATES = (8000, 11025, 44100, 48000)
KICK, HAT = 0, 2


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory, make_rises: Callable[..., Path]) -> Hearing:
    return Hearing.open(make_rises(tmp_path_factory.mktemp("models") / "hearing-0"))


def burst(rate: int, hertz: float, loud: float = 0.5) -> np.ndarray:
    t = np.arange(int(0.25 * rate)) / rate
    return (loud * np.sin(2 * np.pi * hertz * t) * np.exp(-40 * t)).astype(np.float32)


def groove(rate: int, hits: list[tuple[float, float]], seconds: float = 1.4) -> np.ndarray:
    """Bursts of so many hertz at their times."""
    sound = np.zeros(int(seconds * rate), np.float32)
    for at, hertz in hits:
        begin, sounding = round(at * rate), burst(rate, hertz)
        sound[begin : begin + len(sounding)] += sounding
    return sound


BEAT = [(0.2, 60.0), (0.5, 3400.0), (0.8, 60.0)]


def heard(hearing: Hearing, rate: int, *blocks: np.ndarray) -> list[HeardHit]:
    ear = DrumEar(hearing, rate)
    return [hit for block in blocks for hit in ear.hear(block)] + ear.flush()


@pytest.mark.parametrize("rate", RATES)
def test_what_is_struck_when_and_what_not(hearing: Hearing, rate: int) -> None:
    hits = heard(hearing, rate, groove(rate, BEAT))
    assert [(hit.lane, hit.t) for hit in hits] == [
        (KICK, pytest.approx(0.2, abs=0.02)),
        (HAT, pytest.approx(0.5, abs=0.02)),
        (KICK, pytest.approx(0.8, abs=0.02)),
    ]
    assert all(0 < hit.velocity <= 1 for hit in hits)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 9000), max_size=12))
def test_block_sizes_do_not_matter(hearing: Hearing, rate: int, sizes: list[int]) -> None:
    sound = groove(rate, [*BEAT, (0.9, 900.0), (1.0, 3400.0)])
    whole = heard(hearing, rate, sound)
    assert len(whole) == 5
    cut = heard(hearing, rate, *np.split(sound, np.minimum(np.cumsum(sizes), len(sound))))
    assert [hit.lane for hit in cut] == [hit.lane for hit in whole]
    np.testing.assert_allclose(np.array(cut), np.array(whole), atol=1e-5)


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_a_row_is_there_when_it_was_due(hearing: Hearing, rate: int) -> None:
    ear, sound, taken = DrumEar(hearing, rate), np.zeros(rate, np.float32), 0
    assert ear.due == pytest.approx(0.01, abs=0.005)
    for number in range(1, 51):
        count = int(np.ceil(ear.due * rate))
        ear.hear(sound[taken : taken + count])
        taken += count
        assert ear._rows == number
        assert ear.due <= 0.0101


def test_a_hit_is_told_two_rows_after_it(hearing: Hearing) -> None:
    ear, sound = DrumEar(hearing, 8000), groove(8000, BEAT)
    for end in range(80, len(sound) + 1, 80):
        for hit in ear.hear(sound[end - 80 : end]):
            assert end / 8000 - hit.t <= 0.03


def test_silence_and_what_stands_still_hold_no_drums(hearing: Hearing) -> None:
    for sound in (np.zeros(8000), np.full(8000, np.nan), np.zeros(0)):
        assert heard(hearing, 8000, sound) == []
    for sound in (np.full(8000, 0.5), np.full(8000, -1e30)):
        assert all(hit.t < 0.03 for hit in heard(hearing, 8000, sound))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e30, -1e30, 1e-40, 0.5]), min_size=300, max_size=400),
    st.sampled_from(RATES),
)
def test_whatever_comes_in_hits_are_numbers(hearing: Hearing, samples: list[float], rate: int) -> None:
    hits = heard(hearing, rate, np.array(samples), groove(rate, BEAT))
    assert np.isfinite(np.array(hits)).all()
    assert all(0 <= hit.velocity <= 1 and 0 <= hit.probability <= 1 and hit.t >= 0 for hit in hits)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 30), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_what_is_no_number_counts_as_silence(hearing: Hearing, rows: int, value: float) -> None:
    broken, silent = (
        heard(hearing, 8000, np.full(80 * rows, each, np.float32), groove(8000, BEAT)) for each in (value, 0.0)
    )
    assert broken == silent
    assert [hit.lane for hit in broken] == [KICK, HAT, KICK]


def test_what_is_not_sure_is_some_hit(hearing: Hearing) -> None:
    assert [hit.lane for hit in heard(hearing, 8000, groove(8000, [(0.3, 900.0)]))] == [HIT]


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1e9])
def test_a_sample_rate_must_be_one(hearing: Hearing, rate: float) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        DrumEar(hearing, rate)


def test_a_stranger_is_tried_as_a_hearing(tmp_path: Path, make_rises: Callable[..., Path]) -> None:
    assert try_model(make_rises(tmp_path / "mine-1")).kind == "hearing"


def spoiled(name: str, value: object) -> Callable[[dict], None]:
    return lambda card: card["spec"].update({name: value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoiled("lanes", ["kick"]), "lanes"),
        (spoiled("thresholds", [0.5]), "thresholds"),
        (spoiled("thresholds", [2.0] * 14), "thresholds"),
        (spoiled("state", 13), "does not match"),
        (spoiled("delay", -1), "delay"),
    ],
)
def test_a_hearing_that_is_not_as_its_card_says_is_refused(
    tmp_path: Path, make_rises: Callable[..., Path], change: Callable[[dict], None], said: str
) -> None:
    with pytest.raises(ModelError, match=said):
        check_model(make_rises(tmp_path / "mine-1", change))
