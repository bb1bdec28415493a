"""Beats looked up in tables: nothing is learned but what is common, and how it is touched on average.

A beat is `(36 + 36 + 36)`: hits, velocity and offset of four sixteenths by nine voices. A table holds the commonest
patterns of hits of the training beats, each with its mean touch, or with a few touches (k-means); a played beat is the
entry of least loss, that of the dictionary, plus `price` for a bit, as it is for pursuit. A table may be of all voices,
or two of them: drums, and hats and cymbals.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.evaluate.entropy import Array as Bits
from training.evaluate.entropy import Indices, Stream, SymbolModel

Array = npt.NDArray[np.float32]

VOICES, BEAT = 9, 4
#: Kick, snare and toms; hats, crash and ride.
SKINS, CYMBALS = (0, 1, 4, 5, 6), (2, 3, 7, 8)
_LEAST_EACH, _ROUNDS = 12, 8
_TOGETHER = 512


def beats_of(windows: Array) -> Array:
    """Windows `(n, steps, 27)` as beats `(n, beats, 4, 27)`."""
    return windows.reshape(len(windows), -1, BEAT, windows.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Entries `(n, 4, 27)`; other voices than its own are silent in them. `owners`: the pattern of hits of each."""

    entries: Array
    voices: tuple[int, ...]
    weights: Array

    @classmethod
    def common(
        cls, beats: Array, count: int, touches: int, voices: tuple[int, ...], weights: Array, seed: int
    ) -> "Table":
        """Of beats `(n, 4, 27)`: the `count` commonest patterns of these voices, each with up to `touches` touches."""
        own = _of_voices(beats, voices)
        packed = np.packbits((own[..., :VOICES] > 0).reshape(len(own), -1), axis=1)
        _, first, owner, times = np.unique(packed, axis=0, return_index=True, return_inverse=True, return_counts=True)
        common = np.lexsort((first, -times))[:count]
        order = np.argsort(owner.ravel(), kind="stable")
        ends = np.cumsum(times)
        chance, entries = np.random.default_rng(seed), []
        for pattern in common:
            rows = own[order[ends[pattern] - times[pattern] : ends[pattern]]]
            entries.append(_touches(rows, min(touches, max(1, len(rows) // _LEAST_EACH)), weights, chance))
        return cls(np.concatenate(entries), voices, weights)

    def nearest(self, beats: Array, costs: Bits, price: float) -> Indices:
        """For each of beats `(n, 4, 27)` the entry of least loss and cost, costs `(entries,)` in bits."""
        own = _of_voices(beats, self.voices)
        hits = (own[..., :VOICES] > 0).astype(np.float32)
        mask = np.concatenate([np.ones_like(hits), hits, hits], axis=2) * self.weights
        square = (self.entries**2).reshape(len(self.entries), -1).T
        along = self.entries.reshape(len(self.entries), -1).T
        found = []
        for start in range(0, len(own), _TOGETHER):
            part = slice(start, start + _TOGETHER)
            one, other = mask[part].reshape(-1, len(square)), (mask * own)[part].reshape(-1, len(square))
            loss = one @ square - 2 * other @ along + (price * costs).astype(np.float32)
            found.append(loss.argmin(axis=1))
        return np.concatenate(found)


class TableCoder:
    """One table or several of different voices: indices to send, one of each table for every beat."""

    def __init__(self, tables: list[Table], train: Array, others: Array, price: float = 0.0) -> None:
        """`train`, `others`: windows `(n, steps, 27)` to count indices on, and to learn how windows repeat."""
        self.tables, self.price = tables, price
        self.models = [SymbolModel(len(table.entries)) for table in tables]
        self._costs = [np.full(len(table.entries), np.log2(len(table.entries))) for table in tables]
        for _ in range(1 + (price > 0)):
            indices = self.read(train)
            self.models = [SymbolModel(len(table.entries)) for table in tables]
            for model, stream in zip(self.models, streams_of(indices), strict=True):
                model.count(stream)
            self._costs = [model.costs()[0] for model in self.models]
        for model, stream in zip(self.models, streams_of(self.read(others)), strict=True):
            model.trust(stream)

    def read(self, windows: Array) -> Indices:
        """Indices `(n, beats, tables)` of windows."""
        beats = beats_of(windows)
        flat = beats.reshape(-1, *beats.shape[2:])
        each = [table.nearest(flat, costs, self.price) for table, costs in zip(self.tables, self._costs, strict=True)]
        return np.stack(each, axis=1).reshape(*beats.shape[:2], -1)

    def laid(self, indices: Indices) -> Array:
        """Windows `(n, steps, 27)` from indices."""
        parts = [table.entries[indices[..., number]] for number, table in enumerate(self.tables)]
        laid = np.asarray(np.sum(parts, axis=0), np.float32)
        return np.reshape(laid, (len(indices), -1, 3 * VOICES))

    def bits(self, indices: Indices) -> float:
        """Bits of all windows together."""
        pairs = zip(self.models, streams_of(indices), strict=True)
        return float(sum(model.bits(stream).sum() for model, stream in pairs))

    @property
    def parameters(self) -> int:
        """How many counts a decoder must have."""
        return sum(model.parameters for model in self.models)


def streams_of(indices: Indices) -> list[Stream]:
    """A stream for each table."""
    count, beats, tables = indices.shape
    windows = np.repeat(np.arange(count), beats)
    return [Stream(windows, np.zeros(count * beats, np.intp), indices[..., number].ravel()) for number in range(tables)]


def _of_voices(beats: Array, voices: tuple[int, ...]) -> Array:
    kept = np.isin(np.arange(beats.shape[2]) % VOICES, voices)
    return np.asarray(np.where(kept, beats, np.float32(0)))


def _touches(rows: Array, count: int, weights: Array, chance: np.random.Generator) -> Array:
    """The mean of beats with the same hits, or `count` of them (k-means in the measure of the loss)."""
    if count == 1:
        return np.asarray(rows.mean(axis=0, keepdims=True))
    scaled = (rows * np.sqrt(weights)).reshape(len(rows), -1)
    middles = scaled[chance.choice(len(rows), count, replace=False)]
    for _ in range(_ROUNDS):
        near = ((middles**2).sum(axis=1) - 2 * scaled @ middles.T).argmin(axis=1)
        middles = np.stack([scaled[near == n].mean(axis=0) if (near == n).any() else middles[n] for n in range(count)])
    near = ((middles**2).sum(axis=1) - 2 * scaled @ middles.T).argmin(axis=1)
    return np.stack([rows[near == n].mean(axis=0) for n in range(count) if (near == n).any()])
