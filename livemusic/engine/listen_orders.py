"""What the listening core is told: small frozen orders, taken in turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from livemusic.audio.source import Source
from livemusic.inference.encoder import Ear
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter, Seconds
from livemusic.sketch.path import Path

Anchor = tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Hear:
    """Listen to `source` through `ear` from now on, on a new path; None for both to hear nothing."""

    source: Source | None
    ear: Ear | None


@dataclass(frozen=True, slots=True)
class Morph:
    """Play between the corners of `path`. What is None of the pad, launch, swing, follow and anchors stays as the hand
    has it.

    `at_once`: they take over at the next step whatever `launch` says, because they are only edited. `locks`: voice ->
    the corner whose lane stays.
    """

    path: Path
    meter: Meter
    pad: tuple[float, float] | None = None
    launch: str | None = None
    swing: float | None = None
    follow: bool | None = None
    anchors: tuple[Anchor, ...] | None = None
    at_once: bool = False
    locks: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """Play `grid` in place of the pad's pattern from the next step on; None: the pad's again from the next `launch`."""

    grid: Grid | None
    launch: str = "step"


@dataclass(frozen=True, slots=True)
class Keep:
    """What is played now goes on, whatever becomes of the corners, until the next `Preview` or the hand wants it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Go to `pad` with `swing` at the next bar, or later where patterns take over later; following ends."""

    pad: tuple[float, float]
    swing: float


@dataclass(frozen=True, slots=True)
class Hand:
    """The hand is at `(x, y)` on the pad; following ends."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Follow:
    on: bool


@dataclass(frozen=True, slots=True)
class Launch:
    """One of `session.preset.LAUNCHES`."""

    launch: str


@dataclass(frozen=True, slots=True)
class Swing:
    """0 straight, 1 a triplet."""

    amount: float


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Anchor `corner` at the path's head; None forgets all anchors."""

    corner: int | None


@dataclass(frozen=True, slots=True)
class TrackBeats:
    """Find the beats of what is heard, or leave it. What comes in was played `late` before it is read."""

    on: bool
    late: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """Keep the tempo that was heard, or listen again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Nudged:
    """Move the beat that is heard by a share of a beat, later where positive."""

    beats: float


@dataclass(frozen=True, slots=True)
class Octaved:
    """Hear the tempo twice as fast (1) or half as fast (-1)."""

    step: int
