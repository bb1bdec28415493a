"""Edits of a drum pattern, each a function from one grid to another: what is not named stays as it was.

A hit is named by its voice and its tick from the loop's start, as `hits_of` tells it (a hit pushed before the first
step has a negative one). A main hit brings its ornaments along, whatever is done to it; an ornament may be named alone.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from livemusic.music.grid import HIT, STEP, VELOCITY, Array, Grid, Ornament, Row
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.tempo import Ticks

#: `(voice, tick from the loop's start)`
HitId = tuple[int, Ticks]
OrnamentKind = Literal["none", "flam", "drag", "roll"]

#: A hit put so near to another of its drum takes its place, as when it is played by hand.
AGAIN: Ticks = STEP // 4
#: The strokes of each ornament: ticks from the main hit, and how loud beside it.
ORNAMENTS: dict[OrnamentKind, tuple[tuple[Ticks, float], ...]] = {
    "none": (),
    "flam": ((-40, 0.45),),
    "drag": ((-84, 0.4), (-42, 0.45)),
    "roll": ((60, 0.7), (120, 0.76), (180, 0.82)),
}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A main hit at `tick`, and its other strokes as `(velocity, ticks from the main hit)`."""

    voice: int
    tick: Ticks
    velocity: int
    others: tuple[tuple[int, Ticks], ...] = ()

    def rows(self, steps: int) -> Iterable[Row]:
        step = (self.tick + STEP // 2) // STEP
        offset = self.tick - step * STEP
        for velocity, ticks in ((self.velocity, 0), *self.others):
            yield step % steps, self.voice, velocity, offset + ticks


def _cells(grid: Grid) -> list[_Cell]:
    return [
        _Cell(voice, step * STEP + hits[0][1], hits[0][0], tuple((loud, at - hits[0][1]) for loud, at in hits[1:]))
        for step, voice, hits in grid.cells()
    ]


def _grid(cells: Iterable[_Cell], like: Grid) -> Grid:
    return Grid.of((row for cell in cells for row in cell.rows(like.steps)), like.steps, like.name)


def hits_of(grid: Grid) -> list[HitId]:
    """Every hit of a grid, in the order of its rows."""
    return [(voice, step * STEP + offset) for step, voice, _, offset in grid.rows()]


def wrapped(tick: Ticks, length: Ticks) -> Ticks:
    """A place in a loop of `length`; what is nearer to its end than to the last step lies before its beginning."""
    return (tick + STEP // 2) % length - STEP // 2


def _apart(ticks: Ticks, length: Ticks) -> Ticks:
    return min(ticks % length, -ticks % length)


def _landed(staying: Iterable[_Cell], coming: Collection[_Cell], length: Ticks) -> list[_Cell]:
    """Both together; what stays makes room for what comes next to it."""
    kept = [
        cell
        for cell in staying
        if all(cell.voice != new.voice or _apart(cell.tick - new.tick, length) > AGAIN for new in coming)
    ]
    return [*kept, *coming]


def _taken(grid: Grid, hits: Collection[HitId]) -> tuple[list[_Cell], list[_Cell]]:
    """What of a grid stays, and the hits named as cells of their own."""
    named = set(hits)
    staying: list[_Cell] = []
    taken: list[_Cell] = []
    for cell in _cells(grid):
        if (cell.voice, cell.tick) in named:
            taken.append(cell)
            continue
        gone = [other for other in cell.others if (cell.voice, cell.tick + other[1]) in named]
        left = tuple(other for other in cell.others if other not in gone)
        staying.append(_Cell(cell.voice, cell.tick, cell.velocity, left))
        taken += (_Cell(cell.voice, cell.tick + ticks, velocity) for velocity, ticks in gone)
    return staying, taken


def drawn(grid: Grid, voice: int, tick: Ticks, velocity: int) -> Grid:
    """`grid` with one more hit; another of its drum next to it makes room."""
    _check(voice, "voice", VOICE_COUNT - 1)
    return _grid(_landed(_cells(grid), [_Cell(voice, wrapped(tick, grid.length), velocity)], grid.length), grid)


def removed(grid: Grid, hits: Collection[HitId]) -> Grid:
    """`grid` without these hits."""
    return _grid(_taken(grid, hits)[0], grid)


def moved(grid: Grid, hits: Collection[HitId], ticks: Ticks, lanes: int = 0) -> Grid:
    """`grid` with these hits so much later, round the loop, and so many lanes further up, as far as all have one.

    An ornament that leaves its main hit by a step or more is a hit of its own from then on.
    """
    staying, taken = _taken(grid, hits)
    voices = [cell.voice for cell in taken]
    lanes = max(-min(voices, default=0), min(lanes, VOICE_COUNT - 1 - max(voices, default=0)))
    coming: list[_Cell] = []
    homes = {(cell.voice, cell.tick): place for place, cell in enumerate(staying)}
    for cell in taken:
        home = None if lanes else _home(grid, cell, ticks)
        place = None if home is None else homes.get((cell.voice, home))
        if place is None:
            there = wrapped(cell.tick + ticks, grid.length)
            coming.append(_Cell(cell.voice + lanes, there, cell.velocity, cell.others))
        else:
            main = staying[place]
            others = (*main.others, (cell.velocity, cell.tick + ticks - main.tick))
            staying[place] = _Cell(main.voice, main.tick, main.velocity, others)
    return _grid(_landed(staying, coming, grid.length), grid)


def _home(grid: Grid, cell: _Cell, ticks: Ticks) -> Ticks | None:
    """The tick of the main hit that an ornament still belongs to when it is moved by `ticks`; None where to none."""
    for main in _cells(grid):
        if main.voice == cell.voice and any(main.tick + at == cell.tick for _, at in main.others):
            return main.tick if 0 < abs(cell.tick + ticks - main.tick) < STEP else None
    return None


def louder(grid: Grid, hits: Collection[HitId], by: int) -> Grid:
    """`grid` with these hits louder by `by`, or softer, within 1..127; an ornament never louder than its main hit."""
    named = set(hits)

    def changed(cell: _Cell) -> _Cell:
        if (cell.voice, cell.tick) in named:
            return _struck(cell, min(127, max(1, cell.velocity + by)))
        others = tuple(
            (min(cell.velocity, max(1, loud + by)) if (cell.voice, cell.tick + at) in named else loud, at)
            for loud, at in cell.others
        )
        return _Cell(cell.voice, cell.tick, cell.velocity, others)

    return _grid(map(changed, _cells(grid)), grid)


def _struck(cell: _Cell, velocity: int) -> _Cell:
    """The cell as loud as `velocity`, its ornaments in proportion."""
    share = velocity / cell.velocity
    others = tuple((min(velocity, max(1, round(loud * share))), at) for loud, at in cell.others)
    return _Cell(cell.voice, cell.tick, velocity, others)


def with_step(grid: Grid, voice: int, step: int, velocity: int) -> Grid:
    """`grid` with what is on a step as loud as `velocity`, drawn where there is nothing; 0 removes it."""
    _check(voice, "voice", VOICE_COUNT - 1)
    _check(step, "step", grid.steps - 1)
    if not grid.hits[step, voice]:
        return drawn(grid, voice, step * STEP, velocity) if velocity else grid
    cells: list[_Cell] = []
    for cell in _cells(grid):
        if cell.voice != voice or (cell.tick + STEP // 2) // STEP != step:
            cells.append(cell)
        elif velocity:
            cells.append(_struck(cell, velocity))
    return _grid(cells, grid)


def copied(grid: Grid, hits: Collection[HitId]) -> tuple[Row, ...]:
    """These hits as rows, their steps counted from the earliest of them."""
    rows = [row for cell in _taken(grid, hits)[1] for row in cell.rows(grid.steps)]
    first = min((row[0] for row in rows), default=0)
    return tuple(sorted((step - first, *rest) for step, *rest in rows))  # type: ignore[misc]


def pasted(grid: Grid, rows: Iterable[Row], step: int) -> Grid:
    """`grid` with `rows` from `step` on, as far as it goes; hits of the same drum next to them make room."""
    return _grid(_landed(_cells(grid), _pasted(grid, rows, step), grid.length), grid)


def pasted_hits(grid: Grid, rows: Iterable[Row], step: int) -> list[HitId]:
    """The main hits that `pasted` brings in."""
    return [(cell.voice, cell.tick) for cell in _pasted(grid, rows, step)]


def _pasted(grid: Grid, rows: Iterable[Row], step: int) -> list[_Cell]:
    fragment = sorted(row for row in rows if 0 <= step + row[0] < grid.steps)
    cells: list[_Cell] = []
    for (at, voice), group in groupby(fragment, key=lambda row: row[:2]):
        hits = [(velocity, offset) for _, _, velocity, offset in group]
        main = max(hits, key=lambda hit: (-STEP // 2 <= hit[1] < STEP // 2, hit[0]))
        others = tuple((velocity, offset - main[1]) for velocity, offset in hits if (velocity, offset) != main)
        cells.append(_Cell(voice, (step + at) * STEP + main[1], main[0], others))
    return cells


def ornamented(grid: Grid, hits: Collection[HitId], kind: OrnamentKind) -> Grid:
    """`grid` with `kind` on these hits in place of what ornaments they had."""
    named = set(hits)
    strokes = ORNAMENTS[kind]

    def dressed(cell: _Cell) -> _Cell:
        if named.isdisjoint((cell.voice, cell.tick + at) for at in (0, *(at for _, at in cell.others))):
            return cell
        others = tuple((max(1, round(share * cell.velocity)), at) for at, share in strokes)
        return _Cell(cell.voice, cell.tick, cell.velocity, others)

    return _grid(map(dressed, _cells(grid)), grid)


def ornament_at(grid: Grid, hit: HitId) -> OrnamentKind | None:
    """Which ornament a hit has, None where it is another than those of `ORNAMENTS`."""
    voice, tick = hit
    for cell in _cells(grid):
        if cell.voice == voice and tick - cell.tick in (0, *(at for _, at in cell.others)):
            places = tuple(sorted(at for _, at in cell.others))
            return next((kind for kind, row in ORNAMENTS.items() if tuple(at for at, _ in row) == places), None)
    return None


def repeated(grid: Grid, start: int, stop: int) -> Grid:
    """`grid` with the steps from `start` to before `stop` once more after themselves."""
    return Grid.joined([*_parts(grid, (0, stop), (start, stop), (stop, grid.steps))], grid.name)


def without(grid: Grid, start: int, stop: int) -> Grid:
    """`grid` without the steps from `start` to before `stop`; `ValueError` where nothing would be left."""
    parts = _parts(grid, (0, start), (stop, grid.steps))
    if not parts:
        raise ValueError("A pattern has one bar at least.")
    return Grid.joined(parts, grid.name)


def _parts(grid: Grid, *stretches: tuple[int, int]) -> list[Grid]:
    return [grid.cut(start, stop) for start, stop in stretches if start < stop]


def cleared(grid: Grid, voice: int) -> Grid:
    """`grid` without the hits of a voice."""
    return _lane(grid, voice, np.zeros_like)


def filled(grid: Grid, voice: int, every: int, velocity: int) -> Grid:
    """`grid` with the voice on every `every`th step and nowhere else; what is there already stays as it is."""
    _check(every, "every", grid.steps, 1)

    def fill(values: Array) -> Array:
        values[np.arange(grid.steps) % every != 0] = 0
        values[::every][values[::every, HIT] == 0] = 1.0, velocity / 127, 0.0
        return values

    return _lane(grid, voice, fill)


def rotated(grid: Grid, voice: int, steps: int) -> Grid:
    """`grid` with the lane of a voice so many steps later, round the loop."""
    return _lane(grid, voice, lambda values: np.roll(values, steps, axis=0), steps)


def randomised(grid: Grid, voice: int, amount: float, seed: int) -> Grid:
    """`grid` with every hit of a voice louder or softer by up to `amount` 0..1 of the range; the same by one `seed`."""

    def shake(values: Array) -> Array:
        change = np.random.default_rng(seed).uniform(-amount, amount, grid.steps)
        loud = np.rint(127 * np.clip(values[:, VELOCITY] + change, 1 / 127, 1)) / 127
        values[:, VELOCITY] = np.where(values[:, HIT] > 0, loud, 0)
        return values

    return _lane(grid, voice, shake)


def _lane(grid: Grid, voice: int, change: Callable[[Array], Array], steps: int = 0) -> Grid:
    """`grid` with the values of one lane changed, and its ornaments `steps` later; those without a main hit go."""
    _check(voice, "voice", VOICE_COUNT - 1)
    values = grid.values.copy()
    values[:, voice] = change(values[:, voice].copy())
    ornaments = (
        Ornament((one.step + steps) % grid.steps, *one[1:]) if one.voice == voice else one for one in grid.ornaments
    )
    return Grid(values, grid.name, tuple(ornaments))


def _check(value: int, name: str, high: int, low: int = 0) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} {value} is outside {low}..{high}")
