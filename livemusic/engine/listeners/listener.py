"""What the listening core asks of those who hear beside it."""

from typing import Any, Protocol

from livemusic.audio.source import Samples
from livemusic.music.tempo import Seconds


class Listener(Protocol):
    """Hears what is listened to and publishes what it finds in an immutable `view`; what it has to tell at once it
    tells by callbacks of its own, which may not block.

    Nothing of it may raise for what is heard. Thread: listen.
    """

    orders: tuple[type, ...]
    """The messages that are for it: the listening core hands them on."""

    @property
    def every(self) -> Seconds | None:
        """How often it wants to hear at least; None: as often as the path does."""

    def handle(self, message: Any, now: Seconds) -> None:
        """Take one of its `orders`."""

    def begin(self) -> None:
        """What was heard is over, and what comes next is another sound; or nothing more is heard."""

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        """What has come in: mono `(n,)`, n > 0. `at`: the moment of its end, by the clock that what we play goes by."""


class Sounded:
    """Lays what is told in seconds of sound on the clock: as long as the sound runs, it ends where its last block did.

    Thread: one.
    """

    def __init__(self) -> None:
        self._samples = 0
        self._rate = 1
        self._at: Seconds = 0.0

    def begin(self) -> None:
        """What comes next is another sound."""
        self._samples = 0

    def add(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        """The next block, which ends at the moment `at`."""
        self._samples += len(samples)
        self._rate, self._at = sample_rate, at

    def moment(self, t: Seconds) -> Seconds:
        """When `t`, in seconds of sound, was."""
        return self._at - (self._samples / self._rate - t)
