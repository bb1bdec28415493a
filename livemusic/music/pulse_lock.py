"""Finds the straight line of time behind pulses that come early, late, twice or not at all."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.tempo import MAX_BPM, MIN_BPM, BeatsPerMinute, Seconds

#: A pulse this soon after another is the same one, come by two ways.
_TWICE: Seconds = 0.002
#: Pulses that make a lock, pulses that show a new tempo, and pulses that show a new phase at the old tempo.
LOCK, _NEW_TEMPO, _NEW_PHASE = 12, 8, 24
#: The longest stretch that still is a straight line is fitted, tried one after the other.
_WINDOWS = (8, 12, 16, 24, 48, 96, 192)
#: Standard errors beyond which a line is called bent, or a tempo another.
_SURELY = 3.0
_SHORTEST, _LONGEST = (60 / bpm / PULSES_PER_BEAT for bpm in (MAX_BPM, MIN_BPM))


@dataclass(frozen=True, slots=True)
class Line:
    """Pulse `count` is due at `seconds`, the others every `period` seconds; `error`: the period's standard error."""

    count: int
    seconds: Seconds
    period: Seconds
    error: Seconds = 0.0

    @property
    def bpm(self) -> BeatsPerMinute:
        return 60.0 / (self.period * PULSES_PER_BEAT)

    def at(self, count: float) -> Seconds:
        return self.seconds + (count - self.count) * self.period

    def count_at(self, seconds: Seconds) -> float:
        return self.count + (seconds - self.seconds) / self.period


class _Fit(NamedTuple):
    """`jitter`: rms distance from the line; `straight`: a parabola would not be surely better."""

    line: Line
    jitter: Seconds
    straight: bool


class _Pulse(NamedTuple):
    """`serial`: how many came before; `count`: its place on the line, None if it had none."""

    serial: int
    at: Seconds
    count: int | None


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
            return None
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
        if matches:
            self._count = nearest
            self._matched.append((nearest, at))
            self.phase_error += (late - self.phase_error) / PULSES_PER_BEAT
            self._refit()
        self._judge()
        return self._count if self._recent[-1].count is not None else max(nearest, self._count)

    def _gate(self, line: Line) -> Seconds:
        """How far from its point a pulse may come and still belong to it."""
        return min(0.35 * line.period, max(0.002, 4 * self.jitter + 0.0005))

    def _search(self, at: Seconds) -> int:
        """Before there is a lock every pulse counts; the last ones are taken once they are regular."""
        self._count = self._serial
        self._recent.append(_Pulse(self._serial, at, self._serial))
        points = [(pulse.serial, pulse.at) for pulse in self._recent]
        for some in (points[-LOCK:], points[-_NEW_TEMPO:]):
            fit = _fitted(some, self._period)
            if fit is not None and fit.jitter <= 0.15 * fit.line.period:
                self._take(some, fit)
                break
        return self._serial

    def _take(self, points: Sequence[tuple[int, Seconds]], fit: _Fit) -> None:
        self._matched.clear()
        self._matched.extend(points)
        self._count = points[-1][0]
        self.line, self.jitter = fit.line, fit.jitter
        self._window = 0
        self.phase_error = 0.0

    def _refit(self) -> None:
        """Try one window longer than the last, then shorter ones until the line is straight."""
        sizes = [size for size in _WINDOWS if size <= len(self._matched)]
        largest = min(self._window + 1, len(sizes) - 1)
        points = list(self._matched)
        for index in range(largest, -1, -1):
            fit = _fitted(points[-sizes[index] :])
            if fit is not None and (fit.straight or index == 0):
                self._window = index
                self.line = fit.line
                self.jitter += (fit.jitter - self.jitter) / _WINDOWS[0]
                return

    def _judge(self) -> None:
        """Keep the line while pulses and its points find each other; otherwise look for another in the pulses."""
        assert self.line is not None
        pulses = list(self._recent)[-LOCK:]
        matched = [pulse.count for pulse in pulses if pulse.count is not None]
        points = (pulses[-1].at - pulses[0].at) / self.line.period + 1
        still_there = len(matched) >= 0.7 * points
        if still_there and len(matched) >= 0.7 * len(pulses):
            if len(matched) == LOCK and matched[-1] - matched[0] == LOCK - 1:
                self._slip, self._stale = matched[-1] - pulses[-1].serial, False
            return
        for size in (_NEW_TEMPO, _NEW_PHASE):
            pulses = list(self._recent)[-size:]
            places = [(pulse.serial + self._slip, pulse.at) for pulse in pulses]
            fit = _fitted(places) if len(places) == size else None
            if fit is None or fit.jitter > max(
                1.6 * self.jitter + 0.0003, 0.0 if still_there else 0.12 * fit.line.period
            ):
                continue
            error = max(fit.line.error, self.jitter * 12**0.5 / size**1.5)
            change = abs(fit.line.period - self.line.period)
            another_tempo = change > max(_SURELY * error, 0.02 * self.line.period)
            if another_tempo or self._stale or (size == _NEW_PHASE and not matched):
                self._take(places, fit)
                self._recent = deque((_Pulse(p.serial, p.at, p.serial + self._slip) for p in pulses), _NEW_PHASE)
                self._stale = False
                return


def _fitted(points: Sequence[tuple[int, Seconds]], known: Seconds | None = None) -> _Fit | None:
    """The line through `points`, the farthest ones left out once; `known`: a period to keep unless they surely differ.

    None for fewer points than make a line (one with `known`, else four), or a tempo that cannot be.
    """
    count, last = points[-1]
    counts = np.array([place for place, _ in points], float) - count
    times = np.array([at for _, at in points]) - last
    if len(points) < 4:
        if known is None:
            return None
        return _Fit(Line(count, last + float(np.mean(times - known * counts)), known), 0.0, True)
    kept = np.ones(len(points), bool)
    for _ in range(2):
        x, y = counts[kept], times[kept]
        middle, spread = x.mean(), float(((x - x.mean()) ** 2).sum())
        period = float(((x - middle) @ y) / spread) if spread else 0.0
        offset = float(y.mean() - period * middle)
        away = np.abs(times - offset - period * counts)
        kept = away <= max(3.5 * 1.4826 * float(np.median(away)), 1e-4)
        if np.count_nonzero(kept) < 4:
            return None
    if not _SHORTEST <= period <= _LONGEST:
        return None
    rest = y - offset - period * x
    jitter = float(np.sqrt((rest @ rest) / max(len(x) - 2, 1)))
    error = jitter / spread**0.5
    if known is not None and len(points) < LOCK and abs(period - known) <= _SURELY * error:
        period, offset = known, float(np.mean(y - known * x))
    return _Fit(Line(count, last + offset, period, error), jitter, _straight(x, rest, jitter))


def _straight(x: "np.ndarray", rest: "np.ndarray", jitter: Seconds) -> bool:
    """Whether what is `rest` after the line has no sure curvature (the t test of a parabola's coefficient)."""
    scaled = (x - x.mean()) / (np.ptp(x) or 1.0)
    bend = scaled**2 - (scaled**2).mean()
    bend -= scaled * ((scaled @ bend) / (scaled @ scaled))
    power = float(bend @ bend)
    if len(x) <= _WINDOWS[0] or not power:
        return True
    curvature = float(bend @ rest) / power
    left = rest - curvature * bend
    noise = max(float(np.sqrt((left @ left) / (len(x) - 3))), 1e-5)
    return abs(curvature) <= _SURELY * noise / power**0.5
