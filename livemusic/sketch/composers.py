"""A map of composers: where a piece lies among what they wrote, by the figures it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.sketch.picks import Picks

Array = npt.NDArray[np.float32]

_TINY = 1e-9


def activity(picks: Picks, atoms: int) -> Array:
    """How much each atom speaks in a piece, `(atoms,)`, wherever and on whatever key: the root of its summed strength,
    of unit length."""
    strength = np.sqrt(np.bincount(picks.atoms, picks.strengths, atoms))
    return np.asarray(strength / max(float(np.linalg.norm(strength)), _TINY), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ComposerMap:
    """Pieces that are known, each with composer, title, recording and a place `(x, y)` in 0..1.

    `mean` `(atoms,)` and `basis` `(atoms, dim)` bring activities to the coordinates `(n, dim)` in which pieces are
    neighbours.
    """

    mean: Array
    basis: Array
    coordinates: Array
    places: Array
    composers: tuple[str, ...]
    titles: tuple[str, ...]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "ComposerMap":
        """Read what `to_arrays` gave. `KeyError`, `ValueError` where it is something else."""
        mean, basis, coordinates, places = (
            np.asarray(arrays[name], np.float32) for name in ("mean", "basis", "coordinates", "places")
        )
        composers, titles = (tuple(str(name) for name in arrays[key]) for key in ("composers", "titles"))
        if not len(coordinates) == len(places) == len(composers) == len(titles) > 0 or basis.shape != (
            len(mean),
            coordinates.shape[1],
        ):
            raise ValueError("the parts of the map do not fit together")
        return cls(mean, basis, coordinates, places, composers, titles)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The map as small arrays, to be kept in a file."""
        return {
            **{name: getattr(self, name).astype(np.float16) for name in ("mean", "basis", "coordinates", "places")},
            "composers": np.array(self.composers),
            "titles": np.array(self.titles),
        }

    def neighbours(self, active: Array, count: int = 5) -> list[tuple[int, float]]:
        """The nearest pieces `(index, distance)` of an activity."""
        apart = np.linalg.norm(self.coordinates - (active - self.mean) @ self.basis, axis=1)
        return [(int(index), float(apart[index])) for index in np.argsort(apart, kind="stable")[:count]]

    def place(self, active: Array) -> tuple[float, float]:
        """Where a piece lies on the map: among its nearest neighbours, the nearer the more."""
        near = self.neighbours(active)
        pull = np.array([1.0 / (distance + 1e-3) ** 2 for _, distance in near])
        x, y = (pull / pull.sum()) @ self.places[[index for index, _ in near]]
        return float(x), float(y)

    def composer(self, active: Array) -> dict[str, float]:
        """How near a piece is to each composer, by its neighbours; the nearest first, the whole 1."""
        votes: dict[str, float] = {}
        for index, distance in self.neighbours(active):
            votes[self.composers[index]] = votes.get(self.composers[index], 0.0) + 1.0 / (distance + 1e-3)
        whole = sum(votes.values())
        return {name: vote / whole for name, vote in sorted(votes.items(), key=lambda item: -item[1])}
