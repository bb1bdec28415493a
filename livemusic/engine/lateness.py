"""How late events leave: the last few hundred, summed up for the status bar."""

from collections import deque
from typing import NamedTuple

from livemusic.music.tempo import Seconds


class Percentiles(NamedTuple):
    """In seconds; all zero while nothing was counted."""

    p50: Seconds = 0.0
    p95: Seconds = 0.0
    p99: Seconds = 0.0
    worst: Seconds = 0.0

    @classmethod
    def of(cls, values: list[Seconds]) -> "Percentiles":
        if not values:
            return cls()
        ranked = sorted(values)
        last = len(ranked) - 1
        return cls(*(ranked[round(share * last)] for share in (0.50, 0.95, 0.99, 1.0)))


class Lateness:
    """`add` takes constant time; `summary` sorts `keep` values at most, once for `every` new ones."""

    def __init__(self, keep: int = 512, every: int = 16) -> None:
        self._values: deque[Seconds] = deque(maxlen=keep)
        self._every = every
        self._fresh = 0
        self._summary = Percentiles()

    def add(self, seconds: Seconds) -> None:
        self._values.append(max(0.0, seconds))
        self._fresh += 1

    def summary(self) -> Percentiles:
        if self._fresh >= self._every or (self._fresh and len(self._values) < self._every):
            self._fresh = 0
            self._summary = Percentiles.of(list(self._values))
        return self._summary
