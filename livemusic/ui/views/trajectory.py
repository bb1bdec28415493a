"""The path on the screen: orbit, zoom, and frames only when something moved."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from livemusic.music.tempo import Seconds
from livemusic.session.show import COLOURS, Show
from livemusic.ui import theme
from livemusic.ui.picture import application, draw
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.moment import Moment
from livemusic.ui.views.orbit import TURN_PER_PIXEL, OrbitView
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.sight import Sight, Span
from livemusic.ui.views.themes import theme_worn
from livemusic.ui.views.trail import Trail

_TURN_PER_SECOND = 0.038
#: The picture is painted again once the frame's corners, which move most, have moved so far.
_VISIBLE_PIXELS = 0.5
#: A press that moves no further is a click, and it means a point of the path that is no further away than this.
_STILL_PIXELS, _NEAR_PIXELS = 4.0, 16.0
#: While the stage is on there are so many frames a second here.
_SPARE_FPS = 10.0
_BUTTONS_HIGH, _ROOM_FROM = 36.0, 260


class TrajectoryView(OrbitView):
    """Shows a `Sight`. Drag turns, the wheel zooms, a double click frames all of it again.

    `picked` tells the time of a point of the path that was clicked; `colour_wanted` what its colour should tell.
    """

    turning_changed = Signal(bool)
    picked = Signal(float)
    colour_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Camera(), parent)
        self.sight = Sight()
        self._painted = self.camera
        self.spare = False
        self._painter = PathPainter()
        self._show = Show()
        self._hint = ""
        self._pressed: QPointF | None = None
        self._dragged = 0.0
        self._last_frame = perf_counter()
        self._last_painted = 0.0
        self._seen = -1
        self.setMinimumSize(320, 80)
        self.setAccessibleName("Path of the music")
        self.setToolTip(
            "The music as a path.\nDrag to turn, wheel to zoom, double click to see all of it.\n"
            "Click the path to go to that place of a song."
        )
        self._turn = self._button("Auto-rotate", "Auto-rotate", "Rotate the path slowly [T]")
        self._turn.setCheckable(True)
        self._turn.setChecked(True)
        self._turn.toggled.connect(self.turning_changed)
        self._colour = self._button("", "Colour of the path", "Path colour [P]")
        self._colours = self._colour_menu()
        self.show_style(Show())

    @property
    def trail(self) -> Trail:
        """The path that is shown."""
        return self.sight.trail

    @property
    def turning(self) -> bool:
        """Whether the view turns by itself."""
        return self._turn.isChecked()

    def set_turning(self, on: bool) -> None:
        """Turn slowly by itself, or stand still."""
        self._turn.setChecked(on)

    def reset(self) -> None:
        """The first view again, framing all of the path."""
        self.camera = replace(Camera(head_room=self.camera.head_room), extent=self.sight.extent())
        self._stale = True
        self.update()

    def extend(self, epoch: int, first: int, rows: np.ndarray) -> None:
        """New points of the path, rows `t, level, z…` (see `Trail.extend`)."""
        fresh = epoch != self.trail.epoch or not len(self.trail)
        self.sight.extend(epoch, first, rows)
        if fresh or len(self.trail) < 8:
            self.camera = replace(self.camera, extent=self.sight.extent())

    def mark(self, t: Seconds | None) -> None:
        """Point at the place where the music was at a time, or no longer."""
        self.sight.mark(t)

    def compare(self, other: Trail | None) -> None:
        """Show another take beside the path, in the same space; None ends that."""
        self.sight.compare(other)

    def light(self, spans: Sequence[Span], spans_of_other: Sequence[Span]) -> None:
        """Let stretches of both paths stand out, see `Sight.light`."""
        self.sight.light(spans, spans_of_other)

    def show_hint(self, hint: str) -> None:
        """A sentence for when there is no path yet."""
        if hint != self._hint:
            self._hint = hint
            self._stale = True

    def show_style(self, show: Show) -> None:
        """What the colour of the path tells."""
        if self._colour.text() and show.colour == self._show.colour:
            self._show = show
            return
        self._show = show
        self._dress()
        self._colour.setText(f"Colour: {show.colour}")
        for action in self._colours.actions():
            action.setChecked(action.data() == show.colour)
        self._place_buttons()
        self._stale = True

    def moment(self, now: Seconds) -> Moment:
        """What is painted beside the path now."""
        return self.sight.moment(now, self._show.hits, self._show.colour == "section")

    def advance(self, now: Seconds) -> None:
        """Move what moves by itself and repaint if anything changed; call for every frame."""
        elapsed, self._last_frame = min(max(now - self._last_frame, 0.0), 0.1), now
        self.sight.advance(now)
        camera = self.camera.settling(self.sight.extent(), elapsed)
        if self.turning and self._pressed is None:
            camera = camera.orbited(_TURN_PER_SECOND * elapsed)
        self.camera = camera
        if self.spare and 0 <= now - self._last_painted < 1 / _SPARE_FPS:
            return
        if self._stale or self.sight.changes != self._seen or self._pixels(camera) > _VISIBLE_PIXELS:
            self._stale, self._seen, self._last_painted = False, self.sight.changes, now
            self.update()

    def _pixels(self, camera: Camera) -> float:
        """How far `camera` moves the picture since it was painted last."""
        size = self.width(), self.height()
        then, now = (seen.project(seen.corners(), *size)[0] for seen in (self._painted, camera))
        return float(np.abs(now - then).max())

    def nearest(self, spot: QPointF) -> Seconds | None:
        """The time of the point of the path that is nearest to a spot, None where none is near."""
        if not len(self.trail):
            return None
        places, depths = self.camera.project(self.trail.places(), self.width(), self.height())
        apart = np.nan_to_num(np.hypot(places[:, 0] - spot.x(), places[:, 1] - spot.y()), nan=np.inf)
        best = int((apart + np.nan_to_num(depths, nan=1.0)).argmin())  # of two in one place the one in front
        return float(self.trail.t[best]) if apart[best] <= _NEAR_PIXELS else None

    def save(self, path: Path) -> None:
        """Draw what is seen now into a PNG or SVG file, at least 1600 pixels wide. `MediaError`."""
        size = QSize(max(self.width(), 1600), max(self.width(), 1600) * self.height() // max(1, self.width()))
        painter = PathPainter(Style(theme_worn(), self._show.colour, width=1.5, lines=1 << 31))
        painter.show_sections(self.sight.sections)
        draw(path, size, painter, self.sight, self.camera, self.moment(perf_counter()))

    def _dress(self) -> None:
        """Paint in the colours that are worn now."""
        self._painter = PathPainter(Style(theme_worn(), self._show.colour))
        self._stale = True

    def _button(self, text: str, name: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        return button

    def _colour_menu(self) -> QActionGroup:
        menu, group = QMenu(self), QActionGroup(self)
        for colour in COLOURS:
            action: QAction = menu.addAction(colour.capitalize())
            action.setData(colour)
            action.setCheckable(True)
            group.addAction(action)
        group.triggered.connect(lambda action: self.colour_wanted.emit(action.data()))
        self._colour.clicked.connect(lambda: menu.popup(self._colour.mapToGlobal(QPointF(0, 30).toPoint())))
        return group

    def _place_buttons(self) -> None:
        right = self.width() - 12
        for button in (self._turn, self._colour):
            size = button.sizeHint()
            button.setGeometry(right - size.width(), 12, size.width(), size.height())
            right -= size.width() + 8

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painted = self.camera
        self._painter.show_sections(self.sight.sections)
        moment = self.moment(perf_counter())
        self._painter.paint(painter, self.size(), self.trail, self.camera, moment, self.sight.other)
        if not len(self.trail) and self._hint:
            painter.setPen(theme.colour(theme.MUTED))
            painter.setFont(theme.font(theme.LARGE))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
        if self.hasFocus():
            theme.draw_ring(painter, self.rect())
        painter.end()

    def resizeEvent(self, event: object) -> None:
        self._place_buttons()
        self.camera = replace(self.camera, head_room=_BUTTONS_HIGH if self.height() >= _ROOM_FROM else 0.0)
        self._stale = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), 0.0
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = event.position() - self._pressed
        self._dragged = max(self._dragged, abs(moved.x()) + abs(moved.y()))
        if self._dragged > _STILL_PIXELS:
            self._dragged = float("inf")
            self._pressed = event.position()
            self.set_turning(False)
            self.camera = self.camera.orbited(-moved.x() * TURN_PER_PIXEL, moved.y() * TURN_PER_PIXEL)
            self._stale = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and self._dragged <= _STILL_PIXELS
        self._pressed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if clicked and (t := self.nearest(event.position())) is not None:
            self.picked.emit(t)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset()


def measure(points: int, frames: int, size: tuple[int, int] = (1280, 800)) -> list[float]:
    """Seconds that each of `frames` paintings of a path of `points` takes, to a picture of `size`.

    The hard case: the camera turns and a point arrives before every frame, so nothing can be kept from the last.
    """
    app = application()
    rows = wandering(points + frames)
    trail, painter = Trail.of(rows[:points]), PathPainter()
    camera = Camera(extent=trail.extent)
    image = QImage(*size, QImage.Format.Format_RGB32)
    seconds = []
    for frame in range(frames):
        start = perf_counter()
        trail.extend(0, points + frame, rows[points + frame : points + frame + 1])
        camera = camera.orbited(0.02)
        canvas = QPainter(image)
        camera = camera.towards(trail.extent, 0.02)
        painter.paint(canvas, QSize(*size), trail, camera, Moment(start))
        canvas.end()
        seconds.append(perf_counter() - start)
    del app
    return seconds


def wandering(points: int, rate: float = 43.07) -> np.ndarray:
    """A made-up path for trials, float32 `(points, 5)` rows `t, level, x, y, z`: sections that loop each in its own
    place, with some noise.
    """
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
    level = -24 + 10 * np.sin(2 * np.pi * t / 16)
    return np.concatenate([np.stack([t, level], 1), home + loop + 0.15 * np.tanh(wobble) + noise], 1).astype(np.float32)
