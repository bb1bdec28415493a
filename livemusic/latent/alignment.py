"""Aligns two takes of a song: which moment of one is which of the other, and what only one of them has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.latent.track import FINE_HZ, Hertz, Pair, Seconds, Track, Weights
from livemusic.latent.warping import FINEST, GAP, Way, broadest, distances, refine, warp

Times = npt.NDArray[np.float64]
Span = tuple[Seconds, Seconds]
Moments = Times | Seconds | list[float]

#: What form is told by, up to a rate, and then where hits are. Drums alone are told without chroma, which is noise
#: there; hits weigh so much more then.
_BROAD_TO = 10.0
_DRUMS = 3.0
BROAD, FINE = Weights(0.4, 0.2, 0.4), Weights(0.25, 0.65, 0.1)
_KEY = Weights(1.0, 0.0, 0.0)
_KEY_CELLS = 160_000
#: Another key must fit so much better than the same.
_OTHER_KEY = 0.93
#: What goes on in one take alone for at least so long is told; shorter, it is hesitation.
_ALONE: Seconds = 1.5
#: Moments that seem to be in both for no longer than this within such a stretch are chance.
_CHANCE: Seconds = 0.6
#: Distance of the pairs, and over how much sound about a pair is agreed on.
_GRID: Seconds = 0.1
_AGREED: Seconds = 0.25
#: What a moment without a hit weighs beside one with, and how much faster or slower than the first the second may be.
_FAINT, _SLOPES = 0.02, (0.3, 3.0)
#: How sure: the logistic of a constant, of how much cheaper the way is than with one take backwards, and of how much is
#: saved beyond what grooves of two songs have in common.
_SURE = (-5.75, 50.0, 30.0, 0.8)
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Pairs of moments `a` and `b` `(n,)` in seconds, neither ever going back: 0.1 s of `a` from one to the next, and
    where a stretch that only one take has begins and ends. `only_a`, `only_b`: these stretches. `semitones`: how much
    higher the second take is, -5..6. `confidence`: 0..1, under 0.5 they are not the same song.
    """

    a: Times
    b: Times
    only_a: tuple[Span, ...]
    only_b: tuple[Span, ...]
    semitones: int
    confidence: float

    @property
    def same(self) -> bool:
        """Whether they are takes of one song."""
        return self.confidence >= 0.5

    def to_b(self, a: Moments) -> Times:
        """The moments of the second take that are `a` in the first."""
        return np.asarray(np.interp(np.asarray(a), self.a, self.b))

    def to_a(self, b: Moments) -> Times:
        """The moments of the first take that are `b` in the second."""
        return np.asarray(np.interp(np.asarray(b), self.b, self.a))


def align(
    a: Track, b: Track, broad: Weights = BROAD, fine: Weights = FINE, told: Progress = lambda share: None
) -> Alignment:
    """Align two takes, of any lengths, tempi (0.5 to 2 times) and keys, of which either may leave out or repeat what
    the other plays. `ValueError` where nothing sounds in one of them.
    """
    if a.sounding[1] <= 0 or b.sounding[1] <= 0:
        raise ValueError("nothing sounds in one of the takes")
    semitones = _semitones(a, b) if broad.chroma else 0
    pair = Pair(a, b.turned(semitones))
    rate = broadest(*pair.lengths())
    tried = [_found(pair, rate, weights) for weights in dict.fromkeys((broad, _of_drums(broad)))]
    told(0.5)
    best = max(tried, key=lambda each: each.lead)
    if not best.weights.chroma:
        semitones, fine = 0, _of_drums(fine)
    way, rate = refine(best.way, rate, lambda finer: pair.rows(finer, best.weights if finer <= _BROAD_TO else fine))
    constant, lead, alike, much = _SURE
    sure = 1 / (1 + np.exp(-(constant + lead * best.lead + alike * max(0.0, best.saved - much))))
    told(0.9)
    times = way.cells / rate + (pair.ends[0][0], pair.ends[1][0])
    alone = [_alone(times, way.matched, take) for take in (0, 1)]
    hits = a.onsets.sum(axis=1)[np.minimum((times[:, 0] * FINE_HZ).astype(int), len(a.onsets) - 1)]
    pairs = _pairs(times, way.matched, [*alone[0], *alone[1]], hits.astype(np.float64))
    only_a, only_b = (tuple((float(times[i, k]), float(times[j, k])) for i, j in alone[k]) for k in (0, 1))
    return Alignment(pairs[:, 0], pairs[:, 1], only_a, only_b, (semitones + 5) % 12 - 5, float(sure))


def _semitones(a: Track, b: Track) -> int:
    """How much higher `b` is, 0..11, by the way through both that is cheapest."""
    pair = Pair(a, b)
    first, second = pair.lengths()
    rate = float(min(1.0, np.sqrt(_KEY_CELLS / max(1.0, first * second))))
    x, y = pair.rows(rate, _KEY)
    if not x.any():
        return 0
    y = y[:, :12]
    x = x[:, :12]
    spent = [warp(distances(x, np.roll(y, -shift, axis=1)))[1] for shift in range(12)]
    best = int(np.argmin(spent))
    return best if spent[best] < _OTHER_KEY * spent[0] else 0


def _of_drums(weights: Weights) -> Weights:
    return weights._replace(chroma=0.0, onsets=_DRUMS * weights.onsets) if weights.onsets else weights


class _Found(NamedTuple):
    """A way by features of some `weights`. `saved`: what it costs less than both takes alone, as a share of what could
    be saved; `lead`: how much more than with one of them backwards, which is what freedom alone saves.
    """

    way: Way
    weights: Weights
    saved: float
    lead: float


def _found(pair: Pair, rate: Hertz, weights: Weights) -> _Found:
    x, y = pair.rows(rate, weights)
    way, spent = warp(distances(x, y))
    _, by_chance = warp(distances(x, np.ascontiguousarray(y[::-1])))
    most = 2 * GAP * min(len(x), len(y))
    return _Found(way, weights, (GAP * (len(x) + len(y)) - spent) / most, (by_chance - spent) / most)


def _alone(times: Times, matched: npt.NDArray[np.bool_], take: int) -> list[tuple[int, int]]:
    """Stretches of the way, as first and last index, where `take` goes on alone: those of the highest score, a second
    alone counting one up, any other one down.
    """
    steps = np.diff(times, axis=0, prepend=times[:1])
    gains = np.where(~matched & (steps[:, take] > 0), steps[:, take], -steps.max(axis=1))
    found: list[tuple[int, int]] = []
    begin, score, best, end = 0, 0.0, 0.0, 0
    for index, gain in enumerate([*gains.tolist(), -np.inf]):
        score += gain
        if score > best:
            best, end = score, index
        elif score < best - _CHANCE or score <= 0:
            if best >= _ALONE:
                found.append((begin, end))
            score, best = 0.0, 0.0
        if score <= 0:
            begin, score = index, 0.0
    return found


def _pairs(way: Times, matched: npt.NDArray[np.bool_], alone: list[tuple[int, int]], onsets: Times) -> Times:
    """The pairs `(n, 2)` of a way: what is alone as straight lines, the rest smoothed."""
    found, at = [], 0
    for first, last in [*sorted(alone), (len(way) - 1, len(way) - 1)]:
        if first > at:
            weights = np.where(matched, onsets, 0.0)[at : first + 1] + _FAINT
            found.append(_smooth(way[at : first + 1], weights))
        found.append(way[[first, last]])
        at = max(at, last)
    pairs: Times = np.maximum.accumulate(np.concatenate(found), axis=0)
    kept: Times = pairs[np.concatenate([[True], (np.diff(pairs, axis=0) > 0).any(axis=1)])]
    return kept


def _smooth(way: Times, weights: Times) -> Times:
    """A line through what lies near each moment of the grid, which hits weigh most for: they are what is exact."""
    begin, length = way[0, 0], way[-1, 0] - way[0, 0]
    grid = np.arange(0.0, length, _GRID)
    if length < _AGREED:
        return way[[0, -1]]
    a, b = way[:, 0] - begin, way[:, 1]
    bins = np.round(a * FINEST).astype(int)
    size = int(length * FINEST) + 2
    reach = np.arange(-3 * _AGREED * FINEST, 3 * _AGREED * FINEST + 1)
    bell = np.exp(-0.5 * (reach / (_AGREED * FINEST)) ** 2)
    near = np.minimum(np.round(grid * FINEST).astype(int), size - 1) + len(bell) // 2

    def around(values: Times) -> Times:
        return np.asarray(np.convolve(np.bincount(bins, weights * values, size), bell)[near])

    whole, mean_a, mean_b = around(np.ones_like(a)), around(a), around(b)
    spread, both = around(a * a) - mean_a**2 / whole, around(a * b) - mean_a * mean_b / whole
    slope = np.clip(both / np.maximum(spread, 1e-9), *_SLOPES)
    found = mean_b / whole + slope * (grid - mean_a / whole)
    return np.stack([np.append(begin + grid, way[-1, 0]), np.append(np.clip(found, b[0], b[-1]), b[-1])], axis=1)
