"""Fills that drummers have played: at the end of a bar one of them takes the place of what was to be played."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, Voice

#: From these amounts on a fill takes two beats, and the whole bar.
_TWO_BEATS, _WHOLE_BAR = 0.34, 0.67
#: Among so many fills that are about as busy as wanted chance decides.
_CHOICE = 4
#: How hard kick and crash are struck where a fill arrives.
_LANDING = ((Voice.KICK, 0.87), (Voice.CRASH, 0.9))
_CYMBALS = (Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE)


def fill_steps(amount: float, bar: int) -> int:
    """How many sixteenths a fill of `amount` 0..1 takes, at the end of a bar of `bar` of them."""
    if amount >= _WHOLE_BAR:
        return bar
    return min(bar, 2 * STEPS_PER_BEAT if amount >= _TWO_BEATS else STEPS_PER_BEAT)


def chosen(fills: Sequence[Grid], steps: int, amount: float, chance: np.random.Generator) -> Grid:
    """The end of one of `fills`, which end with their last step, `steps` long: the busier, the more `amount` 0..1.

    Without any fill it is a roll on the snare that grows louder. A longer one than there are has its fill at the end.
    """
    ends = [_end(fill, steps) for fill in fills]
    ends = [end for end in ends if end.hits[-STEPS_PER_BEAT:].any()]
    if not ends:
        return _roll(steps)
    ends.sort(key=lambda end: end.count)
    first = round(amount * max(0, len(ends) - _CHOICE))
    return ends[first + int(chance.integers(min(_CHOICE, len(ends) - first)))]


def _end(fill: Grid, steps: int) -> Grid:
    if fill.steps < steps:
        return Grid.joined([Grid.empty(steps - fill.steps), fill])
    return fill.cut(fill.steps - steps, fill.steps)


def _roll(steps: int) -> Grid:
    values = np.zeros((steps, VOICE_COUNT, 3), np.float32)
    values[:, Voice.SNARE, HIT] = 1.0
    values[:, Voice.SNARE, VELOCITY] = np.linspace(0.35, 0.9, steps)
    return Grid(values)


def with_fill(loop: Grid, at: int, fill: Grid, silent: Sequence[int] = ()) -> Grid:
    """The loop with `fill` from step `at` on in place of what is there, round its end if need be; `silent` drums stay
    out of it."""
    steps = (at + np.arange(fill.steps)) % loop.steps
    values = np.array(loop.values)
    values[steps] = fill.values
    for voice in silent:
        values[steps, voice] = 0.0
    here = set(steps.tolist())
    ornaments = [one for one in loop.ornaments if one.step not in here]
    ornaments += [
        one._replace(step=int(steps[one.step])) for one in fill.ornaments if values[steps[one.step], one.voice, HIT]
    ]
    return replace(loop, values=values, ornaments=tuple(ornaments))


def with_landing(loop: Grid, at: int, silent: Sequence[int] = ()) -> Grid:
    """The loop with a crash and a kick on step `at`, in place of the other cymbals there; `silent` drums stay out."""
    values = np.array(loop.values)
    step = at % loop.steps
    struck: npt.NDArray[np.float32] = values[step]
    if Voice.CRASH not in silent:
        struck[list[int](_CYMBALS)] = 0.0
    for voice, velocity in _LANDING:
        if voice not in silent:
            struck[voice, HIT] = 1.0
            struck[voice, VELOCITY] = max(velocity, struck[voice, VELOCITY])
            struck[voice, OFFSET] = 0.0
    kept = tuple(one for one in loop.ornaments if one.step != step or values[step, one.voice, HIT])
    return replace(loop, values=values, ornaments=kept)
