"""How far a path reaches whichever way it is turned: what a camera frames."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

_SLOPES = np.linspace(-np.pi / 2, np.pi / 2, 33)
_OUT, _UP = np.cos(_SLOPES), np.sin(_SLOPES)
_OUT[[0, -1]] = 0.0
#: So many points are looked at together, to need little memory.
_BLOCK = 32_768
_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class Extent:
    """The solid that points fill while they turn around the upright axis through `centre` `(3,)`.

    `support` `(33,)`: for each slope from straight down to straight up the furthest that any point reaches, its
    distance from the axis counting outwards and its height upwards. No point lies outside; a little room may.
    """

    centre: Floats
    support: Floats

    @classmethod
    def of(cls, places: npt.ArrayLike) -> "Extent":
        """Of `(n, 3)` points, around the middle of the box they fill; of none a ball of radius 1."""
        points = np.asarray(places, np.float32).reshape(-1, 3)
        if not len(points):
            return cls(np.zeros(3), np.ones(len(_SLOPES)))
        return cls.about((points.min(0).astype(float) + points.max(0)) / 2, points)

    @classmethod
    def about(cls, centre: Floats, places: npt.NDArray[np.float32]) -> "Extent":
        """Of `(n, 3)` points, at least one, around an axis of one's choice."""
        return cls(centre, np.full(len(_SLOPES), -np.inf)).joined(places)

    def joined(self, places: npt.NDArray[np.float32]) -> "Extent":
        """With more points, around the same axis."""
        support = self.support
        for begin in range(0, len(places), _BLOCK):
            apart = places[begin : begin + _BLOCK] - self.centre.astype(np.float32)
            across = np.hypot(apart[:, 0], apart[:, 1])
            reach = np.outer(_OUT.astype(np.float32), across) + np.outer(_UP.astype(np.float32), apart[:, 2])
            support = np.maximum(support, reach.max(1))
        return Extent(self.centre, support)

    def moved(self, centre: Floats) -> "Extent":
        """Around another axis: as much larger as it may have to be, whichever way the points lie."""
        x, y, z = (self.centre - centre).tolist()
        return Extent(centre, self.support + _OUT * np.hypot(x, y) + _UP * z)

    def with_(self, other: "Extent") -> "Extent":
        """With all that another one holds."""
        return Extent(self.centre, np.maximum(self.support, other.moved(self.centre).support))

    def towards(self, other: "Extent", share: float) -> "Extent":
        """A `share` 0..1 of the way to `other`, and all of it inside at any time."""
        centre = self.centre + (other.centre - self.centre) * share
        here, there = self.moved(centre).support, other.moved(centre).support
        return Extent(centre, np.maximum(there, here + (there - here) * share))

    @cached_property
    def radius(self) -> float:
        """Of the ball that holds all of it."""
        return max(float(np.hypot(*self.rim.T).max()), _LEAST)

    @cached_property
    def floor(self) -> float:
        """The height of its lowest point."""
        return float(self.centre[2] - self.support[0])

    @cached_property
    def rim(self) -> Floats:
        """Corners `(32, 2)` of an outline that holds it: distance from the axis, height above the centre."""
        one, two = slice(None, -1), slice(1, None)
        turn = np.sin(_SLOPES[1] - _SLOPES[0])
        out = (self.support[one] * _UP[two] - self.support[two] * _UP[one]) / turn
        up = (self.support[two] * _OUT[one] - self.support[one] * _OUT[two]) / turn
        return np.stack([np.maximum(out, 0.0), up], 1)
