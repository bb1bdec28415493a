"""A tapped rhythm becomes a drum pattern that hits where it was tapped."""

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, STEP, VELOCITY, Grid
from livemusic.music.pattern import Pattern
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.drummer import Drummer, Question, answer, struck

Array = npt.NDArray[np.float32]

#: Which probability makes a hit: about where hits were found best on validation (F1).
THRESHOLD = 0.3


def taps_of(grid: Grid) -> Array:
    """A pattern as one finger would tap it: `(steps, 3)` tap, velocity and offset of the loudest hit."""
    loudest = grid.values[..., VELOCITY].argmax(1)
    return np.array(grid.values[np.arange(grid.steps), loudest])


def read_taps(pattern: Pattern) -> Array:
    """Notes of any pitch as taps `(steps, 3)`, the louder of two on the same step."""
    steps = max(1, -(-pattern.length // STEP))
    taps = np.zeros((steps, 3), np.float32)
    for note in pattern.notes:
        step = (note.tick + STEP // 2) // STEP
        if note.velocity / 127 > taps[step % steps, VELOCITY]:
            taps[step % steps] = 1.0, note.velocity / 127, (note.tick - step * STEP) / STEP
    return taps


def drums_for(
    drummer: Drummer,
    taps: Array,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    threshold: float = THRESHOLD,
) -> Grid:
    """A pattern for taps `(steps, 3)`: each tap is answered by one voice at least, and nothing sounds elsewhere."""
    taps = np.asarray(taps, np.float32)
    nothing = Grid.empty(len(taps))
    values = answer(drummer, Question(nothing, np.zeros(nothing.hits.shape, bool), taps, bpm=bpm, bar=bar, style=style))
    likely = values[..., HIT]
    tapped = taps[:, HIT] > 0
    hits = (likely >= threshold) & tapped[:, None]
    hits[np.arange(len(taps)), likely.argmax(1)] |= tapped
    values[..., OFFSET] = np.where(tapped[:, None], taps[:, OFFSET, None], values[..., OFFSET])
    return struck(values, hits)
