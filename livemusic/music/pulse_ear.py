"""Hears how the pulses of a clock are handed over, lets the lock that suits follow them, and says what is wrong."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

import numpy as np

from livemusic.music.block_lock import BlockLock
from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.delivery import LONGEST, SHORTEST, WINDOWS, Blocks, blocks, copies, rough
from livemusic.music.pulse_lock import PulseLock
from livemusic.music.tempo import MAX_BPM, MIN_BPM, Seconds

#: So many pulses are looked back on for copies and for a tempo that cannot be played; so many it is before
#: anything is said.
_COPIES, _OUTSIDE, _SAID = 48, 12, 24
#: Every pulse is looked at among so many first ones, later every so many.
_AT_FIRST, _EVERY = 72, 6
#: So many pulses are looked at for one clock among several.
_MIXED = 64
#: Beyond the tempos that can be played by so much a tempo is outside.
_BEYOND = 1.003
#: So many looks in vain, and blocks are given up.
_IN_VAIN = 12
#: Strays that are copies or another clock; of copies there are so many for each pulse, and they move by so little.
_STRAYS, _COPIED, _DRIFT = 24, 0.7, 0.1
#: A clock rougher than this part of its period strays by itself.
_ROUGH = 0.12
_TIMES = {2: "twice: switch one of the two senders off", 3: "three times: leave only one of its senders on"}
_MANY = "several times: leave only one of its senders on"


class PulseEar:
    """The pulses of a clock from the last restart on.

    `lock` follows them. `outside`: their tempo cannot be played, and the lock hears none of them. `trouble` says, in a
    sentence for the musician, why the clock is not followed or should be looked after; empty while all is well.
    `origin`: the place of the pulse marked last.
    """

    def __init__(self, period: Seconds) -> None:
        """`period`: what is taken for granted until the pulses show otherwise."""
        self.lock: PulseLock | BlockLock = PulseLock(period)
        self.outside = False
        self.trouble = ""
        self.origin = 0
        self._period = period
        self._ways = 1
        self._copied = _COPIES
        self._blocks: Blocks | None = None
        self._in_vain = 0
        self._heard = 0
        self._suspected, self._since = "", 0
        self._marked: int | None = None
        self._log: deque[tuple[int, Seconds, int]] = deque(maxlen=WINDOWS[0])

    def restart(self) -> None:
        """Expect another phase at the tempo known so far, however it is handed over."""
        self.lock.restart()
        self._log.clear()
        self._heard = self._since = 0
        self._suspected = ""
        self.outside = False

    def mark(self, count: int) -> None:
        """Remember the pulse at place `count`: the one heard last, or one to come."""
        self.origin = count
        self._marked = self._heard + count - self.count
        self.lock.absolve()

    @property
    def count(self) -> int:
        """The place of the pulse heard last."""
        return self._log[-1][2] if self._log else -1

    def hear(self, at: Seconds) -> int | None:
        """Take a pulse that came at `at`; its place, or None if it is one too many."""
        self._heard += 1
        count = self.count + 1 if self.outside else self.lock.hear(at)
        self._log.append((self._heard, at, self.count if count is None else count))
        if self._heard <= _AT_FIRST or self._heard % _EVERY == 0:
            self._look()
        return None if count is None else self.count

    def _look(self) -> None:
        times = [at for _, at, _ in self._log]
        ways = copies(times[-_COPIES:])
        self._copied = _COPIES
        if ways == 1 and len(times) > _COPIES // 2:
            ways = copies(times[-_COPIES // 2 :])
            self._copied = _COPIES // 2
        single = times[::-1][::ways][::-1]
        bpm = _outside(single[-_OUTSIDE - 1 :])
        if bpm is not None:
            self.outside = True
            self.trouble = f"The clock runs at {bpm:.3g} bpm, outside {MIN_BPM:g} … {MAX_BPM:g}."
            return
        if self.outside:
            self.outside = False
            self._log = deque(islice(self._log, max(0, len(self._log) - _OUTSIDE), None), WINDOWS[0])
            self._relock(ways, None)
        self._suit(ways, single)
        self._complain(ways)

    def _suit(self, ways: int, single: list[Seconds]) -> None:
        """Let another lock follow if the pulses do not come as the present one takes them."""
        found = blocks(single) if not _even(single) else None
        if found is None and ways == 1 and self._fits_all():
            found = rough(single)
        known = self._blocks
        if known is None:
            line = self.lock.line
            self._in_vain = self._in_vain + 1 if self.lock.lost else 0
            if found is not None:
                self._relock(ways, found)
            elif self._in_vain > _IN_VAIN:
                while len(self._log) > _MIXED:
                    self._log.popleft()
                self._relock(ways, None)
            elif ways not in (1, self._ways) and (line is None or line.period < 1.3 * _usual(self._log)):
                self._relock(ways, None)
            return
        changed = found is not None and (abs(found.length - known.length) > 0.1 * known.length or ways != self._ways)
        if changed:
            self._relock(ways, found)
            return
        self._in_vain = self._in_vain + 1 if found is None and not self.lock.locked else 0
        multiple = float(np.median(np.diff(single[-_SAID:]))) / known.length if known.length else 0.5
        smooth = len(single) >= _COPIES and _even(single[-_COPIES:]) and abs(multiple - round(multiple)) > 0.03
        if smooth or self._in_vain > _IN_VAIN:
            self._relock(ways, None)

    def _fits_all(self) -> bool:
        """Whether the line has a place for every pulse that comes, and no more."""
        line = self.lock.line
        return line is not None and abs(_usual(self._log) / line.period - 1) < 0.1

    def _relock(self, ways: int, found: Blocks | None) -> None:
        """Let a new lock follow what was heard, as far back as pulses come as they do now."""
        line = self.lock.line
        if line is not None and found is None and self._blocks is not None:
            self._period = line.period
        self._ways, self._blocks, self._in_vain = ways, found, 0
        while ways > 1 and len(self._log) > self._copied:
            self._log.popleft()
        count = self._log[0][2]
        self.lock = PulseLock(self._period, ways, count) if found is None else BlockLock(found, ways, count)
        log, self._log = self._log, deque(maxlen=WINDOWS[0])
        for number, at, _ in log:
            heard = self.lock.hear(at)
            count = count if heard is None else heard
            self._log.append((number, at, count))
            if number == self._marked:
                self.origin = count

    def _complain(self, ways: int) -> None:
        """Say what has been wrong for a beat."""
        wrong = self._wrong(ways)
        if wrong != self._suspected:
            self._suspected, self._since = wrong, self._heard
        if not wrong or self._heard >= self._since + _SAID:
            self.trouble = wrong

    def _wrong(self, ways: int) -> str:
        line, strays = self.lock.line, self.lock.strays
        if ways > 1:
            return f"The clock comes {_TIMES.get(ways, _MANY)}."
        if line is not None and len(strays) >= _STRAYS and self.lock.jitter <= _ROUGH * line.period:
            phases = np.unwrap(np.array([line.count_at(at) for at in strays]) % 1, period=1)
            beside = (strays[-1] - strays[0]) / line.period + 1
            slope, _ = np.polyfit(np.arange(len(strays)), phases, 1)
            copied = len(strays) >= _COPIED * beside and abs(slope) * len(strays) <= _DRIFT
            return f"The clock comes {_TIMES[2]}." if copied else "Two clocks come in at once: switch one of them off."
        if not self.lock.locked and (self.lock.lost or self._heard >= PULSES_PER_BEAT):
            return "The pulses that come in are not those of one steady clock."
        return ""


def _usual(log: Sequence[tuple[int, Seconds, int]]) -> Seconds:
    """The mean gap between the last pulses, copies and all."""
    some = min(len(log) - 1, _COPIES // 2)
    return (log[-1][1] - log[-1 - some][1]) / max(some, 1)


def _even(times: list[Seconds]) -> bool:
    """Whether all gaps are much the same."""
    gaps = np.diff(times)
    return len(gaps) == 0 or float(np.ptp(gaps)) <= 0.12 * float(np.median(gaps))


def _outside(times: list[Seconds]) -> float | None:
    """The tempo of `times` if they are regular and it cannot be played."""
    gaps = np.diff(times)
    if len(gaps) < _OUTSIDE:
        return None
    low, period, high = np.quantile(gaps, (0.1, 0.5, 0.9))
    if high - low > 0.2 * period or SHORTEST / _BEYOND <= period <= LONGEST * _BEYOND or period <= 0:
        return None
    return 60 / float(period) / PULSES_PER_BEAT
