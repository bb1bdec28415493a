"""Keeps the last seconds of what is listened to, for who wants a hit out of it."""

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from livemusic.audio.source import Samples
from livemusic.music.tempo import Seconds

#: So much is kept.
KEPT: Seconds = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class RecentView:
    """`blocks`, never changed once published, end with sample `count` of all that was heard at `sample_rate`."""

    sample_rate: int = 0
    count: int = 0
    blocks: tuple[Samples, ...] = ()

    def since(self, first: int) -> Samples:
        """What is kept of the samples from number `first` on."""
        sound = np.concatenate(self.blocks) if self.blocks else np.empty(0, np.float32)
        return sound[max(0, len(sound) - (self.count - first)) :] if first < self.count else sound[:0]


class Recent:
    """Keeps `KEPT` seconds. Thread: listen."""

    orders: tuple[type, ...] = ()

    def __init__(self) -> None:
        self.view = RecentView()
        self._blocks = deque[Samples]()
        self._held = 0

    @property
    def every(self) -> Seconds | None:
        return None

    def handle(self, message: Any, now: Seconds) -> None:
        raise TypeError(f"what is kept of the sound does not know {message!r}")

    def begin(self) -> None:
        self._blocks.clear()
        self._held = 0
        self.view = RecentView(count=self.view.count)

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        if sample_rate != self.view.sample_rate:
            self.begin()
        self._blocks.append(np.array(samples, np.float32))
        self._held += len(samples)
        while self._held - len(self._blocks[0]) >= KEPT * sample_rate:
            self._held -= len(self._blocks.popleft())
        self.view = RecentView(sample_rate, self.view.count + len(samples), tuple(self._blocks))
