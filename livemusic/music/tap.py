"""Tap tempo: what a finger means, one bad tap forgiven."""

from collections import deque
from itertools import pairwise
from statistics import median

from livemusic.music.tempo import MAX_BPM, MIN_BPM, BeatsPerMinute, Seconds

_PAUSE: Seconds = 2.0
#: Taps closer than this are one finger that bounced.
_BOUNCE: Seconds = 0.06
_TAPS = 8
#: A tap farther from its beat than this part of one is a bad one.
_OFF = 0.25


class Taps:
    """Turns moments of taps into a tempo; a pause of more than two seconds begins anew."""

    def __init__(self) -> None:
        self._taps: deque[Seconds] = deque(maxlen=_TAPS)

    def hear(self, at: Seconds) -> BeatsPerMinute | None:
        """Take a tap at `at`; the tempo of the taps so far, None before the second or where it is outside 20..400 bpm.

        Least squares over the largest set of taps that agree on a beat, so a missed, doubled or stray tap counts
        neither for its own interval nor for its neighbours'.
        """
        if self._taps and not at >= self._taps[-1] + _BOUNCE:
            return self.bpm
        if self._taps and at > self._taps[-1] + _PAUSE:
            self._taps.clear()
        self._taps.append(at)
        return self.bpm

    @property
    def bpm(self) -> BeatsPerMinute | None:
        """The tempo of the taps since the last pause."""
        if len(self._taps) < 2:
            return None
        taps = list(self._taps)
        beat = median(b - a for a, b in pairwise(taps))
        good = max((_agreeing(taps, anchor, beat) for anchor in reversed(taps)), key=len)
        if len(good) < 2:
            return None
        middle = sum(count for count, _ in good) / len(good)
        spread = sum((count - middle) ** 2 for count, _ in good)
        bpm = 60 / (sum((count - middle) * at for count, at in good) / spread)
        return bpm if MIN_BPM <= bpm <= MAX_BPM else None


def _agreeing(taps: list[Seconds], anchor: Seconds, beat: Seconds) -> list[tuple[int, Seconds]]:
    """The taps that fall near beats counted from `anchor`, one to a beat, each with its beat."""
    near: dict[int, Seconds] = {}
    for at in taps:
        count = round((at - anchor) / beat)
        off = abs(at - anchor - count * beat)
        if off <= _OFF * beat and not (count in near and abs(near[count] - anchor - count * beat) <= off):
            near[count] = at
    return sorted(near.items())
