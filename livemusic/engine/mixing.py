"""What can be asked of the mixer."""

from typing import ClassVar

from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.kit import VOICE_COUNT
from livemusic.session.lane_mix import LEVELS_DB, MUTE_GROUPS, VELOCITY_SCALES


class MixRequest(Request, frozen=True):
    """For the mixer. What it changes is part of the preset, or (the master) of the settings, and can be undone."""

    owner: ClassVar[Owner] = "mixer"


class SetLane(MixRequest, frozen=True):
    """Mix a drum (0..8) so, see `session.lane_mix.LaneMix`; what is None stays as it is."""

    limits: ClassVar[Limits] = {
        "voice": (0, VOICE_COUNT - 1), "level_db": LEVELS_DB, "pan": (-1.0, 1.0), "velocity": VELOCITY_SCALES,
    }  # fmt: skip
    voice: int
    mute: bool | None = None
    solo: bool | None = None
    level_db: float | None = None
    pan: float | None = None
    velocity: float | None = None


class MuteLanes(MixRequest, frozen=True):
    """Mute all drums of the mute group `number` (0..3), or let them be heard."""

    limits: ClassVar[Limits] = {"number": (0, MUTE_GROUPS - 1)}
    number: int
    mute: bool


class HearAll(MixRequest, frozen=True):
    """No drum is muted or soloed any more."""


class SetMaster(MixRequest, frozen=True):
    """How loud everything that goes to the speakers is, in dB: 0 as it is, -60 silent."""

    limits: ClassVar[Limits] = {"db": LEVELS_DB}
    db: float
