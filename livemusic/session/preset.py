"""A preset: four drum patterns on the corners of the pad, and how they are played."""

import msgspec

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.performance import Performance
from livemusic.music.tempo import Meter, check_bpm
from livemusic.session.lane_mix import MUTE_GROUPS, USUAL_GROUPS, LaneMix, MuteGroup
from livemusic.session.plugin import PluginSlot
from livemusic.session.section import SECTIONS, SectionNote
from livemusic.sketch.path import Mode

FORMAT = 1
#: Farther out there is no music.
_FARTHEST = 1e6
LAUNCHES = ("step", "bar", "4 bars")
#: What may move the pad by itself.
FOLLOWED = ("path", "harmony")
SCENES = 8
#: What scenes are called until they are renamed.
SCENE_NAMES = "ABCDEFGH"
#: How a drummer is answered: not, at the same time, or in turns of so many bars.
ANSWERS = ("off", "play along", "trade 1", "trade 2", "trade 4", "trade 8")
CORNERS = ("top left", "top right", "bottom left", "bottom right")
#: The same in short.
CORNER_LETTERS = ("A", "B", "C", "D")

#: step, velocity 1..127, offset in ticks (-120..119; an ornament's may lie farther from the step)
Hit = tuple[int, int, int]


def check_launch(launch: str) -> str:
    """`launch` itself, or `ValueError` where it is none of `LAUNCHES`."""
    if launch not in LAUNCHES:
        raise ValueError(f"launch {launch!r} must be one of {', '.join(map(repr, LAUNCHES))}")
    return launch


def check_followed(followed: str) -> str:
    """`followed` itself, or `ValueError` where it is none of `FOLLOWED`."""
    if followed not in FOLLOWED:
        raise ValueError(f"{followed!r} cannot be followed; {' or '.join(FOLLOWED)} can")
    return followed


def check_answer(mode: str) -> str:
    """`mode` itself, or `ValueError` where it is none of `ANSWERS`."""
    if mode not in ANSWERS:
        raise ValueError(f"answer {mode!r} must be one of {', '.join(map(repr, ANSWERS))}")
    return mode


class Clip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drum pattern as people write it: for each voice its hits `[step, velocity, offset]`.

    Steps are sixteenths; velocity 1..127; offset in ticks of 1/960 beat, -120..119. Of several hits on one step the
    loudest is the main one, the others are its ornaments. `ValueError` where a voice is unknown or a hit lies outside.
    """

    name: str
    steps: int
    hits: dict[str, tuple[Hit, ...]]

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= 16 * 64:
            raise ValueError(f"clip {self.name!r}: {self.steps} steps are outside 1..1024")
        unknown = sorted(set(self.hits) - set(VOICE_NAMES))
        if unknown:
            raise ValueError(f"clip {self.name!r}: unknown voice {unknown[0]!r}; use {', '.join(VOICE_NAMES)}")
        self.grid()

    def grid(self) -> Grid:
        return Grid.of(
            (
                (step, VOICE_NAMES.index(voice), velocity, offset)
                for voice, hits in self.hits.items()
                for step, velocity, offset in hits
            ),
            self.steps,
            self.name,
        )

    @classmethod
    def of(cls, grid: Grid, name: str = "") -> "Clip":
        hits: dict[str, list[Hit]] = {}
        for step, voice, velocity, offset in grid.rows():
            hits.setdefault(VOICE_NAMES[voice], []).append((step, velocity, offset))
        return cls(name or grid.name, grid.steps, {voice: tuple(row) for voice, row in hits.items()})


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place on the pad and its swing, to be called up on stage."""

    name: str
    pad: tuple[float, float]
    swing: float = 0.0

    def __post_init__(self) -> None:
        if not all(0.0 <= value <= 1.0 for value in (*self.pad, self.swing)):
            raise ValueError(f"scene {self.name!r}: pad {self.pad} and swing {self.swing} must lie within 0..1")


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How four patterns are played, and through which plugins: `instrument` in place of the kit, then `effects`.

    `pad`: x to the right, y upwards, 0..1. `launch`: when a new pattern takes over. `swing`: 0 straight, 1 triplets.

    `anchors`: for each corner the point on the path that calls it up while following, or null. `followed`: the path, or
    the harmony, whose centre on the spiral of fifths calls a corner up at its `harmony_anchors`. `scenes`: up to eight,
    null where a place is free. `mode`: how one pattern becomes another, see `sketch.path`. `locks`: for each voice,
    from the kick on, the corner 0..3 whose lane it plays wherever the hand is, or null. `sections`: for each kind of
    section, A first, its name and what it carries, or null; `follow_sections`: go there whenever one begins.
    `answer`: how a drummer who is heard is answered, `answer_freedom` 0..1: how far that goes from what was played.
    `voices`: the drums of the kit that were matched to a recorded hit, by name. `performance`: what is made of the
    groove while it is played. `mix`: how each drum is mixed, from the kick on; `mute_groups`: the drums that are muted
    together.
    """

    name: str
    corners: tuple[Clip, Clip, Clip, Clip]
    bpm: float = 120.0
    meter: tuple[int, int] = (4, 4)
    pad: tuple[float, float] = (0.0, 1.0)
    launch: str = "step"
    follow: bool = False
    anchors: tuple[tuple[float, ...] | None, ...] = (None, None, None, None)
    description: str = ""
    swing: float = 0.0
    instrument: PluginSlot | None = None
    effects: tuple[PluginSlot, ...] = ()
    scenes: tuple[Scene | None, ...] = ()
    mode: Mode = "trade"
    locks: tuple[int | None, ...] = ()
    sections: tuple[SectionNote | None, ...] = ()
    follow_sections: bool = False
    answer: str = "off"
    answer_freedom: float = 0.5
    voices: dict[str, DrumVoice] = {}
    format: int = FORMAT
    followed: str = "path"
    harmony_anchors: tuple[tuple[float, float, float] | None, ...] = (None, None, None, None)
    performance: Performance = Performance()
    mix: tuple[LaneMix, ...] = ()
    mute_groups: tuple[MuteGroup, ...] = USUAL_GROUPS

    def __post_init__(self) -> None:
        check_bpm(self.bpm)
        Meter(*self.meter)
        if self.format != FORMAT:
            raise ValueError(f"preset format {self.format} is not known to this version (it knows {FORMAT})")
        check_launch(self.launch)
        check_answer(self.answer)
        if not 0.0 <= self.answer_freedom <= 1.0:
            raise ValueError(f"answer_freedom {self.answer_freedom} is outside 0..1")
        if not 0.0 <= self.swing <= 1.0:
            raise ValueError(f"swing {self.swing} is outside 0..1")
        if not all(0.0 <= value <= 1.0 for value in self.pad):
            raise ValueError(f"pad {self.pad} must lie within 0..1")
        if len(self.scenes) > SCENES:
            raise ValueError(f"a preset has {SCENES} scenes at most, not {len(self.scenes)}")
        if len(self.sections) > SECTIONS:
            raise ValueError(f"a preset has notes on {SECTIONS} sections at most, not {len(self.sections)}")
        if len(self.locks) > VOICE_COUNT:
            raise ValueError(f"a preset has {VOICE_COUNT} locks at most, not {len(self.locks)}")
        for voice, corner in enumerate(self.locks):
            if corner is not None and not 0 <= corner < len(CORNERS):
                raise ValueError(
                    f"the lock of the {VOICE_NAMES[voice]}, corner {corner}, is outside 0..{len(CORNERS) - 1}"
                )
        if len(self.mix) > VOICE_COUNT:
            raise ValueError(f"a preset mixes {VOICE_COUNT} drums at most, not {len(self.mix)}")
        if len(self.mute_groups) > MUTE_GROUPS:
            raise ValueError(f"a preset has {MUTE_GROUPS} mute groups at most, not {len(self.mute_groups)}")
        check_followed(self.followed)
        for anchors in (self.anchors, self.harmony_anchors):
            if len(anchors) != len(CORNERS):
                raise ValueError(f"a preset has {len(CORNERS)} anchors, not {len(anchors)}")
        if unknown := sorted(set(self.voices) - set(VOICE_NAMES)):
            raise ValueError(f"there is no voice {unknown[0]!r} to match; use {', '.join(VOICE_NAMES)}")
        captured = [anchor for anchor in self.anchors if anchor is not None]
        if len({len(anchor) for anchor in captured}) > 1 or not all(anchor for anchor in captured):
            raise ValueError("the anchors of a preset must be points of one space")
        captured += [anchor for anchor in self.harmony_anchors if anchor is not None]
        if not all(abs(value) <= _FARTHEST for anchor in captured for value in anchor):
            raise ValueError(f"the anchors of a preset must be numbers within +-{_FARTHEST:g}")

    def locked(self) -> dict[int, int]:
        """The voices that stay, and the corner each of them stays with."""
        return {voice: corner for voice, corner in enumerate(self.locks) if corner is not None}
