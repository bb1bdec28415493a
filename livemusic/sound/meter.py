"""How loud what goes to the speakers is, and each voice of the kit, told some twenty times a second."""

from collections.abc import Callable
from math import log10

import numpy as np

from livemusic.dsp.level import SILENCE_DB, LevelMeter
from livemusic.sound.protocol import Levels
from livemusic.sound.voices import Samples, Seconds

_EVERY: Seconds = 0.05


def decibels(amplitude: float) -> float:
    """An amplitude in dB full scale, -120 at least."""
    return max(SILENCE_DB, 20 * log10(amplitude)) if amplitude > 0 else SILENCE_DB


class OutputMeter:
    """`push` every block that goes to the speakers; `tell` is given the levels where they have changed.

    Peak and rms as `dsp.level` has them for the input. `voices` gives the kit's peaks since it was last asked.
    Thread: the renderer's.
    """

    def __init__(
        self, sample_rate: int, voices: Callable[[], tuple[float, ...]], tell: Callable[[Levels], None]
    ) -> None:
        self._voices = voices
        self._tell = tell
        self._sides = LevelMeter(sample_rate), LevelMeter(sample_rate)
        self._every = round(_EVERY * sample_rate)
        self._blocks: list[Samples] = []
        self._frames = 0
        self._told: Levels | None = None

    def push(self, block: Samples) -> None:
        """What goes to the speakers next, `(frames, 2)`."""
        self._blocks.append(block)
        self._frames += len(block)
        if self._frames >= self._every:
            sound = np.concatenate(self._blocks)
            left, right = (meter.push(sound[:, side]) for side, meter in enumerate(self._sides))
            self._blocks, self._frames = [], 0
            levels = Levels(
                (round(left.peak_db, 1), round(right.peak_db, 1)),
                (round(left.rms_db, 1), round(right.rms_db, 1)),
                tuple(round(decibels(peak), 1) for peak in self._voices()),
            )
            if levels != self._told:
                self._told = levels
                self._tell(levels)
