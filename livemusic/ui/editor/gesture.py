"""One press of the mouse in a pattern, from its beginning: what it would change now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from livemusic.music.editing import HitId
from livemusic.music.grid import STEP
from livemusic.music.tempo import Ticks
from livemusic.session.pattern_edits import ChangeVelocity, DrawHit, MoveHits, PatternEdit, RemoveHits

#: A hand that moves by less than this has only clicked.
_TREMBLE = 4.0
#: So far up is from softest to loudest.
_TALL = 110.0


@dataclass
class Gesture:
    """It began at `spot`, on `hit` or on none, at `place` (voice, tick). `hits`: what it takes along; `moving` what
    of it a drag moves; `scale`: pixels to a tick. `kind`: what has become of it.
    """

    spot: QPointF
    place: tuple[int, float]
    hit: HitId | None
    hits: tuple[HitId, ...]
    scale: float
    extends: bool
    kind: Literal["click", "marquee", "velocity", "move"] = "click"
    now: QPointF = field(default_factory=QPointF)
    free: bool = False

    def pull(self, spot: QPointF, free: bool) -> None:
        """The hand is at `spot` now, `free` of the steps or not."""
        self.now, self.free = spot, free
        way = spot - self.spot
        if self.kind == "click" and max(abs(way.x()), abs(way.y())) >= _TREMBLE:
            sideways = abs(way.x()) > abs(way.y())
            self.kind = "marquee" if self.hit is None else "move" if sideways else "velocity"

    @property
    def louder(self) -> int:
        """By how much a drag upwards makes louder."""
        return round((self.spot.y() - self.now.y()) / _TALL * 126)

    @property
    def ticks(self) -> Ticks:
        """By how much a drag sideways moves: whole steps, or free."""
        ticks = (self.now.x() - self.spot.x()) / self.scale
        return round(ticks) if self.free else round(ticks / STEP) * STEP

    @property
    def frame(self) -> QRectF:
        """What a marquee encloses."""
        return QRectF(self.spot, self.now).normalized()

    def edit(self, velocity: int, free: bool) -> PatternEdit | None:
        """What it changes if it ends here; a hit is drawn as loud as `velocity`, `free` of the steps or not."""
        match self.kind:
            case "click" if self.extends:
                return None
            case "click" if self.hit is None:
                voice, tick = self.place
                return DrawHit(voice, int(tick) if free else int(tick // STEP) * STEP, velocity)
            case "click":
                return RemoveHits((self.hit,))
            case "velocity":
                return ChangeVelocity(self.hits, max(-126, min(126, self.louder)))
            case "move":
                return MoveHits(self.hits, self.ticks)
        return None

    def words(self, loud: Callable[[HitId], int | None]) -> str:
        """What it does, in a few signs; `loud` tells how loud a hit is now."""
        if self.kind == "velocity" and self.hit is not None:
            return f"{loud(self.hit) or ''}" if len(self.hits) == 1 else f"{self.louder:+d}"
        if self.kind == "move":
            steps = self.ticks // STEP
            return f"{self.ticks:+d} ticks" if self.free else f"{steps:+d} step{'s' * (abs(steps) != 1)}"
        return ""
