"""A pad with any number of corners: a puck for the whole pattern, and one for each lane that goes its own way."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRadialGradient,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemusic.music.kit import VOICE_NAMES
from livemusic.ui import theme
from livemusic.ui.sketchbook.polygon import MIDDLE, Place, corners, place_of, ring, weights, within

#: Room for names beside the frame, at most; at the corners of a square they stand above and below.
_SIDE, _NARROW, _ABOVE = 96.0, 22.0, 34.0
_SNAP = 15.0
_STEP, _FINE = 0.05, 0.01
_REST_MS = 400
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class PuckPad(QWidget):
    """Drag the puck, or use the arrow keys (with Shift: finely); a press on a pattern goes right there, a double click
    to the middle. `moved` while it moves, `settled` when it is let go.
    """

    moved = Signal(float, float)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ("", "")
        self._tones: tuple[str, ...] = (theme.ACCENT, theme.ACCENT)
        self._main: Place = MIDDLE
        self._lanes: dict[int, Place] = {}
        self._lane: int | None = None
        self._held = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.settled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(230, 190)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Between the patterns")
        self.setToolTip(
            "Move between the patterns.\nDrag, or use the arrow keys; Shift moves finely.\n"
            "Press a pattern to go right there, double click for the middle."
        )

    def show_patterns(self, names: tuple[str, ...], tones: tuple[str, ...]) -> None:
        """Two or more patterns and their colours."""
        self._names, self._tones = names, tones
        self.update()

    def show_places(self, main: Place, lanes: Mapping[int, Place], lane: int | None) -> None:
        """Where the pucks are; `lane`: whose puck the hand moves, None for that of all."""
        self._main, self._lanes, self._lane = main, dict(lanes), lane
        shares = weights(len(self._names), self.place)
        said = ", ".join(f"{name} {share:.0%}" for name, share in zip(self._names, shares, strict=True))
        self.setAccessibleDescription(f"{'All' if lane is None else VOICE_NAMES[lane]}: {said}")
        self.update()

    @property
    def place(self) -> Place:
        """Where the puck is that the hand moves."""
        return self._main if self._lane is None else self._lanes.get(self._lane, self._main)

    def field(self) -> QRectF:
        """Where the corners' frame lies inside the widget."""
        side = self._side()
        return QRectF(self.rect()).adjusted(side, _ABOVE, -side, -_ABOVE)

    def _side(self) -> float:
        return _NARROW if len(self._names) == 4 else min(_SIDE, 0.3 * self.width())

    def spot(self, place: Place) -> QPointF:
        """A place as a point of the widget."""
        field = self.field()
        return QPointF(field.left() + place[0] * field.width(), field.bottom() - place[1] * field.height())

    def _place_at(self, spot: QPointF) -> Place:
        field = self.field()
        x = (spot.x() - field.left()) / max(1.0, field.width())
        y = (field.bottom() - spot.y()) / max(1.0, field.height())
        near = [corner for corner in corners(len(self._names)) if _length(self.spot(corner) - spot) <= _SNAP]
        return near[0] if near else within(len(self._names), (x, y))

    def _move(self, place: Place) -> None:
        self.moved.emit(*within(len(self._names), place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._move(self._place_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._move(self._place_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._held = False
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._held = True
        self._move(place_of([1.0] * len(self._names)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None:
            super().keyPressEvent(event)
            return
        step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        self._move((self.place[0] + arrow[0] * step, self.place[1] + arrow[1] * step))
        self._rest.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = len(self._names)
        shares = weights(count, self.place)
        spots = [self.spot(corner) for corner in corners(count)]
        self._draw_ground(painter, spots, shares)
        for number, (spot, share) in enumerate(zip(spots, shares, strict=True)):
            self._draw_corner(painter, number, spot, share)
        for lane, place in self._lanes.items():
            self._draw_puck(painter, self.spot(place), theme.LANES[lane], lane == self._lane, 6.5)
        main = theme.TEXT if self._lane is None else theme.FAINT
        self._draw_puck(painter, self.spot(self._main), main, self._lane is None, 11.0 if self._lane is None else 7.0)
        painter.end()

    def _draw_ground(self, painter: QPainter, spots: list[QPointF], shares: tuple[float, ...]) -> None:
        frame = QPolygonF([spots[number] for number in ring(len(spots))])
        painter.setPen(QPen(theme.colour(theme.ACCENT, 0.7) if self.hasFocus() else theme.colour(theme.LINE), 1.2))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawPolygon(frame)
        field = self.field()
        reach = 0.62 * max(60.0, min(field.width(), field.height())) if len(spots) > 2 else 60.0
        inside = QPainterPath()
        inside.addPolygon(frame)
        painter.save()
        if len(spots) > 2:
            painter.setClipPath(inside)
        painter.setPen(Qt.PenStyle.NoPen)
        for spot, share, tone in zip(spots, shares, self._tones, strict=True):
            light = QRadialGradient(spot, reach)
            light.setColorAt(0.0, theme.colour(tone, 0.5 * share))
            light.setColorAt(1.0, theme.colour(tone, 0.0))
            painter.setBrush(QBrush(light))
            painter.drawEllipse(spot, reach, reach)
        painter.restore()
        puck = self.spot(self.place)
        for spot, share, tone in zip(spots, shares, self._tones, strict=True):
            painter.setPen(QPen(theme.colour(tone, 0.15 + 0.75 * share), 1 + 4 * share))
            painter.drawLine(puck, spot)

    def _draw_corner(self, painter: QPainter, number: int, spot: QPointF, share: float) -> None:
        x, y = corners(len(self._names))[number]
        size = 6 + 5 * share
        painter.setPen(QPen(theme.colour(theme.BACKGROUND), 2))
        painter.setBrush(theme.colour(self._tones[number]))
        painter.drawEllipse(spot, size, size)
        painter.setFont(theme.font(theme.SMALL, theme.QFont.Weight.DemiBold))
        painter.setPen(theme.mix(theme.MUTED, theme.TEXT, 2 * share))
        for box, text, weight, side in self._labels(number, spot, x, y, share):
            room = box.width() - painter.fontMetrics().horizontalAdvance(weight)
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, int(room)))
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text + weight)
            painter.setFont(theme.font(theme.SMALL))

    def _labels(
        self, number: int, spot: QPointF, x: float, y: float, share: float
    ) -> list[tuple[QRectF, str, str, Qt.AlignmentFlag]]:
        """Where the name of a corner stands, and its weight, which is never cut short."""
        name, weight, half = self._names[number], f"{share:.0%}", self.field().width() / 2
        top = spot.y() - 31 if y > 0.5 else spot.y() + 11
        if len(self._names) == 4:
            left = spot.x() - 12 if x < 0.5 else spot.x() + 6 - half
            side = Qt.AlignmentFlag.AlignLeft if x < 0.5 else Qt.AlignmentFlag.AlignRight
            return [(QRectF(left, top, half + 6, 20), name, f"  {weight}", side)]
        if abs(x - 0.5) < 0.17:
            wide, side = half + self._side(), Qt.AlignmentFlag.AlignHCenter
            return [(QRectF(spot.x() - wide / 2, top, wide, 20), name, f"  {weight}", side)]
        wide = self._side() - 16
        left = spot.x() - 14 - wide if x < 0.5 else spot.x() + 14
        side = Qt.AlignmentFlag.AlignRight if x < 0.5 else Qt.AlignmentFlag.AlignLeft
        if len(self._names) > 8:
            return [(QRectF(left, spot.y() - 9, wide, 18), name, "", side)]
        rows = QRectF(left, spot.y() - 18, wide, 18), QRectF(left, spot.y() - 1, wide, 18)
        return [(rows[0], name, "", side), (rows[1], "", weight, side)]

    def _draw_puck(self, painter: QPainter, spot: QPointF, tone: str, moved: bool, size: float) -> None:
        if moved:
            halo = QRadialGradient(spot, 28)
            halo.setColorAt(0.0, theme.colour(theme.ACCENT, 0.5))
            halo.setColorAt(1.0, theme.colour(theme.ACCENT, 0.0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(halo))
            painter.drawEllipse(spot, 28, 28)
        painter.setPen(QPen(theme.colour(theme.TEXT if moved else theme.BACKGROUND), 2))
        painter.setBrush(theme.colour(tone))
        painter.drawEllipse(spot, size, size)


def _length(way: QPointF) -> float:
    return (way.x() ** 2 + way.y() ** 2) ** 0.5
