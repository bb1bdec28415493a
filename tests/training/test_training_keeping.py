"""What comes back of the files: counted one for one, and the rest explained."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.training.test_training_groove import SIXTEENTH, write_groove
from training.evaluate import keeping
from training.evaluate.drums import Figures, over_all


class Silence:
    """A dictionary that says nothing: what comes back owes nothing to it."""

    def __init__(self, folder: Path) -> None:
        self.atoms = None
        self.spec = Namespace(atoms=1, width=1, threshold=0.5)

    def picks(self, steps: int, active_per_beat: int = 0) -> int:
        return 1

    def encode(self, grid: object, active_per_beat: int = 0) -> np.ndarray:
        return np.zeros((1, grid.steps), np.float32)

    def encode_each(self, grids: list[object], active_per_beat: int = 0) -> list[np.ndarray]:
        return [self.encode(grid) for grid in grids]

    def decode(self, code: object, steps: int) -> np.ndarray:
        return np.zeros((steps, 9, 3), np.float32)


def test_every_hit_of_the_files_comes_back_but_for_two_of_a_drum_at_one_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll = [(20 * n, 38, 40 + n) for n in range(32 * 24 - 1)]
    layers = [(0, 36, 100), (0, 35, 60), (5, 36, 90), (2 * SIXTEENTH, 60, 70)]
    folder = write_groove(
        tmp_path / "groove",
        {
            "a.mid": ("train", "4-4", [(tick, pitch, 1 + velocity % 127) for tick, pitch, velocity in roll]),
            "b.mid": ("test", "3-4", layers),
        },
    )
    monkeypatch.setattr(keeping, "Reader", Silence)
    rows = keeping.measure(Namespace(data=folder, model=Path()))
    for row in rows:
        assert (row["hits"], row["back"], row["no drum"]) == (len(roll) + 3, len(roll) + 2, 1)
        assert (row["two of a drum at one tick"], row["lost otherwise"], row["files with all hits"]) == (1, 0, 1)


def test_a_hit_comes_back_once_and_near() -> None:
    assert keeping.kept({0: [(10, 90), (11, 90)]}, {0: [(10, 91)]}, 100) == 1
    assert keeping.kept({0: [(10, 90)]}, {0: [(12, 90)]}, 100) == 0
    assert keeping.kept({0: [(10, 90)]}, {0: [(10, 92)]}, 100) == 0
    assert keeping.kept({0: [(10, 90)], 1: [(5, 1)]}, {0: [(-91, 90), (11, 89)]}, 100) == 1


def test_hits_without_a_cell_are_missed() -> None:
    figures = Figures(0.0, 0.9, 0.8, 0.0, 0.0, 0.0)
    assert over_all(figures, 90, 100) == {"f1": 0.8, "recall": 0.72}
    assert over_all(Figures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0, 0) == {"f1": 0.0, "recall": 0.0}
