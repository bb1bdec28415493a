"""How loud and where the kit plays each voice, and how loud everything is."""

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

import msgspec
import numpy as np

from livemusic.music.kit import VOICE_COUNT
from livemusic.session.lane_mix import LaneMix, all_lanes, gain_of, silent_lanes
from livemusic.sound.voices import Samples, Seconds

_EACH = VOICE_COUNT


class Balance(msgspec.Struct, frozen=True, tag=True):
    """For each voice its `levels` (factors) and its `pans` (-1 left, 1 right) in the kit, and what its velocities are
    multiplied by for an instrument in the kit's place; `master`: how loud everything is. `at`: from that moment on, 0
    at once.
    """

    levels: tuple[float, ...] = (1.0,) * _EACH
    pans: tuple[float, ...] = (0.0,) * _EACH
    scales: tuple[float, ...] = (1.0,) * _EACH
    master: float = 1.0
    at: Seconds = 0.0

    @classmethod
    def of(cls, mix: Sequence[LaneMix], master_db: float = 0.0, at: Seconds = 0.0) -> "Balance":
        """As `mix` wants it; what is muted has no level."""
        lanes, silent = all_lanes(mix), silent_lanes(mix)
        return cls(
            tuple(0.0 if voice in silent else gain_of(lane.level_db) for voice, lane in enumerate(lanes)),
            tuple(lane.pan for lane in lanes),
            tuple(lane.velocity for lane in lanes),
            gain_of(master_db),
            at,
        )


def sides(level: float, pan: float) -> tuple[float, float]:
    """The factors of left and right: constant power, 0 dB each in the middle, 3 dB more and nothing at a side."""
    angle = (1 + pan) * pi / 4
    return round(level * sqrt(2) * cos(angle), 12), round(level * sqrt(2) * sin(angle), 12)


class Strips:
    """The nine channels of the kit: each takes its voice's sound from one balance to the next without a click, and
    knows how loud it was. Thread: the renderer's.
    """

    def __init__(self) -> None:
        self._wanted = np.ones((_EACH, 2), np.float32)
        self._now = self._wanted.copy()
        self._peaks = [0.0] * _EACH

    def set(self, balance: Balance) -> None:
        """From now on so; what sounds goes there within the next block."""
        pairs = zip(balance.levels, balance.pans, strict=True)
        self._wanted = np.array([sides(level, pan) for level, pan in pairs], np.float32)

    def pass_through(self, voice: int, sound: Samples, rang: bool = True) -> None:
        """Balance the sound of a voice, `(frames, 2)`, in place; where it rang before, it goes there smoothly."""
        wanted = self._wanted[voice]
        now = self._now[voice] if rang else wanted
        if not np.array_equal(now, wanted):
            sound *= np.linspace(now, wanted, len(sound), dtype=np.float32)
        elif now[0] != 1.0 or now[1] != 1.0:
            sound *= now
        if len(sound):
            self._peaks[voice] = max(self._peaks[voice], float(sound.max()), -float(sound.min()))

    def settle(self) -> None:
        """A block has ended: all are where they were wanted."""
        self._now = self._wanted

    def peaks(self) -> tuple[float, ...]:
        """The highest sample of each voice since this was last asked."""
        peaks, self._peaks = tuple(self._peaks), [0.0] * _EACH
        return peaks
