"""The straight line behind scattered points of time, and whether it is straight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from livemusic.music.clock import PULSES_PER_BEAT
from livemusic.music.tempo import MAX_BPM, MIN_BPM, BeatsPerMinute, Seconds

#: Fewer points than this make no line, fewer than this no parabola, fewer than this do not outweigh what was known.
_LINE, _PARABOLA, _OUTWEIGH = 4, 9, 12
#: Standard errors beyond which a line is called bent, or a tempo another.
_SURELY = 3.0
#: From the distance half of all pulses keep to the rms, between that of uniform (1.15) and of normal jitter (1.48).
_HALF_TO_RMS = 1.3
_SHORTEST, _LONGEST = (60 / bpm / PULSES_PER_BEAT for bpm in (MAX_BPM, MIN_BPM))


@dataclass(frozen=True, slots=True)
class Line:
    """Pulse `count` is due at `seconds`, the others every `period` seconds; `error`: the period's standard error."""

    count: int
    seconds: Seconds
    period: Seconds
    error: Seconds = 0.0

    @property
    def bpm(self) -> BeatsPerMinute:
        """Within what can be played, which rounding may leave."""
        return min(max(60.0 / (self.period * PULSES_PER_BEAT), MIN_BPM), MAX_BPM)

    def at(self, count: float) -> Seconds:
        return self.seconds + (count - self.count) * self.period

    def count_at(self, seconds: Seconds) -> float:
        return self.count + (seconds - self.seconds) / self.period


class Fit(NamedTuple):
    """`jitter`: rms distance of the kept pulses from the line, `rough`: of all, `usual`: as half of them have it.

    `tangent`: to the parabola through them at the last; `bend`: its second derivative in seconds per pulse squared;
    `straight`: it is not surely better than the line.
    """

    line: Line
    jitter: Seconds
    rough: Seconds
    usual: Seconds
    tangent: Line
    bend: Seconds
    straight: bool


def agree(bent: Fit, straight: Fit, size: int) -> bool:
    """Whether the parabola of `bent` runs along the line of the last `size` pulses, as it does not past a kink."""
    slope = bent.tangent.period - bent.bend * size / 2
    return abs(slope - straight.line.period) <= straight.line.error


def fitted(points: Sequence[tuple[int, Seconds]], known: Seconds | None = None) -> Fit | None:
    """The line through `points`, the farthest ones left out once; `known`: a period to keep unless they surely differ.

    None for fewer points than make a line (one with `known`, else four), or a tempo that cannot be.
    """
    count, last = points[-1]
    counts = np.array([place for place, _ in points], float) - count
    times = np.array([at for _, at in points]) - last
    if len(points) < _LINE:
        if known is None:
            return None
        line = Line(count, last + float(np.mean(times - known * counts)), known)
        return Fit(line, 0.0, 0.0, 0.0, line, 0.0, True)
    kept = np.ones(len(points), bool)
    for _ in range(2):
        x, y = counts[kept], times[kept]
        middle, spread = float(x.mean()), float(((x - x.mean()) ** 2).sum())
        period = float(((x - middle) @ y) / spread) if spread else 0.0
        offset = float(y.mean() - period * middle)
        away = np.abs(times - offset - period * counts)
        kept = away <= max(3.5 * 1.4826 * float(np.median(away)), 1e-4)
        if np.count_nonzero(kept) < _LINE:
            return None
    if not _SHORTEST <= period <= _LONGEST:
        return None
    rest = y - offset - period * x
    jitter = float(np.sqrt((rest @ rest) / max(len(x) - 2, 1)))
    error = jitter / spread**0.5
    if known is not None and len(points) < _OUTWEIGH and abs(period - known) <= _SURELY * error:
        period, offset = known, float(np.mean(y - known * x))
    line = Line(count, last + offset, period, error)
    rough = float(np.sqrt(np.mean(away**2)))
    usual = min(jitter, _HALF_TO_RMS * float(np.median(away)))
    if len(x) < _PARABOLA:
        return Fit(line, jitter, rough, usual, line, 0.0, True)
    width = float(np.ptp(x))
    scaled = (x - middle) / width
    lean, mean = float((scaled @ scaled**2) / (scaled @ scaled)), float((scaled**2).mean())
    parabola = scaled**2 - mean - lean * scaled
    curvature = float((parabola @ rest) / (parabola @ parabola))
    left = rest - curvature * parabola
    noise = max(float(np.sqrt((left @ left) / (len(x) - 3))), 1e-5)
    straight = abs(curvature) <= _SURELY * noise / float(parabola @ parabola) ** 0.5
    end = -middle / width
    ahead = line.seconds + curvature * (end**2 - mean - lean * end)
    slope = min(max(period + curvature * (2 * end - lean) / width, _SHORTEST), _LONGEST)
    tangent = Line(count, ahead, slope, error)
    return Fit(line, jitter, rough, usual, tangent, 2 * curvature / width**2, bool(straight))
