"""Musical time in integer ticks, and the one place where it becomes seconds."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

Ticks = int
Seconds = float
BeatsPerMinute = float

TICKS_PER_BEAT: Ticks = 960
MIN_BPM: BeatsPerMinute = 20.0
MAX_BPM: BeatsPerMinute = 400.0


def check_bpm(bpm: BeatsPerMinute) -> BeatsPerMinute:
    """Return `bpm` as a float, or raise `ValueError` outside 20..400."""
    if not MIN_BPM <= bpm <= MAX_BPM:
        raise ValueError(f"tempo {bpm!r} bpm is outside {MIN_BPM:g}..{MAX_BPM:g}")
    return float(bpm)


@dataclass(frozen=True, slots=True)
class TempoMap:
    """A straight line between ticks and seconds: `tick` sounds at `seconds`, from there on at `bpm`.

    A tempo change is a new map anchored where the old one was left, so time stays continuous.
    """

    bpm: BeatsPerMinute = 120.0
    seconds: Seconds = 0.0
    tick: Ticks = 0

    def __post_init__(self) -> None:
        check_bpm(self.bpm)

    @property
    def seconds_per_tick(self) -> Seconds:
        return 60.0 / (self.bpm * TICKS_PER_BEAT)

    def seconds_at(self, tick: Ticks) -> Seconds:
        """When `tick` sounds, in seconds of the same clock as `self.seconds`."""
        return self.seconds + (tick - self.tick) * self.seconds_per_tick

    def tick_at(self, seconds: Seconds) -> Ticks:
        """The last tick that sounds at or before `seconds`."""
        return self.tick + floor((seconds - self.seconds) / self.seconds_per_tick + 1e-6)

    def with_bpm(self, bpm: BeatsPerMinute, at: Ticks) -> "TempoMap":
        """The same map up to tick `at`, and `bpm` from there on."""
        return replace(self, bpm=check_bpm(bpm), seconds=self.seconds_at(at), tick=at)


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature: `beats` notes of `1/unit` to the bar (4/4, 3/4, 7/8, 12/8)."""

    beats: int = 4
    unit: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 32:
            raise ValueError(f"meter {self.beats}/{self.unit}: beats per bar must be 1..32")
        if self.unit not in (2, 4, 8, 16):
            raise ValueError(f"meter {self.beats}/{self.unit}: the unit must be 2, 4, 8 or 16")

    @property
    def bar(self) -> Ticks:
        """Length of one bar in ticks."""
        return int(Fraction(4 * self.beats, self.unit) * TICKS_PER_BEAT)


def next_multiple(tick: Ticks, quantum: Ticks) -> Ticks:
    """The first multiple of `quantum` at or after `tick`."""
    return ceil(Fraction(tick, quantum)) * quantum
