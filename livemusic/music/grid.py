"""A drum pattern as an array: hits, velocities and microtiming on a sixteenth-note grid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from livemusic.music.kit import GM_PITCHES, VOICE_COUNT, VOICE_OF_PITCH
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks

STEPS_PER_BEAT = 4
STEP: Ticks = TICKS_PER_BEAT // STEPS_PER_BEAT
HIT, VELOCITY, OFFSET = 0, 1, 2
_NOTE_LENGTH: Ticks = STEP // 2
_DRUM_CHANNEL = 9
_FULL_SWING: Ticks = STEP // 3

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """`values`: float32 `(steps, 9 voices, 3)`: hit 0 or 1, velocity 0..1, offset -0.5..0.5 step.

    Velocity and offset are zero where there is no hit. `Grid -> Pattern -> Grid` loses nothing for
    velocities of n/127 and offsets of n/240 step. Read-only; raises `ValueError` for any other shape
    or range.
    """

    values: Array
    name: str = field(default="", compare=False)

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash(self.values.tobytes())

    @property
    def steps(self) -> int:
        return int(self.values.shape[0])

    @property
    def length(self) -> Ticks:
        return self.steps * STEP

    @property
    def hits(self) -> npt.NDArray[np.bool_]:
        """`(steps, 9)` booleans."""
        return np.asarray(self.values[..., HIT] > 0)

    @classmethod
    def empty(cls, steps: int) -> "Grid":
        return cls(np.zeros((steps, VOICE_COUNT, 3), np.float32))

    @classmethod
    def of(cls, hits: Iterable[tuple[int, int, int, Ticks]], steps: int, name: str = "") -> "Grid":
        """From `(step, voice, velocity 1..127, offset in ticks)` rows; the louder hit wins a shared cell."""
        values = np.zeros((steps, VOICE_COUNT, 3), np.float32)
        for step, voice, velocity, offset in hits:
            if not (0 <= step < steps and 0 <= voice < VOICE_COUNT):
                raise ValueError(f"hit at step {step}, voice {voice} lies outside {steps} steps, {VOICE_COUNT} voices")
            if not (1 <= velocity <= 127 and -STEP // 2 <= offset < STEP // 2):
                raise ValueError(f"hit velocity {velocity} or offset {offset} ticks is out of range")
            if velocity / 127 > values[step, voice, VELOCITY]:
                values[step, voice] = 1.0, velocity / 127, offset / STEP
        return cls(values, name)

    @classmethod
    def from_pattern(cls, pattern: Pattern) -> "Grid":
        """Fold a pattern's pitches onto the nine voices and its ticks onto the nearest step."""
        steps = max(1, -(-pattern.length // STEP))
        return cls.of(
            (
                (step % steps, VOICE_OF_PITCH[note.pitch], note.velocity, note.tick - step * STEP)
                for note in pattern.notes
                if note.pitch in VOICE_OF_PITCH
                for step in ((note.tick + STEP // 2) // STEP,)
            ),
            steps,
            pattern.name,
        )

    def rows(self) -> list[tuple[int, int, int, Ticks]]:
        """The hits as `(step, voice, velocity 1..127, offset in ticks)`, by step and voice."""
        return [
            (
                int(step),
                int(voice),
                max(1, round(float(self.values[step, voice, VELOCITY]) * 127)),
                round(float(self.values[step, voice, OFFSET]) * STEP),
            )
            for step, voice in np.argwhere(self.hits)
        ]

    def to_pattern(self, swing: float = 0.0) -> Pattern:
        """The same hits as General MIDI notes; a hit pushed before the first step wraps to the loop's end.

        `swing` 0..1 delays every second sixteenth, at 1 as far as the last of three triplets.
        """
        late = (0, round(swing * _FULL_SWING))
        return Pattern.of(
            (
                Note(
                    (step * STEP + min(offset + late[step % 2], STEP // 2 - 1)) % self.length,
                    GM_PITCHES[voice],
                    velocity,
                    _NOTE_LENGTH,
                    _DRUM_CHANNEL,
                )
                for step, voice, velocity, offset in self.rows()
            ),
            self.length,
            self.name,
        )

    def looped(self, steps: int) -> "Grid":
        """The grid repeated or cut to `steps`."""
        repeats = -(-steps // self.steps)
        return Grid(np.tile(self.values, (repeats, 1, 1))[:steps], self.name)

    def to_bytes(self) -> bytes:
        return self.values.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "") -> "Grid":
        return cls(np.frombuffer(data, np.float32).reshape(-1, VOICE_COUNT, 3), name)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return self.values if dtype is None else self.values.astype(dtype)
