"""Finds the line of time behind pulses that are handed over in blocks, whose moments say little: they are counted."""

from collections import deque

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.delivery import LONGEST, SHORTEST, Blocks, band, mean_band
from livemusic.music.line import Line
from livemusic.music.tempo import Seconds

#: Points that make a line, and a lock, and the most that are looked back on.
_LINE, LOCK, _MOST = 8, 12, 384
#: What is not known of a period that n points show, in blocks / n; from measurement.
_DOUBT = 0.04
#: How long no master pauses without a stop message, and the least that a silence is.
STALL: Seconds = 2.5
_SILENCE: Seconds = 0.25


class BlockLock:
    """The narrowest band along the longest recent stretch that is not wider than a block.

    Each pulse was sent within the block before it came: no pulse is late by more than that, which bounds the period
    far better than their mean does. Pulses are counted as they come, so a master that pauses is waited for. Blocks of
    no length are those of a clock that comes one by one, but too rough for a pulse to be known by its moment; there
    the mean is best.
    """

    def __init__(self, delivery: Blocks, every: int = 1, count: int = 0) -> None:
        """Of pulses that come by `every` ways one each is counted, the first as `count`."""
        self.line: Line | None = None
        self.jitter: Seconds = 0.0
        self.phase_error: Seconds = 0.0
        self.last: Seconds = float("-inf")
        self._every = every
        self._block = delivery.length
        self._widest = 1.05 * delivery.length + 8 * delivery.jitter + 0.001
        self._doubt = _DOUBT * (delivery.length + 3 * delivery.jitter)
        self._came = 0
        self._count = count - 1
        self._points: deque[tuple[int, Seconds]] = deque(maxlen=_MOST)
        self._size = 0

    @property
    def locked(self) -> bool:
        """Enough pulses make the line."""
        return self.line is not None and self._size >= LOCK

    @property
    def lost(self) -> bool:
        """The pulses do not come as the line foretells."""
        return False

    @property
    def patience(self) -> Seconds:
        """A silence longer than this is no late pulse."""
        return max(_SILENCE, 2.5 * self.line.period + self._block) if self.line else _SILENCE

    @property
    def strays(self) -> list[Seconds]:
        """Pulses that are none of the line's: none, since all are counted."""
        return []

    def next_count(self, now: Seconds) -> int:
        """The place of the first pulse that comes after `now`."""
        return self._count + 1

    def absolve(self) -> None:
        """Pulses that were missing until now no longer matter; they never do."""

    def meets(self, at: Seconds) -> bool:
        """Whether the next pulse may well come at `at`."""
        if self.line is None:
            return False
        late = at - self.line.at(self._count + 1)
        return -self._widest <= late <= 2 * self._widest

    def restart(self) -> None:
        """Expect another phase at the tempo known so far."""
        self.line, self._size = None, 0
        self._points.clear()

    def hear(self, at: Seconds) -> int | None:
        """Take a pulse that came at `at`; its place, or None if it is a copy."""
        silence, self.last = at - self.last, at
        self._came += 1
        if (self._came - 1) % self._every:
            return None
        line = self.line
        skipped = round(line.count_at(at)) - self._count - 1 if line is not None and silence > STALL else 0
        self._count += 1 + max(0, skipped)
        if silence > self.patience:
            self._points.clear()
            self._size = 0
        self._points.append((self._count, at))
        self._refit()
        if line is not None:
            late = at - line.at(self._count) - self._block / 2
            self.phase_error += (late - self.phase_error) / PULSES_PER_BEAT
        return self._count

    def _refit(self) -> None:
        points = list(self._points)
        size = min(self._size + 1, len(points))
        while len(points) >= _LINE:
            size = max(size, _LINE)
            counts, times = zip(*points[-size:], strict=True)
            first, origin = counts[0], times[0]
            places, moments = [count - first for count in counts], [at - origin for at in times]
            found = band(places, moments) if self._block else mean_band(places, moments)
            if found.wide <= self._widest or size == _LINE:
                self._take(first, origin + found.middle, found.period, size)
                self.jitter = found.wide / 12**0.5
                break
            size = int(0.7 * size)
        self._size = size

    def _take(self, first: int, middle: Seconds, period: Seconds, size: int) -> None:
        if self.line is not None and size < LOCK:  # too few for a tempo; the phase is that of the last of them
            middle += (self._count - first) * (period - self.line.period)
            period = self.line.period
        if SHORTEST <= period <= LONGEST:
            sent = Line(first, middle - self._block / 2, period)
            self.line = Line(self._count, sent.at(self._count), period, self._doubt / size)
