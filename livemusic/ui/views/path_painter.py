"""Paints the path: one renderer for the window, pictures and video."""

from collections.abc import Sequence
from math import isnan, log1p, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QRadialGradient
from shiboken6 import Shiboken

from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.dust import Dust
from livemusic.ui.views.trail import Trail

#: The newest points are drawn broad and glowing; so many more may come before the still layer is drawn anew.
COMET, RECENT = 72, 384
#: The still layer is also drawn anew when the frame's corners, which move most, have moved further than this.
_SLACK_PIXELS = 1.4
_AGES, _DEPTHS = 32, 6
#: So many grains of dust at most; each stands for more points the longer the path.
_DUST = 50_000
_FLOOR_LINES = 9
#: What lies further off the screen is not drawn; NaN does not either.
_FAR_PIXELS = 20_000

Floats = npt.NDArray[np.floating]


class Marker(NamedTuple):
    """A named place in space: a captured corner. `weight` 0..1 is how strongly it is called up."""

    label: str
    place: tuple[float, float, float]
    weight: float


class PathPainter:
    """Draws a `Trail` as lines coloured by age and depth over a floor, with a glow at its head.

    `memory`: seconds after which a point is cold; `bend`: how much of that cooling comes early (0 is even);
    `lines`: so many of the newest points are joined by lines, what is older is dust; `width` of the lines in pixels (1
    is quickest by far); `smooth`: so many pieces of a curve from point to point. Background, floor and all but the
    newest points are kept as a picture while the camera is still.
    """

    def __init__(
        self, memory: Seconds = 180.0, bend: float = 9.0, lines: int = 6144, width: float = 1.0, smooth: int = 2
    ) -> None:
        self._memory, self._bend, self._lines = memory, max(bend, 1e-3), lines
        self._smooth = smooth
        self._pens = [_thin(_tone(age, depth), width) for age in range(_AGES) for depth in range(_DEPTHS)]
        self._comet_pens = [_comet_pen(step / 7) for step in range(8)]
        self._dust = Dust()
        self._backdrop = QImage()
        self._layer = QImage()
        self._layer_key: tuple[object, ...] = ()
        self._layer_frame: Floats = np.zeros((8, 2))
        self._split = 0

    @classmethod
    def whole(cls) -> "PathPainter":
        """For pictures of a finished path: colours spread evenly over all of it, and every point on a line."""
        return cls(memory=float("inf"), bend=0.0, lines=1 << 31, width=1.5, smooth=4)

    def paint(
        self,
        painter: QPainter,
        size: QSize,
        trail: Trail,
        camera: Camera,
        now: Seconds,
        markers: Sequence[Marker] = (),
        glow: float = 0.5,
    ) -> None:
        """Draw everything into `size` logical pixels; `now` turns the head's slow breath, `glow` 0..1 its strength."""
        ratio = painter.device().devicePixelRatioF()
        self._refresh(size, ratio, trail, camera)
        painter.drawImage(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_lines(
            painter, size, trail, camera, trail.points[max(0, self._split - 1) : max(0, len(trail) - COMET + 1)]
        )
        self._draw_markers(painter, size, camera, markers)
        if len(trail):
            self._draw_comet(painter, size, trail, camera)
            self._draw_head(painter, size, trail, camera, glow * (0.92 + 0.08 * np.sin(2.2 * now)))

    def _refresh(self, size: QSize, ratio: float, trail: Trail, camera: Camera) -> None:
        key = (size.width(), size.height(), ratio, id(trail), trail.epoch, trail.base)
        frame, _ = camera.project(camera.frame(), size.width(), size.height())
        moved = float(np.abs(np.nan_to_num(frame - self._layer_frame, nan=1e3)).max())
        if key == self._layer_key and moved < _SLACK_PIXELS and 0 <= len(trail) - self._split <= RECENT:
            return
        if self._layer_key[:3] != key[:3]:
            self._backdrop = backdrop(size * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
        self._layer = self._backdrop.copy()
        self._layer_key, self._layer_frame = key, frame
        self._split = max(0, len(trail) - COMET)
        joined = max(0, self._split - self._lines)
        if joined:
            stride = -(-joined // _DUST)
            rows = trail.points[:joined:stride]
            pixels = self._layer.size()
            places, depths = camera.project(rows[:, 1:], pixels.width(), pixels.height())
            self._dust.scatter(self._layer, places, depths, stride)
        painter = QPainter(self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_floor(painter, size, camera)
        self._draw_lines(painter, size, trail, camera, trail.points[joined : self._split])
        painter.end()

    def _draw_lines(
        self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, rows: npt.NDArray[np.float32]
    ) -> None:
        if len(rows) < 2:
            return
        rows = _rounded(rows, self._smooth)
        places, depths = camera.project(rows[:, 1:], size.width(), size.height())
        lines, shown = _segments(places)
        ages = (self._warmth(trail, rows[1:, 0]) * (_AGES - 0.001)).astype(np.intp)
        nearness = np.clip((1 - np.nan_to_num(depths[1:], nan=1.0)) / 2, 0, 0.999)
        key = ages * _DEPTHS + (nearness * _DEPTHS).astype(np.intp)
        stroke(painter, self._pens, lines[shown], key[shown])

    def _warmth(self, trail: Trail, times: npt.NDArray[np.float32]) -> Floats:
        """0 (old) to 1 (newest)."""
        first, last = float(trail.points[0, 0]), float(trail.points[-1, 0])
        memory = max(min(self._memory, last - first), 1e-3)
        ages = np.clip((last - times.astype(np.float64)) / memory, 0, 1)
        return np.asarray(1 - np.log1p(self._bend * ages) / log1p(self._bend))

    def _draw_comet(self, painter: QPainter, size: QSize, trail: Trail, camera: Camera) -> None:
        rows = _rounded(trail.points[-COMET:, 1:], 3)
        places, _ = camera.project(rows, size.width(), size.height())
        if not (np.abs(places) < _FAR_PIXELS).all():
            return
        spots = [QPointF(x, y) for x, y in places.tolist()]
        count = len(self._comet_pens)
        for step, pen in enumerate(self._comet_pens):
            painter.setPen(pen)
            painter.drawPolyline(spots[step * len(spots) // count : (step + 1) * len(spots) // count + 1])

    def _draw_head(self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, glow: float) -> None:
        head = trail.points[-1, 1:]
        foot = (float(head[0]), float(head[1]), camera.centre[2] - camera.radius)
        places, _ = camera.project([head, foot], size.width(), size.height())
        if np.isnan(places).any():
            return
        (x, y), (foot_x, foot_y) = places
        painter.setPen(_thin(theme.mix(theme.DEEP, theme.ACCENT, 0.4)))
        painter.drawLine(QPointF(x, y), QPointF(foot_x, foot_y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.ACCENT, 0.35))
        painter.drawEllipse(QPointF(foot_x, foot_y), 5, 2.4)
        radius = 0.05 * min(size.width(), size.height()) * (1.0 + 2.0 * glow)
        light = QRadialGradient(QPointF(x, y), radius)
        for reach, share in ((0.0, 0.85), (0.12, 0.5), (0.3, 0.2), (0.6, 0.06), (1.0, 0.0)):
            light.setColorAt(reach, theme.colour("#ffd6a0", share * (0.5 + 0.5 * glow)))
        painter.setBrush(QBrush(light))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setBrush(QColor("#fff8ea"))
        painter.drawEllipse(QPointF(x, y), 5.0, 5.0)

    def _draw_markers(self, painter: QPainter, size: QSize, camera: Camera, markers: Sequence[Marker]) -> None:
        if not markers:
            return
        places, _ = camera.project([marker.place for marker in markers], size.width(), size.height())
        painter.setFont(theme.font(theme.SMALL))
        metrics = painter.fontMetrics()
        for (x, y), marker in zip(places.tolist(), markers, strict=True):
            if isnan(x):
                continue
            tone = theme.mix(theme.MUTED, theme.ACCENT, marker.weight)
            reach = 5 + 4 * sqrt(min(max(0.0, marker.weight), 1.0))
            label = QRectF(x + reach + 3, y - 10, metrics.horizontalAdvance(marker.label) + 12, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.DARKEST, 0.6))
            painter.drawRoundedRect(label, 5, 5)
            painter.setPen(QPen(tone, 2))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, marker.label)
            corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
            painter.drawPolygon([QPointF(x + right, y + down) for right, down in corners])


def _tone(age: int, depth: int) -> QColor:
    """The colour of one step of age (0 oldest) and nearness (0 farthest), already mixed with the background.

    Opaque on purpose: antialiased hairlines with opacity take Qt's raster engine seven times as long.
    """
    warmth, nearness = age / (_AGES - 1), depth / (_DEPTHS - 1)
    strength = (0.36 + 0.64 * nearness) * (0.68 + 0.32 * warmth)
    return theme.mix(theme.DEEP, theme.ramp(theme.AGES, warmth).name(), strength)


def _comet_pen(step: float) -> QPen:
    pen = QPen(theme.mix(theme.AGES[-2], "#fff3dc", step), 1.2 + 3.2 * step * step)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _thin(tone: QColor, width: float = 1.0) -> QPen:
    pen = QPen(tone, width)
    pen.setCosmetic(True)
    return pen


def _segments(places: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Lines `(n - 1, 4)` from point to point, and which of them can be drawn at all."""
    lines = np.concatenate([places[:-1], places[1:]], 1)
    with np.errstate(invalid="ignore"):
        return lines, (np.abs(lines) < _FAR_PIXELS).all(1)


def _rounded(rows: npt.NDArray[np.float32], steps: int) -> npt.NDArray[np.float32]:
    """A Catmull-Rom curve through `(n, k)` rows, `steps` pieces from row to row."""
    if len(rows) < 3 or steps < 2:
        return rows
    p = np.concatenate([rows[:1], rows, rows[-1:]])
    a, b, c, d = (p[i : len(p) - 3 + i] for i in range(4))
    curve = np.empty((len(b), steps, rows.shape[1]), np.float32)
    for step in range(steps):
        u = step / steps
        weights = (2 * u**2 - u**3 - u, 2 - 5 * u**2 + 3 * u**3, u + 4 * u**2 - 3 * u**3, u**3 - u**2)
        curve[:, step] = sum(np.float32(w / 2) * side for w, side in zip(weights, (a, b, c, d), strict=True))
    return np.concatenate([curve.reshape(-1, rows.shape[1]), rows[-1:]])


def stroke(painter: QPainter, pens: list[QPen], lines: Floats, key: npt.NDArray[np.intp]) -> None:
    """Draw each line `(n, 4)` with the pen of its key, lowest key first, straight from the array's memory."""
    if not len(lines):
        return
    order = np.argsort(key.astype(np.uint16), kind="stable")
    lines = np.ascontiguousarray(lines[order], np.float64)
    ends = np.cumsum(np.bincount(key, minlength=len(pens)))
    start, address, stride = 0, lines.ctypes.data, lines.strides[0]
    for pen, end in zip(pens, ends.tolist(), strict=True):
        if end > start:
            painter.setPen(pen)
            painter.drawLines(Shiboken.wrapInstance(address + start * stride, QLineF), end - start)
            start = end


def backdrop(size: QSize) -> QImage:
    """A dark ground, a little lighter in the middle; a grain of noise keeps the slope free of bands."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(0xFF000000)
    width, height = size.width(), size.height()
    x, y = (np.arange(n, dtype=np.float32) / max(1, n) - c for n, c in ((width, 0.5), (height, 0.46)))
    light = np.exp(-3.2 * y * y)[:, None] * np.exp(-3.2 * x * x)[None, :]
    grain = np.random.default_rng(1).random((256, 256), np.float32)
    grain = np.tile(grain, (-(-height // 256), -(-width // 256)))[:height, :width]
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
    for channel in range(3):  # blue, green, red
        dark, bright = (QColor(name).getRgb()[2 - channel] for name in (theme.DARKEST, theme.DEEP))
        pixels[:, :width, channel] = light * np.float32(bright - dark) + (grain + np.float32(dark))
    return image


def _draw_floor(painter: QPainter, size: QSize, camera: Camera) -> None:
    """A square grid under the path, so that turning and depth are read at a glance."""
    across, along = np.linspace(-1.25, 1.25, _FLOOR_LINES), np.linspace(-1.25, 1.25, 2 * _FLOOR_LINES - 1)
    x, y = (grid.ravel() for grid in np.meshgrid(along, across))
    floor = np.full_like(x, -1.0)
    places = np.concatenate([np.stack([x, y, floor], 1), np.stack([y, x, floor], 1)])
    places = np.asarray(camera.centre) + camera.radius * places
    spots, depths = camera.project(places, size.width(), size.height())
    lines, shown = _segments(spots)
    shown[len(along) - 1 :: len(along)] = False
    fade = np.clip(1.0 - 0.5 * (np.nan_to_num(depths[1:], nan=1.0) + 1.2), 0.0, 0.999)
    pens = [_thin(theme.mix(theme.DEEP, theme.FLOOR, 0.2 + 0.8 * step / 5)) for step in range(6)]
    stroke(painter, pens, lines[shown], (fade[shown] * 6).astype(np.intp))
