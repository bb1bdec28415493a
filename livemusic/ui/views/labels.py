"""Names in a picture: each beside what it names, none over another, none cut off."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

#: Where a name goes, in the order it is tried: to the right, to the left, below, above, and between.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
#: How far out it is tried, in heights of the name.
_RINGS = (0.0, 0.7, 1.5, 2.4, 3.4, 4.6, 6.0)


@dataclass(frozen=True, slots=True)
class Named:
    """A name of `size` for the spot `at`, which takes `reach` pixels around it."""

    key: Hashable
    at: QPointF
    size: QSizeF
    reach: float


class Labels:
    """Places names, the first ones first; each stays on the side where it was last for as long as it can."""

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[tuple[int, int], float]] = {}

    def place(self, names: Sequence[Named], bounds: QRectF, clear: Sequence[QRectF] = ()) -> list[QRectF]:
        """Where each name is written: inside `bounds`, off the others, all spots and what is to be `clear`, where there
        is room.

        Where there is none it is still inside, over as little of the others as can be.
        """
        spots = [QRectF(n.at.x() - n.reach, n.at.y() - n.reach, 2 * n.reach, 2 * n.reach) for n in names]
        taken: list[QRectF] = []
        for name in names:
            tries = [(side, ring) for ring in _RINGS for side in _SIDES]
            if name.key in self._before:
                tries.insert(0, self._before[name.key])
            best, least = QRectF(), float("inf")
            for side, ring in tries:
                place = _inside(_beside(name, side, ring), bounds)
                cost = sum(_common(place, other) for other in (*taken, *spots, *clear))
                if cost < least:
                    best, least, self._before[name.key] = place, cost, (side, ring)
                if not cost:
                    break
            taken.append(best)
        return taken


def _beside(name: Named, side: tuple[int, int], ring: float) -> QRectF:
    right, down = side
    width, height = name.size.width(), name.size.height()
    away = name.reach + 3 + ring * height
    x = name.at.x() + right * (away + width / 2)
    y = name.at.y() + down * (away + height / 2)
    return QRectF(x - width / 2, y - height / 2, width, height)


def _inside(place: QRectF, bounds: QRectF) -> QRectF:
    """The same, moved so that it is not cut off."""
    x = max(bounds.left(), min(place.x(), bounds.right() - place.width()))
    y = max(bounds.top(), min(place.y(), bounds.bottom() - place.height()))
    return QRectF(x, y, place.width(), place.height())


def _common(one: QRectF, other: QRectF) -> float:
    both = one.intersected(other)
    return both.width() * both.height() if not both.isEmpty() else 0.0
