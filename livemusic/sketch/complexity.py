"""Straighter or more syncopated, with as many hits: some of them move to weaker or to stronger places nearby."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid, Ornament
from livemusic.music.kit import VOICE_COUNT, Voice
from livemusic.sketch.coder import log_odds
from livemusic.sketch.importance import frame, importance, strength

Array = npt.NDArray[np.float32]

#: So far a hit moves at most, in steps.
_REACH = 2
#: So much of a drum moves at most, or its pulse would be lost.
_MOST = 0.5
#: A softer snare than this beside the loudest is a ghost note; as hard is one that a hat becomes.
_GHOST, _AS_HARD = 0.55, 0.3
#: Where hats or ride keep time, some of what they strike between beats becomes ghost notes.
_TIME = (Voice.CLOSED_HAT, Voice.RIDE)
_HATS = (Voice.CLOSED_HAT, Voice.OPEN_HAT)
_STAYS = (Voice.CRASH,)


class Move(NamedTuple):
    """A hit of `voice` goes from a step to another, there on the drum `to`."""

    step: int
    voice: int
    there: int
    to: int


def moved(grid: Grid, amounts: Sequence[float], judged: tuple[Array, Array], bar: int) -> Grid:
    """The loop with hits moved, of each drum by its amount -1..1: to weaker places where positive, to stronger ones
    where negative. As many hits as before; what holds the bar together stays. `judged`: touch and likelihood of every
    cell."""
    if not any(amounts):
        return grid
    values = np.array(grid.values)
    ornaments: dict[tuple[int, int], list[Ornament]] = {}
    for one in grid.ornaments:
        ornaments.setdefault((one.step, one.voice), []).append(one)
    ways = {sign: moves(grid, judged[1], bar, sign) for sign in (1, -1)}
    for voice, amount in enumerate(amounts):
        own = [move for move in ways[1 if amount > 0 else -1] if move.voice == voice]
        for step, _, there, to in own[: round(abs(amount) * len(own))]:
            if values[there, to, HIT] or _on_a_hat(values, there, to, (step, voice)):
                continue
            values[there, to] = values[step, voice]
            values[step, voice] = 0.0
            kept = ornaments.pop((step, voice), [])
            if to == voice:
                ornaments[there, to] = [one._replace(step=there) for one in kept]
            elif to == Voice.SNARE:
                values[there, to, VELOCITY] = _AS_HARD
            else:
                values[there, to, VELOCITY:] = judged[0][there, to, VELOCITY], 0.0
            values[there, to, OFFSET] = np.clip(values[there, to, OFFSET], -0.25, 0.25)
    return replace(grid, values=values, ornaments=tuple(one for ones in ornaments.values() for one in ones))


def moves(grid: Grid, likely: Array, bar: int, sign: int) -> list[Move]:
    """What can move, the best first: towards weaker places where `sign` is 1, stronger ones where it is -1. No hit
    moves twice, and no two come to one place."""
    strong, steps = strength(grid.steps, bar), grid.steps
    hits, fixed, odds = grid.hits, frame(grid, bar), log_odds(likely)
    matters = importance(grid, bar)
    loud = grid.values[:, Voice.SNARE, VELOCITY].max(initial=0.0)
    found = []
    for step, voice in np.argwhere(hits & ~fixed).tolist():
        if voice in _STAYS:
            continue
        ghost = voice == Voice.SNARE and grid.values[step, voice, VELOCITY] < _GHOST * loud
        for way in range(-_REACH, _REACH + 1):
            there = (step + way) % steps
            if sign * (int(strong[step]) - int(strong[there])) <= 0:
                continue
            for to in _drums(voice, ghost, sign, int(strong[step])):
                if not hits[there, to]:
                    score = odds[there, to] - matters[step, voice] - 0.5 * abs(way)
                    found.append((-round(float(score), 3), there % bar, step, Move(step, voice, there, to)))
    limits = np.ceil(_MOST * (hits & ~fixed).sum(0)).astype(int)
    gone, taken, best = set(), set(), []
    counts = np.zeros(VOICE_COUNT, int)
    for *_, move in sorted(found):
        hat = move.to in _HATS and any((move.there, other) in taken for other in _HATS)
        if (
            (move.step, move.voice) in gone
            or (move.there, move.to) in taken
            or hat
            or counts[move.voice] >= limits[move.voice]
        ):
            continue
        gone.add((move.step, move.voice))
        taken.add((move.there, move.to))
        counts[move.voice] += 1
        best.append(move)
    return best


def _drums(voice: int, ghost: bool, sign: int, strong: int) -> tuple[int, ...]:
    """On which drums a hit may come to be."""
    if sign > 0 and voice in _TIME and strong == 1:
        return voice, Voice.SNARE
    if sign < 0 and ghost:
        return (Voice.CLOSED_HAT,)
    return (voice,)


def _on_a_hat(values: Array, step: int, voice: int, leaving: tuple[int, int]) -> bool:
    """Whether one hat would be struck on the other."""
    if voice not in _HATS:
        return False
    other = _HATS[1 - _HATS.index(Voice(voice))]
    return bool(values[step, other, HIT]) and (step, other) != leaving
