"""Keeps the last seconds of what is listened to, for who wants a hit out of it."""

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

    @property
    def every(self) -> Seconds | None:
        return None

    def handle(self, message: Any, now: Seconds) -> None:
        raise TypeError(f"what is kept of the sound does not know {message!r}")

    def begin(self) -> None:
        self.view = RecentView(count=self.view.count)

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        blocks = self.view.blocks if sample_rate == self.view.sample_rate else ()
        kept, held = [np.array(samples, np.float32)], len(samples)
        for block in reversed(blocks):
            if held >= KEPT * sample_rate:
                break
            kept.append(block)
            held += len(block)
        self.view = RecentView(sample_rate, self.view.count + len(samples), tuple(reversed(kept)))
