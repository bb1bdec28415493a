"""Atoms hidden at random shifts in made data are found again, and by the source's stride-4 recipe they are not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from training.config import DRUMS, ConvConfig, PursuitConfig
from training.models.pursuit import PursuitDictionary
from training.models.wta import Dictionary
from training.train import fit

Array = npt.NDArray[np.float32]
WIDTH, STEPS, PLANTED, AT_ONCE = 4, 32, 8, 6
OURS, SEED = DRUMS["ours"], DRUMS["seed"]
assert isinstance(OURS, PursuitConfig)
assert isinstance(SEED, ConvConfig)
CONFIG = replace(OURS, atoms=24, actives=(1,), epochs=40, batch=64, rate=0.02)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def planted_atoms(chance: np.random.Generator) -> Array:
    """Atoms `(8, 27, 4)`: a hit on the first step and a few more, each with a velocity and an offset of its own."""
    hits = chance.random((PLANTED, 9, WIDTH)) < 0.15
    hits[np.arange(PLANTED), np.arange(PLANTED), 0] = True
    velocity = chance.uniform(0.2, 1.0, hits.shape) * hits
    offset = chance.uniform(-0.4, 0.4, hits.shape) * hits
    return np.concatenate([hits, velocity, offset], axis=1).astype(np.float32)


def hidden_in(atoms: Array, count: int, chance: np.random.Generator) -> Array:
    """Windows `(count, 27, 32)`, each with six atoms end to end and silence strewn in between: any shift occurs."""
    windows = np.zeros((count, 27, STEPS), np.float32)
    for window in windows:
        starts = np.sort(chance.choice(STEPS - AT_ONCE * WIDTH + 1, AT_ONCE)) + WIDTH * np.arange(AT_ONCE)
        for start in starts:
            window[:, start : start + WIDTH] += atoms[chance.integers(PLANTED)]
    return windows


def hidden_off_the_beat(atoms: Array, count: int, chance: np.random.Generator) -> Array:
    """The same with four atoms, all one or three steps after a beat."""
    windows = np.zeros((count, 27, STEPS), np.float32)
    for window in windows:
        for half in range(4):
            start = half * 8 + int(chance.choice([1, 3]))
            window[:, start : start + WIDTH] += atoms[chance.integers(PLANTED)]
    return windows


def found(planted: Array, learned: Array) -> float:
    """The mean over planted atoms of the best absolute cosine with a learned one, over all shifts."""
    width = learned.shape[2]
    padded = np.pad(planted, ((0, 0), (0, 0), (width - 1, width - 1)))
    learned = learned.reshape(len(learned), -1)
    learned = learned / np.maximum(np.linalg.norm(learned, axis=1, keepdims=True), 1e-9)
    best = np.zeros(len(planted))
    norms = np.linalg.norm(planted.reshape(len(planted), -1), axis=1)
    for shift in range(padded.shape[2] - width + 1):
        cut = padded[:, :, shift : shift + width].reshape(len(planted), -1)
        best = np.maximum(best, np.abs(cut @ learned.T).max(axis=1) / norms)
    return float(best.mean())


def test_planted_atoms_are_found_at_any_shift(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    atoms = planted_atoms(chance)
    for name, grids in (
        ("any", hidden_in(atoms, 256, chance)),
        ("odd", hidden_off_the_beat(atoms, 256, chance)),
    ):
        model = fit(CONFIG, grids, grids[:16], tmp_path / name, seed=0, resume=False)
        assert isinstance(model, PursuitDictionary)
        assert found(atoms, model.atoms.detach().numpy()) >= 0.95


def test_the_source_does_not_find_them_off_the_beat(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    atoms = planted_atoms(chance)
    grids = hidden_off_the_beat(atoms, 256, chance)
    config = replace(SEED, atoms=CONFIG.atoms, actives=(1,), epochs=150, batch=64)
    model = fit(config, grids, grids[:16], tmp_path / "seed", seed=0, resume=False)
    assert isinstance(model, Dictionary)
    assert found(atoms, model.decoder.atoms.weight.detach().numpy()) < 0.9
