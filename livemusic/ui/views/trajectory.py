"""The path on the screen: orbit, zoom, and frames only when something moved."""

from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.picture import application
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.path_painter import Marker, PathPainter
from livemusic.ui.views.trail import Trail

_TURN_PER_SECOND = 0.038
_FIT_SECONDS = 0.9
_TURN_PER_PIXEL = 0.006
_ZOOM_PER_NOTCH = 1.15
#: The picture is painted again once the frame's corners, which move most, have moved so far.
_VISIBLE_PIXELS = 0.5


class TrajectoryView(QWidget):
    """Shows a `Trail`. Drag turns, the wheel zooms, a double click frames all of it again."""

    turning_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trail = Trail()
        self.camera = self._painted = Camera()
        self._painter = PathPainter()
        self._markers: tuple[Marker, ...] = ()
        self._glow = 0.3
        self._hint = ""
        self._pressed: QPointF | None = None
        self._last_frame = perf_counter()
        self._fit = self.trail.extent()
        self._fitted_count = -1
        self._stale = True
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 80)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Path of the music")
        self.setToolTip("The music as a path.\nDrag to turn, wheel to zoom, double click to see all of it.")
        self._turn = QPushButton("Turning", self)
        self._turn.setProperty("role", "quiet")
        self._turn.setCheckable(True)
        self._turn.setChecked(True)
        self._turn.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._turn.setAccessibleName("Turn slowly")
        self._turn.setToolTip("Turn the path slowly by itself [T]")
        self._turn.setCursor(Qt.CursorShape.ArrowCursor)
        self._turn.toggled.connect(self.turning_changed)

    @property
    def turning(self) -> bool:
        """Whether the view turns by itself."""
        return self._turn.isChecked()

    def set_turning(self, on: bool) -> None:
        """Turn slowly by itself, or stand still."""
        self._turn.setChecked(on)

    def reset(self) -> None:
        """The first view again, framing all of the path."""
        self.camera = Camera().towards(*self.trail.extent(), 1.0)
        self._stale = True
        self.update()

    def extend(self, epoch: int, first: int, points: np.ndarray) -> None:
        """New points of the path (see `Trail.extend`)."""
        fresh = epoch != self.trail.epoch or not len(self.trail)
        self.trail.extend(epoch, first, points)
        self._stale = True
        if fresh or len(self.trail) < 8:
            self._measure_extent()
            self.camera = self.camera.towards(*self._fit, 1.0)

    def show_markers(self, markers: tuple[Marker, ...], glow: float, hint: str) -> None:
        """Captured corners, the glow 0..1 the next painted head has, and a sentence for when there is no path yet."""
        self._glow = glow
        if (markers, hint) != (self._markers, self._hint):
            self._markers, self._hint = markers, hint
            self._stale = True

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself and repaint if anything changed; call for every frame."""
        elapsed, self._last_frame = min(max(now - self._last_frame, 0.0), 0.1), now
        if abs(len(self.trail) - self._fitted_count) > max(16, len(self.trail) // 50):
            self._measure_extent()
        camera = self.camera.towards(*self._fit, 1 - np.exp(-elapsed / _FIT_SECONDS))
        if self.turning and self._pressed is None:
            camera = camera.orbited(_TURN_PER_SECOND * elapsed)
        if self._stale or self._pixels(camera) > _VISIBLE_PIXELS:
            self._stale = False
            self.update()
        self.camera = camera

    def _pixels(self, camera: Camera) -> float:
        """How far `camera` moves the picture since it was painted last."""
        size = self.width(), self.height()
        then, now = (seen.project(seen.frame(), *size)[0] for seen in (self._painted, camera))
        return float(np.abs(now - then).max())

    def _measure_extent(self) -> None:
        self._fit, self._fitted_count = self.trail.extent(), len(self.trail)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painted = self.camera
        now = perf_counter()
        self._painter.paint(painter, self.size(), self.trail, self.camera, now, self._markers, self._glow)
        if not len(self.trail) and self._hint:
            painter.setPen(theme.colour(theme.MUTED))
            painter.setFont(theme.font(theme.LARGE))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
        painter.end()

    def resizeEvent(self, event: object) -> None:
        button = self._turn.sizeHint()
        self._turn.setGeometry(self.width() - button.width() - 12, 12, button.width(), button.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved = event.position() - self._pressed
            self._pressed = event.position()
            self.set_turning(False)
            self.camera = self.camera.orbited(-moved.x() * _TURN_PER_PIXEL, moved.y() * _TURN_PER_PIXEL)
            self._stale = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera = self.camera.zoomed(_ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120))
        self._stale = True
        event.accept()


def measure(points: int, frames: int, size: tuple[int, int] = (1280, 800)) -> list[float]:
    """Seconds that each of `frames` paintings of a path of `points` takes, to a picture of `size`.

    The hard case: the camera turns and a point arrives before every frame, so nothing can be kept from the last.
    """
    app = application()
    rows = wandering(points + frames)
    trail, painter = Trail.of(rows[:points]), PathPainter()
    camera = Camera().towards(*trail.extent(), 1.0)
    image = QImage(*size, QImage.Format.Format_RGB32)
    seconds = []
    for frame in range(frames):
        start = perf_counter()
        trail.extend(0, points + frame, rows[points + frame : points + frame + 1])
        camera = camera.orbited(0.02)
        canvas = QPainter(image)
        painter.paint(canvas, QSize(*size), trail, camera, start)
        canvas.end()
        seconds.append(perf_counter() - start)
    del app
    return seconds


def wandering(points: int, rate: float = 43.07) -> np.ndarray:
    """A made-up path for trials, float32 `(points, 4)`: sections that loop each in its own place, with some noise."""
    rng = np.random.default_rng(7)
    t = np.arange(points) / rate
    section = (t // 16).astype(int)
    homes = rng.normal(0, 1.3, (6, 3))
    order = rng.integers(0, 6, int(section.max(initial=0)) + 2)
    blend = np.clip((t % 16) / 1.5, 0, 1)[:, None]
    blend = blend * blend * (3 - 2 * blend)
    home = homes[order[section]] * (1 - blend) + homes[order[section + 1]] * blend
    turn = 2 * np.pi * t / 2 * (1 + 0.02 * order[section + 1])
    loop = np.stack([np.sin(turn), np.cos(turn + order[section + 1]), np.sin(2 * turn + t / 9)], 1) * 0.55
    wobble = np.cumsum(rng.normal(0, 0.02, (points, 3)), 0)
    wobble -= np.cumsum(wobble, 0) / np.arange(1, points + 1)[:, None]
    noise = rng.normal(0, 0.03, (points, 3))
    return np.concatenate([t[:, None], home + loop + 0.15 * np.tanh(wobble) + noise], 1).astype(np.float32)
