"""How many bits symbols take: the ideal length of an arithmetic code whose probabilities were counted elsewhere.

A model is counted on training codes, how far it trusts what a window has said already is chosen on validation codes,
and test codes are judged: their length is a cross-entropy, never the entropy of the codes themselves.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

#: How many counts of a context its prior over all contexts is worth.
_BACKOFF = 8.0
#: How likely a symbol is that was never counted, in counts.
_UNSEEN = 0.5
_ROUNDS = 20
#: Repetition is as likely as not until shown, with so many symbols either way.
_HALF = 1.0
#: After so many symbols of a window its own are trusted no more than now.
_MOST_SEEN = 16


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Symbols 0 … in the order they are sent, what each is told with (its context), and the window it is of. A decoder
    knows the context of a symbol from those before it. Windows are numbered upwards."""

    windows: Indices
    contexts: Indices
    symbols: Indices


@dataclass(slots=True, eq=False)
class SymbolModel:
    """Probabilities of `size` symbols in `contexts`, after `count`; `trust` lets a window repeat itself."""

    size: int
    contexts: int = 1
    counts: Array = field(init=False)
    #: How far the symbols of the window so far are trusted, by how many there are.
    trusted: Array = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros((self.contexts, self.size))
        self.trusted = np.zeros(_MOST_SEEN + 1)

    def count(self, stream: Stream) -> "SymbolModel":
        """Learn from codes of the training split."""
        np.add.at(self.counts, (stream.contexts, stream.symbols), 1.0)
        return self

    def trust(self, stream: Stream) -> "SymbolModel":
        """Learn how far to trust repetition (expectation maximisation), from codes that were not counted."""
        plain, repeated, seen = self._plain(stream), *_repeated(stream)
        for number in range(1, _MOST_SEEN + 1):
            at = seen == number
            if not at.any():
                self.trusted[number] = self.trusted[number - 1]
                continue
            share = 0.3
            for _ in range(_ROUNDS):
                mixed = share * repeated[at]
                belief = mixed / (mixed + (1 - share) * plain[at])
                share = float((belief.sum() + _HALF) / (len(belief) + 2 * _HALF))
            self.trusted[number] = share
        return self

    def bits(self, stream: Stream) -> Array:
        """The length of each symbol `(n,)`."""
        plain, repeated, seen = self._plain(stream), *_repeated(stream)
        share = self.trusted[seen]
        return np.asarray(-np.log2(share * repeated + (1 - share) * plain))

    def costs(self) -> Array:
        """What each symbol costs in each context without repetition `(contexts, size)`, in bits."""
        return np.asarray(-np.log2(self._table()))

    @property
    def parameters(self) -> int:
        """How many counts a decoder must have."""
        return int((self.counts > 0).sum()) + _MOST_SEEN

    def _table(self) -> Array:
        overall = self.counts.sum(axis=0) + _UNSEEN
        prior = overall / overall.sum()
        return np.asarray((self.counts + _BACKOFF * prior) / (self.counts.sum(axis=1, keepdims=True) + _BACKOFF))

    def _plain(self, stream: Stream) -> Array:
        return np.asarray(self._table()[stream.contexts, stream.symbols])


def entropy(stream: Stream) -> float:
    """The empirical entropy of a stream in its contexts, in bits over all its symbols: no static code is shorter."""
    pairs, counts = np.unique(np.stack([stream.contexts, stream.symbols]), axis=1, return_counts=True)
    totals = np.zeros(int(stream.contexts.max(initial=0)) + 1)
    np.add.at(totals, pairs[0], counts)
    return float(-(counts * np.log2(counts / totals[pairs[0]])).sum())


def _repeated(stream: Stream) -> tuple[Array, Indices]:
    """The share of each symbol among those of its window and context before it, and how many these are, 16 at most."""
    share, seen = np.zeros(len(stream.symbols)), np.zeros(len(stream.symbols), np.intp)
    known: dict[int, dict[int, int]] = {}
    window = -1
    for row, (at, context, symbol) in enumerate(
        zip(stream.windows.tolist(), stream.contexts.tolist(), stream.symbols.tolist(), strict=True)
    ):
        if at != window:
            known, window = {}, at
        before = known.setdefault(context, {})
        total = sum(before.values())
        if total:
            share[row], seen[row] = before.get(symbol, 0) / total, min(total, _MOST_SEEN)
        before[symbol] = before.get(symbol, 0) + 1
    return share, seen
