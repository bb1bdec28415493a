"""Finds the straight line of time behind pulses that come early, late, twice or not at all."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.line import Fit, Line, agree, fitted
from livemusic.music.tempo import Seconds

#: A pulse this soon after another is the same one, come by two ways.
_TWICE: Seconds = 0.002
#: Pulses that make a lock; pulses that show a very different tempo, a tempo, and a new phase at the old tempo.
LOCK, _SOON, _LATER, _NEW_PHASE = 12, 8, 16, 24
#: Over so many pulses a line must find its pulses; a coarser one may be as rough as this part of a period.
_PROOF, _COARSE = 48, 0.3
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

    def __init__(self, period: Seconds | None = None) -> None:
        """`period`: what is taken for granted until the pulses show otherwise."""
        self.line: Line | None = None
        self.jitter: Seconds = 0.0
        #: Smoothed distance of pulses from where the line foretold them, positive when they come late.
        self.phase_error: Seconds = 0.0
        self._period = period
        self._last: Seconds = float("-inf")
        self._serial = 0
        self._forget()

    def _forget(self) -> None:
        self._count = self._serial
        self._slip = 0
        self._stale = False
        self._window = 0
        self._recent: deque[_Pulse] = deque(maxlen=_NEW_PHASE)
        self._proof: deque[_Pulse] = deque(maxlen=_PROOF)
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
        return len(self._matched) >= LOCK and not self._stale

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
        """The place of the first pulse that comes after `now`."""
        return max(self._count + 1, round(self.line.count_at(now))) if self.line else self._serial + 1

    def meets(self, at: Seconds) -> bool:
        """Whether a pulse at `at` would come near a point of the line that is still to come."""
        if self.line is None:
            return False
        nearest = round(self.line.count_at(at))
        return nearest > self._count and abs(at - self.line.at(nearest)) <= self._gate(self.line)

    def hear(self, at: Seconds) -> int | None:
        """Take a pulse that came at `at`; its place, or None if it is one too many."""
        if not at >= self._last + _TWICE:
            if self._matches_last or not at >= self._last or not self.meets(at):
                return None
            self._recent.pop()  # a stray came just before the one that was due
            self._serial -= 1
        silent = at > self._last + self.patience
        self._last = at
        self._serial += 1
        if self.line is None or len(self._matched) < LOCK:
            if silent:
                self._forget()
                self.line = None
            return self._search(at)
        nearest = round(self.line.count_at(at))
        if silent:
            self._recent.clear()
            self._slip, self._stale = nearest - self._serial, True
        late = at - self.line.at(nearest)
        matches = self.meets(at)
        self._recent.append(_Pulse(self._serial, at, nearest if matches else None))
        self._proof.append(self._recent[-1])
        if matches:
            self._count = nearest
            self._matched.append((nearest, at))
            self.phase_error += (late - self.phase_error) / PULSES_PER_BEAT
            self._refit()
        self._judge()
        self._prove()
        return self._count if matches else max(nearest, self._count)

    def _gate(self, line: Line) -> Seconds:
        """How far from its point a pulse may come and still belong to it."""
        return min(0.35 * line.period, max(0.002, 4 * self.jitter + 0.0005))

    def _search(self, at: Seconds) -> int:
        """Before there is a lock every pulse counts, and a gap of n usual ones counts n."""
        last = self._recent[-1].place if self._recent else self._serial - 1
        self._recent.append(_Pulse(self._serial, at, (last or 0) + 1))
        first = self._recent[0].place or 0
        times = np.array([pulse.at for pulse in self._recent])
        gaps = np.diff(times)
        steps = np.maximum(1, np.rint(gaps / np.median(gaps) - 0.2)) if len(gaps) else gaps
        places = [first, *(first + np.cumsum(steps).astype(int)).tolist()]
        self._recent = deque(map(_Pulse, [pulse.serial for pulse in self._recent], times.tolist(), places), _NEW_PHASE)
        points = list(zip(places, times.tolist(), strict=True))
        for some in (points[-LOCK:], points[-_SOON:]):
            fit = fitted(some, self._period)
            if fit is not None and fit.jitter <= 0.22 * fit.line.period:
                self._take(some, fit)
                break
        self._count = places[-1]
        self._slip = self._count - self._serial
        return self._count

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

    def _prove(self) -> None:
        """Give up a line that misses the pulses again and again, for one through all of them, rough as it may be.

        Where arrivals are told in blocks (JACK's periods), a false line fits a dozen of them without any jitter.
        """
        assert self.line is not None
        if len(self._proof) < _PROOF or self._stale:
            return
        found = sum(pulse.place is not None for pulse in self._proof)
        points = (self._proof[-1].at - self._proof[0].at) / self.line.period + 1
        if found >= 0.65 * points:
            return
        # counted on from the first that matched: the false line has lost some since
        slip = next((pulse.place - pulse.serial for pulse in self._proof if pulse.place is not None), self._slip)
        places = [(pulse.serial + slip, pulse.at) for pulse in self._proof]
        fit = fitted(places)
        if fit is not None and fit.rough <= _COARSE * fit.line.period:
            self._take(places, fit)
            self._slip = slip
            self._proof.clear()
            self._recent.clear()

    def _judge(self) -> None:
        """Keep the line while pulses and its points find each other; otherwise look for another in the pulses."""
        assert self.line is not None
        pulses = list(self._recent)[-LOCK:]
        matched = [pulse.place for pulse in pulses if pulse.place is not None]
        points = (pulses[-1].at - pulses[0].at) / self.line.period + 1
        still_there = len(matched) >= 0.6 * points
        if still_there and len(matched) >= 0.7 * len(pulses):
            if len(matched) == LOCK and matched[-1] - matched[0] == LOCK - 1:
                self._slip, self._stale = matched[-1] - pulses[-1].serial, False
            return
        for size in (_NEW_PHASE,) if still_there else (_SOON, _LATER, _NEW_PHASE):
            pulses = list(self._recent)[-size:]
            places = [(pulse.serial + self._slip, pulse.at) for pulse in pulses]
            fit = fitted(places) if len(places) == size else None
            if fit is None or fit.rough > (1.25 if still_there else 1.6) * self.jitter + 0.0002:
                continue
            change = abs(fit.line.period / self.line.period - 1)
            changed = size == _NEW_PHASE or change > (_GREAT_CHANGE if size == _SOON else _SMALL_CHANGE)
            as_before = sum(pulse.place == place for pulse, (place, _) in zip(pulses, places, strict=True))
            if self._stale or (changed and as_before <= size // 6):
                self._take(places, fit)
                self._recent = deque((_Pulse(p.serial, p.at, p.serial + self._slip) for p in pulses), _NEW_PHASE)
                self._stale = False
                return
