"""What other cores tell the listening core, besides the requests it takes: small frozen orders, taken in turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from livemusic.audio.source import Source
from livemusic.dsp.hits import HeardHit
from livemusic.inference.encoder import Ear
from livemusic.inference.hearing import Hearing
from livemusic.inference.metre import OnnxMetre
from livemusic.latent.points import Points
from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter, Seconds, Ticks
from livemusic.session.preset import Scene
from livemusic.sketch.path import Path

Anchor = tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Hear:
    """Listen to `source` through `ear` from now on, on a new path; None for both to hear nothing.

    `song`: the audio file that it brings, where it is one; its path is drawn ahead of what is heard.
    """

    source: Source | None
    ear: Ear | None
    song: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The next points of the path of `epoch`, which is a song's, `t` being places in it."""

    epoch: int
    points: Points


@dataclass(frozen=True, slots=True)
class Morph:
    """Play between the corners of `path`. What is None of the pad, launch, swing, follow, what is followed and the
    anchors of both stays as the hand has it.

    `at_once`: they take over at the next step whatever `launch` says, because they are only edited; `line`: at that
    line of the song, where there is one. `locks`: voice -> the corner whose lane stays.
    """

    path: Path
    meter: Meter
    pad: tuple[float, float] | None = None
    launch: str | None = None
    swing: float | None = None
    follow: bool | None = None
    anchors: tuple[Anchor, ...] | None = None
    at_once: bool = False
    line: Ticks | None = None
    locks: Mapping[int, int] = field(default_factory=dict)
    followed: str | None = None
    harmony_anchors: tuple[Anchor, ...] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Play `grid` in place of the pad's pattern from the next step on; None: the pad's again from the next `launch`."""

    grid: Grid | None
    launch: str = "step"


@dataclass(frozen=True, slots=True)
class Answered:
    """Play `grid` as it is in place of the pad's pattern, from the line `at` of the song on, or from the next step;
    None: the pad's again from the next bar. `turn`: since when it is answered so; who takes it over tells that."""

    grid: Grid | None
    at: Ticks | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """What is played now goes on, whatever becomes of the corners, until the next `Preview` or the hand wants it."""


@dataclass(frozen=True, slots=True)
class TrackBeats:
    """Find the beats of what is heard, or leave it. What comes in was played `late` before it is read. `metre`: who
    knows what the drums that are heard in it say of the beat."""

    on: bool
    late: Seconds = 0.0
    metre: OnnxMetre | None = None


@dataclass(frozen=True, slots=True)
class HearDrums:
    """Hear the drums in what is heard, or leave it. What comes in was played `late` before it is read. `song`: the
    audio file that it is, where it is one; all of its hits are drawn ahead.
    """

    hearing: Hearing | None
    late: Seconds = 0.0
    song: str = ""


@dataclass(frozen=True, slots=True)
class HitsDrawn:
    """The next hits of the song whose drawing has this number, their `t` being places in it."""

    number: int
    hits: tuple[HeardHit, ...]


@dataclass(frozen=True, slots=True)
class Scenes:
    """The scenes that can be launched are these, None where a place is free."""

    scenes: tuple[Scene | None, ...]
