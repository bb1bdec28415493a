"""What comes in at an input and goes out with the drums: two clocks, one sound, never a reason for a gap."""

import math
from typing import Protocol

import numpy as np

from livemusic.sound.clock import FrameClock
from livemusic.sound.sinc import AFTER, BEFORE, Sinc
from livemusic.sound.voices import Samples, Seconds

#: Frames that are always kept back, so that a sound that breaks off can be faded.
_FADE = 64
_OPENS: Seconds = 1.0
#: The input's speed is bent once it has strayed so far, by `_BEND` at most, until it is `_CLOSE`; further off it jumps.
_STRAYED: Seconds = 1.5e-3
_CLOSE: Seconds = 0.2e-3
_JUMPS: Seconds = 0.02
_BEND = 500e-6
#: How long an input is watched before it is heard, what it is given on top of what it then needs and whenever it has
#: come too late, and how much that may become.
_WATCHED: Seconds = 0.25
_SPARE: Seconds = 0.004
_MORE: Seconds = 0.004
_MOST: Seconds = 0.2
_LOUDEST = 8.0


class Input(Protocol):
    """Sound that arrives by a clock of its own."""

    @property
    def sample_rate(self) -> int:
        """In Hz."""

    def read(self) -> Samples:
        """What has arrived since it was last asked, float32 `(frames, 2)`. Never waits."""


class Live:
    """An input at the stage's rate, `delay` after it has arrived. `ahead`: how early the stage renders, at most.

    Input and output tell the time by clocks that drift apart. While they agree to 1.5 ms the samples come out as they
    went in (at one rate). Then the input is read half a thousandth faster or slower, less than a cent; after a stall it
    jumps, crossfaded. An input that comes too late is silent, faded, and gets 4 ms more time from then on: counted in
    `gaps`. At first it opens over a second. Thread: the renderer's.
    """

    def __init__(self, source: Input, stage_rate: int, ahead: Seconds) -> None:
        self.delay: Seconds = ahead + _SPARE
        self.gaps = 0
        self._source = source
        self._ahead = ahead
        self._begins: Seconds = math.inf
        self._rate = source.sample_rate
        self._ratio = source.sample_rate / stage_rate
        self._opening = 1.0 / (_OPENS * stage_rate)
        self._longest = ahead + _MOST
        self._clock = FrameClock(source.sample_rate)
        self._sinc = Sinc()
        self._heard: Samples = np.zeros((BEFORE, 2), np.float32)
        self._arrived = 0
        self._at: float | None = None
        self._played = 0.0
        self._bent = False
        self._level = 0.0

    def look(self, now: Seconds) -> None:
        """Take in what has arrived."""
        sound = self._source.read()
        if len(sound):
            sound = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).clip(-_LOUDEST, _LOUDEST)
            longest = round((self._longest + 0.1) * self._rate)
            needed = (int(self._at) if self._at is not None else self._arrived - longest) - BEFORE
            kept = self._heard[max(0, needed - self._first) :]
            self._arrived += len(sound)
            self._heard = np.concatenate([kept, sound])
        self._clock.observe(self._arrived, now)
        if self._clock.settled and now < self._begins:
            self._begins = min(self._begins, now + _WATCHED)
            late = (self._clock.frame_at(now) - self._arrived) / self._rate
            self.delay = min(max(self.delay, self._ahead + late + _SPARE), self._longest)

    def read(self, frames: int, leaves: Seconds) -> Samples:
        """The next `(frames, 2)`; the last of them leaves at `leaves`."""
        begin, end = self._span(leaves, frames * self._ratio)
        return self._play(begin, end, frames)

    def last(self, frames: int) -> Samples:
        """The end: what still sounds, faded."""
        return self._play(None, 0.0, frames)

    @property
    def _first(self) -> int:
        """The frame that is first in `_heard`."""
        return self._arrived - len(self._heard)

    def _span(self, leaves: Seconds, steps: float) -> tuple[float | None, float]:
        """The stretch of the input to be played now; begins with None where there is none."""
        if leaves < self._begins:
            return None, 0.0
        due = self._clock.frame_at(leaves - self.delay)
        begin = self._at
        off = 0.0 if begin is None else due - begin - steps
        if begin is None or abs(off) > _JUMPS * self._rate:
            begin = float(round(due - steps))
            if begin < max(self._played, self._first + BEFORE):
                return None, 0.0  # heard already, or not any more
            self._bent = False
        else:
            self._bent = abs(off) > (_CLOSE if self._bent else _STRAYED) * self._rate
            steps += min(max(off, -_BEND * steps), _BEND * steps) if self._bent else 0.0
        end = begin + steps
        if end + _FADE * self._ratio + AFTER + 1 <= self._arrived:
            return begin, end
        if self._at is not None:
            self.delay = min(self.delay + _MORE, self._longest)
            self.gaps += 1
        return None, 0.0

    def _play(self, begin: float | None, end: float, frames: int) -> Samples:
        before, level, fade = self._at, self._level, min(_FADE, frames)
        rising = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
        if begin is None:
            block, self._at = np.zeros((frames, 2), np.float32), None
        else:
            gains = np.minimum(1.0, level + self._opening * np.arange(1, frames + 1)).astype(np.float32)
            block = self._between(begin, end, frames) * gains[:, None]
            self._at, self._played, self._level = end, end, float(gains[-1])
            if begin != before:
                block[:fade] *= rising
        if before is not None and begin != before:
            block[:fade] += level * (1 - rising) * self._between(before, before + fade * self._ratio, fade)
        return block

    def _between(self, begin: float, end: float, frames: int) -> Samples:
        if end - begin == frames and begin.is_integer():
            return self._heard[int(begin) - self._first :][:frames]
        positions = begin - self._first + np.arange(frames) * ((end - begin) / frames)
        around = slice(int(positions[0]) - BEFORE, int(positions[-1]) + AFTER + 1)
        return self._sinc.read(self._heard[around], positions - around.start)
