"""What may be asked of who performs the groove: dials, fills, feel, variation, and what waits for the next section."""

from typing import ClassVar

from livemusic.engine.request import Limits, Owner, Request
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.performance import FILLS_EVERY, VARIES_EVERY, check_feel
from livemusic.session.preset import CORNERS

_DIAL = (-1.0, 1.0)
_SHARE = (0.0, 1.0)
#: Where the next section may begin: the corner after the one that is heard most, or one of them.
NEXT_CORNER = "next corner"
SECTION_STARTS = ("off", NEXT_CORNER, *CORNERS)


class PerformRequest(Request, frozen=True):
    """For who performs the groove."""

    owner: ClassVar[Owner] = "perform"


class TurnDials(PerformRequest, frozen=True):
    """Turn dials of a `voice` 0..8, or of all (None), to -1..1, 0 being as written; what is None stays."""

    limits: ClassVar[Limits] = {
        "density": _DIAL,
        "complexity": _DIAL,
        "intensity": _DIAL,
        "voice": (0, VOICE_COUNT - 1),
    }
    density: float | None = None
    complexity: float | None = None
    intensity: float | None = None
    voice: int | None = None


class ResetDials(PerformRequest, frozen=True):
    """Play the groove as it is written: dials in the middle, normal feel, no variation and no fills by themselves."""


class Fill(PerformRequest, frozen=True):
    """A fill for the rest of this bar, or in the next one where less than a beat is left."""


class SetFills(PerformRequest, frozen=True):
    """A fill at the end of `every` 4 or 8 bars, 0 for none; `amount` 0..1: how long and how busy. None stays."""

    limits: ClassVar[Limits] = {"amount": _SHARE}
    every: int | None = None
    amount: float | None = None

    def check(self) -> None:
        super().check()
        _check_one_of("every", self.every, FILLS_EVERY)


class SetFeel(PerformRequest, frozen=True):
    """Play in `normal`, `half` or `double` time, at the same tempo."""

    feel: str

    def check(self) -> None:
        check_feel(self.feel)


class SetVariation(PerformRequest, frozen=True):
    """Play one bar in `every` 2, 4 or 8 differently each time, 0 for none, `amount` 0..1 of it. None stays."""

    limits: ClassVar[Limits] = {"amount": _SHARE}
    every: int | None = None
    amount: float | None = None

    def check(self) -> None:
        super().check()
        _check_one_of("every", self.every, VARIES_EVERY)


class NewVariation(PerformRequest, frozen=True):
    """Play another variation: in the rest of this bar, or in the next one where less than a beat is left, and in every
    bar that is varied from then on."""


class ArmSection(PerformRequest, frozen=True):
    """Go to a corner with a crash when the next section begins, or after 8 bars; `to`: one of `SECTION_STARTS`."""

    to: str

    def check(self) -> None:
        if self.to not in SECTION_STARTS:
            raise ValueError(f"the next section cannot start with {self.to[:40]!r}; use {', '.join(SECTION_STARTS)}")


AnyPerform = TurnDials | ResetDials | Fill | SetFills | SetFeel | SetVariation | NewVariation | ArmSection


def _check_one_of(name: str, value: int | None, allowed: tuple[int, ...]) -> None:
    if value is not None and value not in allowed:
        raise ValueError(f"{name} {value} must be one of {', '.join(map(str, allowed))}")
