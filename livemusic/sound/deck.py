"""What plays an opened recording: in time with the drums, moved and repeated without a click."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from livemusic.audio.pages import PAGE
from livemusic.music.playhead import Playhead, Span
from livemusic.sound.sinc import AFTER, BEFORE, Sinc
from livemusic.sound.voices import Samples, Seconds

#: Fades where it begins, ends or jumps.
_FADE: Seconds = 0.005
#: Nearer than this to where it should be its speed is bent, by `_BEND` at most; else it jumps there.
_JUMPS: Seconds = 0.005
_BEND = 0.002
#: So much is kept ready of what comes next, and of where the loop begins.
_AHEAD: Seconds = 3.0
_OF_LOOP: Seconds = 1.0


class Shelf(Protocol):
    """What brings the pages of a recording; see `audio.pages.Pages`."""

    problem: str

    def want(self, pages: Iterator[int]) -> None: ...
    def read(self, first: int, count: int) -> tuple[Samples, bool]: ...
    def close(self) -> None: ...


class Deck:
    """Plays the recording in `pages`, of `rate`, where `playhead` is, at `gain`; all of these may be replaced.

    At the stage's own rate its samples come out as they are. Where a page has not been read yet it is silent, which
    counts in `gaps`. `came`: where in the last block it was faded in, None where it was not. Thread: the renderer's.
    """

    def __init__(self, pages: Shelf, rate: int, stage_rate: int, playhead: Playhead, gain: float) -> None:
        self.playhead = playhead
        self.gain = gain
        self.gaps = 0
        self.came: tuple[int, int] | None = None
        self._pages = pages
        self._rate = rate
        self._ratio = rate / stage_rate
        self._fade = max(1, round(_FADE * stage_rate))
        self._sinc = Sinc()
        self._at: float | None = None
        self._gain = gain
        self._whole = False
        self._fading: Samples = np.zeros((0, 2), np.float32)

    @property
    def problem(self) -> str:
        """Why it is not, or not all, heard."""
        return self._pages.problem

    def read(self, frames: int, begin: Seconds, end: Seconds) -> Samples:
        """The next `(frames, 2)`, which are heard from the moment `begin` to `end`."""
        self._pages.want(self._ahead(begin))
        block = np.zeros((frames, 2), np.float32)
        self.came = None
        self._fade_away(block)
        per_frame = (end - begin) / frames
        done = 0
        for span in self.playhead.spans(begin, end):
            first, last = (round((moment - begin) / per_frame) for moment in (span.begin, span.end))
            first, last = max(first, done), min(last, frames)
            if first > done:
                self._stop(block, done)
            if last > first:
                self._play(block, first, last, span)
            done = max(done, last)
        if done < frames:
            self._stop(block, done)
        block *= np.linspace(self._gain, self.gain, frames, dtype=np.float32)[:, None]
        self._gain = self.gain
        return block

    def last(self, frames: int) -> Samples:
        """The end: what still sounds, faded; it is closed then."""
        block = np.zeros((frames, 2), np.float32)
        self._stop(block, 0)
        self._pages.close()
        return block * np.float32(self._gain)

    def _play(self, block: Samples, first: int, last: int, span: Span) -> None:
        """Add what is in `span` to the block, from `first` to `last`."""
        position, steps = span.position * self._rate, (last - first) * self._ratio
        off = _JUMPS * self._rate if self._at is None else position - self._at
        if abs(off) >= _JUMPS * self._rate:
            self._stop(block, first)
            self._at = float(round(position)) if self._ratio == 1.0 else position
            self._whole = False
        elif abs(off) >= 1.0:
            steps += float(np.clip(off, -_BEND * steps, _BEND * steps))
        begin = self._at or 0.0
        sound, whole = self._between(begin, begin + steps, last - first)
        if not self._whole and whole:  # it begins, or its page has come
            count = min(self._fade, len(sound))
            sound[:count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)[:, None]
            self.came = first, first + count
        self.gaps += self._whole and not whole
        self._whole = whole
        block[first:last] += sound
        self._at = begin + steps

    def _stop(self, block: Samples, first: int) -> None:
        """Let what sounds fade away in the block from `first` on, and in the next."""
        if self._at is not None and self._whole:
            sound, _ = self._between(self._at, self._at + self._fade * self._ratio, self._fade)
            self._fading = sound * np.linspace(1.0, 0.0, self._fade, dtype=np.float32)[:, None]
            self._fade_away(block[first:])
        self._at = None

    def _fade_away(self, block: Samples) -> None:
        count = min(len(self._fading), len(block))
        block[:count] += self._fading[:count]
        self._fading = self._fading[count:]

    def _between(self, begin: float, end: float, frames: int) -> tuple[Samples, bool]:
        if not frames:
            return np.zeros((0, 2), np.float32), True
        if end - begin == frames and begin.is_integer():
            return self._pages.read(int(begin), frames)
        positions = begin + np.arange(frames) * ((end - begin) / frames)
        first = int(positions[0]) - BEFORE
        around, whole = self._pages.read(first, int(positions[-1]) + AFTER + 1 - first)
        return self._sinc.read(around, positions - first), whole

    def _ahead(self, moment: Seconds) -> Iterator[int]:
        """The pages that come next, and those that a loop goes back to."""
        playhead = self.playhead
        place = playhead.place(moment)
        for begin, end in ((place, place + _AHEAD), *((begin, begin + _OF_LOOP) for begin, _ in _loops(playhead))):
            first = max(int(begin * self._rate) - BEFORE, 0)
            last = int(min(end, playhead.length) * self._rate) + AFTER
            yield from range(first // PAGE, last // PAGE + 1)


def _loops(playhead: Playhead) -> tuple[tuple[Seconds, Seconds], ...]:
    return () if playhead.loop is None else (playhead.loop,)
