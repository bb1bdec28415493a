"""What a drummer is asked, as the channels of its network: what is known, and what it should make up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, STEPS_PER_BEAT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import BeatsPerMinute

Array = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

#: Channels besides one for each style: grid, known cells, taps, three flags, place in the beat, bar line, presence,
#: tempo.
CHANNELS = 3 * VOICE_COUNT + VOICE_COUNT + 3 + 3 + STEPS_PER_BEAT + 1 + 1 + 1
#: What the answer says of every cell: probability of a hit, velocity, offset, and the spread of the latter two.
ANSWERS = 5
_LEAST_STEPS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One pattern to complete.

    `grid`: what is there; `known` `(steps, 9)`: where it is to be believed (everywhere unless given); `taps`
    `(steps, 3)`: tap, velocity, offset; `touched`: whether velocities and offsets of the grid are known; `noise` 0..1:
    the share of its hits to be doubted; `bar`: steps from one bar line to the next; `style`: one that the drummer
    knows, or none.
    """

    grid: Grid
    known: Bools | None = None
    taps: Array | None = None
    touched: bool = True
    noise: float = 0.0
    bpm: BeatsPerMinute = 120.0
    bar: int = 4 * STEPS_PER_BEAT
    style: str = ""


class Drummer(Protocol):
    """Answers questions: `(channels, steps)` to `(45, steps)`, hits as probabilities, velocities, offsets, and how far
    from these a drummer may be (the scales of Laplace distributions)."""

    @property
    def styles(self) -> Sequence[str]: ...
    def play(self, channels: Array) -> Array: ...


def channels_of(question: Question, styles: Sequence[str]) -> Array:
    """The question as `(CHANNELS + styles, steps)`. `ValueError` for a style that is not among `styles`."""
    grid, steps = question.grid, question.grid.steps
    values = np.array(grid.values)
    known = np.ones((steps, VOICE_COUNT), bool) if question.known is None else question.known
    values[~known] = 0.0
    if not question.touched:
        values[..., VELOCITY:] = 0.0
    taps = np.zeros((steps, 3), np.float32) if question.taps is None else question.taps
    place = np.arange(steps)
    flags = (float(question.taps is not None), float(question.touched), question.noise)
    if question.style and question.style not in styles:
        raise ValueError(f"style {question.style!r} is none of {', '.join(styles)}")
    rows = [
        values.transpose(2, 1, 0).reshape(-1, steps),
        known.T,
        taps.T,
        *(np.full((1, steps), flag) for flag in flags),
        place % STEPS_PER_BEAT == np.arange(STEPS_PER_BEAT)[:, None],
        (place % question.bar == 0)[None],
        np.ones((1, steps)),
        np.full((1, steps), np.log2(question.bpm / 120.0)),
        np.tile([[float(style == question.style)] for style in styles], (1, steps)),
    ]
    return np.concatenate(rows).astype(np.float32)


def answer(drummer: Drummer, question: Question) -> Array:
    """The drummer's values `(steps, 9, 5)`: hits as probabilities. A short loop is heard repeated, as it will be."""
    steps = question.grid.steps
    repeats = max(1, -(-_LEAST_STEPS // steps))
    asked = np.tile(channels_of(question, drummer.styles), (1, repeats))
    played = drummer.play(asked)[:, :steps]
    return np.ascontiguousarray(played.reshape(ANSWERS, VOICE_COUNT, steps).transpose(2, 1, 0))


def touched(said: Array, chance: np.random.Generator, looseness: float = 1.0) -> Array:
    """What a drummer may play `(..., 3)` after what was answered `(..., 5)`: touch drawn by chance, `looseness` 0..1
    times as far from the middle as drummers go."""
    values = said[..., : ANSWERS - 2].copy()
    values[..., VELOCITY:] += looseness * said[..., ANSWERS - 2 :] * chance.laplace(size=(*said.shape[:-1], 2))
    return values


def struck(values: Array, hits: Bools, like: Grid | None = None) -> Grid:
    """A grid of these hits with the touch in `values` `(steps, 9, 3 or more)`; what of `like` is struck again keeps its
    ornaments."""
    chosen = np.where(hits[..., None], values[..., :3], 0.0)
    chosen[..., HIT] = hits
    return Grid(chosen) if like is None else replace(like, values=chosen)
