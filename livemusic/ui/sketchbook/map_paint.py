"""How the style map is drawn: its ground, dots and marks, and the corners beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen, QRadialGradient

from livemusic.ui import theme

_DOT, _FAINT_DOT, _GLOW = 3.6, 2.2, 0.1
_RING = 9.0
_BOLD = theme.QFont.Weight.DemiBold


def draw_ground(painter: QPainter, field: QRectF, spots: Sequence[tuple[QPointF, str, bool]]) -> None:
    """Dots: where, in which colour, and whether they are shown or only hinted at."""
    inside = QPainterPath()
    inside.addRoundedRect(field, 10, 10)
    painter.setClipPath(inside)
    ground = QRadialGradient(field.center(), 0.75 * max(field.width(), field.height()))
    ground.setColorAt(0.0, theme.colour(theme.DEEP))
    ground.setColorAt(1.0, theme.colour(theme.DARKEST))
    painter.fillRect(field, QBrush(ground))
    reach = _GLOW * min(field.width(), field.height())
    for spot, name, shown in spots:
        if shown:
            _shine(painter, spot, name, reach, 0.10)
    painter.setPen(Qt.PenStyle.NoPen)
    for spot, name, shown in sorted(spots, key=lambda each: each[2]):
        painter.setBrush(theme.colour(name, 0.92) if shown else theme.colour(theme.FAINT, 0.22))
        size = _DOT if shown else _FAINT_DOT
        painter.drawEllipse(spot, size, size)


def draw_nothing(painter: QPainter, field: QRectF) -> None:
    """What is said where there is no map."""
    painter.setPen(theme.colour(theme.MUTED))
    painter.setFont(theme.font())
    sentence = "There is no style map for this drum dictionary."
    painter.drawText(field, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, sentence)


def draw_corners(painter: QPainter, field: QRectF, spots: Sequence[QPointF], names: Sequence[str]) -> None:
    """The corners of the pad as numbered rings, with their names where they hide nothing."""
    taken = [_box(spot, 2 * _RING, 2 * _RING) for spot in spots]
    painter.setFont(theme.font(theme.SMALL, _BOLD))
    for spot, name in zip(spots, names, strict=False):
        _draw_label(painter, field, spot, name, taken)
    painter.setFont(theme.font(11, _BOLD))
    for number, spot in enumerate(spots, 1):
        painter.setPen(QPen(theme.colour(theme.TEXT), 1.6))
        painter.setBrush(theme.colour(theme.BACKGROUND, 0.85))
        painter.drawEllipse(spot, _RING, _RING)
        painter.drawText(_box(spot, 20, 20), Qt.AlignmentFlag.AlignCenter, str(number))


def draw_hand(painter: QPainter, spot: QPointF) -> None:
    """Where the pattern at hand lies."""
    _shine(painter, spot, theme.ACCENT, 30, 0.5)
    painter.setPen(QPen(theme.colour(theme.ACCENT), 2.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(spot, 14, 14)


def draw_pointed(painter: QPainter, spot: QPointF, tone: str) -> None:
    """The dot under the hand."""
    _shine(painter, spot, tone, 30, 0.6)
    painter.setPen(QPen(theme.colour(theme.TEXT), 2))
    painter.setBrush(theme.colour(tone))
    painter.drawEllipse(spot, 6.5, 6.5)


def draw_carried(painter: QPainter, spot: QPointF, tone: str) -> None:
    """The dot in the hand."""
    painter.setPen(QPen(theme.colour(theme.TEXT), 2))
    painter.setBrush(theme.colour(tone))
    painter.drawEllipse(spot, 9, 9)


def draw_target(painter: QPainter, box: QRectF, number: int, name: str, carried: bool, over: bool) -> None:
    """A corner of the pad to drop a pattern on: while one is `carried`, and when it is `over` it."""
    rim = theme.ACCENT if carried else theme.LINE
    style = Qt.PenStyle.DashLine if carried and not over else Qt.PenStyle.SolidLine
    painter.setPen(QPen(theme.colour(rim), 2 if over else 1, style))
    painter.setBrush(theme.colour(theme.ACCENT, 0.22) if over else theme.colour(theme.SURFACE))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 9, 9)
    inner = box.adjusted(8, 7, -8, -7)
    painter.setFont(theme.font(theme.SMALL, _BOLD))
    painter.setPen(theme.colour(theme.ACCENT if over else theme.FAINT))
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, str(number))
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(theme.colour(theme.TEXT))
    room = inner.adjusted(0, 18, 0, 0)
    place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
    needed = painter.boundingRect(room, place | Qt.TextFlag.TextWordWrap, name)
    if needed.height() <= room.height() and needed.width() <= room.width():
        painter.drawText(room, place | Qt.TextFlag.TextWordWrap, name)
    else:
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, place, elided)


def _shine(painter: QPainter, spot: QPointF, tone: str, reach: float, strength: float) -> None:
    light = QRadialGradient(spot, reach)
    light.setColorAt(0.0, theme.colour(tone, strength))
    light.setColorAt(1.0, theme.colour(tone, 0.0))
    painter.fillRect(_box(spot, 2 * reach, 2 * reach), QBrush(light))


def _draw_label(painter: QPainter, field: QRectF, spot: QPointF, text: str, taken: list[QRectF]) -> None:
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(0.35 * field.width()))
    width = painter.fontMetrics().horizontalAdvance(text) + 10.0
    aside, above = width / 2 + _RING + 3, 20.0
    for dx, dy in ((aside, 0), (-aside, 0), (0, -above), (0, above), (aside, 12), (-aside, 12)):
        box = _box(spot + QPointF(dx, dy), width, 18)
        if field.contains(box) and not any(box.intersects(other) for other in taken):
            taken.append(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.BACKGROUND, 0.72))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(theme.colour(theme.TEXT))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            return


def _box(middle: QPointF, width: float, height: float) -> QRectF:
    return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
