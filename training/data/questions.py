"""Questions to a drummer made of played windows: taps, hits without touch, slips, and gaps to fill."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.sketch.drummer import Question, channels_of
from livemusic.sketch.taps import taps_of

Array = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
TASKS = ("tap", "touch", "clean", "fill")
_SHARES = (0.4, 0.2, 0.2, 0.2)
_MOST_NOISE = 0.35
_STYLE_TOLD = 0.35
_FLAT_TAPS = 0.25
_NO_TOUCH = 0.3
_GHOST_ELSEWHERE = 0.15
#: By how much the tempo is misstated, in octaves, lest it tell which take is asked about.
_TEMPO_BLUR = 0.06


def slipped(values: Array, noise: float, chance: np.random.Generator) -> Array:
    """A window `(steps, 9, 3)` played badly: each hit is lost with probability `noise`, as many stray ones come, and
    timing gets a normal error of `noise` steps, which may carry a hit to the next step.

    Stray hits are mostly on voices that play, with velocities of played hits and any timing.
    """
    steps = len(values)
    hit = np.array(values[..., HIT] > 0, bool)
    kept = np.argwhere(hit & (chance.random(hit.shape) >= noise))
    touch = values[tuple(kept.T)]
    at = kept[:, 0] + touch[:, OFFSET] + noise * chance.standard_normal(len(kept))
    step = np.floor(at + 0.5).astype(int)
    out = np.zeros_like(values)
    for row in np.argsort(touch[:, VELOCITY], kind="stable"):
        if 0 <= step[row] < steps:
            out[step[row], kept[row, 1]] = 1.0, touch[row, VELOCITY], at[row] - step[row]
    stray = chance.binomial(int(hit.sum()), noise)
    empty = np.argwhere(out[..., HIT] == 0)
    odds = np.asarray(hit.any(0))[empty[:, 1]] + _GHOST_ELSEWHERE
    cells = empty[chance.choice(len(empty), min(stray, len(empty)), replace=False, p=odds / odds.sum())]
    out[tuple(cells.T)] = np.stack(
        [
            np.ones(len(cells)),
            chance.choice(values[hit][:, VELOCITY], len(cells)),
            chance.uniform(-0.5, 0.49, len(cells)),
        ],
        axis=1,
    )
    return out


def question_of(
    task: str, values: Array, bpm: float, style: str, chance: np.random.Generator, noise: float | None = None
) -> Question:
    """One question of a kind about a played window; `ValueError` for an unknown kind."""
    told = style if chance.random() < _STYLE_TOLD else ""
    grid, everything = Grid(values), np.ones(values.shape[:2], bool)
    if task == "tap":
        taps = taps_of(grid)
        if chance.random() < _FLAT_TAPS:
            taps = np.stack([taps[:, HIT], 0.8 * taps[:, HIT], 0.0 * taps[:, HIT]], axis=1)
        return Question(Grid.empty(grid.steps), ~everything, taps, bpm=bpm, style=told)
    if task == "touch":
        return Question(grid, touched=False, bpm=bpm, style=told)
    if task == "clean":
        level = float(chance.uniform(0.03, _MOST_NOISE)) if noise is None else noise
        return Question(Grid(slipped(values, level, chance)), noise=level, bpm=bpm, style=told)
    if task == "fill":
        known = ~_gaps(values.shape[:2], chance)
        return Question(grid, known, touched=bool(chance.random() >= _NO_TOUCH), bpm=bpm, style=told)
    raise ValueError(f"task {task!r} is none of {', '.join(TASKS)}")


def asked_of(question: Question) -> tuple[Bools, Bools]:
    """Of which cells `(steps, 9)` a question asks the hits, and of which the touch: an answer is judged there alone."""
    shape = question.grid.hits.shape
    unknown = np.zeros(shape, bool) if question.known is None else ~question.known
    if question.taps is not None:
        unknown &= question.taps[:, :1] > 0
    if question.noise > 0:
        unknown = np.ones(shape, bool)
    return unknown, unknown if question.touched else np.ones(shape, bool)


def batch_of(
    windows: Array, bpm: Array, styles: Sequence[str], known_styles: Sequence[str], chance: np.random.Generator
) -> tuple[Array, Array]:
    """A question of any kind about each window `(n, steps, 9, 3)`: `(n, channels, steps)`, and what it asks,
    `(n, 2, 9, steps)`: hits, touch."""
    tasks = chance.choice(TASKS, len(windows), p=_SHARES)
    tempi = bpm * np.exp2(_TEMPO_BLUR * chance.standard_normal(len(windows)))
    questions = [
        question_of(task, window, float(tempo), style, chance)
        for task, window, tempo, style in zip(tasks, windows, tempi, styles, strict=True)
    ]
    asked = np.array([asked_of(question) for question in questions], np.float32)
    return np.stack([channels_of(question, known_styles) for question in questions]), asked.transpose(0, 1, 3, 2)


def _gaps(shape: tuple[int, ...], chance: np.random.Generator) -> Bools:
    """What is to be filled in: cells, lanes, beats of lanes, or beats, any share of them."""
    steps, voices = shape
    share, kind = chance.random(), chance.integers(4)
    beats = -(-steps // 4)
    if kind == 0:
        return np.asarray(chance.random(shape) < share)
    if kind == 1:
        return np.tile(chance.random(voices) < share, (steps, 1))
    if kind == 2:
        return np.repeat(chance.random((beats, voices)) < share, 4, axis=0)[:steps]
    return np.tile(np.repeat(chance.random(beats) < share, 4)[:steps, None], (1, voices))
