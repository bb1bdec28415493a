"""Sparse coding of drum grids: which atoms, where and how strong, found one after another by what each explains.

Convolutional matching pursuit (Mallat and Zhang 1993) under the loss the atoms were learned with: a hit wants at least
1 and more is no harm, a rest wants 0, and velocity and offset count only where there is a hit. Every pick is a winner
over all atoms and over time; the strengths of all picks are fitted again at the end. An atom may start wherever there
is a hit, and nothing depends on the bar line or on where the pattern begins, so the code of a pattern moved by n steps
is the code moved by n steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

STEPS_PER_BEAT = 4
VOICES = 9
CHANNELS = 3 * VOICES
#: Rounds of the last fit, and how strongly it holds on to what the pursuit said.
FIT_ROUNDS, FIT_RIDGE = 3, 0.02
#: Gains are compared to this many digits, so that equals stay equals wherever they stand; less than one is silence.
GAIN_DIGITS = 4
#: Atoms are multiplied so many at a time: few enough that BLAS stays on the calling thread and wakes no others.
_BLOCK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """What the pursuit found: pick `n` is atom `atoms[n]` from step `positions[n]` on with strength `strengths[n]`."""

    atoms: Indices
    positions: Indices
    strengths: Array

    def dense(self, atoms: int, positions: int) -> Array:
        """The code `(atoms, positions)`."""
        code = np.zeros((atoms, positions), np.float32)
        np.add.at(code, (self.atoms, self.positions), self.strengths)
        return code


class Pursuit:
    """`atoms`: float32 `(atoms, 27, width)`, channel = feature * 9 + voice, hit, velocity, offset; hits >= 0.

    The weights say what a squared error of velocity and offset costs beside one of a hit, and `early_touch` how much of
    that while the first pick of every beat is found: first what is struck, then how. `ridge` keeps faint atoms from
    shouting. `ValueError` for other shapes. Thread: any.
    """

    def __init__(
        self, atoms: npt.ArrayLike, velocity_weight: float, offset_weight: float, early_touch: float, ridge: float
    ) -> None:
        values = np.asarray(atoms, np.float32)
        if values.ndim != 3 or values.shape[1] != CHANNELS or 0 in values.shape or not np.isfinite(values).all():
            raise ValueError(f"atoms are finite (atoms, {CHANNELS}, width), not {values.shape}")
        self.count, _, self.width = values.shape
        self.patches: Array = np.ascontiguousarray(values.transpose(0, 2, 1))
        self._taste = velocity_weight, offset_weight, early_touch, ridge
        self._ridge = np.float32(ridge)
        touch = np.array([1.0, velocity_weight, offset_weight], np.float32)
        self._weights = [
            np.repeat(touch * np.array([1, share, share], np.float32), VOICES) for share in (early_touch, 1)
        ]
        self._numerator = _blocks(self.patches.reshape(self.count, -1))
        self._energies = [self._energy(weights) for weights in self._weights]

    def made_of(self, patches: Array) -> "Pursuit":
        """One that reads in the same way with other atoms, as `patches` `(atoms, width, 27)`."""
        return Pursuit(patches.transpose(0, 2, 1), *self._taste)

    def encode(self, values: npt.ArrayLike, picks: int) -> Picks:
        """At most `picks` picks for grid values `(steps, 9, 3)`; fewer where nothing is left to explain."""
        return self.encode_each(values, [picks])[0]

    def encode_each(self, values: npt.ArrayLike, budgets: Sequence[int]) -> list[Picks]:
        """What `encode` finds with each of `budgets`, in one search: the picks of a small one are the first of a large
        one, but for their strengths."""
        grid = np.asarray(values, np.float32)
        steps, reach = grid.shape[0], self.width - 1
        beats = -(-steps // STEPS_PER_BEAT)
        played = np.zeros((steps + reach, CHANNELS), np.float32)
        played[:steps] = grid.transpose(0, 2, 1).reshape(steps, CHANNELS)
        struck = played[:, :VOICES] > 0
        touched = np.concatenate([np.ones_like(struck), struck, struck], axis=1)
        starts = np.flatnonzero(struck[:steps].any(axis=1))
        laid = np.zeros_like(played)
        left = np.zeros((steps + 2 * reach, CHANNELS), np.float32)
        opened = np.zeros((steps + 2 * reach, 2 * VOICES), np.float32)
        opened[reach:, VOICES:] = struck
        left_views = sliding_window_view(left, self.width, axis=0).transpose(0, 2, 1)
        opened_views = sliding_window_view(opened, self.width, axis=0).transpose(0, 2, 1)
        gain, best, strength = np.zeros(steps, np.float32), np.zeros(steps, np.intp), np.zeros(steps, np.float32)
        found: list[tuple[int, int, float]] = []
        ends: list[int] = []
        mask = touched * self._weights[0]
        cells, near = slice(0, steps + reach), slice(0, steps)
        for number in range(max(budgets)):
            ends.append(len(found))
            late = int(number >= beats)
            if number == beats:
                mask = touched * self._weights[1]
                cells, near = slice(0, steps + reach), slice(0, steps)
            done = struck[cells] & (laid[cells, :VOICES] >= 1)
            rest = mask[cells] * (played[cells] - laid[cells])
            rest[:, :VOICES][done] = 0
            left[cells.start + reach : cells.stop + reach] = rest
            opened[cells.start + reach : cells.stop + reach, :VOICES] = ~done
            some = starts[np.searchsorted(starts, near.start) : np.searchsorted(starts, near.stop)]
            gain[some], best[some], strength[some] = self._gains(
                left_views[some + reach], opened_views[some + reach], self._energies[late]
            )
            at = int(np.round(gain, GAIN_DIGITS).argmax())
            if gain[at] < 10.0**-GAIN_DIGITS:
                if late or max(budgets) <= beats:
                    break
                continue
            found.append((int(best[at]), at, float(strength[at])))
            laid[at : at + self.width] += strength[at] * self.patches[best[at]]
            cells, near = slice(at, at + self.width), slice(max(0, at - reach), min(steps, at + self.width))
        atoms, positions = (np.array([row[n] for row in found], np.intp) for n in (0, 1))
        strengths = np.array([row[2] for row in found], np.float32)
        each = []
        for budget in budgets:
            first = slice(ends[budget] if budget < len(ends) else len(found))
            mask = touched * self._weights[int(budget > beats)]
            fitted = self._fitted(played, mask, atoms[first], positions[first], strengths[first])
            each.append(Picks(atoms[first], positions[first], fitted))
        return each

    def mask(self, played: Array, picks: int) -> Array:
        """What an error costs in each of the cells `played` `(cells, 27)` in a code of so many picks."""
        struck = played[:, :VOICES] > 0
        beats = -(-(len(played) - self.width + 1) // STEPS_PER_BEAT)
        touched = np.concatenate([np.ones_like(struck), struck, struck], axis=1)
        return np.asarray(touched * self._weights[int(picks > beats)], np.float32)

    def decode(self, code: npt.ArrayLike, steps: int) -> Array:
        """The sum of a code's atoms `(steps, 9, 3)`, hits within 0..1, the rest not cut."""
        sparse = np.asarray(code, np.float32)
        atoms, positions = np.divmod(np.flatnonzero(sparse.ravel() != 0), sparse.shape[1])
        order = np.argsort(positions, kind="stable")
        atoms, positions = atoms[order], positions[order]
        laid = np.zeros((sparse.shape[1] + self.width - 1, CHANNELS), np.float32)
        places, first = np.unique(positions, return_index=True)
        if len(places):
            sums = np.add.reduceat(sparse[atoms, positions, None, None] * self.patches[atoms], first)
            for cell in range(self.width):
                laid[places + cell] += sums[:, cell]
        laid[:, :VOICES] = np.clip(laid[:, :VOICES], 0.0, 1.0)
        return np.ascontiguousarray(laid[:steps].reshape(steps, 3, VOICES).transpose(0, 2, 1))

    def _energy(self, weights: Array) -> Array:
        """Squares of the atoms, as they count where cells are open: `(width * 18, atoms)`, hits and touch."""
        hits, velocity, offset = np.split(self.patches**2 * weights, 3, axis=2)
        return _blocks(np.concatenate([hits, velocity + offset], axis=2).reshape(self.count, -1))

    def _gains(self, left: Array, opened: Array, energy: Array) -> tuple[Array, Indices, Array]:
        """For each place: what its best atom would explain, which one, and how strong it should be."""
        places = len(left)
        along = np.maximum(left.reshape(places, self._numerator.shape[1]) @ self._numerator, 0.0)
        norm = opened.reshape(places, energy.shape[1]) @ energy
        norm += self._ridge
        np.divide(along, norm, out=norm)
        along *= norm
        gains, rows = along.transpose(1, 0, 2).reshape(places, len(along) * _BLOCK), np.arange(places)
        best = gains.argmax(axis=1)
        return gains[rows, best], best, norm[best // _BLOCK, rows, best % _BLOCK]

    def _fitted(self, played: Array, mask: Array, atoms: Indices, positions: Indices, strengths: Array) -> Array:
        """All strengths together, >= 0: least squares towards the nearest sum that satisfies, a few rounds of it."""
        rows, cells = np.arange(len(atoms)), positions[:, None] + np.arange(self.width)
        patches = self.patches[atoms]
        heard = patches * mask[cells]
        normal = np.zeros((len(atoms), len(atoms)), np.float32)
        apart = positions - positions[:, None]
        for later in range(self.width):
            one, other = np.nonzero(apart == later)
            shared = np.einsum("nwc,nwc->n", heard[one, later:], patches[other, : self.width - later])
            normal[one, other] = normal[other, one] = shared
        normal[rows, rows] += FIT_RIDGE
        wanted, struck = played.copy(), played[:, :VOICES] > 0
        for _ in range(FIT_ROUNDS):
            hits = np.zeros(struck.shape, np.float32)
            np.add.at(hits, cells, strengths[:, None, None] * patches[..., :VOICES])
            wanted[:, :VOICES] = np.maximum(hits, 1) * struck
            active = strengths > 0
            system = normal * np.outer(active, active)
            system[rows, rows] += ~active
            target = (np.einsum("nwc,nwc->n", heard, wanted[cells]) + FIT_RIDGE * strengths) * active
            strengths = np.maximum(np.linalg.solve(system, target), 0.0).astype(np.float32)
        return strengths


def _blocks(rows: Array) -> Array:
    """`(atoms, n)` as `(blocks, n, 64)`, the last block filled up with zeros."""
    filled = np.concatenate([rows, np.zeros((-len(rows) % _BLOCK, rows.shape[1]), np.float32)])
    return np.ascontiguousarray(filled.reshape(-1, _BLOCK, rows.shape[1]).transpose(0, 2, 1))
