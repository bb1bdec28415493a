"""The mixer at one moment, as the window draws it."""

import msgspec

from livemusic.session.lane_mix import USUAL_GROUPS, LaneMix, MuteGroup, all_lanes, silent_lanes
from livemusic.sound.protocol import KitTold, Levels


class MixerState(msgspec.Struct, frozen=True):
    """How the drums are mixed: `lanes`, one for each from the kick on, and the `groups` that are muted together.

    `levels`: how loud that is, at the speakers and in the kit. `kit`: what became of the kit of samples.
    """

    lanes: tuple[LaneMix, ...] = all_lanes(())
    groups: tuple[MuteGroup, ...] = USUAL_GROUPS
    master_db: float = 0.0
    levels: Levels = Levels()
    kit: KitTold = KitTold()

    @property
    def silent(self) -> frozenset[int]:
        """The drums that are muted, by hand or because others are soloed."""
        return silent_lanes(self.lanes)
