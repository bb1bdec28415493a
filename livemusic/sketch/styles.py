"""A map of styles: where a pattern lies among what drummers play, by the atoms it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import Grid
from livemusic.sketch.coder import Coder

Array = npt.NDArray[np.float32]
_ARRAYS = ("weights", "coordinates", "places")
#: An activity so small that an atom with less is not more telling.
_COMMON = 1e-3


def activity(coder: Coder, grid: Grid, active_per_beat: int = 0) -> Array:
    """How much each atom speaks in a pattern, `(atoms,)`: the root of its mean strength, of unit length."""
    strength = np.sqrt(np.abs(coder.encode(grid, active_per_beat)).mean(1))
    whole = float(np.linalg.norm(strength))
    return np.asarray(strength / whole if whole else strength, np.float32)


def telling(activities: Array) -> Array:
    """How telling each atom is `(atoms,)`, from activities `(n, atoms)`: the more, the less it is heard everywhere.

    As rare words count for more than common ones when texts are compared (Sparck Jones 1972).
    """
    return np.asarray(1.0 / np.sqrt(activities.mean(0) + _COMMON), np.float32)


def weighed(activities: Array, weights: Array) -> Array:
    """Activities `(..., atoms)` of unit length with telling atoms louder, of unit length again."""
    scaled = activities * weights
    return np.asarray(scaled / np.maximum(np.linalg.norm(scaled, axis=-1, keepdims=True), 1e-9), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class StyleMap:
    """Landmarks: patterns that drummers played, each with its style and its place `(x, y)` in 0..1.

    `weights` `(atoms,)` say how telling an atom is, and `coordinates` `(n, atoms)` are the landmarks' activities so
    weighed: in these they are neighbours.
    """

    weights: Array
    coordinates: Array
    places: Array
    styles: tuple[str, ...]
    grids: tuple[Grid, ...]
    _squares: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_squares", np.einsum("na,na->n", self.coordinates, self.coordinates))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "StyleMap":
        """Read what `to_arrays` gave. `KeyError`, `ValueError` where it is something else."""
        weights, coordinates, places = (np.asarray(arrays[name], np.float32) for name in _ARRAYS)
        steps = int(arrays["steps"])
        rows = np.split(arrays["rows"], np.cumsum(arrays["hits"])[:-1])
        return cls(
            weights,
            coordinates,
            places,
            tuple(str(name) for name in arrays["styles"]),
            tuple(Grid.of(((int(a), int(b), int(c), int(d)) for a, b, c, d in some), steps) for some in rows),
        )

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The map as small arrays, to be kept in a file."""
        return {
            **{name: getattr(self, name).astype(np.float16) for name in _ARRAYS},
            "styles": np.array(self.styles),
            "steps": np.array(self.grids[0].steps),
            "hits": np.array([len(grid.rows()) for grid in self.grids], np.int16),
            "rows": np.array([row for grid in self.grids for row in grid.rows()], np.int16),
        }

    def neighbours(self, coder: Coder, grid: Grid, count: int = 5) -> list[tuple[int, float]]:
        """The nearest landmarks `(index, distance)`."""
        return self._nearest(weighed(activity(coder, grid), self.weights), count)

    def place(self, coder: Coder, grid: Grid) -> tuple[float, float]:
        """Where the pattern lies on the map: among its nearest landmarks, the nearer the more."""
        return self._between(self.neighbours(coder, grid))

    def style(self, coder: Coder, grid: Grid) -> dict[str, float]:
        """How much of each style there is in a pattern, by its neighbours; the most likely first."""
        votes: dict[str, float] = {}
        for index, distance in self.neighbours(coder, grid, 7):
            votes[self.styles[index]] = votes.get(self.styles[index], 0.0) + 1.0 / (distance + 1e-3)
        whole = sum(votes.values())
        return {name: vote / whole for name, vote in sorted(votes.items(), key=lambda item: -item[1])}

    def at(self, x: float, y: float, style: str = "") -> int:
        """The landmark nearest to a place on the map, of all or of one style. `ValueError` for one that has none."""
        some = self.of_style(style)
        return some[int(np.sum((self.places[some] - np.array([x, y], np.float32)) ** 2, axis=1).argmin())]

    def of_style(self, style: str) -> list[int]:
        """The landmarks of a style, all for none. `ValueError` for one that has none."""
        found = [index for index, name in enumerate(self.styles) if style in ("", name)]
        if not found:
            raise ValueError(f"style {style!r} is none of {', '.join(sorted(set(self.styles)))}")
        return found

    def remade(self, coder: Coder, own: Sequence[Grid], style: str) -> "StyleMap":
        """The same map in the atoms of another dictionary, with patterns of somebody's own on it.

        Landmarks stay in their places, and what is added lies among those it is like. `own` are as long as `grids`.
        """
        grids = (*self.grids, *own)
        activities = np.stack([activity(coder, grid) for grid in grids])
        weights = telling(activities)
        coordinates = weighed(activities, weights)
        known = StyleMap(weights, coordinates[: len(self.grids)], self.places, self.styles, self.grids)
        added = [known._between(known._nearest(here, 5)) for here in coordinates[len(self.grids) :]]
        places = np.concatenate([self.places, np.array(added, np.float32).reshape(-1, 2)])
        return StyleMap(weights, coordinates, places, (*self.styles, *(style for _ in own)), grids)

    def _nearest(self, here: Array, count: int) -> list[tuple[int, float]]:
        """Distances are taken from those only that can be the nearest: all of them would be megabytes to write."""
        rough = self._squares - 2 * (self.coordinates @ here)
        some = np.sort(np.argsort(rough, kind="stable")[: 4 * count])
        apart = np.linalg.norm(self.coordinates[some] - here, axis=1)
        return [(int(some[place]), float(apart[place])) for place in np.argsort(apart, kind="stable")[:count]]

    def _between(self, near: Sequence[tuple[int, float]]) -> tuple[float, float]:
        """A place among landmarks, by the nearest the most."""
        pull = np.array([1.0 / (distance + 1e-3) ** 2 for _, distance in near])
        x, y = (pull / pull.sum()) @ self.places[[index for index, _ in near]]
        return float(x), float(y)
