"""Folders of made-up clips in styles that Groove does not have: beats as they are programmed, not played.

A style is, for each voice, how likely and how loud it is at each sixteenth of a bar. A clip draws its beat once and
changes a little of it from bar to bar, so two clips of a style are kin and no copies.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.music.kit import VOICE_COUNT, Voice

Array = npt.NDArray[np.float32]

#: How much of a beat is drawn anew in each bar.
_CHANGE = 0.15


@dataclass(frozen=True, slots=True)
class Style:
    """`lanes[voice]` is one sign for each sixteenth of a bar: its digit in tenths is how likely a hit is, `.` is never,
    `x` always. Velocities are `loud` where a hit is likely and less where it is not; every second sixteenth is `late`
    by that part of a step."""

    lanes: dict[Voice, str]
    loud: float = 0.87
    late: float = 0.0

    @property
    def bar(self) -> int:
        """Sixteenths to a bar."""
        return len(next(iter(self.lanes.values())))


STYLES: dict[str, Style] = {
    "breakbeat": Style(
        {
            Voice.KICK: "x.51..2.2.x4..31",
            Voice.SNARE: ".2..x..7.6..x.26",
            Voice.CLOSED_HAT: "x4x4x4x4x4x4x4x4",
            Voice.OPEN_HAT: "......2.......4.",
            Voice.RIDE: "................",
        }
    ),
    "half-time": Style(
        {
            Voice.KICK: "x..3..5...41..3.",
            Voice.SNARE: "........x......1",
            Voice.CLOSED_HAT: "x3x3x3x7x3x3x7x7",
            Voice.CRASH: "1...............",
        },
        loud=0.79,
        late=0.12,
    ),
    "seven": Style(
        {
            Voice.KICK: "x..2..5.2.x.3.",
            Voice.SNARE: "....x.1.x..2.4",
            Voice.RIDE: "x.x.x.x.x.x.x.",
            Voice.LOW_TOM: "............24",
            Voice.HIGH_TOM: "..........31..",
        }
    ),
    "machine": Style(
        {
            Voice.KICK: "x...x...x...x..2",
            Voice.SNARE: "....x..2....x.1.",
            Voice.CLOSED_HAT: ".2.3.2.3.2.3.2.3",
            Voice.OPEN_HAT: "..x...x...x...x.",
            Voice.MID_TOM: ".3..3..3..3.3.3.",
            Voice.HIGH_TOM: "...2..2..4..2..4",
        },
        loud=1.0,
    ),
    "samba": Style(
        {
            Voice.KICK: "x..xx..xx..xx..x",
            Voice.SNARE: "x2x5.3x.4x.3x.5.",
            Voice.RIDE: "x.4.x.4.x.4.x.4.",
            Voice.LOW_TOM: "....3..2....8.3.",
            Voice.HIGH_TOM: "..2...4...2...1.",
        },
        loud=0.71,
        late=-0.08,
    ),
    "trap": Style(
        {
            Voice.KICK: "x..2.3..2.x.1.42",
            Voice.SNARE: "........x.....1.",
            Voice.CLOSED_HAT: "x7x7x9x7x7x9x99x",
            Voice.OPEN_HAT: "..1...2...1...3.",
            Voice.CRASH: "1...............",
        },
        loud=0.94,
    ),
}


def folder(name: str, clips: int, seed: int) -> list[Array]:
    """So many clips of two to four bars, each `(steps, 9, 3)`; the same for the same seed."""
    style, chance = STYLES[name], np.random.default_rng([seed, *name.encode()])
    return [_clip(style, chance) for _ in range(clips)]


def _clip(style: Style, chance: np.random.Generator) -> Array:
    likely = np.zeros((style.bar, VOICE_COUNT), np.float32)
    for voice, signs in style.lanes.items():
        likely[:, voice] = [1.0 if sign == "x" else 0.0 if sign == "." else int(sign) / 10 for sign in signs]
    beat, bars = chance.random(likely.shape), []
    for _ in range(int(chance.integers(2, 5))):
        anew = chance.random(likely.shape) < _CHANGE
        hits = np.where(anew, chance.random(likely.shape), beat) < likely
        velocity = np.round(127 * style.loud * (0.55 + 0.45 * likely)) / 127
        late = np.where(np.arange(style.bar) % 2, style.late, 0.0)[:, None]
        bars.append(np.stack([hits, hits * velocity, hits * late], axis=2))
    return np.concatenate(bars).astype(np.float32)
