"""Finds the straight line of time behind pulses that come early, late, twice or not at all."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.block_lock import STALL
from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.delivery import comb, copies, first_of_each
from livemusic.music.gap import Gap, Losses
from livemusic.music.line import Fit, Line, agree, fitted
from livemusic.music.tempo import Seconds

#: A pulse this soon after another is the same one, come by two ways.
_TWICE: Seconds = 0.002
#: Pulses that make a lock; pulses that show a very different tempo, a tempo, and a new phase at the old tempo.
LOCK, _SOON, _LATER, _NEW_PHASE = 12, 8, 16, 24
#: So many pulses are looked through for a line, and so many of several clocks for the line of one.
_SEARCHED, _MIXED = 64, 30
#: Pulses whose gaps vary by more than this part of the usual one are no single clock's.
_IRREGULAR = 0.45
#: A silence of so many periods is no single pulse lost.
_STILL = 2.5
#: So many pulses are remembered, for what does not match to be told.
_REMEMBERED = 96
#: The longest stretch that still is a straight line is fitted, tried one after the other.
_WINDOWS = (8, 12, 16, 24, 48, 96, 192)
#: By how much periods differ between tempos, and between very different ones.
_SMALL_CHANGE, _GREAT_CHANGE = 0.02, 0.12


class _Pulse(NamedTuple):
    """`serial`: how many came before; `place`: which one of the line it is, None if it is a stray."""

    serial: int
    at: Seconds
    place: int | None


class PulseLock:
    """A phase-locked loop: least squares over the longest recent stretch that is straight, strays left out.

    A pulse belongs to the line when it comes near one of its points; which one it was when it left does not matter,
    so lost, doubled and late pulses and a second clock do no harm. Pulses that cease to match but are regular among
    themselves are a new tempo (or, for longer, a new phase); their places are then counted on from the last that
    matched, as MIDI clock counts.
    """

    def __init__(self, period: Seconds | None = None, every: int = 1, count: int = 0) -> None:
        """`period`: what is taken for granted until the pulses show otherwise. Each pulse comes by `every` ways; the
        first has the place `count`."""
        self.line: Line | None = None
        self.jitter: Seconds = 0.0
        #: Smoothed distance of pulses from where the line foretold them, positive when they come late.
        self.phase_error: Seconds = 0.0
        self._period = period
        self._every = every
        self._last: Seconds = float("-inf")
        self._serial = count - 1
        self._doubled = self._doubled_before = 0
        self._losses = Losses()
        self._forget()

    def _forget(self) -> None:
        self._count = self._serial
        self._slip = 0
        self._stale = False
        self._found = True
        self._gap: Gap | None = None
        self._window = 0
        self._recent: deque[_Pulse] = deque(maxlen=_REMEMBERED)
        self._matched: deque[tuple[int, Seconds]] = deque(maxlen=_WINDOWS[-1])

    def restart(self) -> None:
        """Expect another phase at the tempo known so far."""
        if self.line is not None and self.locked:
            self._period = self.line.period
        self.line = None
        self._forget()

    @property
    def locked(self) -> bool:
        """Enough pulses make the line, and they go on coming near it."""
        return len(self._matched) >= LOCK and not self._stale and self._found

    @property
    def lost(self) -> bool:
        """There was a lock, but pulses do not come as the line foretells."""
        return len(self._matched) >= LOCK and not self._found

    @property
    def strays(self) -> list[Seconds]:
        """Pulses among the last ones that are none of the line's."""
        return [pulse.at for pulse in self._recent if pulse.place is None] if len(self._matched) >= LOCK else []

    @property
    def patience(self) -> Seconds:
        """A silence longer than this is no late pulse."""
        return max(0.25, 2.5 * self.line.period) if self.line else 0.25

    @property
    def last(self) -> Seconds:
        """When the last pulse came."""
        return self._last

    @property
    def _matches_last(self) -> bool:
        return not self.locked or not self._recent or self._recent[-1].place is not None

    def next_count(self, now: Seconds) -> int:
        """The place of the first pulse that comes after `now`: the next one, after a silence."""
        if self.line is None:
            return self._serial + 1
        silent = now > self._last + _STILL * self.line.period
        return self._count + 1 if silent else max(self._count + 1, round(self.line.count_at(now)))

    def absolve(self) -> None:
        """Pulses that were missing until now no longer matter."""
        self._gap = None
        self._losses.absolve()

    def meets(self, at: Seconds) -> bool:
        """Whether a pulse at `at` would come near a point of the line that is still to come."""
        if self.line is None:
            return False
        nearest = round(self.line.count_at(at))
        return nearest > self._count and abs(at - self.line.at(nearest)) <= self._gate(self.line)

    def hear(self, at: Seconds) -> int | None:
        """Take a pulse that came at `at`; its place, or None if it is one too many."""
        if not at >= self._last + (_TWICE if len(self._matched) >= LOCK else 0.0):
            if self._matches_last or not at >= self._last or not self.meets(at):
                self._doubled += 1
                return None
            self._recent.pop()  # a stray came just before the one that was due
            self._serial -= 1
        silence, self._last = at - self._last, at
        doubled, self._doubled_before = self._doubled_before, self._doubled
        silent = silence > self.patience
        self._serial += 1
        if self.line is None or len(self._matched) < LOCK:
            if silent:
                self._forget()
                self.line = None
            return self._search(at)
        nearest = round(self.line.count_at(at))
        if silent:
            self._recent.clear()
            self._stale = True
            if silence > STALL:
                self._slip = nearest - self._serial
        late = at - self.line.at(nearest)
        matches = self.meets(at)
        lead = self._lead(0) - doubled
        self._recent.append(_Pulse(self._serial, at, nearest if matches else None))
        if matches:
            self._weigh(nearest, at, silence, lead)
            nearest = round(self.line.count_at(at))
            self._count = nearest
            self._matched.append((nearest, at))
            self.phase_error += (late - self.phase_error) / PULSES_PER_BEAT
            self._refit()
        self._judge()
        return self._count if matches else max(nearest, self._count)

    def _weigh(self, place: int, at: Seconds, silence: Seconds, lead: int) -> None:
        """Find out of places that no pulse came for whether pulses were lost or the master paused: see `Losses`."""
        assert self.line is not None
        missing = place - self._count - 1
        empty = silence > (missing + 0.5) * self.line.period + 2 * self.jitter
        if missing > 0 and empty and self._gap is None and (self.locked or self._stale):
            self._gap = Gap(lead, place, self.line, self.jitter, len(self._matched), silence > STALL)
        if self._gap is not None:
            self._gap.hear(place, at)
            if self._gap.known:
                self._settle_gap()

    def _lead(self, since: int) -> int:
        """By how much places are ahead of the pulses that came, from place `since` on, strays left out."""
        leads = [place - serial for serial, _, place in self._recent if place is not None and place >= since]
        return int(median_low(leads[-LOCK:])) if leads else self._slip

    def _settle_gap(self) -> None:
        gap, self._gap = self._gap, None
        lead = self._lead(gap.place if gap is not None else 0)
        missing = lead - self._doubled - gap.lead if gap is not None else 0
        if gap is None or missing <= 0:
            return
        places, elsewhere = self._losses.judge(gap, missing)
        if elsewhere and (fit := fitted(list(self._matched)[-len(gap.late) :])) is not None:
            self._take(list(self._matched)[-len(gap.late) :], fit)
        if places:
            self._renumber(places, lead)

    def _renumber(self, by: int, lead: int) -> None:
        """Count all places `by` more, where they have been ahead of pulses by `lead`."""
        assert self.line is not None
        self.line = replace(self.line, count=self.line.count + by)
        self._count += by
        self._slip = min(self._slip, lead + by) if by < 0 else self._slip + by
        self._matched = deque(((place + by, at) for place, at in self._matched), _WINDOWS[-1])
        self._recent = deque(
            (pulse if pulse.place is None else pulse._replace(place=pulse.place + by) for pulse in self._recent),
            _REMEMBERED,
        )

    def _gate(self, line: Line) -> Seconds:
        """How far from its point a pulse may come and still belong to it."""
        return min(0.35 * line.period, max(0.002, 4 * self.jitter + 0.0005))

    def _search(self, at: Seconds) -> int:
        """Before there is a lock every pulse counts (of copies the first), and a gap of n usual ones counts n."""
        last = self._recent[-1].place if self._recent else self._serial - 1
        self._recent.append(_Pulse(self._serial, at, (last or 0) + 1))
        while len(self._recent) > _SEARCHED:
            self._recent.popleft()
        first = begun = self._recent[0].place or 0
        times = np.array([pulse.at for pulse in self._recent])
        kept, mixed = self._of_one_clock(times)
        gaps = np.diff(times[kept])
        usual = float(np.median(gaps)) if len(gaps) else 0.0
        steps = np.maximum(1, np.rint(gaps / usual - 0.2)) if usual else np.ones(len(gaps))
        if usual:
            first += round(float(times[kept[0]] - times[0]) / usual)
        places = [first, *(first + np.cumsum(steps).astype(int)).tolist()]
        points = list(zip(places, times[kept].tolist(), strict=True))
        for some in () if mixed and len(points) < LOCK else (points[-LOCK:], points[-_SOON:]):
            fit = fitted(some, self._period)
            if fit is not None and fit.jitter <= 0.22 * fit.line.period:
                self._take(some, fit)
                break
        placed = np.searchsorted(kept, np.arange(len(times)), side="right") - 1
        self._recent = deque(
            (
                pulse._replace(place=places[index] if index >= 0 else begun)
                for pulse, index in zip(self._recent, placed.tolist(), strict=True)
            ),
            _REMEMBERED,
        )
        self._count = places[-1]
        self._slip = self._count - self._serial
        return self._count

    def _of_one_clock(self, times: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], bool]:
        """The indices of pulses that are no copies and no other clock's, and whether there are such others."""
        everyone = np.arange(len(times))
        if self._every > 1:
            first = first_of_each(times.tolist(), self._every) if len(times) > self._every else 0
            return everyone[first :: self._every], False
        gaps = np.diff(times)
        if len(gaps) < LOCK or float(np.std(gaps)) <= _IRREGULAR * float(np.median(gaps)):
            return everyone, False
        found = comb(times.tolist()) if len(times) >= _MIXED and len(times) % 4 == 0 else None
        return (everyone[:1], True) if found is None else (np.array(found), True)

    def _take(self, points: Sequence[tuple[int, Seconds]], fit: Fit) -> None:
        self._matched.clear()
        self._matched.extend(points)
        self._count = points[-1][0]
        self.line, self.jitter = fit.line, fit.jitter
        self._window = 0
        self.phase_error = 0.0

    def _refit(self) -> None:
        """Try one window longer than the last, then shorter ones until the line is straight.

        Where a longer one is bent and its slope agrees, the tempo is on its way: its tangent then leads farther.
        """
        sizes = [size for size in _WINDOWS if size <= len(self._matched)]
        points = list(self._matched)
        bent: Fit | None = None
        for index in range(min(self._window + 1, len(sizes) - 1), -1, -1):
            fit = fitted(points[-sizes[index] :])
            if fit is None:
                continue
            if fit.straight or index == 0:
                self._window = index
                self.line = bent.tangent if bent is not None and agree(bent, fit, sizes[index]) else fit.line
                self.jitter += (fit.usual - self.jitter) / _WINDOWS[0]
                return
            bent = fit

    def _judge(self) -> None:
        """Keep the line while pulses and its points find each other; otherwise look for another in the pulses."""
        assert self.line is not None
        pulses = list(self._recent)[-LOCK:]
        matched = [pulse.place for pulse in pulses if pulse.place is not None]
        points = (pulses[-1].at - pulses[0].at) / self.line.period + 1
        still_there = len(matched) >= 0.6 * points
        lately = list(self._recent)[-_NEW_PHASE:]
        span = (lately[-1].at - lately[0].at) / self.line.period + 1
        self._found = sum(pulse.place is not None for pulse in lately) >= 0.65 * span
        if still_there and len(matched) >= 0.7 * len(pulses):
            if len(matched) == LOCK and matched[-1] - matched[0] == LOCK - 1:
                self._slip, self._stale = matched[-1] - pulses[-1].serial, False
            return
        for size in (_NEW_PHASE,) if still_there else (_SOON, _LATER, _NEW_PHASE):
            pulses = list(self._recent)[-size:]
            places = [(pulse.serial + self._slip, pulse.at) for pulse in pulses]
            fit = fitted(places) if len(places) == size else None
            if size == _NEW_PHASE and still_there and copies([pulse.at for pulse in pulses]) > 1:
                return
            if fit is None or fit.rough > (1.25 if still_there else 1.6) * self.jitter + 0.0002:
                continue
            change = abs(fit.line.period / self.line.period - 1)
            changed = size == _NEW_PHASE or change > (_GREAT_CHANGE if size == _SOON else _SMALL_CHANGE)
            as_before = sum(pulse.place == place for pulse, (place, _) in zip(pulses, places, strict=True))
            if self._stale or (changed and as_before <= size // 6):
                self._take(places, fit)
                self._recent = deque((_Pulse(p.serial, p.at, p.serial + self._slip) for p in pulses), _REMEMBERED)
                self._stale, self._found, self._gap = False, True, None
                return
