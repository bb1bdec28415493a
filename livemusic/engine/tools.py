"""The sketching tools as the engine holds them: what a recipe asks for is made here."""

from dataclasses import dataclass, field

import numpy as np

from livemusic.errors import ModelError
from livemusic.inference.dictionary import Dictionary
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.session import sketchbook as book
from livemusic.session.preset import Clip
from livemusic.sketch.clean import denoise
from livemusic.sketch.drummer import Drummer
from livemusic.sketch.parts import Parts
from livemusic.sketch.path import Path
from livemusic.sketch.sketch import Sketcher, Wish
from livemusic.sketch.styles import StyleMap
from livemusic.sketch.taps import drums_for
from livemusic.sketch.touch import feel_of, humanise
from livemusic.sketch.vary import vary

#: So many steps has a way in all: a second or two of work.
_MOST_WAY = 4 * book.MOST_STEPS


@dataclass(frozen=True, slots=True)
class Tools:
    """The models that do the work. `drummer`, `styles`: None where they are missing, `fills` empty; `missing` says why.

    Thread: one at a time.
    """

    dictionary: Dictionary
    drummer: Drummer | None = None
    styles: StyleMap | None = None
    missing: str = ""
    fills: tuple[Grid, ...] = ()
    _paths: dict[tuple[tuple[Grid, ...], str], Path] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def make(self, recipe: book.AnyRecipe) -> Grid:
        """The pattern of `recipe`; the same each time. `ModelError` without the model, `ValueError` for nonsense."""
        match recipe:
            case book.Invent():
                wish = Wish(recipe.density, recipe.complexity, recipe.swing, recipe.variation)
                start = None if recipe.start is None else recipe.start.grid()
                sketcher = Sketcher(self.dictionary, self._drummer, self.map)
                return sketcher.sketch(recipe.seed, wish, recipe.style, start, recipe.bpm, recipe.bar, recipe.steps)
            case book.Vary(clip=clip, amount=amount, seed=seed):
                style = self._style(recipe.style)
                return vary(self._drummer, clip.grid(), amount, seed, recipe.bpm, recipe.bar, style, recipe.locks)
            case book.Clean(clip=clip, noise=noise):
                return denoise(self._drummer, clip.grid(), noise, recipe.bpm, recipe.bar, self._style(recipe.style))
            case book.Touch(clip=clip, amount=amount, looseness=looseness, seed=seed):
                where = (recipe.bpm, recipe.bar, self._style(recipe.style))
                feel = None if recipe.like is None else feel_of(self._drummer, recipe.like.grid(), *where)
                return humanise(self._drummer, clip.grid(), *where, amount, looseness, seed, feel)
            case book.Tapped():
                return drums_for(self._drummer, _taps(recipe), recipe.bpm, recipe.bar, self._style(recipe.style))
            case book.Between():
                return self._path(recipe).at(recipe.weights, recipe.lanes, recipe.locks)
            case book.Way():
                return self._way(recipe)
            case book.Landmark(x=x, y=y, style=style):
                return self.map.grids[self.map.at(x, y, style)]
            case book.Figures():
                return self._changed(recipe)
            case book.Played(clip=clip):
                return clip.grid()
            case book.Edited(result=result):
                return result.grid()

    def parts(self, clip: Clip) -> Parts:
        """`clip` taken apart."""
        return Parts(self.dictionary, clip.grid())

    @property
    def map(self) -> StyleMap:
        """The style map. `ModelError` where there is none."""
        if self.styles is None:
            raise ModelError(self.missing)
        return self.styles

    @property
    def _drummer(self) -> Drummer:
        if self.drummer is None:
            raise ModelError(self.missing)
        return self.drummer

    def _way(self, recipe: book.Way) -> Grid:
        """The patterns on the way through those of `recipe`, one after another. `ValueError` where that is too long."""
        path, count = self._path(recipe), len(recipe.clips)
        places = np.linspace(0, count - 1, recipe.steps * (count - 1) + 1)
        if len(places) * path.steps > book.MOST_STEPS:
            raise ValueError(f"{len(places)} patterns of {path.steps} steps are too long for one. Take fewer.")
        weights = np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(count)))
        return Grid.joined([path.at(row, recipe.lanes, recipe.locks) for row in weights])

    def _path(self, recipe: book.Between | book.Way) -> Path:
        """The way between the patterns of `recipe`. The last one is kept: a hand moves along it. `ValueError` where
        they are too many and too long to be made at once."""
        steps = len(recipe.clips) * max(clip.steps for clip in recipe.clips)
        if steps > _MOST_WAY:
            raise ValueError(
                f"{len(recipe.clips)} patterns as long as the longest are {steps} steps, {_MOST_WAY} at most"
            )
        key = tuple(clip.grid() for clip in recipe.clips), recipe.mode
        if key not in self._paths:
            self._paths.clear()
            self._paths[key] = Path(self.dictionary, key[0], recipe.mode)
        return self._paths[key]

    def _style(self, style: str) -> str:
        return style if self.drummer is not None and style in self.drummer.styles else ""

    def _changed(self, recipe: book.Figures) -> Grid:
        """The pattern with figures left out, alone or swapped."""
        parts = self.parts(recipe.clip)
        for number in (*recipe.muted, *recipe.solo, *recipe.swaps):
            if not 0 <= number < len(parts.parts):
                raise ValueError(f"there is no figure {number}: this pattern has {len(parts.parts)}, counted from 0")
        named = parts.parts
        swaps = {named[number]: atom for number, atom in recipe.swaps.items()}
        if recipe.solo:
            return parts.only([named[number] for number in recipe.solo], swaps)
        return parts.swapped(swaps, [named[number] for number in recipe.muted])


def _taps(recipe: book.Tapped) -> Grid:
    """The taps as hits of one voice. `ValueError` for one outside the pattern."""
    return Clip("taps", recipe.steps, {VOICE_NAMES[Voice.SNARE]: recipe.taps}).grid()
