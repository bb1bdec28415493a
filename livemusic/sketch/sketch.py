"""New patterns from nothing, from a style, or from a pattern at hand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, STEPS_PER_BEAT, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import BeatsPerMinute
from livemusic.sketch.coder import Coder, log_odds
from livemusic.sketch.drummer import Drummer, Question, answer, struck
from livemusic.sketch.path import Path
from livemusic.sketch.styles import StyleMap
from livemusic.sketch.vary import one_hat, vary

Array = npt.NDArray[np.float32]

#: The most hits to a sixteenth that `density` 1 asks for; the data's busiest twentieth.
_BUSIEST = 2.2
#: Among how many neighbours a landmark finds its partner, and what share of what they make is drawn anew at most: more,
#: and the drummer, who hears all in one go, forgets what figures are.
_NEAR, _REDRAWN = 12, 0.6
_LOYALTY = 4.0
_PULL = 8.0
#: By what share of its hits a sketch differs from every landmark at least, and how often that is tried.
_OWN, _ATTEMPTS = 0.1, 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What the sketch should be like, each 0..1; None leaves `density` and `complexity` as they come.

    `variation`: how far from what it began with, at 1 nothing of a pattern at hand is kept. `swing`: how late every
    second sixteenth comes, at 1 as a triplet.
    """

    density: float | None = None
    complexity: float | None = None
    swing: float = 0.0
    variation: float = 0.3

    def __post_init__(self) -> None:
        for name in ("density", "complexity", "swing", "variation"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name} {value} is outside 0..1")


class Sketcher:
    """Makes patterns: two of a style trade their figures, or the pattern at hand begins, and the drummer plays on.

    The same seed and wish give the same pattern. Thread: one at a time.
    """

    def __init__(self, coder: Coder, drummer: Drummer, styles: StyleMap) -> None:
        self._coder = coder
        self._drummer = drummer
        self._styles = styles
        self._marks = np.stack([mark.hits for mark in styles.grids])

    def sketch(
        self,
        seed: int = 0,
        wish: Wish | None = None,
        style: str = "",
        start: Grid | None = None,
        bpm: BeatsPerMinute = 120.0,
        bar: int = 16,
        steps: int = 32,
    ) -> Grid:
        """A pattern of `steps`; of as many as `start` where that is given. `ValueError` for an unknown style."""
        wish = wish or Wish()
        chance = np.random.default_rng(seed)
        known = style if style in self._drummer.styles else ""
        if not known:
            self._styles.of_style(style)
        for _ in range(_ATTEMPTS):
            first = start if start is not None else self._begun(style, chance, steps)
            amount = wish.variation * (1.0 if start is not None else _REDRAWN)
            grid = vary(self._drummer, first, amount, int(chance.integers(1 << 31)), bpm, bar, known)
            if start is not None or not self._copied(grid):
                break
        if wish.density is not None or wish.complexity is not None:
            grid = self._shaped(grid, wish, bpm, bar, known)
        return swung(grid, wish.swing)

    def _begun(self, style: str, chance: np.random.Generator, steps: int) -> Grid:
        """Two landmarks near one another, of one style where it has many, somewhere on the way between them."""
        pool = self._styles.of_style(style)
        one = int(chance.choice(pool))
        others = np.array(pool if len(pool) > 2 * _NEAR else self._styles.of_style(""))
        apart = np.linalg.norm(self._styles.coordinates[others] - self._styles.coordinates[one], axis=1)
        other = int(chance.choice(others[np.argsort(apart, kind="stable")[: _NEAR + 1]]))
        share = chance.uniform(0.3, 0.7)
        corners = [self._styles.grids[index].looped(steps) for index in (one, other)]
        return Path(self._coder, corners).at([1 - share, share])

    def _copied(self, grid: Grid) -> bool:
        """Whether a landmark is so near that it would be recognised."""
        marks = self._marks[:, np.arange(grid.steps) % self._marks.shape[1]]
        return bool((grid.hits ^ marks).sum((1, 2)).min() < _OWN * grid.hits.sum())

    def _shaped(self, grid: Grid, wish: Wish, bpm: BeatsPerMinute, bar: int, style: str) -> Grid:
        """As many hits as wished, the likeliest of them, on the beat or off it as wished."""
        values, likely = judged(self._drummer, grid, bpm, bar, style)
        hits = grid.hits
        count = int(hits.sum()) if wish.density is None else round(_BUSIEST * wish.density * grid.steps)
        score = log_odds(likely) + _LOYALTY * hits
        if wish.complexity is not None:
            score = score + _PULL * (wish.complexity - 0.5) * _weakness(grid.steps, bar)[:, None]
        chosen = np.zeros(hits.shape, bool)
        chosen.ravel()[np.argsort(-score, axis=None, kind="stable")[:count]] = True
        values[chosen & hits] = grid.values[chosen & hits]
        return one_hat(struck(values, chosen, grid), chosen & ~hits)


def judged(
    drummer: Drummer, grid: Grid, bpm: BeatsPerMinute = 120.0, bar: int = 16, style: str = ""
) -> tuple[Array, Array]:
    """The drummer's touch `(steps, 9, 3)` and probability `(steps, 9)` of every cell, each asked without being told."""
    values = np.zeros((grid.steps, VOICE_COUNT, 3), np.float32)
    for turn in range(2):
        asked = (np.arange(grid.steps)[:, None] // 2 + np.arange(VOICE_COUNT)) % 2 == turn
        said = answer(drummer, Question(grid, ~asked, bpm=bpm, bar=bar, style=style))
        values[asked] = said[asked, :3]
    return values, values[..., HIT].copy()


def swung(grid: Grid, swing: float) -> Grid:
    """The pattern with every second sixteenth late, at 1 as far as the last of three triplets."""
    return Grid.from_pattern(grid.to_pattern(swing)) if swing else grid


def _weakness(steps: int, bar: int) -> Array:
    """How far off the beat each step is, 0 (bar line) .. 1 (odd sixteenth)."""
    place = np.arange(steps) % bar
    weak = np.select([place == 0, place % STEPS_PER_BEAT == 0, place % 2 == 0], [0.0, 0.2, 0.6], 1.0)
    return weak.astype(np.float32)
