"""What a hand does to a drum pattern, as frozen words: one gesture is one of them, and one step of undo."""

from typing import ClassVar
from zlib import crc32

import msgspec

from livemusic.music import editing
from livemusic.music.editing import HitId, OrnamentKind
from livemusic.music.grid import STEP, Grid, Row
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import Ticks
from livemusic.session.edits import MOST_BARS

#: As loud as a hit is drawn unless told.
PLAIN = 100
_RANGES: dict[str, tuple[float, float]] = {
    "voice": (0, VOICE_COUNT - 1),
    "amount": (0, 1),
    "every": (1, 1024),
    "by": (-127, 127),
    "lanes": (1 - VOICE_COUNT, VOICE_COUNT - 1),
}


class PatternEdit(msgspec.Struct, frozen=True, tag=True, tag_field="edit", forbid_unknown_fields=True):
    """Base of them. `least`: of its velocity, 0 where that removes. `ValueError` where a number is out of range."""

    least: ClassVar[int] = 1

    def __post_init__(self) -> None:
        for name, (low, high) in (_RANGES | {"velocity": (self.least, 127)}).items():
            value = getattr(self, name, None)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} {value} is outside {low:g}..{high:g}")

    def called(self) -> str:
        """What undo calls it."""
        raise NotImplementedError

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        """What it makes of `grid`, whose bars are `bar` long. `ValueError` where that cannot be."""
        raise NotImplementedError


class DrawHit(PatternEdit, frozen=True):
    """One more hit."""

    voice: int
    tick: Ticks
    velocity: int = PLAIN

    def called(self) -> str:
        return f"draw {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.drawn(grid, self.voice, self.tick, self.velocity)


class SetStep(PatternEdit, frozen=True):
    """What a voice plays on a step is so loud; 0 removes it."""

    least: ClassVar[int] = 0
    voice: int
    step: int
    velocity: int

    def called(self) -> str:
        return f"set {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.with_step(grid, self.voice, self.step, self.velocity)


class RemoveHits(PatternEdit, frozen=True):
    """Without these hits."""

    hits: tuple[HitId, ...]

    def called(self) -> str:
        return f"remove {_counted(self.hits)}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.removed(grid, self.hits)


class MoveHits(PatternEdit, frozen=True):
    """These hits so many ticks later, and so many lanes further up."""

    hits: tuple[HitId, ...]
    ticks: Ticks
    lanes: int = 0

    def called(self) -> str:
        return f"move {_counted(self.hits)}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.moved(grid, self.hits, self.ticks, self.lanes)


class ChangeVelocity(PatternEdit, frozen=True):
    """These hits louder by so much, or softer."""

    hits: tuple[HitId, ...]
    by: int

    def called(self) -> str:
        return f"velocity of {_counted(self.hits)}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.louder(grid, self.hits, self.by)


class SetOrnament(PatternEdit, frozen=True):
    """A flam, a drag, a roll or nothing on these hits."""

    hits: tuple[HitId, ...]
    kind: OrnamentKind

    def called(self) -> str:
        return f"{self.kind if self.kind != 'none' else 'no ornament'} on {_counted(self.hits)}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.ornamented(grid, self.hits, self.kind)


class SetStepOrnament(PatternEdit, frozen=True):
    """A flam, a drag, a roll or nothing on the hit of a voice on a step."""

    voice: int
    step: int
    kind: OrnamentKind

    def called(self) -> str:
        return f"{self.kind if self.kind != 'none' else 'no ornament'} on {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        hits = tuple(
            (voice, step * STEP + strokes[0][1])
            for step, voice, strokes in grid.cells()
            if (step, voice) == (self.step, self.voice)
        )
        if not hits:
            raise ValueError(f"There is no {VOICE_NAMES[self.voice]} on step {self.step}: set one there first.")
        return editing.ornamented(grid, hits, self.kind)


class PasteHits(PatternEdit, frozen=True):
    """These rows (step, voice, velocity, offset) from `step` on."""

    rows: tuple[Row, ...]
    step: int

    def called(self) -> str:
        return "paste"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.pasted(grid, self.rows, self.step)


class DuplicateBar(PatternEdit, frozen=True):
    """A bar, from 0, once more after itself; None: the last one."""

    bar: int | None = None

    def called(self) -> str:
        return "duplicate bar"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        start, stop = _bar(grid, self.bar, bar)
        return _within(editing.repeated(grid, start, stop), bar)


class RemoveBar(PatternEdit, frozen=True):
    """Without a bar, from 0; None: the last one."""

    bar: int | None = None

    def called(self) -> str:
        return "remove bar"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.without(grid, *_bar(grid, self.bar, bar))


class DoublePattern(PatternEdit, frozen=True):
    """Twice as long: it repeats."""

    def called(self) -> str:
        return "double pattern"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return _within(editing.repeated(grid, 0, grid.steps), bar)


class HalvePattern(PatternEdit, frozen=True):
    """Its first half."""

    def called(self) -> str:
        return "halve pattern"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        if grid.length % (2 * bar):
            bars = -(-grid.length // bar)
            raise ValueError(f"{bars} bar{'s' * (bars != 1)} cannot be halved: a pattern ends at a bar line.")
        return editing.without(grid, grid.steps // 2, grid.steps)


class ClearLane(PatternEdit, frozen=True):
    """Without the hits of a voice."""

    voice: int

    def called(self) -> str:
        return f"clear {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.cleared(grid, self.voice)


class FillLane(PatternEdit, frozen=True):
    """A voice on every `every`th step and nowhere else; what is there stays as it is."""

    voice: int
    every: int
    velocity: int = PLAIN

    def called(self) -> str:
        return f"fill {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.filled(grid, self.voice, self.every, self.velocity)


class RotateLane(PatternEdit, frozen=True):
    """A voice so many steps later, round the loop."""

    voice: int
    steps: int

    def called(self) -> str:
        return f"rotate {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.rotated(grid, self.voice, self.steps)


class RandomiseVelocity(PatternEdit, frozen=True):
    """Every hit of a voice louder or softer by up to `amount` 0..1; what becomes of one pattern is always the same."""

    voice: int
    amount: float = 0.15

    def called(self) -> str:
        return f"randomise {VOICE_NAMES[self.voice]}"

    def made_of(self, grid: Grid, bar: Ticks) -> Grid:
        return editing.randomised(grid, self.voice, self.amount, crc32(grid.to_bytes()))


AnyPatternEdit = (
    DrawHit | SetStep | RemoveHits | MoveHits | ChangeVelocity | SetOrnament | SetStepOrnament | PasteHits
    | DuplicateBar | RemoveBar | DoublePattern | HalvePattern | ClearLane | FillLane | RotateLane | RandomiseVelocity
)  # fmt: skip


def _counted(hits: tuple[HitId, ...]) -> str:
    return "a hit" if len(hits) == 1 else f"{len(hits)} hits"


def _bar(grid: Grid, number: int | None, bar: Ticks) -> tuple[int, int]:
    """The steps of a bar: from the first to before the last."""
    last = -(-grid.length // bar) - 1
    number = last if number is None else number
    if not 0 <= number <= last:
        raise ValueError(f"There is no bar {number + 1}: the pattern has {last + 1}.")
    return number * bar // STEP, min((number + 1) * bar // STEP, grid.steps)


def _within(grid: Grid, bar: Ticks) -> Grid:
    if grid.length > MOST_BARS * bar:
        raise ValueError(f"A pattern is {MOST_BARS} bars long at most.")
    return grid
