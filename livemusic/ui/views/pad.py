"""The morph pad: four patterns at the corners, a puck between them."""

from collections import deque
from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemusic.music.tempo import Seconds
from livemusic.session.preset import CORNERS
from livemusic.ui import theme

Place = tuple[float, float]

_STEP, _FINE = 0.05, 0.01
_MARGIN = 13.0
_TRAIL = 40
#: After the hand lets go, the engine's older answers are not believed for so long.
_HOLD_SECONDS = 0.25
_PLACES = ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class MorphPad(QWidget):
    """Shows and moves the place between four patterns: x to the right, y upwards, 0..1.

    Drag the puck, or use the arrow keys (with Shift: finely); a double click goes to the middle. `moved` tells of the
    hand's moves only.
    """

    moved = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: Place = (0.5, 0.5)
        self._names: tuple[str, ...] = ("", "", "", "")
        self._weights: tuple[float, ...] = (0.25, 0.25, 0.25, 0.25)
        self._anchored: tuple[bool, ...] = (False,) * 4
        self._follow = False
        self._recording: int | None = None
        self._target: int | None = None
        self._grip: tuple[QPointF, Place] | None = None
        self._believe_after: Seconds = 0.0
        self._trail: deque[Place] = deque(maxlen=_TRAIL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(170, 90)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Morph pad")
        self.setToolTip(
            "Move between four patterns.\nDrag, or use the arrow keys; Shift moves finely.\nDouble click: the middle.\n"
            "Drop a MIDI file on a corner to put its pattern there.\nRight click: rename the pattern, learn"
        )

    @property
    def place(self) -> Place:
        """Where the puck is."""
        return self._place

    def show_corners(self, names: tuple[str, ...], anchored: tuple[bool, ...]) -> None:
        """The patterns' names and which corners are captured, in the order of `preset.CORNERS`."""
        if (names, anchored) != (self._names, self._anchored):
            self._names, self._anchored = names, anchored
            described = ", ".join(f"{corner}: {name}" for corner, name in zip(CORNERS, names, strict=True))
            self.setAccessibleDescription(described)
            self.update()

    def show_place(self, place: Place, weights: tuple[float, ...], follow: bool, now: Seconds | None = None) -> None:
        """What the engine says; a hand on the pad knows better."""
        moment = perf_counter() if now is None else now
        if self._grip is None and moment >= self._believe_after and place != self._place:
            self._set_place(place)
        elif self._trail and self._grip is None:
            self._trail.popleft()
            self.update()
        if (weights, follow) != (self._weights, self._follow):
            self._weights, self._follow = weights, follow
            self.update()

    def show_recording(self, corner: int | None) -> None:
        """The corner 0..3 that what is played by hand goes to, marked red."""
        if corner != self._recording:
            self._recording = corner
            self.update()

    def show_target(self, corner: int | None) -> None:
        """The corner 0..3 that a file would land on if it were dropped now."""
        if corner != self._target:
            self._target = corner
            self.update()

    def corner_at(self, spot: QPointF) -> int:
        """The corner 0..3 nearest to a point of the widget."""
        x, y = self._place_at(spot)
        return (x >= 0.5) + 2 * (y < 0.5)

    def quarter(self, corner: int) -> QRect:
        """The part of the widget that is nearest to a corner 0..3."""
        whole, (x, y) = self.rect(), _PLACES[corner]
        size = whole.size() / 2
        return QRect(QPoint(size.width() if x else 0, 0 if y else size.height()), size)

    def square(self) -> QRectF:
        """Where the pad's field lies inside the widget."""
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def spot(self, place: Place) -> QPointF:
        """A place on the pad as a point of the widget."""
        field = self.square()
        return QPointF(field.left() + place[0] * field.width(), field.bottom() - place[1] * field.height())

    def _place_at(self, spot: QPointF) -> Place:
        field = self.square()
        return (spot.x() - field.left()) / field.width(), (field.bottom() - spot.y()) / field.height()

    def _set_place(self, place: Place) -> None:
        self._trail.append(self._place)
        self._place = min(max(place[0], 0.0), 1.0), min(max(place[1], 0.0), 1.0)
        self.update()

    def _move(self, place: Place) -> None:
        self._set_place(place)
        self._believe_after = perf_counter() + _HOLD_SECONDS
        self.moved.emit(*self._place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.position())
            self._move(place)
            self._grip = event.position(), place

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            (x, y), (last_x, last_y) = self._place_at(event.position()), self._place_at(self._grip[0])
            fine = _FINE / _STEP
            place = self._place[0] + (x - last_x) * fine, self._place[1] + (y - last_y) * fine
        else:
            place = self._place_at(event.position())
        self._grip = event.position(), place
        self._move(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self._move((0.5, 0.5))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None:
            super().keyPressEvent(event)
            return
        step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        self._move((self._place[0] + arrow[0] * step, self._place[1] + arrow[1] * step))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self.square()
        painter.setPen(QPen(theme.colour(theme.ACCENT if self.hasFocus() else theme.LINE), 1))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(field, 10, 10)
        self._draw_corners(painter, field)
        self._draw_puck(painter, field)
        painter.end()

    def _draw_corners(self, painter: QPainter, field: QRectF) -> None:
        reach = 0.62 * min(field.width(), field.height())
        painter.save()
        inside = QPainterPath()
        inside.addRoundedRect(field.adjusted(1, 1, -1, -1), 9, 9)
        painter.setClipPath(inside)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, (corner, weight) in enumerate(zip(_PLACES, self._weights, strict=False)):
            tone, strength = theme.ACCENT, 0.55 * weight
            if index == self._recording:
                tone, strength = theme.BAD, 0.75
            if strength > 0.003:
                light = QRadialGradient(self.spot(corner), reach)
                light.setColorAt(0.0, theme.colour(tone, strength))
                light.setColorAt(1.0, theme.colour(tone, 0.0))
                painter.fillRect(field, QBrush(light))
        painter.restore()
        self._draw_target(painter, field)
        painter.setPen(QPen(theme.colour(theme.LINE, 0.8), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(field.center().x(), field.top() + 8), QPointF(field.center().x(), field.bottom() - 8))
        painter.drawLine(QPointF(field.left() + 8, field.center().y()), QPointF(field.right() - 8, field.center().y()))
        label = QRectF(0, 0, field.width() / 2 - 18, 22)
        for index, corner in enumerate(_PLACES):
            weight = self._weights[index] if index < len(self._weights) else 0.0
            right, top = corner[0] > 0.5, corner[1] > 0.5
            label.moveLeft(field.center().x() + 6 if right else field.left() + 12)
            label.moveTop(field.top() + 8 if top else field.bottom() - 30)
            weighty = theme.font(theme.NORMAL, theme.QFont.Weight.DemiBold)
            painter.setFont(weighty)
            painter.setPen(theme.mix(theme.MUTED, theme.TEXT, 2 * weight))
            mark = "◆ " if self._anchored[index] else ""
            if index == self._recording:
                painter.setPen(theme.colour(theme.TEXT))
                mark = "● "
            text = painter.fontMetrics().elidedText(
                mark + self._names[index], Qt.TextElideMode.ElideRight, int(label.width())
            )
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(label, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_target(self, painter: QPainter, field: QRectF) -> None:
        """A lit quarter, where a file would land."""
        if self._target is None:
            return
        x, y = _PLACES[self._target]
        quarter = QRectF(0, 0, field.width() / 2 - 8, field.height() / 2 - 8)
        quarter.moveTopLeft(QPointF(field.center().x() + 4 if x else field.left() + 4, field.top() + 4))
        if not y:
            quarter.moveTop(field.center().y() + 4)
        painter.setPen(QPen(theme.colour(theme.ACCENT), 2, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour(theme.ACCENT, 0.18))
        painter.drawRoundedRect(quarter, 8, 8)
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.NORMAL, theme.QFont.Weight.DemiBold))
        painter.drawText(quarter, Qt.AlignmentFlag.AlignCenter, "drop here")

    def _draw_puck(self, painter: QPainter, field: QRectF) -> None:
        puck = self.spot(self._place)
        painter.setPen(QPen(theme.colour(theme.ACCENT, 0.35), 1))
        painter.drawLine(QPointF(field.left(), puck.y()), QPointF(field.right(), puck.y()))
        painter.drawLine(QPointF(puck.x(), field.top()), QPointF(puck.x(), field.bottom()))
        places = [self.spot(place) for place in self._trail] + [puck]
        for step, (a, b) in enumerate(pairwise(places)):
            share = (step + 1) / len(places)
            painter.setPen(QPen(theme.colour(theme.ACCENT, 0.5 * share), 1 + 4 * share))
            painter.drawLine(a, b)
        painter.setPen(Qt.PenStyle.NoPen)
        halo = QRadialGradient(puck, 30)
        halo.setColorAt(0.0, theme.colour(theme.ACCENT, 0.55))
        halo.setColorAt(1.0, theme.colour(theme.ACCENT, 0.0))
        painter.setBrush(QBrush(halo))
        painter.setClipRect(field)
        painter.drawEllipse(puck, 30, 30)
        painter.setClipping(False)
        painter.setBrush(theme.colour(theme.ACCENT) if self._follow else theme.colour(theme.TEXT))
        painter.setPen(QPen(theme.colour(theme.BACKGROUND), 2))
        painter.drawEllipse(puck, 11, 11)
        if self._follow:
            painter.setPen(QPen(theme.colour(theme.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(puck, 17, 17)
