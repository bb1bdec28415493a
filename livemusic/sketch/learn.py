"""Learn mine: a drum dictionary adapted to a drummer's own clips, and whether that helped on clips it has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

import numpy as np
import numpy.typing as npt

from livemusic.latent.adapt import BUDGETS, R, Reader, Reading, grown, read
from livemusic.latent.wta import VOICES
from livemusic.music.grid import HIT, Grid, Ornament

Array = npt.NDArray[np.float32]
Groups = list[list[int]]

#: Clips it takes, and how many that are not alike.
LEAST_CLIPS, LEAST_GROUPS = 12, 5
#: Rounds at most; how far a round must better what clips not learned from cost; rounds without that, and it ends.
ROUNDS, MARGIN, PATIENCE = 8, 0.995, 3
#: Of so many groups one is held out for the report; the others are asked in so many folds.
HELD_OUT, FOLDS = 4, 3
#: Two-bar windows at most that are learned from, tried and checked with in a fold, and reported on.
LEARNT, TRIED, CHECKED, REPORTED = 480, 240, 80, 240
#: Windows are twins from this share of hits in common, and clips are kin if half their windows are twins.
_TWINS = (0.9, 1.0)
#: Windows of a clip that are compared with those of others.
_COMPARED = 16


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A drum clip `values` `(steps, 9, 3)`, with hits, of bars of `bar` steps; learning sees its main hits alone."""

    name: str
    values: Array
    bar: int
    ornaments: tuple[Ornament, ...] = ()

    def landmark(self, steps: int) -> Grid:
        """The first window with the most hits, looped or cut to `steps`: what stands for the clip on a style map."""
        whole = Grid(self.values, self.name, self.ornaments)
        windows = (whole.cut(start, start + 2 * self.bar) for start in range(0, whole.steps, 2 * self.bar))
        return max(windows, key=lambda window: int(window.hits.sum())).looped(steps)

    def windows(self) -> list[Array]:
        """Two bars each but for the last, those with hits."""
        cut = (self.values[start : start + 2 * self.bar] for start in range(0, len(self.values), 2 * self.bar))
        return [window for window in cut if window[..., HIT].any()]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well clips come back at so many coefficients per beat: hit F1, the share of windows whose hits are all
    right, and mean errors of velocity (0..1) and offset (steps) over the hits found."""

    active: int
    f1: float
    recall: float
    exact: float
    velocity: float
    offset: float


@dataclass(frozen=True, slots=True)
class Reported:
    """The clips held out, read `before` and `after`, and what errors cost per window then and now."""

    before: tuple[Figures, ...]
    after: tuple[Figures, ...]
    cost_before: float
    cost_after: float

    @property
    def helped(self) -> bool:
        """Whether hits, velocities and offsets together come back better, and hits alone no worse."""
        return self.cost_after < self.cost_before and _f1(self.after) >= _f1(self.before)


#: Told while it learns: round, of at most how many, and the share of the checked hits found at one per beat.
Tell = Callable[[int, int, float], None]


def adapt(base: R, threshold: float, clips: Sequence[Clip], seed: int, tell: Tell) -> R:
    """`base` with what it should learn from `clips`; `base` itself where that does not help to read others of them.

    A third of the clips at a time is asked what learning from the others is good for, and after how many rounds; then
    all are learned from for so many. New atoms stand behind the old ones, rounded as they will be stored. `ValueError`
    where there are fewer different beats than that.
    """
    chance = np.random.default_rng(seed)
    groups = kin(clips)
    if len(groups) < FOLDS:
        raise ValueError(f"{len(clips)} clips are {len(groups)} different beats; it takes {FOLDS}")
    order = chance.permutation(len(groups))
    folds = [{clip for group in order[fold::FOLDS] for clip in groups[group]} for fold in range(FOLDS)]
    checks = [_some([clips[n] for n in sorted(fold)], CHECKED, chance) for fold in folds]
    others = [_some([clip for n, clip in enumerate(clips) if n not in fold], TRIED, chance) for fold in folds]
    tries = zip(*(chain([base], grown(base, music)) for music in others), strict=True)
    best, best_round = np.inf, 0
    for number, attempt in enumerate(islice(tries, ROUNDS + 1)):
        asked = [read(reader, check) for reader, check in zip(attempt, checks, strict=True)]
        found = [figures(each, reader, threshold)[0].recall for each, reader in zip(asked, attempt, strict=True)]
        tell(number, ROUNDS, float(np.average(found, weights=[len(check) for check in checks])))
        cost = sum(_cost(each, reader) for each, reader in zip(asked, attempt, strict=True))
        if cost < MARGIN * best:
            best, best_round = cost, number
        elif number - best_round >= PATIENCE:
            break
    if not best_round:
        return base
    learned = next(islice(grown(base, _some(clips, LEARNT, chance)), best_round - 1, None))
    return base.made_of(learned.patches.astype(np.float16).astype(np.float32))


def compare(base: Reader, adapted: Reader, threshold: float, clips: Sequence[Clip], seed: int) -> Reported:
    """Read the clips with both."""
    windows = _some(clips, REPORTED, np.random.default_rng(seed))
    one, other = ((read(reader, windows), reader) for reader in (base, adapted))
    costs = [_cost(*each) / len(windows) for each in (one, other)]
    return Reported(figures(*one, threshold), figures(*other, threshold), *costs)


def figures(readings: Sequence[Reading], reader: Reader, threshold: float) -> tuple[Figures, ...]:
    """How near each of `readings`, which `reader` made at each of `BUDGETS`, comes to what was played."""
    found = []
    for active, reading in zip(BUDGETS, readings, strict=True):
        played, laid = reading.played[reading.inside], reading.laid(reader.patches)[reading.inside]
        struck, heard = played[:, :VOICES] > 0, laid[:, :VOICES] >= threshold
        right = struck & heard
        wrong = np.zeros(len(reading.inside), np.intp)
        wrong[reading.inside] = (struck != heard).sum(axis=1)
        apart = [
            np.abs(np.clip(laid[:, part], low, high) - played[:, part])[right].sum(dtype=np.float64)
            for part, low, high in ((slice(VOICES, 2 * VOICES), 0, 1), (slice(2 * VOICES, None), -0.5, 0.5))
        ]
        hits = int(right.sum())
        found.append(
            Figures(
                active,
                2 * hits / max(1, int(struck.sum() + heard.sum())),
                hits / max(1, int(struck.sum())),
                float((np.add.reduceat(wrong, reading.starts) == 0).mean()),
                float(apart[0]) / max(1, hits),
                float(apart[1]) / max(1, hits),
            )
        )
    return tuple(found)


def kin(clips: Sequence[Clip]) -> Groups:
    """The clips in groups that should not be parted: near-duplicates together, the rest alone.

    Where that leaves too few groups to learn from some and ask the others, only clips with the same hits are kin.
    """
    groups: Groups = []
    for alike in _TWINS:
        groups = _groups(clips, alike)
        if len(groups) >= LEAST_GROUPS:
            break
    return groups


def parted(clips: Sequence[Clip], seed: int) -> tuple[list[Clip], list[Clip]]:
    """The clips to learn from, and those to hold out: every fourth of those that are unlike each other, two at least.

    `ValueError` where there are too few different ones.
    """
    groups = kin(clips)
    if len(groups) < LEAST_GROUPS:
        raise ValueError(f"{len(clips)} clips are {len(groups)} different beats; it takes {LEAST_GROUPS}")
    order = np.random.default_rng(seed).permutation(len(groups))
    held = {clip for group in order[: max(2, len(groups) // HELD_OUT)] for clip in groups[group]}
    return [clip for n, clip in enumerate(clips) if n not in held], [clips[n] for n in sorted(held)]


def _groups(clips: Sequence[Clip], alike: float) -> Groups:
    """Clips are kin where half the windows of one have twins in the other, and so are the kin of kin."""
    windows = [[window[..., HIT].ravel() > 0 for window in clip.windows()[:_COMPARED]] for clip in clips]
    flat = [struck for some in windows for struck in some]
    hits = np.zeros((len(flat), max((len(struck) for struck in flat), default=0)), np.float32)
    for row, struck in zip(hits, flat, strict=True):
        row[: len(struck)] = struck
    counts, parent = hits.sum(axis=1), np.arange(len(clips))
    starts = np.cumsum([0, *(len(some) for some in windows)])
    for number, (start, end) in enumerate(pairwise(starts)):
        common = hits[start:end] @ hits.T
        twins = common >= alike * (counts[start:end, None] + counts - common)
        shared = np.logical_or.reduceat(twins, starts[:-1], axis=1).mean(axis=0)
        for other in np.flatnonzero(shared >= 0.5):
            parent[parent == parent[number]] = parent[other]
    return [np.flatnonzero(parent == root).tolist() for root in np.unique(parent)]


def _some(clips: Sequence[Clip], most: int, chance: np.random.Generator) -> list[Array]:
    """Windows of clips, at most so many of them."""
    windows = [window for clip in clips for window in clip.windows()]
    return [windows[number] for number in np.sort(chance.permutation(len(windows))[:most])]


def _cost(readings: Sequence[Reading], reader: Reader) -> float:
    """What all errors cost, over all budgets."""
    return sum(reading.loss(reader.patches) for reading in readings)


def _f1(rows: Sequence[Figures]) -> float:
    return sum(row.f1 for row in rows) / len(rows)


def as_rows(report: Reported) -> list[dict[str, float]]:
    """Before and after beside each other, for a table."""
    return [
        {"per beat": one.active}
        | {
            f"{name} {when}": round(getattr(row, name), 4)
            for name in ("f1", "exact", "velocity", "offset")
            for when, row in (("before", one), ("after", other))
        }
        for one, other in zip(report.before, report.after, strict=True)
    ]
