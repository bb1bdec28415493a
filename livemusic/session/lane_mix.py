"""How each drum is mixed, and which drums are muted together."""

from collections.abc import Sequence

import msgspec

from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.mix import Mix

#: How soft and how loud a drum or the whole output may be made; the softest is silence.
LEVELS_DB = (-60.0, 6.0)
#: How the velocities of a drum may be scaled on their way to the MIDI port.
VELOCITY_SCALES = (0.1, 2.0)
MUTE_GROUPS = 4
_NAME_LENGTH = 40


def gain_of(level_db: float) -> float:
    """The factor that a level in dB is; 0 at the softest of `LEVELS_DB`."""
    return 0.0 if level_db <= LEVELS_DB[0] else float(10 ** (level_db / 20))


class LaneMix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a drum is mixed. `mute`: it is silent; `solo`: only drums like it are heard, and a muted one never is.

    `level_db` and `pan` (-1 left, 1 right) are those of the kit; `velocity` scales what goes to the MIDI port and to a
    hosted instrument.
    """

    mute: bool = False
    solo: bool = False
    level_db: float = 0.0
    pan: float = 0.0
    velocity: float = 1.0

    def __post_init__(self) -> None:
        for name, (low, high) in (("level_db", LEVELS_DB), ("pan", (-1.0, 1.0)), ("velocity", VELOCITY_SCALES)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"the {name} {getattr(self, name)} of a drum is outside {low:g}..{high:g}")


class MuteGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Drums, by name, that are muted and heard together."""

    name: str
    lanes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= _NAME_LENGTH:
            raise ValueError(f"the name of a mute group has 1 to {_NAME_LENGTH} letters, not {len(self.name.strip())}")
        if unknown := sorted(set(self.lanes) - set(VOICE_NAMES)):
            raise ValueError(f"there is no drum {unknown[0]!r} to mute; use {', '.join(VOICE_NAMES)}")

    @property
    def voices(self) -> frozenset[int]:
        """Its drums, by number."""
        return frozenset(map(VOICE_NAMES.index, self.lanes))


#: The groups of a preset that says nothing of them.
USUAL_GROUPS = (
    MuteGroup("Drums", ("kick", "snare", "low tom", "mid tom", "high tom")),
    MuteGroup("Hats", ("closed hat", "open hat")),
    MuteGroup("Cymbals", ("crash", "ride")),
)
Lanes = tuple[LaneMix, ...]


def all_lanes(mix: Sequence[LaneMix]) -> Lanes:
    """One for each drum, from the kick on; those that `mix` does not tell of are as they are by themselves."""
    return (*mix, *[LaneMix()] * (VOICE_COUNT - len(mix)))[:VOICE_COUNT]


def told_lanes(lanes: Sequence[LaneMix]) -> Lanes:
    """The shortest mix that `all_lanes` makes `lanes` of: what is kept in a preset."""
    told = list(lanes)
    while told and told[-1] == LaneMix():
        told.pop()
    return tuple(told)


def silent_lanes(mix: Sequence[LaneMix]) -> frozenset[int]:
    """The drums that are not heard: the muted ones, and where any is soloed those that are not."""
    solo = any(lane.solo for lane in mix)
    return frozenset(voice for voice, lane in enumerate(all_lanes(mix)) if lane.mute or (solo and not lane.solo))


def note_mix(mix: Sequence[LaneMix]) -> Mix:
    """What of the notes passes, and how their velocities are scaled."""
    return Mix(silent_lanes(mix), tuple(lane.velocity for lane in all_lanes(mix)))


def group_muted(group: MuteGroup, mix: Sequence[LaneMix]) -> bool:
    """Whether all drums of a group are muted; an empty group is not."""
    lanes = all_lanes(mix)
    return bool(group.lanes) and all(lanes[voice].mute for voice in group.voices)
