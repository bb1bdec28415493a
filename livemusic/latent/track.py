"""What is compared of a take, and two takes beside each other at any rate."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Seconds = float
Hertz = float
Rows = npt.NDArray[np.float32]

#: Rows in a second: of onsets and loudness, and of chroma and z.
FINE_HZ, BROAD_HZ = 100.0, 10.0
_SILENT_DB = -75.0
#: An onset is heard, fading, for so many rows, so that nearly the same moment is nearly the same.
_FADES = 10
_PAIRS = 4000
_STILL = 1e-3


class Weights(NamedTuple):
    """How much each feature counts."""

    chroma: float
    onsets: float
    z: float


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A take: `onsets` `(n, bands)` and `loudness` `(n,)` (dB full scale) 100 times a second, `chroma` `(m, 12)` and
    `z` `(m, dim)` (dim may be 0) 10 times. All begin with the take.
    """

    onsets: Rows
    loudness: Rows
    chroma: Rows
    z: Rows

    @property
    def sounding(self) -> tuple[Seconds, Seconds]:
        """From its first sound to its last; (0, 0) where there is none."""
        loud = np.flatnonzero(self.loudness > _SILENT_DB)
        return (float(loud[0] / FINE_HZ), float((loud[-1] + 1) / FINE_HZ)) if len(loud) else (0.0, 0.0)

    def turned(self, semitones: int) -> "Track":
        """So many semitones lower."""
        return Track(self.onsets, self.loudness, np.roll(self.chroma, -semitones, axis=1), self.z)

    def backwards(self) -> "Track":
        """From its end to its beginning."""
        return Track(self.onsets[::-1], self.loudness[::-1], self.chroma[::-1], self.z[::-1])


class Pair:
    """Two takes as far as they sound, side by side."""

    def __init__(self, a: Track, b: Track) -> None:
        self.a, self.b = a, b
        self.ends = a.sounding, b.sounding

    def lengths(self) -> tuple[Seconds, Seconds]:
        """How long each sounds."""
        (a, to_a), (b, to_b) = self.ends
        return to_a - a, to_b - b

    def rows(self, rate: Hertz, weights: Weights) -> tuple[Rows, Rows]:
        """Rows of both at `rate`, from where each begins to sound: the squared distance of two of them is 1 where they
        are as unlike as two moments by chance. What does not change in the takes does not count.
        """
        parts: tuple[list[Rows], list[Rows]] = ([], [])
        for name, weight in zip(Weights._fields, weights, strict=True):
            x, y = (
                self._part(track, name, ends, rate) for track, ends in zip((self.a, self.b), self.ends, strict=True)
            )
            scale = self._scale(x, y) if x.shape[1] == y.shape[1] else 0.0
            for part, rows in zip(parts, (x, y), strict=True):
                part.append(rows * np.float32(scale * np.sqrt(weight / sum(weights))))
        x, y = (np.concatenate(part, axis=1) for part in parts)
        return x, y

    @staticmethod
    def _part(track: Track, name: str, ends: tuple[Seconds, Seconds], rate: Hertz) -> Rows:
        count = max(2, int((ends[1] - ends[0]) * rate) + 1)
        if name == "onsets":
            rows, hertz = _lasting(track.onsets, rate >= 0.2 * FINE_HZ), FINE_HZ
        else:
            rows, hertz = (track.chroma if name == "chroma" else _standard(track.z)), BROAD_HZ
        sample = _between if rate > hertz else _pooled
        found = sample(rows, (ends[0] + np.arange(count) / rate) * hertz, hertz / rate)
        return found if name == "onsets" else _directions(found)

    @staticmethod
    def _scale(x: Rows, y: Rows) -> float:
        if not x.shape[1]:
            return 0.0
        dice = np.random.default_rng(0)
        u, v = x[dice.integers(0, len(x), _PAIRS)], y[dice.integers(0, len(y), _PAIRS)]
        chance = float(((u - v) ** 2).sum(axis=1).mean())
        return 1 / np.sqrt(chance) if chance > _STILL else 0.0


def _lasting(onsets: Rows, fading: bool) -> Rows:
    grown = onsets[onsets > 0]
    rows = np.asarray(np.minimum(onsets / np.float32(np.percentile(grown, 95) if len(grown) else 1.0), 1.5), np.float32)
    if not fading:
        return rows
    lasting = rows.copy()
    for row in range(1, min(_FADES, len(rows))):
        np.maximum(lasting[row:], rows[:-row] * np.float32(np.sqrt(1 - row / _FADES)), out=lasting[row:])
    return lasting


def _standard(z: Rows) -> Rows:
    """Another drum kit, or room, moves all of a path; that is taken off."""
    return np.asarray((z - z.mean(axis=0)) / (z.std() + np.float32(1e-6)), np.float32) if z.size else z


def _directions(rows: Rows) -> Rows:
    """Of length 1, but for what is much shorter than usual."""
    if not rows.size:
        return rows
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 0.1 * np.median(lengths) + 1e-6), np.float32)


def _pooled(rows: Rows, centres: npt.NDArray[np.float64], width: float) -> Rows:
    """Means over `width` rows around `centres`."""
    half = max(0.5, width / 2)
    first = np.clip(np.round(centres - half).astype(int), 0, len(rows) - 1)
    last = np.clip(np.round(centres + half).astype(int), first + 1, len(rows))
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=sums[1:])
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None], np.float32)


def _between(rows: Rows, places: npt.NDArray[np.float64], width: float) -> Rows:
    """Rows at `places`, which may lie between them."""
    places = np.clip(places, 0, len(rows) - 1)
    low = np.minimum(places.astype(int), max(0, len(rows) - 2))
    part = (places - low).astype(np.float32)[:, None]
    return np.asarray(rows[low] * (1 - part) + rows[np.minimum(low + 1, len(rows) - 1)] * part, np.float32)
