"""Sparse coding of piano rolls by figures: small shapes of notes that may begin at any step and on any key.

Convolutional matching pursuit (Mallat and Zhang 1993) over time and pitch with plain squared error: every pick is the
winner over all atoms, all steps and all keys; the strengths of all picks are fitted again at the end. A figure begins
with a note that was struck, its anchor, so the code of a piece that is played later or in another key is the same code
moved.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

#: Keys of an atom below its anchor.
BELOW = 12
#: Rounds of conjugate gradients in the last fit.
FIT_ROUNDS = 6
#: Gains are compared to this many digits, so that equals stay equals wherever they stand.
GAIN_DIGITS = 4
#: What gains less than this is no note.
LEAST_GAIN = 0.02
_ROWS = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """What the pursuit found: pick `n` is atom `atoms[n]` with its anchor at `steps[n]`, `keys[n]`."""

    atoms: Indices
    steps: Indices
    keys: Indices
    strengths: Array

    def __len__(self) -> int:
        return len(self.atoms)


class Figures:
    """`atoms`: float32 `(atoms, width, span, features)` of length 1, the anchor at `[0, BELOW]`; feature 0 is loudness.

    `ValueError` for other shapes. Thread: any.
    """

    def __init__(self, atoms: npt.ArrayLike) -> None:
        values = np.asarray(atoms, np.float32)
        if values.ndim != 4 or values.shape[2] <= BELOW or 0 in values.shape or not np.isfinite(values).all():
            raise ValueError(f"atoms are finite (atoms, width, span > {BELOW}, features), not {values.shape}")
        self.patches: Array = np.ascontiguousarray(values)
        self.count, self.width, self.span, self.features = values.shape
        self._flat = np.ascontiguousarray(values.reshape(self.count, -1))

    def encode(self, roll: Array, picks: int, emphasis: Array | None = None) -> Picks:
        """At most `picks` picks for a roll `(steps, keys, features)`; fewer where nothing is left to explain.

        `emphasis` `(steps, keys)`: how much more than 1 an error there counts while picks are chosen.
        """
        keys = roll.shape[1]
        plane, cells = self._plane(roll), self._cells(keys)
        at = np.argwhere(roll[..., 0] > 0)
        starts = at[:, 0] * (keys + self.span - 1) + at[:, 1]
        weight = None
        if emphasis is not None:
            weight = self._plane(np.repeat(emphasis[..., None] + 1, self.features, 2).astype(np.float32))
        left = plane.copy()
        gain, best, strength = (np.zeros(len(at), kind) for kind in (np.float32, np.intp, np.float32))
        near = np.arange(len(at))
        found: list[tuple[int, int, float]] = []
        for _ in range(min(picks, 4 * len(at))):
            gain[near], best[near], strength[near] = self._gains(left, weight, starts[near, None] + cells)
            place = int(gain.argmax())
            if gain[place] < LEAST_GAIN:
                break
            atom, force = int(best[place]), float(strength[place])
            found.append((atom, place, force))
            here = starts[place] + cells
            left[here] -= force * self.patches[atom].reshape(-1, self.features)
            step, key = at[place]
            low, high = np.searchsorted(at[:, 0], (step - self.width + 1, step + self.width))
            near = low + np.flatnonzero(np.abs(at[low:high, 1] - key) < self.span)
        atoms = np.array([row[0] for row in found], np.intp)
        places = np.array([row[1] for row in found], np.intp)
        strengths = np.array([row[2] for row in found], np.float32)
        strengths = self._fitted(plane, atoms, starts[places, None] + cells, strengths)
        return Picks(atoms, at[places, 0], at[places, 1], strengths)

    def decode(self, picks: Picks, steps: int, keys: int) -> Array:
        """The sum of the atoms picked, `(steps, keys, features)`, not cut."""
        starts = picks.steps * (keys + self.span - 1) + picks.keys
        plane = np.zeros(((steps + self.width - 1) * (keys + self.span - 1), self.features), np.float32)
        self._lay(plane, picks.atoms, starts[:, None] + self._cells(keys), picks.strengths)
        laid = plane.reshape(-1, keys + self.span - 1, self.features)
        return np.ascontiguousarray(laid[:steps, BELOW : BELOW + keys])

    def _plane(self, roll: Array) -> Array:
        """A roll with room around it, one row for each cell: an anchor's first cell is its step and key in it."""
        above = self.span - 1 - BELOW
        return np.pad(roll, ((0, self.width - 1), (BELOW, above), (0, 0))).reshape(-1, self.features)

    def _cells(self, keys: int) -> Indices:
        """Where the cells of an atom are in a plane, from its first one on."""
        cells: Indices = (np.arange(self.width)[:, None] * (keys + self.span - 1) + np.arange(self.span)).ravel()
        return cells

    def _gains(self, left: Array, weight: Array | None, cells: Indices) -> tuple[Array, Indices, Array]:
        """For each anchor: what its best atom would explain, which one, and how strong it should be."""
        parts = []
        for start in range(0, len(cells), _ROWS):
            some = cells[start : start + _ROWS]
            rows = left[some]
            heard = rows.reshape(len(some), -1) @ self._flat.T
            louder = heard if weight is None else (rows * weight[some]).reshape(len(some), -1) @ self._flat.T
            gains = np.round(np.maximum(louder, 0) * np.maximum(heard, 0), GAIN_DIGITS)
            best = gains.argmax(1)
            each = np.arange(len(some))
            parts.append((gains[each, best], best, heard[each, best]))
        if not parts:
            return np.zeros(0, np.float32), np.zeros(0, np.intp), np.zeros(0, np.float32)
        gain, best, strength = (np.concatenate(part) for part in zip(*parts, strict=True))
        return gain, best, strength

    def _lay(self, plane: Array, atoms: Indices, cells: Indices, strengths: Array) -> None:
        for start in range(0, len(atoms), _ROWS):
            some = slice(start, start + _ROWS)
            laid = strengths[some, None, None] * self._flat[atoms[some]].reshape(*cells[some].shape, self.features)
            np.add.at(plane, cells[some], laid)

    def _heard(self, plane: Array, atoms: Indices, cells: Indices) -> Array:
        parts = [
            np.einsum("nf,nf->n", plane[cells[s : s + _ROWS]].reshape(len(cells[s : s + _ROWS]), -1),
                      self._flat[atoms[s : s + _ROWS]])
            for s in range(0, len(atoms), _ROWS)
        ]  # fmt: skip
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _fitted(self, plane: Array, atoms: Indices, cells: Indices, strengths: Array) -> Array:
        """All strengths together: least squares by conjugate gradients, from what the pursuit said; none below 0."""
        laid = np.zeros_like(plane)
        self._lay(laid, atoms, cells, strengths)
        rest = self._heard(plane - laid, atoms, cells)
        way, square = rest.copy(), float(rest @ rest)
        for _ in range(FIT_ROUNDS):
            if square < 1e-9:
                break
            laid[:] = 0
            self._lay(laid, atoms, cells, way)
            turned = self._heard(laid, atoms, cells)
            stride = square / max(float(way @ turned), 1e-12)
            strengths, rest = strengths + stride * way, rest - stride * turned
            before, square = square, float(rest @ rest)
            way = rest + square / before * way
        return np.maximum(strengths, 0).astype(np.float32)
