"""The dictionary that ships: loops turn with their codes, of any length, and what comes back is what was played."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.inference.dictionary import Dictionary
from livemusic.inference.library import Library
from livemusic.music.grid import HIT, Grid

Array = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def shipped() -> Dictionary:
    return Dictionary.open(Library().folder("drums"))


def played(steps: int, seed: int = 0) -> Array:
    """A beat `(steps, 9, 3)`: kick, snare and hats with a touch of their own, and something off the beat."""
    chance = np.random.default_rng(seed)
    hits = np.zeros((steps, 9), bool)
    hits[::8, 0] = hits[4::8, 1] = hits[::2, 2] = True
    hits |= chance.random(hits.shape) < 0.04
    touch = [chance.uniform(0.3, 1, hits.shape) * hits, chance.uniform(-0.3, 0.3, hits.shape) * hits]
    return np.stack([hits, *touch], 2).astype(np.float32)


@pytest.mark.parametrize("active", [1, 2, 4])
@pytest.mark.parametrize("steps", [32, 14])
def test_the_code_of_a_turned_loop_is_the_code_turned(shipped: Dictionary, steps: int, active: int) -> None:
    loop = played(steps)
    code = shipped.encode(Grid(loop), active)
    for shift in range(1, steps):
        assert np.array_equal(shipped.encode(Grid(np.roll(loop, shift, 0)), active), np.roll(code, shift, 1))


@pytest.mark.parametrize("shift", range(1, 16))
def test_loops_that_repeat_turn_as_well(shipped: Dictionary, shift: int) -> None:
    for loop in (np.tile(played(8), (4, 1, 1)), np.tile(played(2), (16, 1, 1)), np.tile(played(16)[:1], (16, 1, 1))):
        code = shipped.encode(Grid(loop))
        assert np.array_equal(shipped.encode(Grid(np.roll(loop, shift, 0))), np.roll(code, shift, 1))
        assert np.count_nonzero(code) <= len(loop)


def test_the_graph_itself_wraps_around(shipped: Dictionary) -> None:
    """Not only because loops are brought into one form: wherever nothing ties, convolutions are circular."""
    reader, loop = shipped._reader, played(32, 3)
    still = reader.encode([loop], 32)[0]
    turned = reader.encode([np.roll(loop, shift, 0) for shift in range(32)], 32)
    apart = [np.abs(np.roll(still, shift, 1) - code).max() for shift, code in enumerate(turned)]
    assert np.mean(np.array(apart) < 1e-3) > 0.9


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 14, 20, 28, 32, 33])
def test_any_length_comes_back(shipped: Dictionary, steps: int) -> None:
    loop = Grid(played(steps, steps))
    code = shipped.encode(loop)
    assert code.shape == (shipped.spec.atoms, steps)
    assert np.count_nonzero(code) <= shipped.picks(steps)
    assert ((shipped.decode(code, steps)[..., HIT] >= 0.5) == loop.hits).mean() > 0.97


def test_silence_says_nothing_and_a_full_loop_is_full(shipped: Dictionary) -> None:
    assert not shipped.encode(Grid(np.zeros((32, 9, 3), np.float32))).any()
    full = Grid(np.tile(np.array([1, 0.8, 0], np.float32), (16, 9, 1)))
    assert np.isfinite(shipped.encode(full)).all()


def test_loops_read_together_are_read_as_alone(shipped: Dictionary) -> None:
    loops = [Grid(played(steps, seed)) for seed, steps in ((11, 32), (12, 32), (13, 16), (14, 32), (11, 32))]
    together = Dictionary(shipped.card, shipped._reader).encode_each(loops)
    for loop, code in zip(loops, together, strict=True):
        assert np.allclose(Dictionary(shipped.card, shipped._reader).encode(loop), code, atol=1e-4)


def test_both_graphs_are_small(shipped: Dictionary) -> None:
    folder = Library().folder("drums")
    assert sum((folder / graph.file).stat().st_size for graph in shipped.card.graphs.values()) < 5_000_000
