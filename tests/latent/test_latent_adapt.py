"""A dictionary of single kicks hears figures it has no atoms for, and grows them without losing what it had."""

from itertools import islice

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.latent.adapt import BUDGETS, bounded, grown, read
from livemusic.latent.wta import VOICES
from training.evaluate.reader import TorchReader

Array = npt.NDArray[np.float32]
WIDTH = 4


def single_hits() -> TorchReader:
    """For each voice one atom: a hit of full velocity, on time."""
    atoms = np.zeros((VOICES, 27, WIDTH), np.float32)
    for voice in range(VOICES):
        atoms[voice, [voice, VOICES + voice], 0] = 45 / 64
    return TorchReader.of(atoms.transpose(0, 2, 1))


def music(seed: int, windows: int = 6) -> list[Array]:
    """Beats of two figures in any order: kick and hat, and a late snare with ghosts."""
    figures = np.zeros((2, WIDTH, 9, 3), np.float32)
    figures[0, 0, 0], figures[0, ::2, 2] = (1, 0.9, 0), (1, 0.4, 0.1)
    figures[1, 0, 1], figures[1, 1:, 1] = (1, 0.8, 0.3), (1, 0.2, -0.1)
    chance = np.random.default_rng(seed)
    return [np.concatenate([figures[n] for n in chance.integers(0, 2, 8)]) for _ in range(windows)]


def cost(pursuit: TorchReader, windows: list[Array]) -> float:
    return sum(reading.loss(pursuit.patches) for reading in read(pursuit, windows))


def test_figures_that_come_again_become_atoms() -> None:
    base = single_hits()
    heard, unheard = music(1), music(2)
    rounds = list(islice(grown(base, heard), 3))
    assert cost(rounds[0], unheard) < 0.2 * cost(base, unheard)
    assert cost(rounds[2], unheard) <= 1.01 * cost(rounds[0], unheard)
    once = read(rounds[2], unheard)[0]
    found = once.laid(rounds[2].patches)[:, :VOICES][once.played[:, :VOICES] > 0] > 0.6
    assert found.mean() > 0.95


def test_what_there_was_stays_and_what_comes_is_bounded() -> None:
    base = single_hits()
    for pursuit in islice(grown(base, music(3)), 3):
        assert pursuit.count > base.count
        assert np.array_equal(pursuit.patches[: base.count], base.patches)
        assert np.linalg.norm(pursuit.patches.reshape(pursuit.count, -1), axis=1).max() <= 1
        assert pursuit.patches[..., :VOICES].min() >= 0
        assert np.isfinite(pursuit.patches).all()


def test_the_same_music_gives_the_same_atoms() -> None:
    one, other = (next(islice(grown(single_hits(), music(4)), 1, None)) for _ in range(2))
    assert np.array_equal(one.patches, other.patches)


def test_music_that_is_known_grows_nothing() -> None:
    window = np.zeros((16, 9, 3), np.float32)
    window[[0, 4], 0] = 1, 1, 0
    assert next(grown(single_hits(), [window, window])).count == VOICES


@pytest.mark.parametrize("steps", [1, 14, 20])
def test_windows_of_any_length_are_read_end_to_end(steps: int) -> None:
    windows = [part[:steps] for part in music(5, 3)]
    readings = read(single_hits(), windows)
    assert len(readings) == len(BUDGETS)
    for reading in readings:
        assert reading.inside.sum() == 3 * steps
        again = [reading.played[start : start + steps] for start in reading.starts]
        assert np.array_equal(
            np.stack(again), np.stack([part.transpose(0, 2, 1).reshape(steps, 27) for part in windows])
        )
        assert reading.mask[~reading.inside, VOICES:].max(initial=0) == 0


def test_bounds() -> None:
    wild = np.full((2, WIDTH, 27), -3.0, np.float32)
    wild[1] = 0.01
    kept = bounded(wild)
    assert kept[0, :, :VOICES].min() == 0
    assert np.linalg.norm(kept[0]) == pytest.approx(1, abs=2e-3)
    assert np.array_equal(kept[1], wild[1])
