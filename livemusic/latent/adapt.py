"""A drum dictionary learned on: it keeps its atoms and grows new ones out of somebody's own music.

Picking and learning alternate, as in the method of optimal directions (Engan, Aase and Husøy 1999): with the picks
held, each new atom takes Newton steps of its own on the loss of the pursuit, held back towards where it began as if it
had been used there so many times more. Then the figures of the music that are still explained worst become atoms, too.
The atoms there were stay as they are, so what was read well before is not forgotten. No atom is longer than 1, and
hits are never negative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from livemusic.latent.wta import CHANNELS, STEPS_PER_BEAT, VOICES, schedule

Array = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

#: Coefficients per beat that are learned together.
BUDGETS = (1, 2, 4)
#: New atoms of a round, and how much of the music a figure must leave unexplained to become one: half a hit.
GROWTH, WORTH = 64, 0.5
#: Newton steps of a round, how far each goes (atoms overlap, and each thinks it is alone), and the uses that where an
#: atom began counts for.
STEPS, REACH, HOLD = 4, 0.5, 8.0
#: Half floats are rounded up or down; this much shorter, no atom is longer than 1.
LONGEST = 1 - 2**-10
#: So many windows are read at once.
_AT_ONCE = 64


class Weights(Protocol):
    """What a squared error of velocity and offset costs beside one of a hit, and `early_touch` how much of that counts
    while the first pick of every beat is found."""

    @property
    def velocity_weight(self) -> float: ...
    @property
    def offset_weight(self) -> float: ...
    @property
    def early_touch(self) -> float: ...


class Reader(Protocol):
    """A dictionary of `count` atoms, as `patches` `(atoms, width, 27)`, channel = feature * 9 + voice."""

    @property
    def weights(self) -> Weights: ...
    @property
    def patches(self) -> Array: ...
    @property
    def count(self) -> int: ...
    @property
    def width(self) -> int: ...
    def encode(self, loops: Sequence[Array], picks: int) -> Array:
        """Codes `(loops, atoms, steps)` of loops `(steps, 9, 3)` of one length."""

    def made_of(self, patches: Array) -> Self:
        """One that reads in the same way with other atoms."""


R = TypeVar("R", bound=Reader)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Windows end to end as `played` `(cells, 27)`, a silence after each, and what was picked at one budget.

    `starts` are the cells where windows begin, `inside` those that belong to one; `mask` says what an error of each
    costs. Pick `n` is atom `atoms[n]` from cell `cells[n]` on.
    """

    played: Array
    starts: Indices
    inside: Bools
    mask: Array
    atoms: Indices
    cells: Indices
    strengths: Array

    def laid(self, patches: Array) -> Array:
        """The sum of the atoms picked, `(cells, 27)`."""
        total = np.zeros_like(self.played)
        np.add.at(total, self.spans(patches.shape[1]), self.strengths[:, None, None] * patches[self.atoms])
        return total

    def spans(self, width: int) -> Indices:
        """The cells of each pick `(picks, width)`."""
        return np.asarray(self.cells[:, None] + np.arange(width))

    def missing(self, patches: Array) -> Array:
        """What is wanted less what is laid: hits at least 1, rests 0, touch as played."""
        laid, wanted = self.laid(patches), self.played.copy()
        wanted[:, :VOICES] = np.maximum(laid[:, :VOICES], 1) * (self.played[:, :VOICES] > 0)
        return wanted - laid

    def loss(self, patches: Array) -> float:
        """What all errors cost."""
        return float((self.mask * self.missing(patches) ** 2).sum(dtype=np.float64))


def read(reader: Reader, windows: Sequence[Array]) -> list[Reading]:
    """`windows`, each `(steps, 9, 3)` and at least one, read at each of `BUDGETS`."""
    reach = reader.width - 1
    ends = np.cumsum([len(window) + reach for window in windows])
    starts = ends - [len(window) + reach for window in windows]
    played, inside = np.zeros((ends[-1], CHANNELS), np.float32), np.zeros(ends[-1], np.bool_)
    for start, end, window in zip(starts, ends, windows, strict=True):
        played[start : end - reach] = window.transpose(0, 2, 1).reshape(len(window), CHANNELS)
        inside[start : end - reach] = True
    found = []
    for budget in BUDGETS:
        mask = np.zeros_like(played)
        rows: list[tuple[Indices, Indices, Array]] = []
        for length in sorted({len(window) for window in windows}):
            alike = [number for number, window in enumerate(windows) if len(window) == length]
            picks = -(-budget * length // STEPS_PER_BEAT)
            for number in alike:
                mask[starts[number] : ends[number]] = _mask(
                    reader.weights, played[starts[number] : ends[number]], picks
                )
            for first in range(0, len(alike), _AT_ONCE):
                some = alike[first : first + _AT_ONCE]
                takes = [np.pad(windows[number], ((0, reach), (0, 0), (0, 0))) for number in some]
                codes = reader.encode(takes, picks)
                which, atoms, positions = np.nonzero(codes)
                rows.append((atoms, starts[some][which] + positions, codes[which, atoms, positions]))
        found.append(Reading(played, starts, inside, mask, *(np.concatenate(part) for part in zip(*rows, strict=True))))
    return found


def _mask(weights: Weights, played: Array, picks: int) -> Array:
    """What an error costs in each of the cells `played` `(cells, 27)` in a code of so many picks."""
    struck = played[:, :VOICES] > 0
    share = schedule(picks, len(played), weights.early_touch)[-1]
    touch = [share * weights.velocity_weight * struck, share * weights.offset_weight * struck]
    return np.concatenate([np.ones_like(struck), *touch], axis=1).astype(np.float32)


def grown(reader: R, music: Sequence[Array]) -> Iterator[R]:
    """`reader` with more atoms behind its own round by round, as long as `music` needs them, and better ones."""
    patches = began = reader.patches
    while True:
        readings = read(reader.made_of(patches), music)
        patches = learned(patches, began, reader.count, readings)
        new = worst(readings[0], patches)
        patches, began = np.concatenate([patches, new]), np.concatenate([began, new])
        yield reader.made_of(patches)


def learned(patches: Array, began: Array, settled: int, readings: Sequence[Reading]) -> Array:
    """Better atoms for the picks of `readings`, all but the first `settled`, held to where they `began`."""
    width = patches.shape[1]
    bend = np.full_like(patches, HOLD)
    for reading in readings:
        np.add.at(bend, reading.atoms, reading.strengths[:, None, None] ** 2 * reading.mask[reading.spans(width)])
    for _ in range(STEPS):
        pull = HOLD * (began - patches)
        for reading in readings:
            cost = reading.mask * reading.missing(patches)
            np.add.at(pull, reading.atoms, reading.strengths[:, None, None] * cost[reading.spans(width)])
        patches = np.concatenate([patches[:settled], bounded(patches + REACH * pull / bend)[settled:]])
    return patches


def worst(reading: Reading, patches: Array) -> Array:
    """New atoms out of what is read worst: figures of hits that come often or are far off, the worst first.

    Each is a mean over all places where the figure is played, those that are read worst counting most.
    """
    width = patches.shape[1]
    struck = reading.played[:, :VOICES] > 0
    places = np.flatnonzero(struck.any(axis=1))[:, None] + np.arange(width)
    lost = (reading.mask * reading.missing(patches) ** 2).sum(axis=1)[places].sum(axis=1)
    figures, which = np.unique(struck[places].reshape(len(places), -1), axis=0, return_inverse=True)
    which = which.ravel()
    whole = np.bincount(which, lost, len(figures))
    chosen = np.argsort(-whole, kind="stable")[:GROWTH]
    stretches = reading.played[places]
    new = [np.average(stretches[which == n], axis=0, weights=lost[which == n]) for n in chosen if whole[n] >= WORTH]
    return bounded(np.array(new, np.float32).reshape(-1, width, CHANNELS))


def bounded(patches: Array) -> Array:
    """Hits >= 0, and no atom longer than 1."""
    kept = patches.copy()
    kept[..., :VOICES] = np.maximum(kept[..., :VOICES], 0)
    lengths = np.sqrt((kept**2).sum(axis=(1, 2), keepdims=True))
    return np.asarray(kept / np.maximum(lengths / LONGEST, 1), np.float32)
