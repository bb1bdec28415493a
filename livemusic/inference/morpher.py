"""Morphs between patterns through the drum dictionary: codes blended, winners kept, decoded to hits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from livemusic.inference.dictionary import Dictionary
from livemusic.latent.morph import blend, winners
from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import Voice

Array = npt.NDArray[np.float32]


class Morpher:
    """`corners`: the grids between which `at` morphs; shorter ones repeat to the longest.

    What the dictionary cannot say about a corner (its residual) is kept and blended along, so a weight of 1
    gives that corner exactly as it was written. `ValueError` without corners.
    Thread: one at a time.
    """

    def __init__(self, dictionary: Dictionary, corners: Sequence[Grid]) -> None:
        if not corners:
            raise ValueError("a morph needs at least one pattern")
        self._dictionary = dictionary
        self._per_beat = dictionary.spec.active_per_beat
        self._positions = max(1, dictionary.spec.steps_per_beat // dictionary.spec.stride)
        self.steps = max(grid.steps for grid in corners)
        self.corners = tuple(grid.looped(self.steps) for grid in corners)
        self._codes = [self._sparse(dictionary.encode(grid)) for grid in self.corners]
        self._residuals = np.stack(
            [grid.values - self._decode(code) for grid, code in zip(self.corners, self._codes, strict=True)]
        )

    def at(self, weights: Sequence[float] | Array) -> Grid:
        """The pattern at convex `weights`, one for each corner (normalised here; `ValueError` if they are not >= 0)."""
        share = np.asarray(weights, np.float32)
        if share.shape != (len(self.corners),) or not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
            raise ValueError(f"weights {weights} must be {len(self.corners)} numbers >= 0 that are not all 0")
        share = share / share.sum()
        if share.max() >= 1.0 - 1e-6:
            return self.corners[int(share.argmax())]
        values = self._decode(self._sparse(blend(self._codes, share)))
        values = values + np.einsum("c,csvf->svf", share, self._residuals)
        return self._grid(values)

    def _sparse(self, code: Array) -> Array:
        return winners(code, self._per_beat, self._positions)

    def _decode(self, code: Array) -> Array:
        return self._dictionary.decode(code, self.steps)

    def _grid(self, values: Array) -> Grid:
        """Hits where they are likely enough; of an open and a closed hat on one step the likelier."""
        hits = values[..., HIT] >= self._dictionary.spec.threshold
        opened = values[:, Voice.OPEN_HAT, HIT] > values[:, Voice.CLOSED_HAT, HIT]
        hits[:, Voice.CLOSED_HAT] &= ~(hits[:, Voice.OPEN_HAT] & opened)
        hits[:, Voice.OPEN_HAT] &= ~hits[:, Voice.CLOSED_HAT]
        out = np.zeros_like(values)
        out[..., HIT] = hits
        out[..., VELOCITY] = np.clip(values[..., VELOCITY], 1 / 127, 1.0)
        out[..., OFFSET] = values[..., OFFSET]
        return Grid(out)
