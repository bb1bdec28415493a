"""How noisy a take is by estimate, and that a clean one is left alone: with the drummer that ships."""

import numpy as np
import pytest

from livemusic.inference.drummer import OnnxDrummer
from livemusic.inference.library import Library
from livemusic.music.grid import Grid
from livemusic.music.kit import Voice
from livemusic.sketch.clean import denoise
from livemusic.sketch.drummer import Question, answer
from livemusic.sketch.noise import ASKED, Noise, clues, noise_of

BEAT = [
    *((step, Voice.CLOSED_HAT, 90 if step % 4 else 105, 6 if step % 4 else 0) for step in range(0, 32, 2)),
    *((step, Voice.SNARE, 110, 8) for step in (4, 12, 20, 28)),
    *((step, Voice.KICK, 100, -4) for step in (0, 10, 16, 26)),
]
CLEAN = Grid.of(BEAT, 32)
#: A kick and two hats lost, three hits where nobody strikes, far off the grid, and late and early ones.
MESSY = Grid.of(
    [
        *(hit for hit in BEAT if hit[:2] not in {(10, Voice.KICK), (6, Voice.CLOSED_HAT), (22, Voice.CLOSED_HAT)}),
        (3, Voice.SNARE, 60, 100),
        (15, Voice.CRASH, 40, -110),
        (25, Voice.LOW_TOM, 120, 90),
    ],
    32,
)


@pytest.fixture(scope="module")
def drummer() -> OnnxDrummer:
    return OnnxDrummer.open(Library().folder("drummer", "drummer-1"))


def found(drummer: OnnxDrummer, grid: Grid) -> Noise:
    return noise_of(answer(drummer, Question(grid, noise=ASKED)), grid)


def test_slips_are_noticed_and_a_clean_take_is_believed(drummer: OnnxDrummer) -> None:
    clean, messy = found(drummer, CLEAN), found(drummer, MESSY)
    assert clean.slips < 0.1
    assert messy.slips > 0.3
    assert messy.share > clean.share


def test_a_clean_take_keeps_its_hits_and_its_touch(drummer: OnnxDrummer) -> None:
    cleaned = denoise(drummer, CLEAN)
    assert (cleaned.hits == CLEAN.hits).all()
    assert np.abs(cleaned.values - CLEAN.values).max() < 0.05


def test_a_messy_take_comes_nearer_to_what_was_meant(drummer: OnnxDrummer) -> None:
    cleaned = denoise(drummer, MESSY)
    assert (cleaned.hits ^ CLEAN.hits).sum() < (MESSY.hits ^ CLEAN.hits).sum()
    assert not cleaned.hits[15, Voice.CRASH]


def test_silence_stays_silent(drummer: OnnxDrummer) -> None:
    assert found(drummer, Grid.empty(32)) == Noise(0.0, 0.0)
    assert denoise(drummer, Grid.empty(32)) == Grid.empty(32)


def test_a_loop_of_one_bar_has_the_clues_of_two(drummer: OnnxDrummer) -> None:
    said = answer(drummer, Question(CLEAN, noise=ASKED))
    half = Grid(CLEAN.values[:16])
    twice = Grid(np.tile(half.values, (2, 1, 1)))
    np.testing.assert_allclose(clues(said[:16], half), clues(np.tile(said[:16], (2, 1, 1)), twice))
