"""What our way between patterns is measured beside: codes averaged, and what a mixer does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from livemusic.music.grid import HIT, Grid
from training.config import DRUMS, Config, ConvConfig, DenseConfig
from training.evaluate.interpolation import averaged, crossfaded, trained
from training.train import channels_of, fit

BACKBEAT = Grid.of([(step, 2, 80, 0) for step in range(0, 32, 2)] + [(4, 1, 110, 0), (12, 1, 110, 0)], 32).values
KICKS = Grid.of([(step, 0, 100, 0) for step in range(0, 32, 4)], 32).values


SEED = DRUMS["seed"]
assert isinstance(SEED, ConvConfig)
CONFIGS: dict[str, Config] = {
    "seed": replace(SEED, atoms=24, epochs=10, batch=8, rate=2e-2),
    "vae-2": DenseConfig(32, 2, True, (2,), 10, 8, 1e-2),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_codes_averaged_come_from_one_and_the_other(name: str, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    grids = channels_of(np.stack([BACKBEAT, KICKS] * 32))
    assert trained(tmp_path) == []
    model = fit(CONFIGS[name], grids, grids, tmp_path / f"drums-{name}", seed=0, resume=False)
    assert trained(tmp_path) == [name]
    way = averaged(tmp_path / f"drums-{name}")
    for t, grid in ((0.0, grids[:1]), (1.0, grids[1:2])):
        rebuilt = model.rebuild(torch.from_numpy(grid), 4)[0]
        assert (rebuilt[:9] >= 0.5).any()
        assert np.array_equal(way(BACKBEAT, KICKS, t)[..., HIT].T > 0, rebuilt[:9].numpy() >= 0.5)
    between = way(BACKBEAT, KICKS, 0.5)
    assert between.shape == BACKBEAT.shape
    assert np.isfinite(between).all()


def test_a_crossfade_plays_both() -> None:
    hits = crossfaded(BACKBEAT, KICKS, 0.5)[..., HIT] > 0
    assert np.array_equal(hits, (BACKBEAT[..., HIT] > 0) | (KICKS[..., HIT] > 0))
