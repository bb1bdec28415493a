"""Plays a pattern again, a little or wholly differently."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.coder import log_odds
from livemusic.sketch.drummer import Drummer, Question, answer, struck, touched
from livemusic.sketch.path import FAMILIES

Bools = npt.NDArray[np.bool_]
_ROUNDS = 12
#: How freely hits are drawn: 0 takes the likelier, 1 draws as likely as the drummer says, which does not repeat enough.
_BOLDNESS = 0.8


def vary(
    drummer: Drummer,
    grid: Grid,
    amount: float = 0.3,
    seed: int = 0,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    locks: Collection[int] = (),
) -> Grid:
    """Forget `amount` 0..1 of the pattern, a beat of a family of voices at a time, and let the drummer fill it in.

    What is forgotten comes back in rounds, few cells at first, so that most choices know most others (the schedule of
    Chang et al., MaskGIT, 2022, in any order as Uria, Murray and Larochelle 2014). Voices in `locks` stay.
    `ValueError` outside 0..1.
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"amount {amount} is outside 0..1")
    chance = np.random.default_rng(seed)
    beats = -(-grid.steps // STEPS_PER_BEAT)
    open_ = np.zeros((grid.steps, VOICE_COUNT), bool)
    for family in FAMILIES:
        beat = np.repeat(chance.random(beats) < amount, STEPS_PER_BEAT)[: grid.steps]
        open_[:, family] = beat[:, None]
    open_[:, list(locks)] = False
    return refill(drummer, grid, open_, chance, bpm, bar, style)


def refill(
    drummer: Drummer,
    grid: Grid,
    forgotten: Bools,
    chance: np.random.Generator,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    looseness: float = 1.0,
) -> Grid:
    """The pattern with the `forgotten` cells `(steps, 9)` drawn anew, in any order, each knowing those before it.

    Ornaments are forgotten with their main hits. `looseness` 0..1: how far from the middle their touch may be.
    """
    values = np.array(grid.values) * ~forgotten[..., None]
    unknown = forgotten.copy()
    cells = chance.permutation(np.argwhere(forgotten))
    ends = np.round(len(cells) * (1 - np.cos(np.linspace(0, np.pi / 2, _ROUNDS + 1)))).astype(int)
    for some in np.split(cells, ends[1:-1]):
        if len(some):
            at = tuple(some.T)
            said = answer(drummer, Question(Grid(values), ~unknown, bpm=bpm, bar=bar, style=style))[at]
            hits = chance.logistic(scale=_BOLDNESS, size=len(some)) < log_odds(said[:, HIT])
            values[at] = touched(said, chance, looseness) * hits[:, None]
            values[..., HIT][at] = hits
            unknown[at] = False
    left = replace(grid, ornaments=tuple(one for one in grid.ornaments if not forgotten[one.step, one.voice]))
    return one_hat(struck(values, np.asarray(values[..., HIT] > 0), left), forgotten)


def one_hat(grid: Grid, fresh: Bools) -> Grid:
    """The grid without a closed hat under an open one where either is `fresh`; the louder stays."""
    values = np.array(grid.values)
    hats = (Voice.CLOSED_HAT, Voice.OPEN_HAT)
    clash = grid.hits[:, hats].all(1) & fresh[:, hats].any(1)
    opened = values[:, Voice.OPEN_HAT, VELOCITY] >= values[:, Voice.CLOSED_HAT, VELOCITY]
    values[clash & opened, Voice.CLOSED_HAT] = 0.0
    values[clash & ~opened, Voice.OPEN_HAT] = 0.0
    return replace(grid, values=values)
