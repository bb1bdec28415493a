"""A map of styles: where a pattern lies among what drummers play, by the atoms it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import Grid
from livemusic.sketch.coder import Coder, sparse

Array = npt.NDArray[np.float32]

#: Principal axes in which landmarks are neighbours.
DIM = 24


def activity(coder: Coder, grid: Grid, active_per_beat: int = 0) -> Array:
    """How much each atom speaks in a pattern, `(atoms,)`: the root of its mean strength, of unit length."""
    strength = np.sqrt(np.abs(sparse(coder, grid, active_per_beat)).mean(1))
    whole = float(np.linalg.norm(strength))
    return np.asarray(strength / whole if whole else strength, np.float32)


def axes(activities: Array, dim: int = DIM) -> tuple[Array, Array]:
    """Mean and the principal axes `(atoms, dim)` of activities `(n, atoms)` (Jolliffe 2002)."""
    mean = activities.mean(0)
    _, _, directions = np.linalg.svd(activities - mean, full_matrices=False)
    return np.asarray(mean, np.float32), np.asarray(directions[:dim].T, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class StyleMap:
    """Landmarks: patterns that drummers played, each with its style and its place `(x, y)` in 0..1.

    `mean` `(atoms,)` and `basis` `(atoms, dim)` bring activities to the coordinates `(n, dim)` in which landmarks are
    neighbours.
    """

    mean: Array
    basis: Array
    coordinates: Array
    places: Array
    styles: tuple[str, ...]
    grids: tuple[Grid, ...]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "StyleMap":
        """Read what `to_arrays` gave. `KeyError`, `ValueError` where it is something else."""
        mean, basis, coordinates, places = (
            np.asarray(arrays[name], np.float32) for name in ("mean", "basis", "coordinates", "places")
        )
        steps = int(arrays["steps"])
        rows = np.split(arrays["rows"], np.cumsum(arrays["hits"])[:-1])
        return cls(
            mean,
            basis,
            coordinates,
            places,
            tuple(str(name) for name in arrays["styles"]),
            tuple(Grid.of(((int(a), int(b), int(c), int(d)) for a, b, c, d in some), steps) for some in rows),
        )

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The map as small arrays, to be kept in a file."""
        return {
            **{name: getattr(self, name).astype(np.float16) for name in ("mean", "basis", "coordinates", "places")},
            "styles": np.array(self.styles),
            "steps": np.array(self.grids[0].steps),
            "hits": np.array([len(grid.rows()) for grid in self.grids], np.int16),
            "rows": np.array([row for grid in self.grids for row in grid.rows()], np.int16),
        }

    def neighbours(self, coder: Coder, grid: Grid, count: int = 5) -> list[tuple[int, float]]:
        """The nearest landmarks `(index, distance)`."""
        here = np.asarray((activity(coder, grid) - self.mean) @ self.basis, np.float32)
        return self._nearest(here, count)

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
        mean, basis = axes(activities)
        coordinates = np.asarray((activities - mean) @ basis, np.float32)
        known = StyleMap(mean, basis, coordinates[: len(self.grids)], self.places, self.styles, self.grids)
        added = [known._between(known._nearest(here, 5)) for here in coordinates[len(self.grids) :]]
        places = np.concatenate([self.places, np.array(added, np.float32).reshape(-1, 2)])
        return StyleMap(mean, basis, coordinates, places, (*self.styles, *(style for _ in own)), grids)

    def _nearest(self, here: Array, count: int) -> list[tuple[int, float]]:
        apart = np.linalg.norm(self.coordinates - here, axis=1)
        return [(int(index), float(apart[index])) for index in np.argsort(apart, kind="stable")[:count]]

    def _between(self, near: Sequence[tuple[int, float]]) -> tuple[float, float]:
        """A place among landmarks, by the nearest the most."""
        pull = np.array([1.0 / (distance + 1e-3) ** 2 for _, distance in near])
        x, y = (pull / pull.sum()) @ self.places[[index for index, _ in near]]
        return float(x), float(y)
