"""A take of the loop: what each pass of it has played, as a pattern of its own."""

from collections.abc import Iterable

from livemusic.music.grid import Grid
from livemusic.music.overdub import TimedHit, nearest, overdubbed

#: The step of the song and the drum that hits belong to.
Cell = tuple[int, int]


class Passes:
    """What is played over `base`, the pattern of a corner as it was, in take number `take`. Thread: surface."""

    def __init__(self, take: int, corner: int, base: Grid, name: str) -> None:
        self.take = take
        self.corner = corner
        self.base = base
        self.name = name
        self._played: dict[int, dict[Cell, tuple[list[TimedHit], float]]] = {}
        self._kept = 0

    @property
    def hits(self) -> int:
        """How many hits were played so far."""
        return sum(len(hits) for cells in self._played.values() for hits, _ in cells.values())

    @property
    def count(self) -> int:
        """How many passes something was played in."""
        return len(self._played)

    def add(self, voice: int, hits: list[TimedHit], quantise: float) -> None:
        """Hits of one drum on one step were written."""
        step = nearest(hits[0][0])
        self._played.setdefault(step // self.base.steps, {})[step, voice] = hits, quantise

    def ended(self, here: int | None) -> list[tuple[int, Grid]]:
        """The passes that are over before step `here` of the song (None: all), and were not told yet, by number from 1:
        the base with what that pass alone has played."""
        over = [turn for turn in self._turns if here is None or (turn + 1) * self.base.steps < here]
        fresh = over[self._kept :]
        self._kept = max(self._kept, len(over))
        return [(self._turns.index(turn) + 1, self._laid((turn,))) for turn in fresh]

    def grid(self, number: int) -> Grid:
        """The pattern of pass `number`, from 1; of all together where that is 0. `ValueError` where there is none."""
        if not 0 <= number <= self.count:
            raise ValueError(f"There is no pass {number}: the last take has {self.count}.")
        return self._laid(self._turns if number == 0 else (self._turns[number - 1],))

    @property
    def _turns(self) -> list[int]:
        return sorted(self._played)

    def _laid(self, turns: Iterable[int]) -> Grid:
        grid = self.base
        for turn in turns:
            for (_, voice), (hits, quantise) in self._played[turn].items():
                grid = overdubbed(grid, hits, voice, quantise)
        return grid
