"""Musical time in integer ticks, and the one place where it becomes seconds."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, expm1, floor, log1p

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
    """The way from ticks to seconds: `tick` sounds at `seconds`, from there on at `bpm`.

    A tempo change is a new map anchored where the old one was left, so time stays continuous. A ramp goes from `bpm` to
    `to` over the next `over` ticks, by equal steps of tempo in equal stretches of music, and stays there; before the
    anchor time goes by `bpm`. Its seconds are the exact integral of the tempo: for b(x) = bpm + k x,
    60 / (960 k) log(b(x) / bpm).
    """

    bpm: BeatsPerMinute = 120.0
    seconds: Seconds = 0.0
    tick: Ticks = 0
    to: BeatsPerMinute | None = None
    over: Ticks = 0

    def __post_init__(self) -> None:
        check_bpm(self.bpm)
        if self.to is not None:
            check_bpm(self.to)
            if self.over < 1:
                raise ValueError(f"a ramp of {self.over} ticks is none")

    @property
    def final(self) -> BeatsPerMinute:
        """The tempo in the end."""
        return self.bpm if self.to is None else self.to

    @property
    def end(self) -> Ticks:
        """From where on the tempo stays."""
        return self.tick + self.over

    @property
    def seconds_per_tick(self) -> Seconds:
        """At the anchor."""
        return 60.0 / (self.bpm * TICKS_PER_BEAT)

    def bpm_at(self, tick: float) -> BeatsPerMinute:
        """The tempo at `tick`."""
        if self.to is None:
            return self.bpm
        return self.bpm + (self.to - self.bpm) * min(max((tick - self.tick) / self.over, 0.0), 1.0)

    def seconds_at(self, tick: float) -> Seconds:
        """When `tick` sounds, in seconds of the same clock as `self.seconds`."""
        ticks = tick - self.tick
        if self.to is None or ticks <= 0:
            return self.seconds + ticks * self.seconds_per_tick
        ramped = self._ramped(min(ticks, self.over), self.to)
        return self.seconds + ramped + max(0.0, ticks - self.over) * 60.0 / (self.to * TICKS_PER_BEAT)

    def position(self, seconds: Seconds) -> float:
        """Where the music is at `seconds`, in ticks and parts of them."""
        passed = seconds - self.seconds
        if self.to is None or passed <= 0:
            return self.tick + passed / self.seconds_per_tick
        ramped = self._ramped(self.over, self.to)
        if passed >= ramped:
            return self.end + (passed - ramped) * self.to * TICKS_PER_BEAT / 60.0
        growth = (self.to - self.bpm) / self.over
        if growth == 0:
            return self.tick + passed / self.seconds_per_tick
        return self.tick + expm1(passed * TICKS_PER_BEAT * growth / 60.0) * self.bpm / growth

    def tick_at(self, seconds: Seconds) -> Ticks:
        """The last tick that sounds at or before `seconds`."""
        return floor(self.position(seconds) - self.tick + 1e-6) + self.tick

    def with_bpm(self, bpm: BeatsPerMinute, at: Ticks) -> "TempoMap":
        """The same map up to tick `at`, and `bpm` from there on."""
        return TempoMap(check_bpm(bpm), self.seconds_at(at), at)

    def ramped(self, to: BeatsPerMinute, at: Ticks, over: Ticks) -> "TempoMap":
        """The same map up to tick `at`, and from there on a ramp to `to` that lasts `over` ticks."""
        return TempoMap(self.bpm_at(at), self.seconds_at(at), at, check_bpm(to), over)

    def falling_in(self, tick: Ticks, earliest: Seconds, lead: Ticks, bar: Ticks) -> "TempoMap":
        """`tick` at the same place of a `bar` of this time, as soon as `lead` ticks go before it from `earliest` on."""
        soonest = self.tick_at(earliest) + lead + 1
        return TempoMap(self.bpm, self.seconds_at(soonest + (tick - soonest) % bar), tick)

    def meeting(self, target: "TempoMap", here: Ticks, most: Seconds) -> "TempoMap | None":
        """From tick `here` on so fast as to meet `target` a beat later; None where it is more than `most` away."""
        begin = self.seconds_at(here)
        span = target.seconds_at(here + TICKS_PER_BEAT) - begin
        far = abs(target.seconds_at(here) - begin) > most
        return None if far or not 60 / MAX_BPM < span < 60 / MIN_BPM else TempoMap(60 / span, begin, here)

    def numbered(self, tick: float, now: Seconds, bar: Ticks) -> "TempoMap":
        """The same time with its bars numbered so that the one at `now` is nearest to song position `tick`."""
        return replace(self, tick=self.tick + round((tick - self.position(now)) / bar) * bar)

    def later(self, seconds: Seconds) -> "TempoMap":
        """The same music so many seconds later."""
        return replace(self, seconds=self.seconds + seconds)

    def _ramped(self, ticks: float, to: BeatsPerMinute) -> Seconds:
        """How long the first `ticks` of the ramp last."""
        growth = (to - self.bpm) / self.over
        if growth == 0:
            return ticks * self.seconds_per_tick
        return 60.0 / (TICKS_PER_BEAT * growth) * log1p(growth * ticks / self.bpm)


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
