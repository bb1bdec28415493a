"""Morphs between patterns through the drum dictionary: codes blended, winners kept, decoded to hits."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

from livemusic.inference.dictionary import Dictionary
from livemusic.latent.morph import blend, perplexity, strongest
from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import Voice

Array = npt.NDArray[np.float32]


class Morpher:
    """`corners`: the grids between which `at` morphs; shorter ones repeat to the longest.

    The dictionary says which hits belong together on the way. What it cannot say about a corner (its residual) is
    blended along, and the strongest claims win until the pattern is as dense as the corners weighted. So a weight of 1
    gives that corner exactly as written, and nowhere in between does the pattern thin out. `ValueError` without
    corners. Thread: one at a time.
    """

    def __init__(self, dictionary: Dictionary, corners: Sequence[Grid]) -> None:
        if not corners:
            raise ValueError("a morph needs at least one pattern")
        self._dictionary = dictionary
        self.steps = max(grid.steps for grid in corners)
        self.corners = tuple(grid.looped(self.steps) for grid in corners)
        self._values = np.stack([grid.values for grid in self.corners])
        codes = [strongest(dictionary.encode(grid), self._winners(1.0)) for grid in self.corners]
        self._shape = codes[0].shape
        #: Only what some corner says is ever blended: a few hundred coefficients of tens of thousands.
        self._said = np.flatnonzero(np.any(codes, axis=0))
        self._spoken = np.stack([code.ravel()[self._said] for code in codes])
        claims = self._values[..., HIT] * (1 + self._values[..., VELOCITY]) / 2
        self._residuals = claims - np.stack([self._decode(code)[..., HIT] for code in codes])

    def at(self, weights: Sequence[float] | Array) -> Grid:
        """The pattern at convex `weights`, one for each corner (normalised here; `ValueError` if they are not >= 0)."""
        share = np.asarray(weights, np.float32)
        if share.shape != (len(self.corners),) or not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
            raise ValueError(f"weights {weights} must be {len(self.corners)} numbers >= 0 that are not all 0")
        share = share / share.sum()
        if share.max() >= 1.0 - 1e-6:
            return self.corners[int(share.argmax())]
        values = self._decode(self._blended(share))
        claims = values[..., HIT] + np.einsum("c,csv->sv", share, self._residuals)
        played = np.einsum("c,csv->sv", share, self._values[..., HIT])
        known = played > 0
        for feature in (VELOCITY, OFFSET):
            corners = np.einsum("c,csv->sv", share, self._values[..., feature])
            values[..., feature][known] = corners[known] / played[known]
        values[..., VELOCITY] = np.clip(values[..., VELOCITY], 1 / 127, 1.0)
        values[..., HIT] = self._struck(claims, round(float(share @ self._values[..., HIT].sum(axis=(1, 2)))))
        return Grid(values)

    def _blended(self, share: Array) -> Array:
        """The winners of the weighted sum of the corners' codes."""
        code = np.zeros(self._shape, np.float32)
        code.ravel()[self._said] = strongest(blend(self._spoken, share)[None], self._winners(perplexity(share)))[0]
        return code

    def _winners(self, parents: float) -> int:
        """How many coefficients a pattern may keep when it descends from so many."""
        return ceil(self._dictionary.picks(self.steps) * parents - 1e-6)

    def _decode(self, code: Array) -> Array:
        return self._dictionary.decode(code, self.steps)

    def _struck(self, claims: Array, count: int) -> npt.NDArray[np.bool_]:
        """The `count` strongest claims, less one hat where both an open and a closed one won."""
        hits = np.zeros(claims.shape, bool)
        hits.ravel()[np.argsort(-claims, axis=None, kind="stable")[:count]] = True
        opened = claims[:, Voice.OPEN_HAT] > claims[:, Voice.CLOSED_HAT]
        hits[:, Voice.CLOSED_HAT] &= ~(hits[:, Voice.OPEN_HAT] & opened)
        hits[:, Voice.OPEN_HAT] &= ~hits[:, Voice.CLOSED_HAT]
        return hits
