"""The style map as a picture under the hand, with the pad's corners beside it to drag a pattern onto."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from livemusic.session.preset import CORNERS
from livemusic.ui import theme
from livemusic.ui.sketchbook.map_paint import (
    draw_carried,
    draw_corners,
    draw_ground,
    draw_hand,
    draw_nothing,
    draw_pointed,
    draw_target,
)

Place = tuple[float, float]
Places = npt.NDArray[np.float64]

_MARGIN, _GAP = 18.0, 12.0
_LARGEST_PAD, _SMALLEST_PAD = 190.0, 112.0
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)


class MapView(QWidget):
    """Dots that are patterns. `pointed` at one (its number), by hand or with the arrow keys; `entered`, right after
    that, when the hand comes onto the map, `left` when it goes; `kept` by a click or Enter; `dropped` on a corner 0..3,
    by a drag or with the keys 1 to 4.
    """

    pointed = Signal(int)
    entered = Signal()
    left = Signal()
    kept = Signal(int)
    dropped = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: Places = np.zeros((0, 2))
        self._styles: tuple[str, ...] = ()
        self._tones: dict[str, str] = {}
        self._only = ""
        self._names: tuple[str, ...] = ("",) * len(CORNERS)
        self._corners: tuple[Place, ...] = ()
        self._hand: Place | None = None
        self._pointed: int | None = None
        self._pressed: tuple[QPointF, int] | None = None
        self._drag: QPointF | None = None
        self._inside = False
        self._still = QPixmap()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 150)
        self.setAccessibleName("Style map")

    @property
    def current(self) -> int | None:
        """The number of the dot under the hand, or chosen with the keys."""
        return self._pointed

    def show_landmarks(self, places: Places, styles: tuple[str, ...], tones: dict[str, str]) -> None:
        """Where the patterns lie `(n, 2)`, y upwards, what style each is, and the colour of each style."""
        self._places, self._styles, self._tones = np.asarray(places, np.float64), styles, tones
        self._pointed = self._pressed = self._drag = None
        self._redraw()

    def show_only(self, style: str) -> None:
        """One style, or all for an empty one."""
        if style != self._only:
            self._only = style
            if self._pointed is not None and self._pointed not in self._open():
                self._pointed = None
            self._redraw()

    def show_corners(self, names: tuple[str, ...], places: tuple[Place, ...]) -> None:
        """What is on the corners of the pad, and where that lies."""
        if (names, places) != (self._names, self._corners):
            self._names, self._corners = names, places
            described = ", ".join(f"{corner}: {name}" for corner, name in zip(CORNERS, names, strict=False))
            self.setAccessibleDescription(described)
            self._redraw()

    def show_hand(self, place: Place | None) -> None:
        """Where the pattern at hand lies."""
        if place != self._hand:
            self._hand = place
            self.update()

    def field(self) -> QRectF:
        """Where the map lies inside the widget."""
        return QRectF(1, 1, max(1.0, self.width() - self._pad_size() - _GAP - 2), max(1.0, self.height() - 2.0))

    def target(self, corner: int) -> QRectF:
        """The place for corner 0..3 beside the map."""
        size = self._pad_size()
        half = (size - 4) / 2
        left, top = self.width() - size, 30.0
        return QRectF(left + corner % 2 * (half + 4), top + corner // 2 * (half + 4), half, half)

    def spot(self, place: Place) -> QPointF:
        """A place on the map as a point of the widget."""
        inner = self.field().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        return QPointF(inner.left() + place[0] * inner.width(), inner.bottom() - place[1] * inner.height())

    def _spot_of(self, number: int) -> QPointF:
        return self.spot((float(self._places[number, 0]), float(self._places[number, 1])))

    def nearest(self, spot: QPointF) -> int | None:
        """The number of the shown dot nearest to a point of the widget."""
        open_ = self._open()
        if not len(open_):
            return None
        apart = [self._spot_of(number) - spot for number in open_]
        return int(open_[int(np.argmin([point.x() ** 2 + point.y() ** 2 for point in apart]))])

    def _open(self) -> npt.NDArray[np.intp]:
        """The numbers of the dots that are shown."""
        return np.array([n for n, style in enumerate(self._styles) if self._only in ("", style)], np.intp)

    def _pad_size(self) -> float:
        room = min(0.28 * self.width(), self.height() - 64.0)
        return min(_LARGEST_PAD, max(_SMALLEST_PAD, room))

    def _redraw(self) -> None:
        self._still = QPixmap()
        self.update()

    def _point(self, number: int | None) -> None:
        if number is None or number == self._pointed:
            return
        self._pointed = number
        self.update()
        self.pointed.emit(number)

    def _leave(self) -> None:
        if self._inside and self._drag is None:
            self._inside = False
            self._pointed = None
            self.update()
            self.left.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._leave()

    def _hover(self, spot: QPointF) -> None:
        if self.field().contains(spot) and len(self._places):
            came, self._inside = not self._inside, True
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            if came:
                self._pointed = None
            self._point(self.nearest(spot))
            if came:
                self.entered.emit()
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self._leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.field().contains(event.position()):
            self._hover(event.position())
            if self._pointed is not None:
                self._pressed = event.position(), self._pointed

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._hover(event.position())
            return
        if self._drag is None:
            if (event.position() - self._pressed[0]).manhattanLength() < QApplication.startDragDistance():
                return
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._drag = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        drag, self._drag = self._drag, None
        if pressed is None:
            return
        if drag is None:
            self.kept.emit(pressed[1])
        elif (corner := self.corner_at(event.position())) is not None:
            self._inside, self._pointed = False, None
            self.dropped.emit(pressed[1], corner)
        self._hover(event.position())
        self.update()

    def corner_at(self, spot: QPointF) -> int | None:
        """The corner whose place beside the map is at a point of the widget."""
        return next((corner for corner in range(len(CORNERS)) if self.target(corner).contains(spot)), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and len(self._places):
            self._point(self._beside(_ARROWS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed is not None:
            self.kept.emit(self._pointed)
        elif key in _KEYS and self._pointed is not None:
            self.dropped.emit(self._pointed, _KEYS.index(key))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _beside(self, way: tuple[int, int]) -> int | None:
        """The shown dot that is next in a direction; the nearest one to begin with."""
        if self._pointed is None:
            return self.nearest(self.spot(self._hand or (0.5, 0.5)))
        here = self._spot_of(self._pointed)
        best, least = None, np.inf
        for number in self._open():
            to = self._spot_of(number) - here
            along, across = to.x() * way[0] - to.y() * way[1], abs(to.x() * way[1]) + abs(to.y() * way[0])
            if along > 0.5 and across <= 2 * along and along + 2 * across < least:
                best, least = int(number), along + 2 * across
        return best

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._still = QPixmap()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._still = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still.isNull():
            self._still = self._drawn_still()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self.field()
        if self.hasFocus():
            painter.setPen(QPen(theme.colour(theme.ACCENT, 0.7), 1))
            painter.drawRoundedRect(field.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setClipRect(field)
        if self._hand is not None:
            draw_hand(painter, self.spot(self._hand))
        draw_corners(painter, field, [self.spot(place) for place in self._corners], self._names)
        if self._pointed is not None:
            draw_pointed(painter, self._spot_of(self._pointed), self._tones[self._styles[self._pointed]])
        painter.setClipping(False)
        self._draw_targets(painter)
        if self._drag is not None and self._pressed is not None:
            draw_carried(painter, self._drag, self._tones[self._styles[self._pressed[1]]])
        painter.end()

    def _drawn_still(self) -> QPixmap:
        """The ground and the dots."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = set(self._open().tolist())
        spots = [(self._spot_of(n), self._tones[style], n in shown) for n, style in enumerate(self._styles)]
        draw_ground(painter, self.field(), spots)
        if not spots:
            draw_nothing(painter, self.field().adjusted(20, 20, -20, -20))
        painter.end()
        return pixmap

    def _draw_targets(self, painter: QPainter) -> None:
        carried = self._drag is not None
        over = self.corner_at(self._drag) if self._drag is not None else None
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.colour(theme.TEXT if carried else theme.MUTED))
        head = QRectF(self.target(0).left(), 0, self._pad_size(), 26)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "Drag to a corner")
        for corner, name in enumerate(self._names):
            draw_target(painter, self.target(corner), corner + 1, name, carried, corner == over)
