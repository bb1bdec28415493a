"""What the listening core asks of those who hear beside it."""

from math import inf
from typing import Any, Protocol

from livemusic.audio.source import Samples
from livemusic.music.tempo import Seconds

#: So much sound shows how late its portions come: several portions, but not so much that a card whose clock is slow, or
#: that loses some, moves the strokes.
_WINDOW: Seconds = 0.25


class Listener(Protocol):
    """Hears what is listened to and publishes what it finds in an immutable `view`; what it has to tell at once it
    tells by callbacks of its own, which may not block.

    Nothing of it may raise for what is heard. Thread: listen.
    """

    orders: tuple[type, ...]
    """The messages that are for it: the listening core hands them on."""

    @property
    def every(self) -> Seconds | None:
        """After how long it wants to hear again, at the latest; None: when the path does."""

    def handle(self, message: Any, now: Seconds) -> None:
        """Take one of its `orders`."""

    def begin(self) -> None:
        """What was heard is over, and what comes next is another sound; or nothing more is heard."""

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        """What has come in: mono `(n,)`, n > 0. `at`: the moment of its end, by the clock that what we play goes by."""


class Sounded:
    """Lays what is told in seconds of sound on the clock. Thread: one.

    A device brings its sound in portions, so a block is there up to a portion late, by chance; never early. So the
    soonest in a quarter of a second tells when the sound began, and the moments of strokes do not jitter.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """What comes next is another sound."""
        self._heard: Seconds = 0.0
        self._soonest = self._before = inf
        self._window_end: Seconds = _WINDOW

    def add(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        """The next block, which ends at the moment `at`."""
        self._heard += len(samples) / sample_rate
        if self._heard > self._window_end:
            self._window_end = self._heard + _WINDOW
            self._before, self._soonest = self._soonest, inf
        self._soonest = min(self._soonest, at - self._heard)

    def moment(self, t: Seconds) -> Seconds:
        """When `t`, in seconds of sound, was."""
        return min(self._soonest, self._before) + t
