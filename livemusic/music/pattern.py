"""A loop of notes, immutable and free of contradictions: what a player plays."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from livemusic.music.tempo import TICKS_PER_BEAT, Ticks

Velocity = int


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note: `tick` from the loop's start, MIDI `channel` 0..15, `pitch` 0..127, `velocity` 1..127."""

    tick: Ticks
    pitch: int
    velocity: Velocity = 100
    duration: Ticks = TICKS_PER_BEAT // 8
    channel: int = 9

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("channel", self.channel, 0, 15),
            ("pitch", self.pitch, 0, 127),
            ("velocity", self.velocity, 1, 127),
            ("duration", self.duration, 1, 1 << 31),
            ("tick", self.tick, 0, 1 << 31),
        ):
            if not low <= value <= high:
                raise ValueError(f"note {name} {value} is outside {low}..{high}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Notes that repeat every `length` ticks, sorted by tick.

    No two notes share tick, channel and pitch; every note starts inside the loop. Raises
    `ValueError` otherwise.
    """

    notes: tuple[Note, ...] = ()
    length: Ticks = 4 * TICKS_PER_BEAT
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.length <= 0:
            raise ValueError(f"pattern length {self.length} must be positive")
        notes = tuple(sorted(self.notes, key=attrgetter("tick", "channel", "pitch")))
        seen: set[tuple[Ticks, int, int]] = set()
        for note in notes:
            key = (note.tick, note.channel, note.pitch)
            if note.tick >= self.length:
                raise ValueError(f"note at tick {note.tick} lies outside the loop of {self.length}")
            if key in seen:
                raise ValueError(f"two notes at tick {key[0]}, channel {key[1]}, pitch {key[2]}")
            seen.add(key)
        object.__setattr__(self, "notes", notes)

    @classmethod
    def of(cls, notes: Iterable[Note], length: Ticks, name: str = "") -> "Pattern":
        """Build a pattern, keeping the louder of notes that would collide."""
        loudest: dict[tuple[Ticks, int, int], Note] = {}
        for note in notes:
            key = (note.tick, note.channel, note.pitch)
            if key not in loudest or note.velocity > loudest[key].velocity:
                loudest[key] = note
        return cls(tuple(loudest.values()), length, name)
