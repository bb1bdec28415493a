"""One sound of a take, laid on the engine's clock: what drifts is bent, what is missing is silence."""

from pathlib import Path

import numpy as np

from livemusic.audio.flac import FlacWriter
from livemusic.audio.source import Samples
from livemusic.music.tempo import Seconds
from livemusic.sound.sinc import AFTER, BEFORE, Sinc

#: A gap of this length or more is silence, not drift; so much too much is left out.
_HOLE: Seconds = 0.25
#: Whoever brings sound may be late by chance, so what comes soonest in so long tells how late it is.
_WINDOW: Seconds = 4.0
#: From so much on its speed is bent, by `_BEND` at most, until it is `_CLOSE`.
_STRAYED: Seconds = 2e-3
_CLOSE: Seconds = 0.3e-3
_BEND = 300e-6
#: Silence is written in pieces of so many frames.
_PIECE = 1 << 16


class Stem:
    """A file of its own that begins at the moment `begin` and grows with what is `add`ed, at its own sample rate.

    A sound card's clock and ours drift apart, some tenths of a second an hour. While they agree to 2 ms the samples are
    written as they came; then they are read a third of a thousandth faster or slower, and silence is made longer or
    shorter at once. `MediaError` from all verbs. Thread: one.
    """

    def __init__(self, path: Path, sample_rate: int, channels: int, begin: Seconds) -> None:
        self.begin = begin
        self._writer = FlacWriter(path, sample_rate, channels)
        self._rate = sample_rate
        self._sinc = Sinc()
        self._begun = False
        self._end: Seconds | None = None
        self._bend = 0.0
        self._soonest = np.inf
        self._window_end: Seconds | None = None
        self._held: Samples = np.zeros((BEFORE, channels), np.float32)
        self._phase = 0.0

    @property
    def path(self) -> Path:
        return self._writer.path

    @property
    def sample_rate(self) -> int:
        return self._rate

    @property
    def channels(self) -> int:
        return self._writer.channels

    @property
    def seconds(self) -> Seconds:
        """How long it is by now."""
        return self._writer.frames / self._rate

    def finish(self, end: Seconds) -> None:
        """Take nothing that was heard after the moment `end`."""
        self._end = end

    def add(self, at: Seconds, sound: Samples) -> None:
        """Go on with `(n, channels)`, the first frame of which was heard at `at`."""
        missing = at - self.begin - self.seconds - (len(self._held) - BEFORE - self._phase) / self._rate
        bears = 0.0 if not self._begun else _STRAYED if not sound.any() else _HOLE  # silence can be any length
        if missing >= bears:
            self._write(self._rest())
            self._silence(round(missing * self._rate))
        elif missing <= -max(bears, _STRAYED):
            sound = sound[round(-missing * self._rate) :]
        else:
            self._look(missing, at)
        self._begun = True
        self._write(self._read(sound))

    def sync(self) -> None:
        """See what there is so far on the disk."""
        self._writer.sync()

    def close(self) -> None:
        """End the file, of the length it was to have where it is shorter."""
        try:
            self._write(self._rest())
            if self._end is not None and self._end - self.begin > self.seconds:
                self._silence(round((self._end - self.begin - self.seconds) * self._rate))
        finally:
            self._writer.close()

    def _look(self, missing: Seconds, at: Seconds) -> None:
        """Decide how fast it is to be read from now on."""
        self._window_end = self._window_end or at + _WINDOW
        self._soonest = min(self._soonest, missing)
        if at >= self._window_end:
            strayed = abs(self._soonest) > (_CLOSE if self._bend else _STRAYED)
            self._bend = -float(np.clip(self._soonest / _WINDOW, -_BEND, _BEND)) if strayed else 0.0
            self._soonest, self._window_end = np.inf, at + _WINDOW

    def _read(self, sound: Samples) -> Samples:
        """What `sound` adds, read a little faster (`_bend` above 0) or slower, on from where the last one ended."""
        held, step = np.concatenate([self._held, sound]), 1.0 + self._bend
        begin = BEFORE + self._phase
        count = max(0, int(np.ceil((len(held) - AFTER - begin) / step)))
        end = begin + step * count
        self._held, self._phase = held[int(end) - BEFORE :], end % 1.0
        if step == 1.0 and begin.is_integer():
            return held[int(begin) :][:count]
        return self._sinc.read(held, begin + step * np.arange(count)) if count else held[:0]

    def _rest(self) -> Samples:
        """What is not written yet, because what comes next might have counted."""
        rest, self._phase = self._held[BEFORE:], 0.0
        self._held = np.zeros((BEFORE, self.channels), np.float32)
        return rest

    def _silence(self, frames: int) -> None:
        for begin in range(0, frames, _PIECE):
            self._write(np.zeros((min(_PIECE, frames - begin), self.channels), np.float32))

    def _write(self, sound: Samples) -> None:
        if self._end is not None:
            sound = sound[: max(0, round((self._end - self.begin - self.seconds) * self._rate))]
        if len(sound):
            self._writer.write(sound)
