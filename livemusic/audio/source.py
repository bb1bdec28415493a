"""What sound comes from, and the one kind of source that is an array: anything that plays by the clock."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Seconds = float
#: Is given the moment at which what a source brings was first heard, and float32 `(n, channels)`; must not wait.
Tap = Callable[[Seconds, Samples], None]

#: The most that one `read` hands over: after a stall a source catches up in steps that keep its reader responsive.
LONGEST_READ: Seconds = 1.0


class Source(Protocol):
    """Mono sound that is pulled. The loader opens, starts and closes it; only one other thread reads."""

    @property
    def name(self) -> str:
        """As the musician knows it."""

    @property
    def sample_rate(self) -> int:
        """In Hz."""

    @property
    def overflows(self) -> int:
        """How often sound was lost because nobody fetched it."""

    @property
    def remark(self) -> str:
        """What the musician should know of what is heard; `` where there is nothing to say."""

    tap: Tap | None
    """Hears what is read, all channels of it, on the reader's thread; whoever records sets it."""

    @property
    def late(self) -> Seconds:
        """How much later than by the clock it is heard, because we play it ourselves; 0 for a device."""

    @property
    def done(self) -> bool:
        """True once the last sample has been read; never for a device."""

    def start(self, at: Seconds) -> None:
        """Begin at `at`, by `time.perf_counter`."""

    def read(self, now: Seconds) -> Samples:
        """What has become available: float32 `(n,)`, often none, a second at most. Never waits. `DeviceError`."""

    def position(self, now: Seconds) -> Seconds:
        """How much sound has been read."""

    def close(self) -> None:
        """Free what it holds; again does nothing."""


class PacedSource:
    """A source whose samples are due by the clock; `take` brings the next ones. Nothing is lost after a stall."""

    def __init__(self, name: str, sample_rate: int) -> None:
        self.name = name
        self.sample_rate = sample_rate
        self.overflows = 0
        self.done = False
        self.late: Seconds = 0.0
        self.tap: Tap | None = None
        self._start: Seconds | None = None
        self._heard = 0

    @property
    def remark(self) -> str:
        return ""

    def start(self, at: Seconds) -> None:
        self._start = at

    @property
    def due(self) -> Seconds:
        """The moment of the next sample."""
        return (self._start or 0.0) + self._heard / self.sample_rate

    def hand_on(self, sound: Samples) -> None:
        """Let whoever records have it, `(n, channels)`."""
        if self.tap is not None:
            self.tap(self.due + self.late, sound)

    def read(self, now: Seconds) -> Samples:
        if self._start is None or self.done:
            return np.empty(0, np.float32)
        due = int((now - self._start) * self.sample_rate + 1e-6) - self._heard
        count = min(due, int(LONGEST_READ * self.sample_rate))
        if count < 1:
            return np.empty(0, np.float32)
        samples = self.take(count)
        self._heard += len(samples)
        self.done = len(samples) < count
        return samples

    def position(self, now: Seconds) -> Seconds:
        return self._heard / self.sample_rate

    def take(self, count: int) -> Samples:
        """The next `count` samples; fewer only at the end."""
        raise NotImplementedError

    def close(self) -> None:
        self.done = True


class ArraySource(PacedSource):
    """Plays `samples`, mono `(n,)`, once or in a loop. `ValueError` where there is nothing to play."""

    def __init__(self, samples: npt.ArrayLike, sample_rate: int, name: str = "array", loop: bool = False) -> None:
        super().__init__(name, sample_rate)
        self._samples: Samples = np.asarray(samples, np.float32)
        if self._samples.ndim != 1 or not len(self._samples):
            raise ValueError(f"samples are one channel, (n,) with n > 0, not {self._samples.shape}")
        self._loop = loop

    def take(self, count: int) -> Samples:
        if self._loop:
            sound = self._samples.take(np.arange(self._heard, self._heard + count), mode="wrap")
        else:
            sound = self._samples[self._heard : self._heard + count]
        self.hand_on(sound[:, None])
        return sound
