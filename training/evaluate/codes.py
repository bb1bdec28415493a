"""Sparse codes as symbols: how many atoms start at a place, which ones, and how strong, and what they take to send.

Places are told by count: how many atoms start there, 0 to 7, knowing the place in the beat and, in a second bar, how
many started a bar before. An atom is told knowing the place in the beat; a strength, whether it is the first there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.evaluate.entropy import Indices, Stream, SymbolModel

Array = npt.NDArray[np.float32]

MOST_AT_ONCE = 7
LEVELS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Picks of many windows, sorted by window, place and atom: window, place, atom, and level, a whole number of steps
    of strength, not 0. `places` in a window, `per_beat` of them in a beat."""

    windows: Indices
    places: Indices
    atoms: Indices
    levels: Indices
    count: int
    width: int
    per_beat: int

    @classmethod
    def of(cls, picks: Sequence[tuple[Indices, Indices, Indices]], width: int, per_beat: int) -> "Codes":
        """From atoms, places and levels of each window; levels of 0 are not sent, nor more than 7 at one place."""
        numbers = np.repeat(np.arange(len(picks)), [len(atoms) for atoms, _, _ in picks])
        atoms, places, levels = (
            np.concatenate([np.asarray(row[part], np.intp) for row in picks] or [np.empty(0, np.intp)])
            for part in range(3)
        )
        order = np.lexsort((atoms, places, numbers))
        order = order[levels[order] != 0]
        order = order[_within((numbers * width + places)[order]) < MOST_AT_ONCE]
        whole = levels[order].clip(-LEVELS // 2, LEVELS // 2 - 1)
        return cls(numbers[order], places[order], atoms[order], whole, len(picks), width, per_beat)

    def streams(self) -> dict[str, Stream]:
        """What is sent: counts for every place, then atoms and levels."""
        counts = np.zeros((self.count, self.width), np.intp)
        np.add.at(counts, (self.windows, self.places), 1)
        before = np.zeros_like(counts)
        bar = 4 * self.per_beat
        before[:, bar:] = 1 + np.minimum(counts, 2)[:, :-bar] if self.width > bar else 0
        phases = np.tile(np.arange(self.width) % self.per_beat, (self.count, 1))
        owners = np.repeat(np.arange(self.count), self.width)
        rank = _within(self.windows * self.width + self.places)
        return {
            "places": Stream(owners, (phases * 4 + before).ravel(), counts.ravel()),
            "atoms": Stream(self.windows, self.places % self.per_beat, self.atoms),
            "strengths": Stream(self.windows, np.minimum(rank, 1), self.levels + LEVELS // 2),
        }

    @classmethod
    def read(cls, streams: dict[str, Stream], count: int, width: int, per_beat: int) -> "Codes":
        """The same codes from the symbols alone."""
        counts = streams["places"].symbols.reshape(count, width)
        windows, places = np.repeat(np.argwhere(counts >= 0), counts.ravel(), axis=0).T
        levels = streams["strengths"].symbols - LEVELS // 2
        return cls(windows, places, streams["atoms"].symbols, levels, count, width, per_beat)

    def laid(self, patches: Array, step: float, stride: int = 1) -> Array:
        """The sum of atoms `(atoms, width, channels)`, `stride` steps from place to place: `(windows, steps,
        channels)`, not cut to any range."""
        steps, reach = self.width * stride, patches.shape[1] - stride
        out = np.zeros((self.count, steps + max(0, reach), patches.shape[2]), np.float32)
        at = self.places[:, None] * stride + np.arange(patches.shape[1])
        strengths = (self.levels * step).astype(np.float32)
        np.add.at(out, (self.windows[:, None], at), strengths[:, None, None] * patches[self.atoms])
        return out[:, :steps]


class SparseCoder:
    """What codes over so many atoms take to send, counted on training codes; `trust` is learned on others."""

    def __init__(self, atoms: int, per_beat: int, train: Codes, others: Codes) -> None:
        self.models = {
            "places": SymbolModel(MOST_AT_ONCE + 1, 4 * per_beat),
            "atoms": SymbolModel(atoms, per_beat),
            "strengths": SymbolModel(LEVELS, 2),
        }
        for name, stream in train.streams().items():
            self.models[name].count(stream)
        self.models["atoms"].trust(others.streams()["atoms"])

    def bits(self, codes: Codes) -> dict[str, float]:
        """Bits of all windows together, by what they say."""
        return {name: float(self.models[name].bits(stream).sum()) for name, stream in codes.streams().items()}

    @property
    def parameters(self) -> int:
        """How many counts a decoder must have."""
        return sum(model.parameters for model in self.models.values())


def _within(spots: Indices) -> Indices:
    """How many of the same spot come before, in rows sorted by spot."""
    starts = np.r_[0, np.flatnonzero(np.diff(spots)) + 1] if len(spots) else np.empty(0, np.intp)
    lengths = np.diff(np.r_[starts, len(spots)])
    return np.asarray(np.arange(len(spots)) - np.repeat(starts, lengths), np.intp)
