"""What is painted at one moment beside the path itself."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.tempo import Seconds

Place = tuple[float, float, float]


class Marker(NamedTuple):
    """A named place in space: a captured corner. `weight` 0..1 is how strongly it is called up."""

    label: str
    place: Place
    weight: float


class Caption(NamedTuple):
    """The name of a section, near a place it passes; `label` says which colour it has."""

    text: str
    place: Place
    label: int


class Hit(NamedTuple):
    """A drum that was hit: which voice, and how much of its glow is left, 1..0."""

    voice: int
    glow: float


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` turns the head's slow breath, `glow` 0..1 is its strength, `presence` 0..1 how much of it is there: it
    fades in silence. `ghost`: places `(k, 3)` of what is foreseen, the next one first, and `certainty` 0..1 of it.
    `mark`: a place that is pointed at. `text`: whether names are written. `head`: the index of the point that is heard
    now, None for the last one; what is behind it is still to come.
    """

    now: Seconds = 0.0
    glow: float = 0.5
    presence: float = 1.0
    markers: tuple[Marker, ...] = ()
    captions: tuple[Caption, ...] = ()
    ghost: npt.NDArray[np.float32] | None = None
    certainty: float = 0.0
    mark: Place | None = None
    hits: tuple[Hit, ...] = ()
    text: bool = True
    head: int | None = None
