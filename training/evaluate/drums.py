"""How well a drum dictionary gives back what was played, at few coefficients per beat.

Conventions: grids are `(windows, 27, steps)`, channel = feature * 9 + voice; a hit is a cell whose value
reaches the threshold; velocity and offset errors are taken over the hits that were found (true positives).
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

VOICES = 9
THRESHOLD = 0.5

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table: hit F1, precision, recall; windows whose hits are all right; mean absolute errors
    of velocity (0..1) and offset (steps)."""

    f1: float
    precision: float
    recall: float
    exact_windows: float
    velocity_mae: float
    offset_mae: float

    def rounded(self) -> dict[str, float]:
        """The figures to four places, for a log line or a card."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measure(played: Array, rebuilt: Array, threshold: float = THRESHOLD) -> Figures:
    """Compare rebuilt grids with the played ones, both `(windows, 27, steps)`. `ValueError` if the shapes differ."""
    if played.shape != rebuilt.shape or played.ndim != 3 or played.shape[1] != 3 * VOICES:
        raise ValueError(f"grids {played.shape} and {rebuilt.shape} cannot be compared")
    true, found = played[:, :VOICES] >= 0.5, rebuilt[:, :VOICES] >= threshold
    both = true & found
    right = int(both.sum())
    apart = np.abs(rebuilt - played)
    return Figures(
        f1=_share(2 * right, int(true.sum()) + int(found.sum())),
        precision=_share(right, int(found.sum())),
        recall=_share(right, int(true.sum())),
        exact_windows=float((true == found).all(axis=(1, 2)).mean()),
        velocity_mae=_share(float(apart[:, VOICES : 2 * VOICES][both].sum(dtype=np.float64)), right),
        offset_mae=_share(float(apart[:, 2 * VOICES :][both].sum(dtype=np.float64)), right),
    )


def over_all(figures: Figures, in_cells: int, played: int) -> dict[str, float]:
    """Recall and F1 over all hits that were `played`, of which `in_cells` are those of the grids: a hit without a cell
    of its own is missed."""
    right = figures.recall * in_cells
    found = right / figures.precision if figures.precision else 0.0
    return {"f1": round(_share(2 * right, played + found), 4), "recall": round(_share(right, played), 4)}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
