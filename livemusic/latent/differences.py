"""Where two aligned takes differ, by how much and in what."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.latent.alignment import BROAD, Alignment, Span, Times
from livemusic.latent.track import BROAD_HZ, FINE_HZ, Pair, Seconds, Track, Weights

#: What is heard of a difference is over so much sound.
_OVER: Seconds = 1.5
#: A stretch differs where it does so much more than the takes usually do, for at least so long.
_MORE, _LEAST, _SHORTEST = 0.22, 0.35, 1.0
_BRIDGED: Seconds = 0.8
_LOUDER_DB = 3.0
_SILENT_DB = -60.0
_WORDS = {"chroma": "other notes", "onsets": "other hits", "z": "another sound"}
Curve = npt.NDArray[np.float32]


class Difference(NamedTuple):
    """From `begin` to `end` in the first take, `begin_b` to `end_b` in the second; `amount` 0..1, 1 is as unlike as two
    moments by chance; `louder_db`: how much louder the second is there than elsewhere; `words` say in what they differ.
    """

    begin: Seconds
    end: Seconds
    begin_b: Seconds
    end_b: Seconds
    amount: float
    louder_db: float
    words: str


class Compared(NamedTuple):
    """`amount` `(n,)`: how much the takes differ at each pair of the alignment, 0..1, 1 where only one goes on.
    `louder_db`: how much louder the second take is on the whole; `spans`: where they differ more than they usually do.
    """

    amount: Curve
    louder_db: float
    spans: tuple[Difference, ...]


def compare(a: Track, b: Track, found: Alignment) -> Compared:
    """How much `a` and `b` differ along `found`."""
    pair = Pair(a, b.turned(found.semitones))
    parts = {
        name: _apart(pair, found, Weights(*(float(name == other) for other in Weights._fields))) for name in _WORDS
    }
    there = {name: part for name, part in parts.items() if part.any()}
    whole = sum(getattr(BROAD, name) for name in there) or 1.0
    amount = sum((getattr(BROAD, name) / whole * part for name, part in there.items()), np.zeros(len(found.a)))
    louder = _louder(a, b, found)
    alone = _inside(found.a, found.only_a) | _inside(found.b, found.only_b)
    heard = ~alone & np.isfinite(louder)
    usual_db = float(np.median(louder[heard])) if heard.any() else 0.0
    louder = np.where(heard, louder - usual_db, 0.0)
    both = ~alone
    usual = float(np.median(amount[both])) if both.any() else 0.0
    far = both & ((amount > max(usual + _MORE, _LEAST)) | (np.abs(louder) > _LOUDER_DB * 2))
    spans = [
        _told(
            first,
            last,
            found,
            amount,
            louder,
            there,
            {name: float(np.median(part[both])) for name, part in there.items()},
        )
        for first, last in _stretches(found.a, far)
    ]
    return Compared(np.clip(np.where(alone, 1.0, amount), 0, 1).astype(np.float32), usual_db, tuple(spans))


def _told(
    first: int,
    last: int,
    found: Alignment,
    amount: Times,
    louder: Times,
    parts: dict[str, Times],
    usual: dict[str, float],
) -> Difference:
    here = slice(first, last + 1)
    words = [_WORDS[name] for name, part in parts.items() if part[here].mean() > usual[name] + _MORE]
    db = float(louder[here].mean())
    if abs(db) >= _LOUDER_DB:
        words.append(f"{abs(db):.0f} dB {'louder' if db > 0 else 'softer'}")
    begin, end, begin_b, end_b = (float(times[at]) for times in (found.a, found.b) for at in (first, last))
    share = float(np.clip(amount[here].mean(), 0, 1))
    return Difference(begin, end, begin_b, end_b, share, db, ", ".join(words) or "unlike")


def _apart(pair: Pair, found: Alignment, weights: Weights) -> Times:
    """How far both are apart at each pair, of one feature, 1 by chance, over some sound."""
    x, y = pair.rows(BROAD_HZ, weights)
    if not x.any():
        return np.zeros(len(found.a))
    i, j = (
        np.clip(np.round((times - ends[0]) * BROAD_HZ).astype(int), 0, len(rows) - 1)
        for times, ends, rows in zip((found.a, found.b), pair.ends, (x, y), strict=True)
    )
    return _over(((x[i] - y[j]) ** 2).sum(axis=1).astype(np.float64), round(_OVER * BROAD_HZ))


def _louder(a: Track, b: Track, found: Alignment) -> Times:
    """How much louder the second is at each pair, in dB; NaN where either is silent."""
    levels = []
    for track, times in ((a, found.a), (b, found.b)):
        power = _over(10 ** (track.loudness.astype(np.float64) / 10), round(_OVER * FINE_HZ))
        at = np.clip(np.round(times * FINE_HZ).astype(int), 0, len(power) - 1)
        level = 10 * np.log10(power[at] + 1e-12)
        levels.append(np.where(level > _SILENT_DB, level, np.nan))
    return np.asarray(levels[1] - levels[0])


def _over(values: Times, width: int) -> Times:
    """Means over `width` values around each."""
    width = min(width | 1, len(values) | 1)
    sums = np.concatenate([[0.0], np.cumsum(np.pad(values, width // 2, mode="edge"))])
    return np.asarray((sums[width:] - sums[:-width]) / width)[: len(values)]


def _inside(times: Times, spans: tuple[Span, ...]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(times), bool)
    for begin, end in spans:
        found |= (times > begin) & (times < end)
    return found


def _stretches(times: Times, far: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each stretch that is `far` for long enough."""
    joined: list[tuple[int, int]] = []
    for index in np.flatnonzero(far).tolist():
        if joined and times[index] - times[joined[-1][1]] <= _BRIDGED:
            joined[-1] = joined[-1][0], index
        else:
            joined.append((index, index))
    return [(first, last) for first, last in joined if times[last] - times[first] >= _SHORTEST]
