"""Ports that need no system: one remembers, one forgets, one is played by hand. The MIDI monitor and the test ports."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

Seconds = float


class MemoryOut:
    """Keeps the last `limit` messages in `sent` as `(seconds, bytes)`, seconds by `clock`."""

    def __init__(
        self, name: str = "memory", limit: int | None = None, clock: Callable[[], Seconds] = perf_counter
    ) -> None:
        self.name = name
        self.alive = True
        self.flows = True
        self.sent: deque[tuple[Seconds, bytes]] = deque(maxlen=limit)
        self._clock = clock

    def send(self, data: bytes) -> None:
        self.sent.append((self._clock(), bytes(data)))

    def close(self) -> None:
        self.alive = False

    @property
    def messages(self) -> list[bytes]:
        """What was sent, without the times."""
        return [data for _, data in self.sent]


class MemoryIn:
    """Hands `hear` whatever is played on it, with the time by `clock`, until it is closed."""

    def __init__(
        self, name: str, hear: Callable[[bytes, Seconds], None], clock: Callable[[], Seconds] = perf_counter
    ) -> None:
        self.name = name
        self.alive = True
        self._hear = hear
        self._clock = clock

    def play(self, *messages: bytes) -> None:
        for data in messages:
            if self.alive:
                self._hear(data, self._clock())

    def close(self) -> None:
        self.alive = False


class NoOut:
    """No port: whatever is sent is forgotten."""

    name = "none"
    alive = True
    flows = True

    def send(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass
