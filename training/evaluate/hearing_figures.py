"""How well drums are heard: onset F1 by lane, velocities, and the thresholds that serve best. Pure numpy.

Hits are picked as the app picks them, and are right within 50 ms, each once (`mir_eval`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import mir_eval
import numpy as np
import numpy.typing as npt

from livemusic.dsp.hits import HeardHit, HitPicker, first_moment
from livemusic.dsp.lanes import CHILDREN, LANES, VOICES, above
from livemusic.dsp.spec import FeatureSpec, Seconds
from training.data.kits import Hits

WINDOW: Seconds = 0.05
_REFRACTORY: Seconds = 0.04
#: On a lane above others, strokes this near count as one, in what was played as in what was heard.
_ONE: Seconds = 0.03

Array = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Count:
    """Right, told, and played; adding up makes figures of many recordings at once."""

    right: int = 0
    told: int = 0
    played: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.right + other.right, self.told + other.told, self.played + other.played)

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.played if self.played else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.told + self.played) if self.told + self.played else 1.0


def pick(told: Array, spec: FeatureSpec, delay: int, thresholds: Sequence[float]) -> list[HeardHit]:
    """The hits in rows `(n, 28)` of a recording, from its beginning."""
    picker = HitPicker(spec.hop_s, delay, thresholds, first_moment(spec))
    return [hit for row in told for hit in picker.push(row)] + picker.flush()


def played_on(hits: Hits, lane: int) -> Times:
    """When something is struck that belongs to `lane`."""
    mine = [lane == own or lane in above(own) for own in hits[:, 1].astype(int)]
    return _apart(hits[np.array(mine, bool), 0], lane)


def heard_on(hits: Sequence[HeardHit], lane: int) -> Times:
    """When something is heard that belongs to `lane`."""
    return _apart(np.array([hit.t for hit in hits if lane == hit.lane or lane in above(hit.lane)]), lane)


def _apart(times: Times, lane: int) -> Times:
    times = np.sort(np.asarray(times, np.float64))
    if lane < VOICES or not len(times):
        return times
    return times[np.diff(times, prepend=-1.0) > _ONE]


def count(played: Times, heard: Times, window: Seconds = WINDOW) -> Count:
    """How many of the strokes are heard, each matched once as well as can be."""
    matched = mir_eval.util.match_events(played, heard, window) if len(played) and len(heard) else []
    return Count(len(matched), len(heard), len(played))


@dataclass(slots=True)
class Figures:
    """Counts of every lane, errors of velocity and of time of the right hits of the finest lanes."""

    lanes: dict[int, Count] = field(default_factory=lambda: {lane: Count() for lane in range(len(LANES))})
    velocities: list[tuple[float, float]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, played: Hits, heard: Sequence[HeardHit], seconds: float) -> None:
        """Take in a recording."""
        self.seconds += seconds
        for lane in self.lanes:
            self.lanes[lane] += count(played_on(played, lane), heard_on(heard, lane))
        for lane in range(VOICES):
            mine = played[played[:, 1] == lane]
            theirs = [hit for hit in heard if hit.lane == lane]
            if len(mine) and theirs:
                times = np.array([hit.t for hit in theirs])
                for one, other in mir_eval.util.match_events(mine[:, 0], times, WINDOW):
                    self.velocities.append((float(mine[one, 2]), theirs[other].velocity))
                    self.late.append(theirs[other].t - float(mine[one, 0]))

    def f1(self, lane: int) -> float:
        return self.lanes[lane].f1

    @property
    def velocity_error(self) -> float:
        """Mean absolute error of velocities 0..1."""
        pairs = np.array(self.velocities or [(0.0, 0.0)])
        return float(np.abs(pairs[:, 0] - pairs[:, 1]).mean())

    @property
    def velocity_correlation(self) -> float:
        """Pearson's, of velocities played and heard; 0 where there are too few."""
        pairs = np.array(self.velocities)
        if len(pairs) < 3 or min(pairs.std(axis=0)) == 0:
            return 0.0
        return float(np.corrcoef(pairs.T)[0, 1])

    @property
    def time_error(self) -> tuple[float, float]:
        """Median of heard minus played, and of its absolute value, in seconds."""
        late = np.array(self.late or [0.0])
        return float(np.median(late)), float(np.median(np.abs(late)))


def figures_of(
    played: Sequence[Hits], told: Sequence[Array], spec: FeatureSpec, delay: int, thresholds: Sequence[float]
) -> Figures:
    """The figures of recordings together."""
    figures = Figures()
    for hits, rows in zip(played, told, strict=True):
        figures.add(hits, pick(rows, spec, delay, thresholds), len(rows) * spec.hop_s)
    return figures


def tune(
    played: Sequence[Hits], told: Sequence[Array], spec: FeatureSpec, delay: int, least: float = 0.15
) -> tuple[float, ...]:
    """Of each lane the threshold with the best F1 on these recordings, lane by lane."""
    grid = np.arange(least, 0.86, 0.025)
    return tuple(best_threshold(played, told, spec, delay, lane, grid) for lane in range(len(LANES)))


def best_threshold(
    played: Sequence[Hits], told: Sequence[Array], spec: FeatureSpec, delay: int, lane: int, grid: Times
) -> float:
    """Of the thresholds in `grid` the one with which the strokes of a lane have the best F1."""
    counts = [Count() for _ in grid]
    for hits, rows in zip(played, told, strict=True):
        wanted = played_on(hits, lane)
        for index, threshold in enumerate(grid):
            heard = strokes(rows[:, lane], spec, delay, threshold)
            counts[index] += Count(matched(wanted, heard), len(heard), len(wanted))
    scores = np.array([found.f1 for found in counts])
    # Where many serve equally well the middle of them holds on other recordings, too.
    good = grid[scores >= scores.max() - 0.003]
    return float(round(float(np.median(good)), 3))


def strokes(curve: Array, spec: FeatureSpec, delay: int, threshold: float) -> Times:
    """When a lane rises to its threshold: what `HitPicker` would tell of it if it were alone."""
    over = curve >= threshold
    at = np.flatnonzero(over & ~np.concatenate([[False], over[:-1]]))
    kept: list[int] = []
    last = -100
    for row in at.tolist():
        if (row - last) * spec.hop_s >= _REFRACTORY:
            kept.append(row)
            last = row
    return np.asarray(first_moment(spec) + (np.array(kept, np.float64) - delay) * spec.hop_s, np.float64)


def matched(played: Times, heard: Times, window: Seconds = WINDOW) -> int:
    """How many of the strokes are heard, each matched once: as many as `mir_eval` finds, in one pass over both."""
    right = one = other = 0
    while one < len(played) and other < len(heard):
        apart = heard[other] - played[one]
        if abs(apart) <= window:
            right += 1
        one += apart >= -window
        other += apart <= window
    return right


def inner_lanes() -> list[int]:
    """Lanes that have children."""
    return [lane for lane in range(len(LANES)) if CHILDREN[lane]]
