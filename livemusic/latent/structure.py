"""The sections of the music that is heard: where they change, which of them return, and the loop it goes round in.

Live (`Structure`) and over a finished take (`sections_of`). A section is a stretch of the path that stays about one
place and moves about as much there; one that comes back to the place, and moves as it did, has the same label.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np
import numpy.typing as npt

from livemusic.latent.passages import Passages, Seconds
from livemusic.latent.recurrence import Loop, Recurrence
from livemusic.latent.segments import LAG, Partition, Rows, course, kin, measure, partition

#: Stretches of so many passages are sought, the longest in pieces that are alike.
SHORTEST, LONGEST = 4, 200
#: The first passages of a stretch still sound of the one before.
BLUR = 1
#: Live, what is older than this is settled: where it changed stays, and only what is alike may turn out otherwise.
OPEN = 160
#: So many passages are needed to begin with; the measure is taken anew whenever there are half as many again, from
#: those of the last ten minutes.
_FIRST, _AGAIN, _MEMORY = 12, 1.5, 2400
#: Live, of so many settled stretches those that are most alike are counted as one from then on.
_MOST, _FEWER = 40, 24

#: What the newest stretch was called does not count until it is so long. As long as no more than `_EARLY` passages were
#: heard labels go by appearance, later by how much of a label a level has.
_YOUNG, _EARLY = 12, 120


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch `start`..`end` of the path; label 0 is the first kind of section that was heard, 1 the second."""

    start: Seconds
    end: Seconds
    label: int


def letter(label: int) -> str:
    """What a section is called as long as nobody named it: A .. Z, then A2 .. Z2 and so on."""
    turn, place = divmod(label, 26)
    return chr(ord("A") + place) + (str(turn + 1) if turn else "")


def labels_at(sections: Sequence[Section], t: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """The label of the section that each time `(n,)` is in, -1 where it is in none."""
    times = np.asarray(t, np.float64)
    if not sections:
        return np.full(len(times), -1, np.int32)
    index = np.searchsorted([each.start for each in sections], times, "right") - 1
    inside = (index >= 0) & (times <= np.array([each.end for each in sections])[np.maximum(index, 0)])
    return np.where(inside, np.array([each.label for each in sections])[np.maximum(index, 0)], -1).astype(np.int32)


def sections_of(
    z: npt.ArrayLike, hop_s: Seconds, window_s: Seconds = 0.5, level: npt.ArrayLike | None = None
) -> tuple[Section, ...]:
    """The sections of a whole path `(n, dim)`, whose row k tells of the `window_s` before `window_s + k * hop_s`.

    `level`: dB full scale of each row, None where it is not known. Nothing for a path too short to have any.
    """
    rows = np.asarray(z, np.float64)
    if rows.ndim != 2:
        raise ValueError(f"a path is (n, dim), not {rows.shape}")
    passages = Passages(rows.shape[1], hop_s, window_s)
    passages.hear(rows, level)
    return conclude(passages)


def conclude(passages: Passages) -> tuple[Section, ...]:
    """The best answer from all passages, labels in order of appearance."""
    x = passages.x
    if len(x) <= LAG:
        return (Section(passages.start(0), passages.end, 0),) if len(x) else ()
    edges = partition(x @ measure(x), SHORTEST, LONGEST)
    rows = x @ measure(x, edges)
    edges = partition(rows, SHORTEST, LONGEST)
    counts, totals = _cores(rows, edges)
    levels = np.repeat(kin(counts, totals / counts[:, None]), np.diff(edges))
    centres = np.stack([rows[levels == level].mean(axis=0) for level in range(levels.max() + 1)])
    way = course(rows, centres)
    turns = [0, *(np.flatnonzero(np.diff(way)) + 1)]
    order = {level: number for number, level in enumerate(dict.fromkeys(way[turns]))}
    return _sections(passages, [*turns, len(way)], [order[level] for level in way[turns]])


@dataclass(slots=True)
class _Pile:
    """Settled stretches that count as one: how many passages, their sum, and what they are called."""

    count: int
    total: Rows
    label: int


class Structure:
    """The sections of a path that grows. The same for rows in any chunks; a passage costs about a millisecond.

    A change is told one or two seconds after it happened. What was told may turn out otherwise later: a change that was
    none, sections that are alike after all; a label stays with the section it was told for as long as can be.
    `ValueError` as of `Passages`. Thread: one at a time.
    """

    def __init__(self, dim: int, hop_s: Seconds, window_s: Seconds = 0.5, begin: Seconds | None = None) -> None:
        self.passages = Passages(dim, hop_s, window_s, begin)
        self._recurrence = Recurrence(dim, hop_s)
        self._map: Rows | None = None
        self._due = _FIRST
        self._seen = 0
        self._sought = Partition(2 * dim, SHORTEST, LONGEST)
        self._piles: list[_Pile] = []
        self._settled: list[int] = [0]
        self._of: list[int] = []
        self._told: list[int] = []
        self._sections: tuple[Section, ...] = ()

    def hear(self, z: npt.ArrayLike, level: npt.ArrayLike | None = None) -> None:
        """Take in rows `(n, dim)` and their `level` `(n,)` in dB full scale (None: none is silent)."""
        self.passages.hear(z, level)
        self._recurrence.hear(z)
        for seen in range(self._seen + 1, len(self.passages) + 1):
            self._step(seen)
        self._seen = len(self.passages)
        if self._sections:
            last = self._sections[-1]
            self._sections = (*self._sections[:-1], Section(last.start, self.passages.end, last.label))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections so far, end to end; the last is the one that goes on."""
        return self._sections

    @property
    def returned(self) -> int | None:
        """Which of `sections` we are in again: the last one before with the label of the present one."""
        if not self._sections:
            return None
        *before, now = [section.label for section in self._sections]
        return len(before) - 1 - before[::-1].index(now) if now in before else None

    @property
    def loop(self) -> Loop | None:
        """The loop that the music goes round in now, None where it is in none."""
        return self._recurrence.loop

    def concluded(self) -> tuple[Section, ...]:
        """The best answer from the whole path, called as it was told live as far as the two agree."""
        sections = conclude(self.passages)
        votes = [Counter[int]() for _ in range(1 + max((section.label for section in sections), default=-1))]
        for section in sections:
            for told in self._sections:
                shared = min(section.end, told.end) - max(section.start, told.start)
                votes[section.label][told.label] += round(1e3 * max(0.0, shared))
        names = _named(votes, _heaviest(votes))
        return tuple(Section(section.start, section.end, names[section.label]) for section in sections)

    def _step(self, seen: int) -> None:
        """Take in one passage more."""
        x = self.passages.x
        if seen >= self._due:
            self._due = int(_AGAIN * seen) + 1
            self._measure(x[:seen])
        elif self._map is not None:
            self._sought.push(x[seen - 1] @ self._map)
        if self._map is None:
            self._told = [0] * seen
            self._sections = (Section(self.passages.start(0), self.passages.start(seen), 0),)
            return
        if len(self._sought) > OPEN + LONGEST:
            self._settle(x[:seen])
        self._label(x[:seen])

    def _measure(self, x: Rows) -> None:
        """Learn anew how much varies within a section, and seek the open stretches by that."""
        edges = self._settled + [self._settled[-1] + edge for edge in self._sought.edges()[1:]]
        first = max(0, len(x) - _MEMORY)
        edges = [first, *(edge for edge in edges if first < edge < len(x)), len(x)]
        known = [edge - first for edge in edges] if self._map is not None else None
        self._map = measure(x[first:], known)
        self._seek(x)

    def _seek(self, x: Rows) -> None:
        assert self._map is not None
        self._sought = Partition(x.shape[1], SHORTEST, LONGEST)
        for row in x[self._settled[-1] :] @ self._map:
            self._sought.push(row)

    def _settle(self, x: Rows) -> None:
        """Take the changes that are long past as they are."""
        anchor = self._settled[-1]
        edges = [anchor + edge for edge in self._sought.edges() if edge <= len(self._sought) - OPEN]
        counts, totals = _cores(x, edges)
        for (begin, end), rows, total in zip(pairwise(edges), counts, totals, strict=True):
            self._of.append(len(self._piles))
            self._piles.append(_Pile(int(rows), total, self._told[begin - anchor]))
            self._settled.append(end)
        self._told = self._told[self._settled[-1] - anchor :]
        if len(self._piles) > _MOST:
            self._pile_up()
        self._seek(x)

    def _pile_up(self) -> None:
        """Count the settled stretches that are most alike as one."""
        assert self._map is not None
        means = np.stack([pile.total / pile.count for pile in self._piles]) @ self._map
        group = kin([pile.count for pile in self._piles], means, _FEWER)
        fewer = []
        for number in range(group.max() + 1):
            piles = [pile for pile, of in zip(self._piles, group, strict=True) if of == number]
            heaviest = max(piles, key=lambda pile: pile.count)
            fewer.append(_Pile(sum(p.count for p in piles), np.sum([p.total for p in piles], axis=0), heaviest.label))
        self._of = [int(group[pile]) for pile in self._of]
        self._piles = fewer

    def _label(self, x: Rows) -> None:
        """Find what is alike, call it as before, and tell the sections."""
        assert self._map is not None
        anchor = self._settled[-1]
        edges = self._sought.edges()
        counts, totals = _cores(x, [anchor + edge for edge in edges])
        counts = np.concatenate([[float(pile.count) for pile in self._piles], counts])
        totals = np.concatenate([*(pile.total[None] for pile in self._piles), totals])
        levels = kin(counts, totals / counts[:, None] @ self._map)
        votes = [Counter[int]() for _ in range(levels.max() + 1)]
        for pile, level in zip(self._piles, levels, strict=False):
            votes[level][pile.label] += pile.count
        for (begin, end), level in zip(pairwise(edges), levels[len(self._piles) :], strict=True):
            if end < edges[-1] or end - begin >= _YOUNG:
                votes[level].update(self._told[begin:end])
        firsts = list(dict.fromkeys(levels.tolist())) if len(x) <= _EARLY else _heaviest(votes)
        names = _named(votes, firsts)
        for pile, level in zip(self._piles, levels, strict=False):
            pile.label = names[level]
        here = [names[level] for level in levels[len(self._piles) :]]
        self._told = [name for name, length in zip(here, np.diff(edges), strict=True) for _ in range(length)]
        self._sections = _sections(
            self.passages,
            [*self._settled, *(anchor + edge for edge in edges[1:])],
            [self._piles[pile].label for pile in self._of] + here,
        )


def _heaviest(votes: Sequence[Counter[int]]) -> list[int]:
    """The levels, those with most votes first."""
    return sorted(range(len(votes)), key=lambda number: (-votes[number].total(), number))


def _named(votes: Sequence[Counter[int]], order: Sequence[int]) -> list[int]:
    """A label for each level: the one it was told by most often, each only once, the first in `order` first."""
    names: dict[int, int] = {}
    for level in order:
        free = [label for label, _ in votes[level].most_common() if label not in names.values()]
        names[level] = free[0] if free else next(label for label in count() if label not in names.values())
    return [names[level] for level in range(len(votes))]


def _cores(rows: Rows, edges: Sequence[int]) -> tuple[Rows, Rows]:
    """How many rows of each stretch count, and their sum: not the first ones, in which the music changes."""
    begins = [min(begin + BLUR, end - 1) for begin, end in pairwise(edges)]
    counts = np.array([end - begin for begin, end in zip(begins, edges[1:], strict=True)], np.float64)
    return counts, np.stack([rows[begin:end].sum(axis=0) for begin, end in zip(begins, edges[1:], strict=True)])


def _sections(passages: Passages, edges: Sequence[int], labels: Sequence[int]) -> tuple[Section, ...]:
    """Stretches as sections, neighbours of one label joined. Silence belongs to the section before it."""
    begins = [0, *(place for place in range(1, len(labels)) if labels[place] != labels[place - 1])]
    starts = [passages.start(edges[place]) for place in begins]
    return tuple(
        Section(start, end, labels[place])
        for place, start, end in zip(begins, starts, [*starts[1:], passages.start(edges[-1])], strict=True)
    )
