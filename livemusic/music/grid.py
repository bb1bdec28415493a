"""A drum pattern as an array: hits, velocities and microtiming on a sixteenth-note grid, and what lies between."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.music.kit import GM_PITCHES, VOICE_COUNT, VOICE_OF_PITCH
from livemusic.music.pattern import Note, Pattern
from livemusic.music.swing import STEP, STEPS_PER_BEAT, Placed, swung
from livemusic.music.tempo import Ticks

__all__ = [
    "HIT",
    "OFFSET",
    "STEP",
    "STEPS_PER_BEAT",
    "VELOCITY",
    "Grid",
    "Ornament",
    "Row",
    "doubles",
    "left_out",
    "steps_in",
]

HIT, VELOCITY, OFFSET = 0, 1, 2
_NOTE_LENGTH: Ticks = STEP // 2
_DRUM_CHANNEL = 9

Array = npt.NDArray[np.float32]
#: `(step, voice, velocity 1..127, offset in ticks from the step)`
Row = tuple[int, int, int, Ticks]
#: `(step, voice, hits)`, each hit `(velocity 1..127, offset in ticks)`
Cell = tuple[int, int, list[tuple[int, Ticks]]]


class Ornament(NamedTuple):
    """One more hit of a drum beside the main hit of its cell: a grace note, a stroke of a roll.

    It belongs to the main hit: `ticks` later than that, where positive, less than a step; `share` 0..1 as loud.
    """

    step: int
    voice: int
    ticks: Ticks
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """`values`: float32 `(steps, 9 voices, 3)`: hit 0 or 1, velocity 0..1, offset -0.5..0.5 step.

    That is what the models see: the main hit of every cell, its loudest. The cell's other hits are `ornaments`, which
    move with it, grow louder and softer with it, and go with it; those without a main hit are left out.

    Velocity and offset are zero where there is no hit. `Pattern -> Grid -> Pattern` keeps every hit, at its tick and
    velocity, but for those that strike one drum at the very same tick (see `doubles`); `Grid -> Pattern -> Grid` loses
    nothing for velocities of n/127 and offsets of n/240 step. Read-only; raises `ValueError` for any other shape or
    range.
    """

    values: Array
    name: str = field(default="", compare=False)
    ornaments: tuple[Ornament, ...] = ()

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float32)
        if values.ndim != 3 or values.shape[0] < 1 or values.shape[1:] != (VOICE_COUNT, 3):
            raise ValueError(f"a grid is (steps, {VOICE_COUNT}, 3), not {values.shape}")
        if not np.isfinite(values).all():
            raise ValueError("a grid holds finite numbers only")
        hits = values[..., HIT] >= 0.5
        values[..., HIT] = hits
        values[..., VELOCITY] = np.clip(values[..., VELOCITY], 1 / 127, 1.0) * hits
        values[..., OFFSET] = np.clip(values[..., OFFSET], -0.5, 0.5 - 1 / STEP) * hits
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        if self.ornaments:
            object.__setattr__(self, "ornaments", _belonging(self.ornaments, values))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Grid) and self.ornaments == other.ornaments and np.array_equal(self.values, other.values)
        )

    def __hash__(self) -> int:
        return hash((self.values.tobytes(), self.ornaments))

    @property
    def steps(self) -> int:
        return int(self.values.shape[0])

    @property
    def length(self) -> Ticks:
        return self.steps * STEP

    @property
    def hits(self) -> npt.NDArray[np.bool_]:
        """`(steps, 9)` booleans: where there is a main hit."""
        return np.asarray(self.values[..., HIT] > 0)

    @property
    def count(self) -> int:
        """How many hits there are in all."""
        return int(self.hits.sum()) + len(self.ornaments)

    @classmethod
    def empty(cls, steps: int) -> "Grid":
        return cls(np.zeros((steps, VOICE_COUNT, 3), np.float32))

    @classmethod
    def of(cls, hits: Iterable[Row], steps: int, name: str = "") -> "Grid":
        """From `(step, voice, velocity 1..127, offset in ticks)` rows.

        Of the hits that share a cell the loudest is the main one, of equals the first that is given; it lies within
        half a step, the others within a step of it. Of two on the same tick the louder is kept.
        """
        cells: dict[tuple[int, int], dict[Ticks, int]] = {}
        for step, voice, velocity, offset in hits:
            if not (0 <= step < steps and 0 <= voice < VOICE_COUNT):
                raise ValueError(f"hit at step {step}, voice {voice} lies outside {steps} steps, {VOICE_COUNT} voices")
            if not 1 <= velocity <= 127:
                raise ValueError(f"hit velocity {velocity} is outside 1..127")
            cell = cells.setdefault((step, voice), {})
            cell[offset] = max(velocity, cell.get(offset, 0))
        values = np.zeros((steps, VOICE_COUNT, 3), np.float32)
        ornaments: list[Ornament] = []
        for (step, voice), cell in cells.items():
            main = max(cell, key=lambda offset: (-STEP // 2 <= offset < STEP // 2, cell[offset]))
            if not -STEP // 2 <= main < STEP // 2:
                raise ValueError(f"hit offset {main} ticks is out of range -{STEP // 2}..{STEP // 2 - 1}")
            velocity = cell.pop(main)
            values[step, voice] = 1.0, velocity / 127, main / STEP
            for offset, other in cell.items():
                ornaments.append(Ornament(step, voice, offset - main, other / velocity))
        return cls(values, name, tuple(ornaments))

    @classmethod
    def from_pattern(cls, pattern: Pattern) -> "Grid":
        """Fold a pattern's pitches onto the nine voices and its ticks onto the nearest step."""
        steps = max(1, -(-pattern.length // STEP))
        rows = (
            (step % steps, VOICE_OF_PITCH[note.pitch], note.velocity, note.tick - step * STEP)
            for note in pattern.notes
            if note.pitch in VOICE_OF_PITCH
            for step in ((note.tick + STEP // 2) // STEP,)
        )
        return cls.of(sorted(rows, key=itemgetter(3)), steps, pattern.name)

    def cells(self) -> list[Cell]:
        """Every cell with hits, by step and voice: `(step, voice, hits)`, each hit a velocity and an offset, the main
        one first."""
        struck = self.hits
        played = self.values[struck].astype(np.float64)
        velocities = np.maximum(1, np.rint(played[:, VELOCITY] * 127)).astype(int).tolist()
        offsets = np.rint(played[:, OFFSET] * STEP).astype(int).tolist()
        steps, voices = (axis.tolist() for axis in np.nonzero(struck))
        cells = [
            (step, voice, [hit])
            for step, voice, hit in zip(steps, voices, zip(velocities, offsets, strict=True), strict=True)
        ]
        if self.ornaments:
            found = {(step, voice): hits for step, voice, hits in cells}
            for step, voice, ticks, share in self.ornaments:
                hits = found[step, voice]
                velocity, offset = hits[0]
                hits.append((max(1, round(share * velocity)), offset + ticks))
        return cells

    def rows(self) -> list[Row]:
        """All hits as `(step, voice, velocity 1..127, offset in ticks)`, by step and voice, a cell's main hit first."""
        return [(step, voice, velocity, offset) for step, voice, hits in self.cells() for velocity, offset in hits]

    def to_pattern(self, swing: float = 0.0) -> Pattern:
        """The same hits as General MIDI notes; a hit pushed before the first step wraps to the loop's end.

        `swing` 0..1 delays every second sixteenth, at 1 as far as the last of three triplets, ornaments with their main
        hits; hits never change places, and none is lost.
        """
        lanes: dict[int, list[Placed]] = {}
        for step, voice, hits in self.cells():
            main = step * STEP + hits[0][1]
            lanes.setdefault(voice, []).extend(Placed(step * STEP + offset, main, loud) for loud, offset in hits)
        return Pattern.of(
            (
                Note(tick, GM_PITCHES[voice], velocity, _NOTE_LENGTH, _DRUM_CHANNEL)
                for voice, lane in lanes.items()
                for tick, velocity in swung(lane, swing, self.length)
            ),
            self.length,
            self.name,
        )

    def cut(self, start: int, stop: int) -> "Grid":
        """The steps from `start` to before `stop`."""
        kept = (one._replace(step=one.step - start) for one in self.ornaments if start <= one.step < stop)
        return Grid(self.values[start:stop], self.name, tuple(kept))

    def looped(self, steps: int) -> "Grid":
        """The grid repeated or cut to `steps`."""
        if steps == self.steps:
            return self
        whole = self if steps < self.steps else Grid.joined([self] * -(-steps // self.steps), self.name)
        return whole.cut(0, steps)

    @classmethod
    def joined(cls, grids: "Sequence[Grid]", name: str = "") -> "Grid":
        """One grid after another."""
        ornaments, start = list[Ornament](), 0
        for grid in grids:
            ornaments += (one._replace(step=one.step + start) for one in grid.ornaments)
            start += grid.steps
        return cls(np.concatenate([grid.values for grid in grids]), name, tuple(ornaments))

    def to_bytes(self) -> bytes:
        """Steps as uint32, values as float32, then each ornament as four float64."""
        return np.uint32(self.steps).tobytes() + self.values.tobytes() + np.array(self.ornaments, np.float64).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "") -> "Grid":
        """What `to_bytes` gave."""
        size = steps_in(data) * VOICE_COUNT * 3
        values = np.frombuffer(data, np.float32, size, 4).reshape(-1, VOICE_COUNT, 3)
        rows = np.frombuffer(data[4 + 4 * size :], np.float64).reshape(-1, 4).tolist()
        return cls(values, name, tuple(Ornament(int(s), int(v), int(t), share) for s, v, t, share in rows))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return self.values if dtype is None else self.values.astype(dtype)


def _belonging(ornaments: Iterable[Ornament], values: Array) -> tuple[Ornament, ...]:
    """Those with a main hit, in order. `ValueError` where one lies outside, or more are in a cell than it has ticks."""
    steps, voices = values.shape[:2]
    for step, voice, ticks, share in ornaments:
        if not (0 <= step < steps and 0 <= voice < voices and 0 < abs(ticks) < STEP and 0 < share <= 1):
            raise ValueError(
                f"an ornament {ticks} ticks from step {step}, voice {voice}, {share} as loud is outside {steps} steps, "
                f"{voices} voices, 1..{STEP - 1} ticks or 0..1"
            )
    kept = sorted(one for one in ornaments if values[one.step, one.voice, HIT] > 0)
    if len({one[:3] for one in kept}) < len(kept):
        raise ValueError("two ornaments of a cell are at the same tick")
    if max(Counter(one[:2] for one in kept).values(), default=0) >= STEP:
        raise ValueError(f"a cell holds {STEP} hits at most")
    return tuple(kept)


def steps_in(data: bytes) -> int:
    """How many steps the grid has that `to_bytes` gave; 0 for no bytes."""
    return int(np.frombuffer(data, np.uint32, 1)[0]) if data else 0


def doubles(pattern: Pattern) -> int:
    """How many notes of a pattern a grid cannot keep: they strike a drum that is struck louder at that very tick."""
    drums = [note for note in pattern.notes if note.pitch in VOICE_OF_PITCH]
    return len(drums) - len({(note.tick, VOICE_OF_PITCH[note.pitch]) for note in drums})


def left_out(pattern: Pattern) -> str:
    """What of a pattern a grid cannot keep, for the musician; empty where it keeps all."""
    count = doubles(pattern)
    hits = "1 hit" if count == 1 else f"{count} hits"
    return f"{hits} left out: another of the same drum, louder, is at the very same moment" if count else ""
