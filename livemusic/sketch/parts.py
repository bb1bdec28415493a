"""Takes a pattern apart into the atoms that make it: solo, mute and swap them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from livemusic.music.grid import HIT, VELOCITY, Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.sketch.coder import STRUCK, Coder

Array = npt.NDArray[np.float32]
Cell = tuple[int, int]
_TOUCH = slice(VELOCITY, None)


@dataclass(frozen=True, slots=True)
class Part:
    """One atom at one place: it starts at `step`, and of the pattern's hits `(step, voice)` it says `hits`, those for
    which no other atom speaks louder. `weight`: how loudly it says them, summed."""

    atom: int
    position: int
    step: int
    strength: float
    weight: float
    hits: tuple[Cell, ...]


class Parts:
    """A pattern as a sum of atoms, the weightiest first in `parts`.

    What the dictionary cannot say of the pattern stays as it was whatever is muted, and every hit keeps its touch and
    its ornaments as long as it is there. Thread: one at a time.
    """

    def __init__(self, coder: Coder, grid: Grid, active_per_beat: int = 0) -> None:
        self._coder = coder
        self.grid = grid
        self.code = coder.encode(grid, active_per_beat)
        places = np.argwhere(self.code)
        self._speech = _spoken(coder, self.code, places, grid.steps)
        loudest = self._speech.argmax(0) if len(places) else np.zeros(grid.hits.shape, int)
        parts = []
        for number, (atom, position) in enumerate(places):
            own = grid.hits & (loudest == number) & (self._speech[number] > 0)
            parts.append(
                Part(
                    int(atom),
                    int(position),
                    int(position),
                    float(self.code[atom, position]),
                    float(self._speech[number][own].sum()),
                    tuple((int(step), int(voice)) for step, voice in np.argwhere(own)),
                )
            )
        self._order = sorted(range(len(parts)), key=lambda number: (-parts[number].weight, number))
        self.parts = tuple(parts[number] for number in self._order)
        self._said = self._decoded(self.code)

    def without(self, muted: Collection[Part]) -> Grid:
        """The pattern less what these parts alone keep in it."""
        left = self._changed(self._without(muted))
        return replace(left, values=left.values * self.grid.hits[..., None])

    def only(self, kept: Collection[Part], atoms: Mapping[Part, int] | None = None) -> Grid:
        """The hits of these parts, and what they say by themselves, in the touch of the pattern where it has the hit.
        `atoms`: others in the places of some, `ValueError` if there is no such atom."""
        swaps = {part: atom for part, atom in (atoms or {}).items() if part in kept}
        said = self._decoded(self._replaced([part for part in self.parts if part not in kept], swaps))
        hits = said[..., HIT] >= STRUCK
        for part in kept:
            if part not in swaps and part.hits:
                hits[tuple(np.array(part.hits).T)] = True
        return self._touched(said, hits)

    def swapped(self, atoms: Mapping[Part, int], muted: Collection[Part] = ()) -> Grid:
        """The pattern with other atoms in the places of some parts, as strong, and less what `muted` alone keep in it.
        `ValueError` if there is no such atom."""
        return self._changed(self._replaced(muted, atoms))

    def others(self, part: Part, count: int = 8) -> tuple[int, ...]:
        """Atoms that could stand in this part's place: those that strike something else, the most alike first."""
        atoms = self._coder.atoms
        alike = np.einsum("asvf,svf->a", atoms, atoms[part.atom])
        struck = atoms[..., HIT] * part.strength >= STRUCK
        alike[(struck == struck[part.atom]).all((1, 2)) | ~struck.any((1, 2))] = -np.inf
        order = np.argsort(-alike, kind="stable")[:count]
        return tuple(int(atom) for atom in order if alike[atom] > 0)

    def foretold(self, muted: Sequence[Part]) -> Grid:
        """What `without` should leave if the atoms' own pictures are true: what they say taken from the sum."""
        numbers = [self._order[self.parts.index(part)] for part in muted]
        before, level = self._speech.sum(0), self._coder.spec.threshold
        lost = (before >= level) & (before - self._speech[numbers].sum(0) < level)
        return replace(self.grid, values=self.grid.values * ~lost[..., None])

    def _without(self, muted: Collection[Part]) -> Array:
        code = self.code.copy()
        for part in muted:
            code[part.atom, part.position] = 0.0
        return code

    def _replaced(self, muted: Collection[Part], atoms: Mapping[Part, int]) -> Array:
        """The code without `muted`, and with other atoms in the places of some."""
        code = self._without([*atoms, *muted])
        for part, atom in atoms.items():
            if not 0 <= atom < self._coder.spec.atoms:
                raise ValueError(f"atom {atom} is outside 0..{self._coder.spec.atoms - 1}")
            if part not in muted:
                code[atom, part.position] += part.strength
        return code

    def _changed(self, code: Array) -> Grid:
        """The pattern as it is, with whatever the change of code adds or takes."""
        said = self._decoded(code)
        now, before = said[..., HIT] >= STRUCK, self._said[..., HIT] >= STRUCK
        return self._touched(said, (self.grid.hits & ~(before & ~now)) | (now & ~before))

    def _touched(self, said: Array, hits: npt.NDArray[np.bool_]) -> Grid:
        values = np.where(hits[..., None], said, 0.0)
        values[..., HIT] = hits
        values[..., VELOCITY] = np.clip(values[..., VELOCITY], 0.1, 1.0)
        kept = hits & self.grid.hits
        values[kept] = self.grid.values[kept]
        return replace(self.grid, values=values)

    def _decoded(self, code: Array) -> Array:
        return self._coder.decode(code, self.grid.steps)


def figures(coder: Coder, grid: Grid, code: Array) -> npt.NDArray[np.intp]:
    """Which atom of the grid's `code` says each hit, `(steps, 9)`: the loudest there; -1 where there is none."""
    places = np.argwhere(code)
    if not len(places):
        return np.full(grid.hits.shape, -1)
    speech = _spoken(coder, code, places, grid.steps)
    loudest = speech.argmax(0)
    said = grid.hits & (np.take_along_axis(speech, loudest[None], 0)[0] > 0)
    return np.where(said, places[loudest, 0], -1)


def _spoken(coder: Coder, code: Array, places: npt.NDArray[np.int64], steps: int) -> Array:
    """What each coefficient adds to every cell of the loop, `(coefficients, steps, 9)`."""
    width, (atoms, positions) = coder.spec.width, places.T
    speech = np.zeros((len(places), steps, VOICE_COUNT), np.float32)
    cells = (positions[:, None] + np.arange(width)) % steps
    said = code[atoms, positions][:, None, None] * coder.atoms[atoms, ..., HIT]
    np.add.at(speech, (np.arange(len(places))[:, None], cells), said)
    return speech
