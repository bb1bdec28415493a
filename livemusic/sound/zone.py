"""A file of one stroke, and when and how it is played."""

from dataclasses import dataclass
from pathlib import Path

from livemusic.sound.drum_name import Drum


@dataclass(frozen=True, slots=True)
class Zone:
    """`path` is played for `drum` at velocities `low` to `high` (1..127), in its `turn` among those of the same.

    `gain_db`, `pan` (-1..1) and `semitones` change how it sounds; `curve`: how steeply it follows velocity. A stroke of
    `group` ends what is `off_by` it. 0 is no group.
    """

    path: Path
    drum: Drum
    low: int = 1
    high: int = 127
    turn: int = 0
    gain_db: float = 0.0
    pan: float = 0.0
    semitones: float = 0.0
    curve: float = 1.5
    group: int = 0
    off_by: int = 0


@dataclass(frozen=True, slots=True)
class Zones:
    """What was found, what the musician should know of it, and whether its levels were balanced by its maker."""

    zones: tuple[Zone, ...]
    remarks: tuple[str, ...] = ()
    balanced: bool = False
