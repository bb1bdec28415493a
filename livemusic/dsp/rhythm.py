"""Knows the rhythm again when it comes back faster or slower: how a change of tempo is told from a fill."""

from collections import deque
from dataclasses import dataclass
from math import exp, floor, log

import numpy as np
import numpy.typing as npt

from livemusic.dsp.pulse import BEATS, TEMPI, BeatsPerMinute, Scores
from livemusic.dsp.spec import Hertz, Seconds

Frames = npt.NDArray[np.float64]

#: Places in the bar whose strokes are told apart, and the bars that are remembered.
_PLACES, _BARS = 64, 3.0
#: The part of a bar's memory that must be filled before anything can be recognised.
_KNOWN = 0.3
#: A change is judged by what came since one of the last beats, at least and at most so long ago.
_SOONEST, _LATEST = 1.8, 3.6
_ANCHORS = 16
#: A beat's stroke may come this much early (beats).
_EARLY = 0.125
#: How much better (correlation) the rhythm must fit at another tempo; less is needed for one nearby (log tempo).
_BETTER, _BETTER_NEARBY, _NEARBY = 0.4, 0.25, 0.08
#: How like itself the rhythm must have been before (the best of late, which fades by so much from look to look).
_LIKE, _FADE = 0.5, 0.97
#: The furthest that tempo jumps (log tempo).
_FURTHEST = 0.55
#: The present pulse may be off by this much (beats).
_SLACK = np.array([-0.06, -0.03, 0.0, 0.03, 0.06])
#: Frames with less than this share of the strongest are no strokes.
_FAINT = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """The rhythm went on at `bpm`, is now at `phase` beats, and `since` holds the frames `(n, 3)` since it changed.

    `likeness`: the correlation of the two, at most 1.
    """

    bpm: BeatsPerMinute
    phase: float
    since: Frames
    likeness: float


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Beat `count` came at `frame`; until then the bar was `pattern`."""

    frame: float
    count: int
    pattern: Frames


class Rhythm:
    """Remembers the bar as a pattern of strokes in three bands, and compares the last seconds with it.

    A player who changes tempo does so on a beat and mostly goes on with the same rhythm: so for each of the last beats
    and each tempo there is one prediction of everything heard since, and the right one stands out within three or
    four strokes. (The likelihood-ratio view of a change point, Basseville and Nikiforov 1993, with correlations.)
    """

    def __init__(self, rate_hz: Hertz) -> None:
        self._frame_s: Seconds = 1 / rate_hz
        self._recent = deque[Frames](maxlen=round((_LATEST + 1) * rate_hz))
        self._frame = 0
        self.likeness = 0.0
        """How well the last seconds fitted the bar before them: a correlation, at most 1; 0 where little is known."""
        self.forget()

    def forget(self) -> None:
        """Start on a new rhythm."""
        self._pattern = np.zeros((_PLACES, 3))
        self._known = self._was_like = 0.0
        self._anchors = deque[_Anchor](maxlen=_ANCHORS)
        self._count: int | None = None
        self.likeness = 0.0

    @property
    def known(self) -> bool:
        """Whether enough was heard to know it again."""
        return self._known > _KNOWN

    def push(self, activation: Frames, phase: float, bpm: BeatsPerMinute) -> None:
        """Take in one frame `(3,)` heard at `phase` beats while the tempo is `bpm`."""
        self._frame += 1
        self._recent.append(activation)
        pace = bpm / 60 * self._frame_s
        leak = exp(-pace / (BEATS * _BARS))
        self._pattern *= leak
        self._known = 1 - leak * (1 - self._known)
        place, part = divmod(phase * _PLACES / BEATS, 1)
        self._pattern[int(place) % _PLACES] += (1 - part) * activation
        self._pattern[int(place + 1) % _PLACES] += part * activation
        count = floor(phase + _EARLY)
        if self._count is not None and count > self._count and self.known:
            self._anchors.append(_Anchor(self._frame + (count - phase) / pace, count, self._pattern.copy()))
        self._count = count

    def change(self, phase: float, bpm: BeatsPerMinute, allowed: npt.NDArray[np.bool_]) -> Change | None:
        """The change of tempo that explains the last seconds much better than going on at `phase` and `bpm` does.

        `allowed`, `(tempi,)`: which of `TEMPI` it may be.
        """
        tempi = TEMPI[allowed & (np.abs(np.log(TEMPI / bpm)) < _FURTHEST)]
        needed = np.where(np.abs(np.log(tempi / bpm)) < _NEARBY, _BETTER_NEARBY, _BETTER)
        paces, pace = tempi / 60 * self._frame_s, bpm / 60 * self._frame_s
        best: float
        found: Change | None
        best, found, fitted = 0.0, None, list[float]()
        for anchor in self._anchors:
            age = self._frame - anchor.frame
            if not _SOONEST <= age * self._frame_s <= _LATEST:
                continue
            since = np.array(self._recent)[-floor(age + _EARLY / pace) :]
            here = float(_fit(anchor.pattern, since, phase + _SLACK, np.full(_SLACK.size, pace)).max())
            fitted.append(here)
            if here > 1 - _BETTER_NEARBY or self._was_like < _LIKE or not tempi.size:
                continue
            phases = anchor.count + paces * age
            fits = _fit(anchor.pattern, since, phases, paces)
            fits[fits - here < needed] = 0.0
            row = int(fits.argmax())
            gain = len(since) * log((1 - min(max(here, 0.0), 0.99) ** 2) / (1 - min(float(fits[row]), 0.99) ** 2))
            if fits[row] > 0 and gain > best:
                best, found = gain, Change(float(tempi[row]), float(phases[row]), since, float(fits[row]))
        if fitted:
            self.likeness = fitted[-1]
            self._was_like = max(_FADE * self._was_like, self.likeness)
        return found

    def turn(self, change: Change) -> None:
        """Go on with the same rhythm after `change`."""
        kept = min(self._anchors, key=lambda anchor: abs(self._frame - anchor.frame - len(change.since)))
        self._pattern = kept.pattern.copy()
        self._anchors.clear()
        self._count = None
        self.likeness = change.likeness


def _fit(pattern: Frames, heard: Frames, phases: Scores, paces: Scores) -> Scores:
    """The correlation of `pattern` with `heard` `(n, 3)` if it ended at each of `phases` and went at `paces` (beats a
    frame), `(tempi,)`. What is heard is gathered into the places of the bar, so the length of a stroke does not matter.
    """
    strength = heard.sum(axis=1)
    loud = np.flatnonzero(strength > _FAINT * strength.max())
    per_beat = _PLACES / BEATS
    begin = (phases - paces * (len(heard) - 1)) * per_beat
    first = np.floor(begin).astype(int)
    width = int((paces.max() * (len(heard) - 1)) * per_beat) + 3
    lasts = np.floor(phases * per_beat).astype(int) - first + 1
    places = (begin - first)[:, None] + paces[:, None] * per_beat * loud
    whole = places.astype(int)
    part = places - whole
    index = whole + width * np.arange(paces.size)[:, None]
    size = paces.size * width
    found = np.empty((paces.size, width, 3))
    for band in range(3):
        strokes = heard[loud, band]
        counted = np.bincount(index.ravel(), ((1 - part) * strokes).ravel(), size)
        counted += np.bincount(index.ravel() + 1, (part * strokes).ravel(), size)
        found[..., band] = counted.reshape(paces.size, width)
    scale = 1 / np.sqrt((pattern**2).mean(axis=0) + 1e-9)
    used = (np.arange(width) <= lasts[:, None])[..., None]
    told = (pattern * scale)[(first[:, None] + np.arange(width)) % _PLACES]
    return _correlation(told, found * scale, used)


def _correlation(one: Frames, other: Frames, used: npt.NDArray[np.bool_]) -> Scores:
    """Of each of `(tempi, places, 3)` over the places in use, every band about its own mean."""
    count = used.sum(axis=1, keepdims=True)
    one, other = ((x - (x * used).sum(axis=1, keepdims=True) / count) * used for x in (one, other))
    power = (one * one).sum(axis=(1, 2)) * (other * other).sum(axis=(1, 2))
    return np.asarray((one * other).sum(axis=(1, 2)) / np.sqrt(power + 1e-12))
