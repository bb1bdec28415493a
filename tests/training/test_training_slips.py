"""Slips of other kinds than the drummer learned: each does what it says and nothing else."""

import numpy as np
import pytest

from livemusic.music.grid import HIT, VELOCITY, Grid
from livemusic.music.kit import Voice
from livemusic.sketch.clean import Margins, struck_of, told_of
from livemusic.sketch.noise import MOST, Noise
from training.data.slips import SLIPS, doubled, dropped, moved, strayed, swapped, uneven
from training.evaluate.noise import fitted

BEAT = Grid.of(
    [(step, Voice.CLOSED_HAT, 90, 0) for step in range(0, 32, 4)] + [(step, Voice.SNARE, 100, 3) for step in (6, 22)],
    32,
).values
HITS = BEAT[..., HIT] > 0


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_the_same_by_seed_and_leaves_the_take_alone_at_no_share(name: str) -> None:
    one, again, none = (SLIPS[name](BEAT, share, np.random.default_rng(3)) for share in (0.5, 0.5, 0.0))
    assert (one == again).all()
    assert not (one == BEAT).all()
    assert (none == BEAT).all()


def test_stray_hits_add_and_lost_ones_take() -> None:
    more, fewer = (slip(BEAT, 0.5, np.random.default_rng(1))[..., HIT] > 0 for slip in (strayed, dropped))
    assert (more & HITS == HITS).all()
    assert more.sum() > HITS.sum()
    assert (fewer & ~HITS).sum() == 0
    assert fewer.sum() < HITS.sum()


def test_moved_hits_stay_as_many_and_doubled_ones_are_softer() -> None:
    chance = np.random.default_rng(1)
    off = moved(BEAT, 1.0, chance)
    assert off[..., HIT].sum() == HITS.sum()
    assert not (off[..., HIT][HITS] > 0).all()
    twice = doubled(BEAT, 1.0, chance)
    assert (twice[1::4, Voice.CLOSED_HAT, VELOCITY] < BEAT[::4, Voice.CLOSED_HAT, VELOCITY]).all()


def test_uneven_velocity_moves_no_hit_and_voices_are_exchanged_whole() -> None:
    chance = np.random.default_rng(1)
    louder = uneven(BEAT, 0.3, chance)
    assert ((louder[..., HIT] > 0) == HITS).all()
    assert louder[..., VELOCITY].max() <= 1
    other = swapped(BEAT, 1.0, chance)
    assert (other[:, Voice.SNARE] == BEAT[:, Voice.CLOSED_HAT]).all()


def test_the_less_likely_slips_are_the_surer_one_must_be() -> None:
    margins = Margins(4.0, 4.0, 2.0, 2.0, 1.0, 0.1)
    chance = np.array([[0.2, 0.8]], np.float32)
    played = np.array([[True, False]])
    assert struck_of(chance, played, Noise(0.0, 0.0), margins).tolist() == [[True, False]]
    assert struck_of(chance, played, Noise(0.3, 1.0), margins).tolist() == [[False, True]]
    assert told_of(Noise(0.0, 0.0), margins) == pytest.approx(0.1)
    assert told_of(Noise(1.0, 1.0), margins) == MOST


def test_the_weights_of_clues_know_noise_that_a_clue_tells() -> None:
    chance = np.random.default_rng(0)
    noise = np.tile([0.0, 0.05, 0.1, 0.2, 0.3], 200)
    seen = chance.standard_normal((len(noise), 3)) * 0.1
    seen[:, 1] += noise
    rows = np.concatenate([np.ones((len(noise), 1)), seen, seen**2], axis=1)
    share, slips = fitted(rows, noise)
    assert np.corrcoef(rows @ share, noise)[0, 1] > 0.6
    assert (rows @ slips)[noise == 0.3].mean() > (rows @ slips)[noise == 0].mean() + 1
