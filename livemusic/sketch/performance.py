"""What is played in a bar of a groove that is performed: as dense, tricky and hard as wanted, with fills and variation.

The same groove, performance, bar and seed give the same hits; a neutral performance gives the groove itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import STEPS_PER_BEAT, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.performance import Performance
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.complexity import moved, moves
from livemusic.sketch.density import by_rule, denser
from livemusic.sketch.drummer import Drummer
from livemusic.sketch.feel import felt
from livemusic.sketch.fills import chosen, fill_steps, with_fill, with_landing
from livemusic.sketch.intensity import intensified
from livemusic.sketch.path import FAMILIES
from livemusic.sketch.sketch import judged
from livemusic.sketch.vary import refill

Array = npt.NDArray[np.float32]
Judged = tuple[Array, Array]

#: What was thought of so many grooves is remembered: the hand comes back to them.
_REMEMBERED = 16
_VARIATION, _FILL = 1, 2
#: Seeds are no less than 0, but a bar is: the count-in and a pushed start lie before the song.
_SEEDS = 1 << 32


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar `number` of the song, its first step `begin` steps from the song's beginning, `steps` long.

    `fill`: the step of it from which on it is a fill, None for none; `lands`: a fill, or whatever ends with a crash,
    arrives on its first step. `variation`: the seed of a variation that was asked for in it, None for none.
    """

    number: int
    begin: int
    steps: int
    fill: int | None = None
    lands: bool = False
    variation: int | None = None


class Performer:
    """Plays grooves as a performance says. Without a drummer what is likely is told from the metre alone, without
    fills a fill is a roll. Thread: one at a time."""

    def __init__(self, drummer: Drummer | None = None, fills: Sequence[Grid] = (), seed: int = 0) -> None:
        self._drummer = drummer
        self._fills = tuple(fills)
        self._seed = seed
        self._judged: dict[tuple[Grid, BeatsPerMinute, int], Judged] = {}
        self._varied: dict[tuple[Grid, float, int, int, BeatsPerMinute], Grid] = {}

    def loop(self, groove: Grid, performance: Performance, bpm: BeatsPerMinute = 120.0, bar: int = 16) -> Grid:
        """The whole groove as it goes, apart from fills and variation."""
        if not performance.reshapes:
            return groove
        grid = felt(groove, performance.feel)
        lanes = [performance.lane(voice) for voice in range(VOICE_COUNT)]
        whole = performance.whole
        densities = [lane.density for lane in lanes]
        if whole.density > 0 or max(densities) > 0:
            grid = denser(grid, whole.density, densities, self._judge(grid, bpm, bar), bar)
        else:
            grid = denser(grid, whole.density, densities, by_rule(grid, bar), bar)
        complexities = [_sum(whole.complexity, lane.complexity) for lane in lanes]
        if any(complexities):
            grid = moved(grid, complexities, self._judge(grid, bpm, bar), bar)
        return intensified(grid, _intensities(performance), bar)

    def bar(self, loop: Grid, performance: Performance, at: Bar, bpm: BeatsPerMinute = 120.0) -> Grid:
        """The loop as it is played in one bar: with what only that bar has. It is as long as the loop, or longer where
        that is shorter than a bar, and everything outside the bar is as it was."""
        if not loop.hits.any():
            return loop
        silent = _silent(performance)
        varies = at.variation is not None or _ends_a_phrase(at.number, performance.vary_every)
        if (varies or at.lands or at.fill is not None) and loop.steps < at.steps:
            loop = loop.looped(loop.steps * -(-at.steps // loop.steps))
        if varies:
            seed = performance.vary_seed if at.variation is None else at.variation
            key = (loop, performance.vary_amount, seed, at.number, bpm)
            if key not in self._varied:
                _make_room(self._varied)
                self._varied[key] = self._vary(loop, performance.vary_amount, seed, at, silent, bpm)
            loop = self._varied[key]
        if at.fill is not None and at.fill < at.steps:
            chance = np.random.default_rng((self._seed, at.number % _SEEDS, _FILL))
            fill = chosen(self._fills, at.steps - at.fill, performance.fill_amount, chance)
            loop = with_fill(loop, at.begin + at.fill, intensified(fill, _intensities(performance), at.steps), silent)
        return with_landing(loop, at.begin, silent) if at.lands else loop

    def _vary(self, loop: Grid, amount: float, seed: int, at: Bar, silent: Sequence[int], bpm: BeatsPerMinute) -> Grid:
        """The bar with `amount` of it forgotten, a beat of a family of drums at a time, and played anew."""
        chance = np.random.default_rng((self._seed + seed, at.number % _SEEDS, _VARIATION))
        steps = (at.begin + np.arange(at.steps)) % loop.steps
        if self._drummer is None:
            return _shuffled(loop, amount, set(steps.tolist()), at.steps, chance)
        forgotten = np.zeros((loop.steps, VOICE_COUNT), bool)
        beats = -(-at.steps // STEPS_PER_BEAT)
        for family in FAMILIES:
            lost = np.repeat(chance.random(beats) < amount, STEPS_PER_BEAT)[: at.steps]
            for voice in family:
                forgotten[steps[lost], voice] = True
        forgotten[:, list(silent)] = False
        return refill(self._drummer, loop, forgotten, chance, bpm, at.steps)

    def _judge(self, grid: Grid, bpm: BeatsPerMinute, bar: int) -> Judged:
        """Touch and likelihood of every cell, remembered."""
        if self._drummer is None:
            return by_rule(grid, bar)
        key = (grid, bpm, bar)
        if key not in self._judged:
            _make_room(self._judged)
            self._judged[key] = judged(self._drummer, grid, bpm, bar)
        return self._judged[key]


def scheduled_fill(performance: Performance, number: int, steps: int) -> int | None:
    """From which step on bar `number`, `steps` long, is the fill that ends a phrase; None where it ends none."""
    if not _ends_a_phrase(number, performance.fill_every):
        return None
    return steps - fill_steps(performance.fill_amount, steps)


def _ends_a_phrase(number: int, every: int) -> bool:
    """Whether a bar is the last of `every` bars (0: never), counted from the beginning of the song, not before it."""
    return every > 0 and number >= 0 and number % every == every - 1


def _shuffled(loop: Grid, amount: float, steps: set[int], bar: int, chance: np.random.Generator) -> Grid:
    """The loop with `amount` of the hits that could move in these steps moved."""
    likely = by_rule(loop, bar)[1]
    values = np.array(loop.values)
    for move in [*moves(loop, likely, bar, 1), *moves(loop, likely, bar, -1)]:
        wanted = chance.random() < amount
        if wanted and {move.step, move.there} <= steps and not values[move.there, move.to, 0]:
            values[move.there, move.to] = values[move.step, move.voice]
            values[move.step, move.voice] = 0.0
    return replace(loop, values=values)


def _make_room(made: dict[Any, Any]) -> None:
    while len(made) >= _REMEMBERED:
        del made[next(iter(made))]


def _intensities(performance: Performance) -> list[float]:
    return [_sum(performance.whole.intensity, performance.lane(voice).intensity) for voice in range(VOICE_COUNT)]


def _silent(performance: Performance) -> list[int]:
    """The drums that are turned down altogether."""
    return [voice for voice in range(VOICE_COUNT) if performance.lane(voice).density == -1.0]


def _sum(whole: float, lane: float) -> float:
    return max(-1.0, min(1.0, whole + lane))
