"""Hears the harmony of what is listened to: key, chord, and the tonal centre with the way that it came."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.audio.source import Samples
from livemusic.dsp.chroma import ChromaRow
from livemusic.dsp.harmony import Harmony, HarmonyRow
from livemusic.music.tempo import Seconds

#: Every fourth row is a point of the trail, of which so many are kept: 24 seconds.
_EVERY, _KEPT = 4, 128


@dataclass(frozen=True, slots=True, eq=False)
class HarmonyView:
    """The newest row, None before the first; `trail`: where the centre was, float32 `(n, 3)`, the newest last."""

    row: HarmonyRow | None = None
    trail: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 3), np.float32))

    @property
    def centre(self) -> tuple[float, float, float] | None:
        """Where the tonal centre is on the spiral; None where there is no harmony."""
        return None if self.row is None else self.row.centre


class HarmonyEar:
    """Follows the harmony of whatever is heard, see `dsp.harmony`. The chroma of a block is followed at the next one,
    because each of the two takes a while. Thread: listen."""

    orders: tuple[type, ...] = ()
    every: Seconds | None = None

    def __init__(self) -> None:
        self.begin()

    def handle(self, message: Any, now: Seconds) -> None:
        raise TypeError(f"the harmony does not know {message!r}")

    def begin(self) -> None:
        self.view = HarmonyView()
        self._harmony: Harmony | None = None
        self._deaf = False
        self._chroma = list[ChromaRow]()
        self._trail = deque[tuple[float, float, float]](maxlen=_KEPT)
        self._rows = 0

    def hear(self, samples: Samples, sample_rate: int, at: Seconds) -> None:
        if self._harmony is None and not self._deaf:
            try:
                self._harmony = Harmony(sample_rate)
            except ValueError:  # a rate at which there is too little to hear
                self._deaf = True
        if self._harmony is None:
            return
        rows = [self._harmony.follow(row) for row in self._chroma]
        self._chroma = self._harmony.listen(samples)
        if not rows:
            return
        for row in rows:
            self._rows += 1
            if row.centre is None:
                self._trail.clear()
            elif self._rows % _EVERY == 0:
                self._trail.append(row.centre)
        self.view = HarmonyView(rows[-1], np.array(self._trail, np.float32).reshape(-1, 3))
