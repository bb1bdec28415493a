"""How the pulses of a clock are handed over: one by one, a block at a time, by several ways at once, or mixed with
another clock's."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.tempo import MAX_BPM, MIN_BPM, Seconds

_Times = npt.NDArray[np.float64]

SHORTEST, LONGEST = (60 / bpm / PULSES_PER_BEAT for bpm in (MAX_BPM, MIN_BPM))
#: Lengths of blocks that systems use, in seconds.
_FRAMES = (*(1 << power for power in range(5, 13)), *(3 << power for power in range(5, 10)), 441, 480)
_USUAL = np.array(sorted({frames / rate for frames in _FRAMES for rate in (44_100, 48_000, 88_200, 96_000)}))
#: What masters' timers and short blocks round to.
_QUANTA = np.array([*_USUAL, 0.001, 0.002])
#: Blocks looked for; shorter ones are jitter.
_BLOCKS = np.geomspace(0.002, 0.1, 400)
#: Blocks shorter than this part of a period are jitter, too.
_PARTS = 4
#: How far from multiples of a block gaps may be, rms, in blocks.
_ROUGH = 0.12
#: Pulses rougher than this part of their period are only counted, and no clock is rougher than this.
_ROUGHER, _ROUGHEST = 0.16, 0.32
#: Not rough: pulses this even but for gaps of several periods, or with more than so many that come at once.
_LOSSY, _SELDOM = 0.1, 0.06
#: A rarer gap than this may be a lost pulse, unless the block is a usual one.
_RARE = 0.1
#: Gaps of twice a period may be lost pulses unless they are as many as this, in a longer window, or the block is usual.
_OFTEN = 0.25
#: Fewer than this are no statistics of copies, and fewer than this no fine ones.
_ROWS, _MANY_ROWS = 4, 10
#: By so many ways a pulse may come.
_WAYS = 4
#: Pulses closer than this were handed over together.
_AT_ONCE: Seconds = 0.0003
#: Pulses more often than this are rather copies than that fast: 200 bpm.
_FAST: Seconds = 0.0125
#: So many pulses are looked back on.
WINDOWS = (192, 96, 48, 24)


class Blocks(NamedTuple):
    """Pulses come every `length` seconds, all that were sent since; `jitter`: of the moments they come at, rms."""

    length: Seconds
    jitter: Seconds


class Band(NamedTuple):
    """The straight band along points: every `period` seconds, around `middle` at count 0, and so `wide`."""

    period: Seconds
    middle: Seconds
    wide: Seconds


def copies(times: Sequence[Seconds]) -> int:
    """How many times (1..4) every pulse comes: gaps then recur in turn, and surely differ among themselves."""
    gaps = np.diff(np.asarray(times, float))
    together = _at_once(gaps)
    if together > 1:
        return together
    for ways in range(2, _WAYS + 1):
        rows = len(gaps) // ways
        if rows < _ROWS:
            break
        turns = gaps[len(gaps) - rows * ways :].reshape(rows, ways)
        sums = turns.sum(axis=1)
        period = float(np.median(sums))
        twos = sums[:-1] + sums[1:]  # which blocks blur less
        low, high = np.quantile(twos, (0.05, 0.95)) if rows >= _MANY_ROWS else (twos.min(), twos.max())
        if high - low > 0.6 * period or not SHORTEST <= period <= LONGEST * 1.01:
            continue
        usual = np.median(turns, axis=0)
        away = np.sort(np.abs(turns - usual), axis=None)
        spread = float(np.sqrt(np.mean(away[: max(1, int(0.95 * len(away)))] ** 2)))
        apart = float(np.ptp(usual))
        surely = 7 + 56 / rows  # standard errors: it is asked often, and must not be wrong
        least = surely * spread * (2 / rows) ** 0.5 + (5e-6 if rows >= _MANY_ROWS else 0.25 * period / ways)
        if apart > least and not _quantised(gaps[-rows * ways :]):
            return ways
    return 1


def first_of_each(times: Sequence[Seconds], ways: int) -> int:
    """The index of the first pulse in `times` that is not a copy, where every one comes by so many ways."""
    gaps = np.diff(np.asarray(times, float))
    usual = [float(np.median(gaps[turn::ways])) if len(gaps) > turn else 0.0 for turn in range(ways)]
    return (int(np.argmax(usual)) + 1) % ways


def blocks(times: Sequence[Seconds]) -> Blocks | None:
    """The blocks that pulses of one clock come in, if they show: not much shorter than its period.

    Gaps are then of two neighbouring multiples of a block, and no pulse is late by more than one.
    """
    whole = np.asarray(times, float)
    for size in WINDOWS:
        if len(whole) >= min(size, 2 * WINDOWS[-1]) or size == WINDOWS[-1]:
            found = _blocks(whole[-size:])
            if found is not None:
                return found if copies(times[-WINDOWS[-1] :]) == 1 else None
    return None


def rough(times: Sequence[Seconds]) -> Blocks | None:
    """Blocks of no length where every pulse comes by itself, but too early or late to be told from its neighbours."""
    gaps = np.diff(np.asarray(times, float)[-2 * WINDOWS[-1] :])
    if len(gaps) < WINDOWS[-1] - 1:
        return None
    low, usual, high = np.quantile(gaps, (0.16, 0.5, 0.84))
    jitter = float(high - low) / 8**0.5
    single = SHORTEST <= usual <= LONGEST and float(gaps.max()) < 3 * usual
    if not single or not _ROUGHER * usual < jitter < _ROUGHEST * usual:
        return None
    low, high = np.quantile(gaps - usual * np.maximum(1, np.rint(gaps / usual)), (0.16, 0.84))
    lossy = float(high - low) / 8**0.5 <= _LOSSY * usual  # even but for gaps where pulses were lost
    held_back = np.mean(gaps < _AT_ONCE) > _SELDOM
    changed = np.mean(np.diff(gaps) ** 2) < np.var(gaps)  # a late pulse makes a long gap and then a short one
    return None if lossy or held_back or changed else Blocks(0.0, jitter)


def mean_band(counts: npt.ArrayLike, times: npt.ArrayLike) -> Band:
    """The band around the straight line by least squares."""
    x, y = np.asarray(counts, float), np.asarray(times, float)
    x = x - x.mean()
    period = float(x @ (y - y.mean()) / (x @ x))
    return Band(period, float(y.mean() - period * np.mean(np.asarray(counts, float))), float(np.ptp(y - period * x)))


def band(counts: npt.ArrayLike, times: npt.ArrayLike) -> Band:
    """The narrowest band that holds all points, of which there are at least two."""
    x, y = np.asarray(counts, float), np.asarray(times, float)
    middle = float(x.mean())
    x = x - middle
    period = float(x @ (y - y.mean()) / (x @ x))
    reach = max(2 * float(np.ptp(y - period * x)) / float(np.ptp(x)), 1e-9)
    for _ in range(3):
        tried = period + reach * _FAN
        wide = np.ptp(y - tried[:, None] * x, axis=1)
        best = tried[wide <= wide.min() + 1e-12]
        period, reach = float(best.mean()), reach * 2 / (len(_FAN) - 1)
    rest = y - period * x
    return Band(period, float(rest.max() + rest.min()) / 2 - period * middle, float(np.ptp(rest)))


_FAN = np.linspace(-1, 1, 25)


def comb(times: Sequence[Seconds]) -> list[int] | None:
    """The indices of the one clock in a mixture of clocks that explains most of it; None where none is whole."""
    whole = np.asarray(times, float)
    best: list[int] = []
    for anchor in range(min(6, len(whole))):
        for other in range(anchor + 1, min(anchor + 12, len(whole))):
            period = float(whole[other] - whole[anchor])
            if SHORTEST <= period <= LONGEST:
                found = _walk(whole, anchor, period)
                if len(found) > len(best):
                    best = found
    return best if len(best) >= 12 else None


def _walk(times: _Times, start: int, period: Seconds) -> list[int]:
    """The pulses that follow the one at `start` every `period`; none if more than a few are missing."""
    found, steps, last = [start], 0, start
    due = float(times[start]) + period
    while due <= times[-1] + 0.1 * period:
        steps += 1
        near = int(np.searchsorted(times, due))
        near = min(
            (at for at in (near - 1, near) if last < at < len(times)), key=lambda at: abs(times[at] - due), default=-1
        )
        if near >= 0 and abs(times[near] - due) <= max(0.12 * period, 0.001):
            found.append(near)
            period += (float(times[near]) - due) / (2 + len(found) / 2)
            due += (float(times[near]) - due) / 2
            last = near
        elif steps - len(found) > 1 + steps // 8:
            return []
        due += period
    return found


def _blocks(times: _Times) -> Blocks | None:
    gaps = np.diff(times)
    if len(gaps) < 12 or gaps.max() < _BLOCKS[0]:
        return None
    multiples = gaps / _BLOCKS[:, None]
    levels = np.rint(multiples)
    low = levels.min(axis=1)
    fits = (levels.max(axis=1) == low + 1) & (low < _PARTS)
    rough = np.sqrt(np.mean((multiples - levels) ** 2, axis=1))
    fits &= rough <= _ROUGH
    if not fits.any():
        return None
    index = int(np.argmin(np.where(fits, rough, np.inf)))
    level = levels[index]
    length = float((level @ gaps) / (level @ level))
    rarer = min(np.count_nonzero(level == low[index]), np.count_nonzero(level > low[index]))
    usual = bool(np.min(np.abs(_USUAL / length - 1)) < 0.01)
    lossy = low[index] == 1 and (rarer < _OFTEN * len(gaps) or len(times) < WINDOWS[-2])
    if rarer < 2 or ((rarer < _RARE * len(gaps) or lossy) and not usual):
        return None
    jitter = float(np.sqrt(np.mean((gaps - level * length) ** 2) / 2))
    if band(np.arange(len(times)), times).wide > 1.06 * length + 5 * jitter + 1e-4:
        return None
    return Blocks(length, jitter)


def _quantised(gaps: _Times) -> bool:
    """Whether gaps in turn are those of blocks: once, then twice a usual length, or twice and three times, and so on.

    Where all blocks hold as many pulses, those of a fast tempo may as well be copies, and are taken for such.
    """
    longest, shortest = float(gaps.max()), float(gaps.min())
    if longest <= _AT_ONCE:
        return False
    if longest - shortest < 0.3 * longest:
        apart = float(np.mean(gaps[gaps > gaps.mean()]) - np.mean(gaps[gaps <= gaps.mean()]))
        many = np.array([shortest, longest]) / apart
        return bool(np.min(np.abs(_QUANTA / apart - 1)) < 0.05 and np.max(np.abs(many - np.rint(many))) < 0.2)
    for parts in range(_PARTS):
        length = longest / (parts + 1)
        level = np.rint(gaps / length)
        length = float((level @ gaps) / (level @ level))
        near = np.abs(gaps / length - level) < (0.1 if parts else _AT_ONCE / length)
        if np.isin(level, (parts, parts + 1)).all() and near.mean() > 0.95:
            usual = bool(np.min(np.abs(_USUAL / length - 1)) < 0.02)
            return usual and (parts > 0 or bool(gaps.mean() >= _FAST))
    return False


def _at_once(gaps: _Times) -> int:
    """The number that pulses come at once by, if it varies and is always a multiple of it; else 1."""
    sizes = np.diff(np.flatnonzero(gaps > _AT_ONCE))
    ways = int(np.gcd.reduce(sizes)) if len(sizes) >= 2 * _ROWS else 1
    return ways if 1 < ways <= _WAYS and sizes.max() > ways else 1
