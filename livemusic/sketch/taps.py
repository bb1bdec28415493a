"""A tapped rhythm becomes a drum pattern that hits where it was tapped."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, OFFSET, VELOCITY, Grid
from livemusic.music.kit import GM_PITCHES, Voice
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


def read_taps(pattern: Pattern) -> Grid:
    """Notes of any pitch as taps, hits of one voice."""
    pitch = GM_PITCHES[Voice.SNARE]
    return Grid.from_pattern(Pattern.of((replace(note, pitch=pitch) for note in pattern.notes), pattern.length))


def drums_for(
    drummer: Drummer,
    tapped: Grid,
    bpm: BeatsPerMinute = 120.0,
    bar: int = 16,
    style: str = "",
    threshold: float = THRESHOLD,
) -> Grid:
    """A pattern for taps, the loudest voice of every step: each is answered by one voice at least, and nothing sounds
    elsewhere. The likeliest voice of a step plays what was tapped besides, such as a roll.
    """
    taps = taps_of(tapped)
    nothing = Grid.empty(len(taps))
    values = answer(drummer, Question(nothing, np.zeros(nothing.hits.shape, bool), taps, bpm=bpm, bar=bar, style=style))
    likely = values[..., HIT]
    there, first = taps[:, HIT] > 0, likely.argmax(1)
    hits = (likely >= threshold) & there[:, None]
    hits[np.arange(len(taps)), first] |= there
    values[..., OFFSET] = np.where(there[:, None], taps[:, OFFSET, None], values[..., OFFSET])
    voice = tapped.values[..., VELOCITY].argmax(1)
    besides = (one._replace(voice=int(first[one.step])) for one in tapped.ornaments if one.voice == voice[one.step])
    return replace(struck(values, hits), ornaments=tuple(besides))
