"""Paints the path: one renderer for the window, the stage, pictures and films."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan, sqrt

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF

from livemusic.music.tempo import Seconds
from livemusic.session.show import TRAILS, Show
from livemusic.ui import theme
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.dust import Palette, scatter
from livemusic.ui.views.ground import draw_floor, draw_ground, ground
from livemusic.ui.views.head import COMET, Head, unit
from livemusic.ui.views.labels import Labels, Named
from livemusic.ui.views.moment import Marker, Moment
from livemusic.ui.views.strokes import rounded, segments, stroke, thin
from livemusic.ui.views.themes import Theme, theme_of
from livemusic.ui.views.tint import DEPTHS, Stretch, Tint
from livemusic.ui.views.trail import Trail

__all__ = ["Marker", "Moment", "PathPainter", "Style"]

#: So many points may come before the still layer is drawn anew.
RECENT = 384
#: The still layer is also drawn anew when the frame's corners, which move most, have moved further than this.
_SLACK_PIXELS = 1.4
#: So many grains of dust at most; each stands for more points the longer the path.
_DUST = 50_000
#: The lines of what stands out: widths, and how opaque each is.
_LIT = ((6.0, 0.14), (3.4, 0.3), (1.8, 0.9))
#: So many lines of another take at most.
_OTHER = 6000
_EDGE = 6.0
#: So many pixels on either side of the head are left free of names.
_HEAD_ROOM = 14.0
#: So many points too many may be seen where only the last seconds of the path are drawn.
_STALE = 8
#: Of a screen for which widths are given.
_USUAL_HEIGHT = 1080.0

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Style:
    """How a path is drawn. `look`: its colours; `colour`: what they tell (see `session.show.COLOURS`); `width` of the
    lines in pixels (1 is quickest by far); `trail`: so many seconds of it are drawn, all of it where that is infinite.

    `memory`: seconds after which a point is cold where colour tells time; `bend`: how much of that cooling comes early
    (0 is even); `lines`: so many of the newest points are joined by lines, what is older is dust; `smooth`: so many
    pieces of a curve from point to point.
    """

    look: Theme = field(default_factory=lambda: theme_of("Night"))
    colour: str = "time"
    width: float = 1.0
    trail: Seconds = float("inf")
    memory: Seconds = 180.0
    bend: float = 9.0
    lines: int = 6144
    smooth: int = 2

    @classmethod
    def stage(cls, show: Show, height: float) -> "Style":
        """For a stage or a film `height` pixels high."""
        trail = float("inf") if show.trail >= TRAILS[1] else show.trail
        width = max(show.width * height / _USUAL_HEIGHT, 0.5)
        return cls(theme_of(show.theme), show.colour, width, trail, memory=min(180.0, trail), lines=2048, smooth=3)

    @classmethod
    def whole(cls, look: str = "Night", colour: str = "time") -> "Style":
        """For pictures of a finished path: colours spread evenly over all of it, and every point on a line."""
        return cls(theme_of(look), colour, 1.5, memory=float("inf"), bend=0.0, lines=1 << 31, smooth=4)


class PathPainter:
    """Draws a `Trail` in a `Style` over a floor, with a glow at its head.

    Background, floor and all but the newest points are kept as a picture while the camera is still.
    """

    def __init__(self, style: Style | None = None) -> None:
        self.style = style or Style()
        self._head = Head(self.style.look, max(1.0, 0.6 * self.style.width))
        self._other = [thin(theme.mix(self.style.look.deep, self.style.look.other, 0.3 + 0.12 * d)) for d in range(6)]
        self._labels = Labels()
        self._sections: Sequence[Stretch] = ()
        self._tint = self._make_tint()
        self._ground = QImage()
        self._layer = QImage()
        self._shape = (0, 0, 0.0)
        self._layer_key: tuple[object, ...] = ()
        self._layer_corners: Floats = np.zeros((8, 2))
        self._split = 0

    @classmethod
    def whole(cls, look: str = "Night", colour: str = "time") -> "PathPainter":
        """For pictures of a finished path, see `Style.whole`."""
        return cls(Style.whole(look, colour))

    def show_sections(self, sections: Sequence[Stretch]) -> None:
        """The sections that colour may tell."""
        if sections != self._sections:
            self._sections = sections
            self._tint.show_sections(sections)
            self._layer_key = ()

    def paint(
        self,
        painter: QPainter,
        size: QSize,
        trail: Trail,
        camera: Camera,
        moment: Moment,
        other: Trail | None = None,
    ) -> None:
        """Draw everything into `size` logical pixels; `other` is a path to compare with, in a tone of its own."""
        end = len(trail) if moment.head is None else min(moment.head + 1, len(trail))
        begin = self._begin(trail, end)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._split = max(begin, end - COMET)
            draw_ground(painter, size, self.style.look)
            self._draw_still(painter, size, trail, camera, other, begin, end)
        else:
            self._refresh(painter, size, trail, camera, other, begin, end)
            painter.drawImage(0, 0, self._layer)
        newest = max(begin, end - COMET)
        self._draw_lines(painter, size, trail, camera, max(begin, self._split - 1), newest + 1, end)
        if end:
            self._head.draw(painter, size, camera, trail.places(newest, end), moment)
        if moment.mark is not None:
            self._draw_mark(painter, size, camera, moment.mark)
        if moment.text:
            self._draw_names(painter, size, camera, moment, _around(camera, size, trail.places(end - 1, end)))

    @property
    def _to_come(self) -> bool:
        """Whether what is not heard yet is drawn."""
        return self.style.trail == float("inf")

    def _make_tint(self, ratio: float = 1.0) -> Tint:
        style = self.style
        tint = Tint(style.look, style.colour, style.width * ratio, style.memory, style.bend)
        tint.show_sections(self._sections)
        return tint

    def _begin(self, trail: Trail, end: int) -> int:
        """The first point that is drawn, where those before `end` are heard."""
        if not end or self.style.trail == float("inf"):
            return 0
        return int(np.searchsorted(trail.t, float(trail.t[end - 1]) - self.style.trail))

    def _refresh(
        self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, other: Trail | None, begin: int, end: int
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        shape = size.width(), size.height(), ratio
        start = begin if self.style.trail == float("inf") else begin // _STALE
        beside = None if other is None else (id(other), len(other), other.left, other.lit)
        to_come = len(trail) - end > 0 and len(trail)
        key = (*shape, start, to_come, id(trail), trail.epoch, trail.base, trail.left, trail.lit, beside)
        corners, _ = camera.project(camera.corners(), size.width(), size.height())
        moved = float(np.abs(np.nan_to_num(corners - self._layer_corners, nan=1e3)).max())
        if key == self._layer_key and moved < _SLACK_PIXELS and 0 <= end - self._split <= RECENT:
            return
        if self._shape != shape:
            self._shape = shape
            self._tint = self._make_tint(ratio)
            self._ground = ground(size * ratio, self.style.look)
            self._layer = self._ground.copy()
        else:
            _overwrite(self._layer, self._ground)
        self._layer.setDevicePixelRatio(1.0)
        self._layer_key, self._layer_corners = key, corners
        self._split = max(begin, end - COMET)
        joined = max(begin, self._split - self.style.lines)
        if len(trail) - end > self.style.lines and self._to_come:
            self._scatter(trail, camera, end, len(trail), self._tint.to_come)
        if joined > begin:
            self._scatter(trail, camera, begin, joined, self._tint.dust, end)
        self._layer.setDevicePixelRatio(ratio)
        still = QPainter(self._layer)
        still.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_still(still, size, trail, camera, other, joined, end)
        still.end()

    def _scatter(
        self, trail: Trail, camera: Camera, begin: int, end: int, palette: Palette, heard: int | None = None
    ) -> None:
        step = -(-(end - begin) // _DUST)
        cut = slice(begin, end, step)
        places, depths = camera.project(trail.places(begin, end, step), self._layer.width(), self._layer.height())
        tones = self._tint.dust_keys(trail, cut, heard) if heard else None
        scatter(self._layer, palette, places, depths, tones, step)

    def _draw_still(
        self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, other: Trail | None, begin: int, end: int
    ) -> None:
        draw_floor(painter, size, camera, self.style.look)
        if other is not None and len(other) > 1:
            places = other.places(step=-(-len(other) // _OTHER))
            spots, depths = camera.project(places, size.width(), size.height())
            lines, shown = segments(spots)
            stroke(painter, self._other, lines[shown], _nearness(depths[1:])[shown])
            self._draw_lit(painter, size, other, camera, len(other))
        if self._to_come and 1 < len(trail) - end <= self.style.lines:
            spots, depths = camera.project(trail.places(end - 1 if end else 0), size.width(), size.height())
            lines, shown = segments(spots)
            stroke(painter, self._tint.pens_to_come, lines[shown], _nearness(depths[1:])[shown])
        self._draw_lines(painter, size, trail, camera, begin, max(begin, end - COMET), end)
        self._draw_lit(painter, size, trail, camera, len(trail) if self._to_come else end)

    def _draw_lit(self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, end: int) -> None:
        """What stands out of a path, as a line with a glow."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for begin_t, end_t in trail.lit:
            first, last = (int(at) for at in np.searchsorted(trail.t[:end], (begin_t, end_t)))
            if last - first < 2:
                continue
            spots, _ = camera.project(trail.places(first, last), size.width(), size.height())
            line = QPolygonF([QPointF(x, y) for x, y in spots[~np.isnan(spots).any(axis=1)].tolist()])
            for width, strength in _LIT:
                pen = QPen(theme.colour(self.style.look.differ, strength), width * unit(size))
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolyline(line)

    def _draw_lines(
        self, painter: QPainter, size: QSize, trail: Trail, camera: Camera, begin: int, end: int, heard: int
    ) -> None:
        if end - begin < 2:
            return
        smooth = self.style.smooth
        spots, depths = camera.project(rounded(trail.places(begin, end), smooth), size.width(), size.height())
        lines, shown = segments(spots)
        cut = slice(begin, end)
        tones = self._tint.keys(trail, cut, heard)
        tones = tones[1:] if smooth < 2 else np.repeat(tones[1:], (len(spots) - 1) // (end - begin - 1))
        key = tones * DEPTHS + _nearness(depths[1:])
        stroke(painter, self._tint.pens, lines[shown], key[shown])

    def _draw_mark(self, painter: QPainter, size: QSize, camera: Camera, place: tuple[float, float, float]) -> None:
        (x, y) = camera.project([place], size.width(), size.height())[0][0].tolist()
        if isnan(x):
            return
        tone, reach = QColor(self.style.look.accent), 9.0 * unit(size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(self.style.look.dark, 0.8), 4.5))
        painter.drawEllipse(QPointF(x, y), reach, reach)
        painter.setPen(QPen(tone, 2.2))
        painter.drawEllipse(QPointF(x, y), reach, reach)
        painter.setBrush(tone)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, y), 2.5, 2.5)

    def _draw_names(
        self,
        painter: QPainter,
        size: QSize,
        camera: Camera,
        moment: Moment,
        clear: Sequence[QRectF],
    ) -> None:
        """Names of corners and sections, none over another, over the head or cut off, whatever is behind them."""
        named = [(m.label, m.place, m.weight, None) for m in moment.markers]
        named += [(c.text, c.place, 1.0, self._tint.section_tone(c.label)) for c in moment.captions]
        if not named:
            return
        places, _ = camera.project([place for _, place, _, _ in named], size.width(), size.height())
        painter.setFont(theme.font(round(theme.SMALL * unit(size))))
        metrics = painter.fontMetrics()
        shown: list[tuple[str, QPointF, float, float, QColor | None]] = []
        for (label, _, weight, tone), (x, y) in zip(named, places.tolist(), strict=True):
            if isnan(x) or not (0 <= x <= size.width() and 0 <= y <= size.height()):
                continue
            reach = 0.0 if tone is not None else (5 + 4 * sqrt(min(max(0.0, weight), 1.0))) * sqrt(unit(size))
            shown.append((label, QPointF(x, y), reach, weight, tone))
        names = [
            Named((i, text), at, QSizeF(metrics.horizontalAdvance(text) + 12, metrics.height() + 4), reach)
            for i, (text, at, reach, _, _) in enumerate(shown)
        ]
        bounds = QRectF(_EDGE, _EDGE, size.width() - 2 * _EDGE, size.height() - 2 * _EDGE)
        for (text, at, reach, weight, tone), rect in zip(shown, self._labels.place(names, bounds, clear), strict=True):
            ink = tone or theme.mix(self.style.look.muted, self.style.look.accent, weight)
            self._draw_name(painter, text, at, reach, ink, rect)

    def _draw_name(self, painter: QPainter, text: str, at: QPointF, reach: float, ink: QColor, rect: QRectF) -> None:
        beside = QPointF(min(max(at.x(), rect.left()), rect.right()), min(max(at.y(), rect.top()), rect.bottom()))
        apart = beside - at
        if (apart.x() ** 2 + apart.y() ** 2) ** 0.5 > reach + 8:  # it had to make room: say whose it is
            painter.setPen(QPen(theme.mix(self.style.look.deep, ink.name(), 0.6), 1))
            painter.drawLine(at, beside)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self.style.look.dark, 0.72))
        painter.drawRoundedRect(rect, 5, 5)
        painter.setPen(QPen(ink, 2))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        if reach:
            painter.setBrush(theme.colour(self.style.look.dark, 0.6))
            corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
            painter.drawPolygon([QPointF(at.x() + right, at.y() + down) for right, down in corners])


def _around(camera: Camera, size: QSize, head: npt.NDArray[np.float32]) -> list[QRectF]:
    """The room that the head takes, if there is one."""
    places, _ = camera.project(head, size.width(), size.height())
    reach = _HEAD_ROOM * unit(size)
    return [QRectF(x - reach, y - reach, 2 * reach, 2 * reach) for x, y in places.tolist() if not isnan(x)]


def _nearness(depths: Floats) -> npt.NDArray[np.intp]:
    near = np.clip((1 - np.nan_to_num(depths, nan=1.0)) / 2, 0, 0.999)
    return (near * DEPTHS).astype(np.intp)


def _overwrite(image: QImage, other: QImage) -> None:
    """Fill `image` with what `other` of the same size shows, without new memory."""
    np.copyto(np.frombuffer(image.bits(), np.uint8), np.frombuffer(other.constBits(), np.uint8))
