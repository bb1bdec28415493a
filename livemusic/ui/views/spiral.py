"""The spiral of fifths on the screen, beside the path: what sounds, the tonal centre, chord and key."""

from dataclasses import replace
from math import exp

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from livemusic.dsp.spiral import RISE
from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.views.orbit import TURN_PER_PIXEL, OrbitView
from livemusic.ui.views.spiral_painter import SpiralMoment, SpiralPainter, extent_of, first_view
from livemusic.ui.views.themes import theme_worn

#: The picture follows the centre in about this time, and no nearer than so many fifths.
_FOLLOW: Seconds = 1.5
_NEAR = 0.01
_FPS = 30.0


class SpiralView(OrbitView):
    """Shows a `SpiralMoment`. Drag turns, the wheel zooms, a double click is the first view again.

    `follow_wanted`: whether the harmony is to be followed, and captured, instead of the path.
    """

    follow_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(first_view(SpiralMoment().middle), parent)
        self.moment = SpiralMoment()
        self._painter = SpiralPainter(theme_worn())
        self._pressed: QPointF | None = None
        self._last = 0.0
        self._painted = 0.0
        self.setMinimumSize(260, 80)
        self.setAccessibleName("Spiral of fifths")
        self.setToolTip(
            "The harmony on the spiral of fifths: a fifth is a step up the line,\na major third is just above.\n"
            "Drag to turn, wheel to zoom, double click to see it as at first."
        )
        self._follow = QPushButton("Follow harmony", self)
        self._follow.setProperty("role", "quiet")
        self._follow.setAccessibleName("Follow the harmony")
        self._follow.setCheckable(True)
        self._follow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._follow.setCursor(Qt.CursorShape.ArrowCursor)
        self._follow.setToolTip(
            "Corners are captured on the harmony, and Follow moves the pad with it,\ninstead of with the path"
        )
        self._follow.clicked.connect(self.follow_wanted)

    def show_moment(self, moment: SpiralMoment) -> None:
        """What is heard now; `middle` is where the picture is to go."""
        self.moment = replace(moment, middle=self.moment.middle)
        self._stale = True

    def show_followed(self, harmony: bool) -> None:
        """Whether the harmony is followed."""
        self._follow.setChecked(harmony)

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself and repaint if anything changed; call for every frame."""
        if not 0 <= now - self._painted < 1 / _FPS:
            elapsed, self._last = min(max(now - self._last, 0.0), 0.2), now
            if self.moment.centre is not None:
                away = self.moment.centre[2] / RISE - self.moment.middle
                if abs(away) > 6.0:  # by another name it is elsewhere at once
                    self._look_at(self.moment.middle + 12.0 * round(away / 12.0))
                    away = self.moment.centre[2] / RISE - self.moment.middle
                if abs(away) > _NEAR:
                    self._look_at(self.moment.middle + away * (1 - exp(-elapsed / _FOLLOW)))
            if self._stale:
                self._stale, self._painted = False, now
                self.update()

    def _look_at(self, middle: float) -> None:
        self.moment = replace(self.moment, middle=middle)
        self.camera = replace(self.camera, extent=extent_of(middle))
        self._stale = True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter.paint(painter, QSize(self.width(), self.height()), self.camera, self.moment)
        if self.hasFocus():
            theme.draw_ring(painter, self.rect())
        painter.end()

    def resizeEvent(self, event: object) -> None:
        size = self._follow.sizeHint()
        self._follow.setGeometry(self.width() - size.width() - 12, 12, size.width(), size.height())
        self._stale = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved, self._pressed = event.position() - self._pressed, event.position()
            turn, tilt = moved.x(), moved.y()
            if self.width() > self.height():  # it lies
                turn, tilt = moved.y(), -moved.x()
            self.camera = self.camera.orbited(-turn * TURN_PER_PIXEL, tilt * TURN_PER_PIXEL)
            self._stale = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._painter = SpiralPainter(theme_worn())
            self._stale = True

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.camera = first_view(self.moment.middle)
        self._stale = True
