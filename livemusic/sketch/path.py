"""The way between patterns: each step of it a pattern somebody could have played."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from livemusic.latent.morph import blend, perplexity, strongest
from livemusic.music.grid import HIT, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.sketch.coder import Coder, sparse
from livemusic.sketch.parts import Parts

Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Mode = Literal["blend", "trade"]
MODES: tuple[Mode, ...] = ("blend", "trade")

#: Voices that take over from one another, so that they are handed over together.
FAMILIES: tuple[tuple[Voice, ...], ...] = (
    (Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE),
    (Voice.KICK,),
    (Voice.SNARE,),
    (Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM),
    (Voice.CRASH,),
)
_FAMILY_OF = np.array([next(n for n, family in enumerate(FAMILIES) if voice in family) for voice in range(VOICE_COUNT)])

#: In which order the sixteenths of a beat change hands, and what counts as the same place in different bars.
_PULSE = np.array([0, 2, 1, 3])
_BAR = 16


class Path:
    """`corners`: two or more patterns between which `at` walks; shorter ones repeat to the longest.

    A weight of 1 gives that corner exactly as written. On the straight way between two corners, hits change in
    proportion to the way gone. *trade* hands the pattern over figure by figure, the same atom wherever it occurs, so
    every hit comes from one corner with its touch; *blend* mixes the codes, and of the hits that differ those win that
    the mixture claims loudest. `ValueError` without corners or for an unknown mode. Thread: one at a time.
    """

    def __init__(self, coder: Coder, corners: Sequence[Grid], mode: Mode = "trade") -> None:
        if not corners or mode not in MODES:
            raise ValueError(f"a path needs patterns and a mode out of {', '.join(MODES)}, not {mode!r}")
        self._coder = coder
        self._mode = mode
        self.steps = max(grid.steps for grid in corners)
        self.corners = tuple(grid.looped(self.steps) for grid in corners)
        self._values = np.stack([grid.values for grid in self.corners])
        self._hits = self._values[..., HIT] > 0
        self._order = _order([Parts(coder, grid) for grid in self.corners], self._hits)
        if mode == "blend":
            self._codes = [sparse(coder, grid) for grid in self.corners]
            self._residuals = self._values[..., HIT] - np.stack([self._said(code) for code in self._codes])

    def at(
        self,
        weights: Sequence[float] | Array,
        lanes: Mapping[int, Sequence[float]] | None = None,
        locks: Mapping[int, int] | None = None,
    ) -> Grid:
        """The pattern at `weights`, one for each corner, normalised here.

        `lanes`: voice -> weights of its own; `locks`: voice -> the corner whose lane stays. `ValueError` for weights
        that are not numbers >= 0 with a sum, or a voice or corner that does not exist.
        """
        everywhere = self._share(weights)
        shares = np.tile(everywhere, (VOICE_COUNT, 1))
        for voice, own in (lanes or {}).items():
            shares[self._voice(voice)] = self._share(own)
        for voice, corner in (locks or {}).items():
            if not 0 <= corner < len(self.corners):
                raise ValueError(f"corner {corner} is outside 0..{len(self.corners) - 1}")
            shares[self._voice(voice)] = np.eye(len(self.corners))[corner]
        locked = list(locks or {})
        owner = self._owners(shares, locked)
        values = np.take_along_axis(self._values, owner[None, :, :, None], 0)[0]
        if self._mode == "blend":
            values = self._blended(everywhere, shares, locked, values)
        return Grid(self._one_hat(values, locked))

    def _voice(self, voice: int) -> int:
        if not 0 <= voice < VOICE_COUNT:
            raise ValueError(f"voice {voice} is outside 0..{VOICE_COUNT - 1}")
        return int(voice)

    def _share(self, weights: Sequence[float] | Array) -> Floats:
        share = np.asarray(weights, np.float64)
        if share.shape != (len(self.corners),) or not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
            raise ValueError(f"weights {weights} must be {len(self.corners)} numbers >= 0 that are not all 0")
        share = share / share.sum()
        if share.max() >= 1 - 1e-6:
            share = np.eye(len(share))[share.argmax()]
        return np.asarray(share, np.float64)

    def _owners(self, shares: Floats, locked: list[int]) -> npt.NDArray[np.intp]:
        """Which corner plays each cell: the corners' shares laid end to end are the turns that fall to them.

        Cells that can change hands take turns evenly between 0 and 1, so the way stays even with lanes locked.
        """
        turns = np.full((self.steps, VOICE_COUNT), 0.5)
        free = self._order[~np.isin(self._order[:, 1], locked)]
        turns[tuple(free.T)] = (np.arange(len(free)) + 0.5) / max(1, len(free))
        bounds = np.cumsum(shares, axis=1)[:, :-1]
        return np.asarray((turns[..., None] > bounds[None]).sum(-1))

    def _one_hat(self, values: Array, locked: list[int]) -> Array:
        """A hat is open or closed: where both came together and no corner has both, the locked or the louder one."""
        hats = (Voice.CLOSED_HAT, Voice.OPEN_HAT)
        clash = (values[:, hats, HIT] > 0).all(1) & ~self._hits[:, :, hats].all(2).any(0)
        opened = values[:, Voice.OPEN_HAT, VELOCITY] >= values[:, Voice.CLOSED_HAT, VELOCITY]
        if (Voice.OPEN_HAT in locked) != (Voice.CLOSED_HAT in locked):
            opened[:] = Voice.OPEN_HAT in locked
        values[clash & opened, Voice.CLOSED_HAT] = 0.0
        values[clash & ~opened, Voice.OPEN_HAT] = 0.0
        return values

    def _said(self, code: Array) -> Array:
        return self._coder.decode(code, self.steps)[..., HIT]

    def _blended(self, everywhere: Floats, shares: Floats, locked: list[int], owned: Array) -> Array:
        """Of the hits that the same corners have, the share of those corners, the loudest claims first."""
        share = everywhere.astype(np.float32)
        count = int(np.ceil(self._coder.picks(self.steps) * perplexity(share) - 1e-6))
        mixed = self._said(strongest(blend(self._codes, share), count))
        claims = mixed + np.einsum("c,csv->sv", everywhere, self._residuals)
        claims = claims + np.einsum("vc,csv->sv", shares, self._values[..., HIT])
        signature: Floats = np.einsum("c,csv->sv", 2.0 ** np.arange(len(self.corners)), self._hits)
        signature[:, locked] = 0
        hits = np.zeros(signature.shape, bool)
        hits[:, locked] = owned[:, locked, HIT] > 0
        for kind in np.unique(signature[signature > 0]):
            cells = np.argwhere(signature == kind)
            order = cells[np.argsort(-claims[tuple(cells.T)], kind="stable")]
            heard = (self._hits[:, order[0][0], order[0][1]] @ shares.T)[order[:, 1]]
            rank = (np.arange(len(order)) + 0.5) / len(order)
            hits[tuple(order[rank < heard].T)] = True
        best = (self._hits * shares.T[:, None, :]).argmax(0)
        touch = np.take_along_axis(self._values, best[None, :, :, None], 0)[0]
        played = np.where((owned[..., HIT] > 0)[..., None], owned, touch)
        return np.asarray(played * hits[..., None], np.float32)


def _order(corners: Sequence[Parts], hits: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """In which order the cells `(n, 2)` on which corners differ change hands: family by family, within them by the
    place in the beat (so that what is left keeps its pulse), then by figure (the atom that says the hit in the first
    corner that has it)."""
    steps, voices = hits.shape[1:]
    figure = np.full((steps, voices), -1)
    for parts in reversed(corners):
        for part in parts.parts:
            for cell in part.hits:
                figure[cell] = part.atom
    cells = np.argwhere(hits.any(0) & ~hits.all(0))
    step, voice = cells.T
    pulse = _PULSE[step % STEPS_PER_BEAT]
    return cells[np.lexsort((step, step % _BAR, figure[step, voice], pulse, _FAMILY_OF[voice]))]
