"""Knows the rhythm again when it comes back faster or slower: how a change of tempo is told from a fill."""

from collections import deque
from collections.abc import Generator
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
#: One tempo of so many is tried first.
_COARSE = 3
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
        self._looks: Generator[None, None, Change | None] | None = None
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

    def look(self, phase: float, bpm: BeatsPerMinute, allowed: npt.NDArray[np.bool_]) -> None:
        """Begin to look, unless that is under way, for the change of tempo that explains the last seconds much better
        than going on at `phase` and `bpm` does. `allowed`, `(tempi,)`: which of `TEMPI` it may be.
        """
        if self._looks is None:
            self._looks = self._looking(phase, bpm, allowed)

    def look_on(self) -> Change | None:
        """Look a little more, as much as one frame has time for: two steps for each of the last beats; the change, once
        all were looked at."""
        if self._looks is None:
            return None
        try:
            next(self._looks)
        except StopIteration as over:
            self._looks = None
            change: Change | None = over.value
            return change
        return None

    def look_away(self) -> None:
        """Look no further: what it is compared with is no more."""
        self._looks = None

    def _looking(
        self, phase: float, bpm: BeatsPerMinute, allowed: npt.NDArray[np.bool_]
    ) -> Generator[None, None, Change | None]:
        tempi = TEMPI[allowed & (np.abs(np.log(TEMPI / bpm)) < _FURTHEST)]
        pace, frame, recent = bpm / 60 * self._frame_s, self._frame, np.array(self._recent)
        best: float
        found: tuple[BeatsPerMinute, float, int, float] | None
        best, found, fitted = 0.0, None, list[float]()
        for anchor in tuple(reversed(self._anchors)):
            age = frame - anchor.frame
            if not _SOONEST <= age * self._frame_s <= _LATEST:
                continue
            since = recent[-floor(age + _EARLY / pace) :]
            here = float(_fit(anchor.pattern, since, phase + _SLACK, np.full(_SLACK.size, pace)).max())
            if not fitted:
                self.likeness = here
            fitted.append(here)
            if here <= 1 - _BETTER_NEARBY and self._was_like >= _LIKE and tempi.size:
                other, there = yield from self._best(anchor, since, age, here, bpm, tempi)
                gain = len(since) * log((1 - min(max(here, 0.0), 0.99) ** 2) / (1 - min(there, 0.99) ** 2))
                if there > 0 and gain > best:
                    best, found = gain, (other, anchor.count + other / 60 * self._frame_s * age, len(since), there)
            else:
                yield
            yield
        if fitted:
            self._was_like = max(_FADE * self._was_like, self.likeness)
        if found is None:
            return None
        other, there_phase, length, likeness = found
        passed = self._frame - frame
        return Change(
            other,
            there_phase + other / 60 * self._frame_s * passed,
            np.array(self._recent)[-(length + passed) :],
            likeness,
        )

    def _best(
        self, anchor: _Anchor, since: Frames, age: float, here: float, bpm: BeatsPerMinute, tempi: Scores
    ) -> Generator[None, None, tuple[BeatsPerMinute, float]]:
        """The tempo at which `since` is most like the bar before `anchor`, and how like; 0 where it is not so much more
        than `here` as is needed. First one tempo of `_COARSE` is looked at, the slow ones in a step of their own, then
        those around the best.
        """

        def best_of(some: Scores) -> tuple[float, BeatsPerMinute, float]:
            paces = some / 60 * self._frame_s
            fits = _fit(anchor.pattern, since, anchor.count + paces * age, paces)
            gains = fits - here - np.where(np.abs(np.log(some / bpm)) < _NEARBY, _BETTER_NEARBY, _BETTER)
            row = int(gains.argmax())
            return float(gains[row]), float(some[row]), float(fits[row])

        some = tempi[::_COARSE]
        middle = (some.size + 1) // 2
        best = best_of(some[:middle])
        yield
        if middle < some.size:
            best = max(best, best_of(some[middle:]))
        middle = int(np.abs(tempi - best[1]).argmin())
        gain, found, likeness = best_of(tempi[max(0, middle - _COARSE + 1) : middle + _COARSE])
        return found, likeness if gain >= 0 else 0.0

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

    A stroke between two places is shared by them. What a place gathers is the second difference of the ramps that all
    strokes begin, whose sum is a line from frame to frame: so one table serves every tempo.
    """
    strength = heard.sum(axis=1)
    strokes = np.where((strength > _FAINT * strength.max())[:, None], heard, 0.0)
    per_frame = paces * (_PLACES / BEATS)
    begin = phases * (_PLACES / BEATS) - per_frame * (len(heard) - 1)
    first = np.floor(begin).astype(int)
    width = int(per_frame.max() * (len(heard) - 1)) + 3
    lasts = np.floor(phases * (_PLACES / BEATS)).astype(int) - first + 1
    frames = np.maximum((np.arange(-1, width + 1) - (begin - first)[:, None]) / per_frame[:, None], 0.0)
    whole = np.minimum(frames.astype(int), len(heard))
    scale = 1 / np.sqrt((pattern**2).mean(axis=0) + 1e-9)
    slopes = np.cumsum(np.append(strokes * scale, np.zeros((1, 3)), axis=0).T, axis=1)
    ramps = np.cumsum(slopes, axis=1) - slopes
    sums = np.take(ramps, whole, axis=1) + np.take(slopes, whole, axis=1) * (frames - whole)
    found = (sums[..., 2:] - 2 * sums[..., 1:-1] + sums[..., :-2]) * per_frame[:, None]
    used = np.arange(width) <= lasts[:, None]
    told = np.take((pattern * scale).T, (first[:, None] + np.arange(width)) % _PLACES, axis=1) * used
    return _correlation(told, found, used.sum(axis=1))


def _correlation(one: Frames, other: Frames, count: npt.NDArray[np.int_]) -> Scores:
    """Of each of `(3, tempi, places)` over the `count` places in use, beyond which both are 0; every band about its own
    mean."""

    def moment(left: Frames, right: Frames) -> Scores:
        means = left.sum(axis=2) * right.sum(axis=2) / count
        return np.asarray(np.einsum("btp,btp->t", left, right) - means.sum(axis=0))

    return np.asarray(moment(one, other) / np.sqrt(moment(one, one) * moment(other, other) + 1e-12))
