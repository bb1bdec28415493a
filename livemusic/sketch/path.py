"""The way between patterns: each step of it a pattern somebody could have played."""

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Literal

import numpy as np
import numpy.typing as npt

from livemusic.latent.morph import blend, perplexity, strongest
from livemusic.music.grid import HIT, STEPS_PER_BEAT, VELOCITY, Grid, Ornament
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.sketch.coder import Coder
from livemusic.sketch.parts import figures

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

#: In which order families change hands, and the sixteenths of a beat.
_FAMILY_TURN = np.array([0, 3, 4, 2, 1])
_PULSE_TURN = np.array([0, 3, 1, 2])
#: Over so many steps figures repeat; places so far apart change hands together.
_REPEATS = (4, 8, 16)
#: So often the longest of patterns repeats at most until all of them begin together.
_MOST_TURNS = 4
#: By so much the pattern may be denser or thinner than its corners, weighted, before another family goes on.
_SLACK = 0.25


def common_length(lengths: Sequence[int]) -> int:
    """After how many steps patterns of these `lengths` all begin again, so that each is heard whole however often it
    repeats; where that is more than four times the longest, the longest.
    """
    longest, whole = max(lengths), lcm(*lengths)
    return whole if whole <= _MOST_TURNS * longest else longest


class Path:
    """`corners`: two or more patterns between which `at` walks; shorter ones repeat to the longest.

    A weight of 1 gives that corner exactly as written. On the straight way between two corners, hits change in
    proportion to the way gone. *trade* hands the pattern over figure by figure, the same atom wherever it occurs, so
    every hit comes from one corner with its touch; *blend* mixes the codes, and of the hits that differ those win that
    the mixture claims loudest, there and where the figure repeats. A hit brings its ornaments: in *trade* from the
    corner it comes from, in *blend* from the weightiest of those that have it. `known`: another path, whose corners are
    not read again. `ValueError` without corners or for an unknown mode.
    Thread: one at a time.
    """

    def __init__(
        self, coder: Coder, corners: Sequence[Grid], mode: Mode = "trade", known: "Path | None" = None
    ) -> None:
        if not corners or mode not in MODES:
            raise ValueError(f"a path needs patterns and a mode out of {', '.join(MODES)}, not {mode!r}")
        self._coder = coder
        self._mode = mode
        self.steps = max(grid.steps for grid in corners)
        self.corners = tuple(grid.looped(self.steps) for grid in corners)
        self._values = np.stack([grid.values for grid in self.corners])
        self._hits = self._values[..., HIT] > 0
        self._ornaments = [(corner, one) for corner, grid in enumerate(self.corners) for one in grid.ornaments]
        self._places = np.array([(corner, *one[:2]) for corner, one in self._ornaments], np.intp).reshape(-1, 3).T
        self._read: dict[Grid, tuple[Array, npt.NDArray[np.intp]]] = {}
        if known is not None and known._coder is coder:
            self._read = {grid: known._read[grid] for grid in self.corners if grid in known._read}
        new = list(dict.fromkeys(grid for grid in self.corners if grid not in self._read))
        for grid, code in zip(new, coder.encode_each(new), strict=True):
            self._read[grid] = code, figures(coder, grid, code)
        codes = np.stack([self._read[grid][0] for grid in self.corners])
        self._order = _order(np.stack([self._read[grid][1] for grid in self.corners]), self._hits)
        if mode == "blend":
            #: The cells some corner has, those that the same corners have together, and which corners those are.
            self._cells = np.argwhere(self._hits.any(0))
            self._owning, self._kind = np.unique(self._hits[:, *self._cells.T].T, axis=0, return_inverse=True)
            self._residuals = self._values[..., HIT] - np.stack([self._said(code) for code in codes])
            #: Only what some corner says is ever blended: a few hundred coefficients of tens of thousands.
            self._shape, self._spoken = codes.shape[1:], np.flatnonzero(codes.any(0))
            self._codes = codes.reshape(len(codes), -1)[:, self._spoken]

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
            owner = (self._hits * shares.T[:, None, :]).argmax(0)
            values = self._blended(everywhere, shares, locked, values, owner)
        return Grid(self._one_hat(values, locked), ornaments=self._brought(owner))

    def _brought(self, owner: npt.NDArray[np.intp]) -> tuple[Ornament, ...]:
        """The ornaments of the corners that own each cell `(steps, 9)`; those of cells without a hit fall away."""
        corner, step, voice = self._places
        mine = (owner[step, voice] == corner).tolist()
        return tuple(one for (_, one), brought in zip(self._ornaments, mine, strict=True) if brought)

    def _voice(self, voice: int) -> int:
        if not 0 <= voice < VOICE_COUNT:
            raise ValueError(f"voice {voice} is outside 0..{VOICE_COUNT - 1}")
        return int(voice)

    def _share(self, weights: Sequence[float] | Array) -> Floats:
        share = np.asarray(weights, np.float64)
        if share.shape != (len(self.corners),) or not np.isfinite(share).all() or (share < 0).any() or share.max() <= 0:
            raise ValueError(f"weights {weights} must be {len(self.corners)} numbers >= 0 that are not all 0")
        share = share / share.max()  # first, for the sum of large numbers may be none
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

    def _blended(
        self, everywhere: Floats, shares: Floats, locked: list[int], owned: Array, best: npt.NDArray[np.intp]
    ) -> Array:
        """Of the hits that the same corners have, the share of those corners, the loudest claims first.

        `best` `(steps, 9)`: the weightiest corner that has the hit, which lends its touch where `owned` has none.
        """
        share = everywhere.astype(np.float32)
        count = int(np.ceil(self._coder.picks(self.steps) * perplexity(share) - 1e-6))
        code = np.zeros(self._shape, np.float32)
        code.ravel()[self._spoken] = strongest(blend(self._codes, share)[None], count)[0]
        claims = self._said(code) + np.einsum("c,csv->sv", everywhere, self._residuals)
        claims = _repeated(claims + np.einsum("vc,csv->sv", shares, self._values[..., HIT]))
        hits = np.zeros(claims.shape, bool)
        hits[:, locked] = owned[:, locked, HIT] > 0
        free = ~np.isin(self._cells[:, 1], locked)
        cells, kind = self._cells[free], self._kind[free]
        order = np.lexsort((-claims[tuple(cells.T)], kind))
        cells, kind = cells[order], kind[order]
        counts = np.bincount(kind, minlength=len(self._owning))
        rank = (np.arange(len(kind)) - (np.cumsum(counts) - counts)[kind] + 0.5) / counts[kind]
        heard = np.einsum("nc,nc->n", shares[cells[:, 1]], self._owning[kind])
        hits[tuple(cells[rank < heard].T)] = True
        touch = np.take_along_axis(self._values, best[None, :, :, None], 0)[0]
        played = np.where((owned[..., HIT] > 0)[..., None], owned, touch)
        return np.asarray(played * hits[..., None], np.float32)


def _repeated(claims: Floats) -> Floats:
    """Claims `(steps, 9)` together with those made where figures repeat."""
    places, total = np.arange(len(claims)), claims.copy()
    for period in _REPEATS:
        rounds = -(-len(claims) // period)
        laid = np.zeros((rounds * period, claims.shape[1]))
        laid[: len(claims)] = claims
        sums = laid.reshape(rounds, period, -1).sum(0)
        total += (sums / rounds)[places % period]
    return total


def _order(figures: npt.NDArray[np.intp], hits: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """In which order the cells `(n, 2)` on which corners differ change hands; both `(corners, steps, 9)`.

    Family by family, so that at any time most drums play what one drummer played; within a family beats first, so that
    what is left keeps its pulse, then by figure (the atom that says the hit in the first corner that has it), the same
    place of every half bar together. A family waits while it alone would thin out or crowd the pattern.
    """
    first = (figures >= 0).argmax(0)
    figure = np.take_along_axis(figures, first[None], 0)[0]
    cells = np.argwhere(hits.any(0) & ~hits.all(0))
    step, voice = cells.T
    turn = _FAMILY_TURN[_FAMILY_OF[voice]]
    place = (figure[step, voice], _PULSE_TURN[step % STEPS_PER_BEAT])
    sorted_ = np.lexsort((step, *(step % period for period in reversed(_REPEATS)), *place, turn))
    cells, turn = cells[sorted_], turn[sorted_]
    gains = np.diff(hits[:, *cells.T].astype(np.float64), axis=0).T
    return cells[_balanced(turn, gains, _SLACK * hits.sum() / len(hits))]


def _balanced(turn: npt.NDArray[np.intp], gains: Floats, slack: float) -> list[int]:
    """The order of rows that is sorted by `turn`, but never lets the sums of `gains` `(rows, sums)` stray further than
    `slack` from a straight line where rows of a later turn can help it."""
    waiting = [list(np.flatnonzero(turn == one)[::-1]) for one in np.unique(turn)]
    slope = gains.mean(0) if len(gains) else np.zeros(gains.shape[1])
    stray, order = np.zeros(gains.shape[1]), []
    for _ in turn:
        nexts = [rows for rows in waiting if rows]
        strays = [np.abs(stray + gains[rows[-1]] - slope).max() for rows in nexts]
        chosen = nexts[0 if strays[0] <= slack else int(np.argmin(strays))].pop()
        stray += gains[chosen] - slope
        order.append(chosen)
    return order
