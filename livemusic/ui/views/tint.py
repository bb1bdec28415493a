"""What the colour of a point of the path tells: its age, its section, its loudness, or how lately it was."""

from collections.abc import Sequence
from math import log1p
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QPen

from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.views.strokes import thin
from livemusic.ui.views.themes import Theme
from livemusic.ui.views.trail import Rows, Trail

DEPTHS = 6
_STEPS = 32
#: A point is as dim as any after this long.
_LATELY: Seconds = 12.0
_MOST_LOOKED_AT = 2048
#: Of a grain of dust, from seldom to often visited.
_STRENGTHS = np.linspace(0.16, 1.0, 32)

Keys = npt.NDArray[np.intp]
Floats = npt.NDArray[np.floating]


class Stretch(Protocol):
    """A section of the music: from `start` to `end` (s), like all others of that `label` (0 is A)."""

    @property
    def start(self) -> Seconds: ...
    @property
    def end(self) -> Seconds: ...
    @property
    def label(self) -> int: ...


class Tint:
    """The pens of one theme for one `colour` (see `session.show.COLOURS`), and which of them draws which point.

    What is not heard yet has `pens_to_come`.

    `memory`: seconds after which a point is cold where colour tells time; `bend`: how much of that cooling comes
    early (0 is even). Colours are opaque on purpose, already mixed with the ground: antialiased hairlines with opacity
    take Qt's raster engine seven times as long.
    """

    def __init__(self, look: Theme, colour: str, width: float, memory: Seconds = 180.0, bend: float = 9.0) -> None:
        self._look, self._colour = look, colour
        self._memory, self._bend = memory, max(bend, 1e-3)
        self._starts, self._labels = np.empty(0), np.empty(0, np.intp)
        tones = self._tones()
        self.pens: list[QPen] = [thin(_far(look, tone, depth), width) for tone in tones for depth in range(DEPTHS)]
        self.dust = self._dust(tones)
        quiet = theme.mix(look.deep, look.ages[0], 0.55)
        self.pens_to_come = [thin(_far(look, quiet, depth)) for depth in range(DEPTHS)]
        self.to_come = np.array([[theme.mix(look.deep, quiet.name(), s).rgb() for s in _STRENGTHS]], np.uint32)

    def show_sections(self, sections: Sequence[Stretch]) -> None:
        """What is where."""
        self._starts = np.array([section.start for section in sections], float)
        self._labels = np.array([section.label for section in sections], np.intp)

    def section_tone(self, label: int) -> QColor:
        """The colour of a section."""
        return QColor(self._look.sections[label % len(self._look.sections)])

    def keys(self, trail: Trail, cut: slice, heard: int) -> Keys:
        """Which tone each point of `cut` has, `(n,)`, where the first `heard` of all are heard, at least one."""
        t, level = trail.t[cut], trail.level[cut]
        match self._colour:
            case "section":
                return self._sections_at(t)
            case "loudness":
                low, high = _span(trail)
                return _steps((level - low) / (high - low))
            case "recency":
                return _steps(np.exp((t.astype(float) - float(trail.t[heard - 1])) / _LATELY))
        return _steps(self._warmth(trail, t, float(trail.t[heard - 1])))

    def dust_keys(self, trail: Trail, cut: slice, heard: int) -> Keys | None:
        """The same for what is drawn as dust; None where dust has one colour."""
        return None if self._colour in ("time", "recency") else self.keys(trail, cut, heard)

    def _tones(self) -> list[QColor]:
        look = self._look
        match self._colour:
            case "section":
                return [QColor(theme.mix(look.deep, look.muted, 0.6)), *map(QColor, look.sections)]
            case "loudness":
                return [theme.ramp(look.loudness, step / (_STEPS - 1)) for step in range(_STEPS)]
            case "recency":
                dim, bright = theme.mix(look.deep, look.ages[1], 0.55).name(), look.ages[-1]
                ramp = (dim, look.ages[1], look.ages[-2], bright)
                return [theme.ramp(ramp, step / (_STEPS - 1)) for step in range(_STEPS)]
        return [
            theme.mix(look.deep, theme.ramp(look.ages, u).name(), 0.68 + 0.32 * u) for u in np.linspace(0, 1, _STEPS)
        ]

    def _dust(self, tones: list[QColor]) -> npt.NDArray[np.uint32]:
        """Colours `(k, 32)` of grains, from seldom to often visited; k is 1 where dust has one colour."""
        look, strengths = self._look, _STRENGTHS
        if self._colour in ("time", "recency"):
            ramp = look.ages[:4]
            return np.array(
                [[theme.mix(look.deep, theme.ramp(ramp, 0.15 + 0.75 * s).name(), s).rgb() for s in strengths]],
                np.uint32,
            )
        return np.array([[theme.mix(look.deep, tone.name(), s).rgb() for s in strengths] for tone in tones], np.uint32)

    def _sections_at(self, t: Rows) -> Keys:
        if not len(self._starts):
            return np.zeros(len(t), np.intp)
        index = np.searchsorted(self._starts, t.astype(float), "right") - 1
        labels = self._labels[np.maximum(index, 0)] % len(self._look.sections)
        return np.where(index >= 0, 1 + labels, 0)

    def _warmth(self, trail: Trail, t: Rows, last: Seconds) -> Floats:
        """0 (old) to 1 (newest)."""
        first = float(trail.t[0])
        memory = max(min(self._memory, last - first), 1e-3)
        ages = np.clip((last - t.astype(np.float64)) / memory, 0, 1)
        return np.asarray(1 - np.log1p(self._bend * ages) / log1p(self._bend))


def _steps(amounts: npt.ArrayLike) -> Keys:
    return (np.clip(np.nan_to_num(amounts), 0, 1) * (_STEPS - 0.001)).astype(np.intp)


def _span(trail: Trail) -> tuple[float, float]:
    """The softest and the loudest that is not an exception."""
    levels = trail.level[:: -(-len(trail) // _MOST_LOOKED_AT)]
    low, high = (float(level) for level in np.percentile(levels, [5, 98]))
    return low, max(high, low + 3.0)


def _far(look: Theme, tone: QColor, depth: int) -> QColor:
    """The colour of one step of nearness (0 farthest), already mixed with the ground."""
    return theme.mix(look.deep, tone.name(), 0.36 + 0.64 * depth / (DEPTHS - 1))
