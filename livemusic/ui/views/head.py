"""The path's newest end: its comet, the light of its head, what is foreseen, and the drums around it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QRadialGradient

from livemusic.ui import theme
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.ground import floor_height
from livemusic.ui.views.moment import Hit, Moment
from livemusic.ui.views.strokes import FAR_PIXELS, rounded, thin
from livemusic.ui.views.themes import Theme

#: The newest points are drawn broad and glowing.
COMET = 72
_PENS = 8
#: Pixels of a head's dot in a picture 700 high; larger pictures have larger ones.
_DOT, _USUAL = 5.0, 700.0

Places = npt.NDArray[np.float32]


def unit(size: QSize) -> float:
    """How large what has no size of its own is drawn in a picture of `size`: 1 in a window."""
    return min(max(min(size.width(), size.height()) / _USUAL, 1.0), 3.0)


class Head:
    """Draws it in the colours of `look`, the comet as wide as lines of `width` pixels ask for."""

    def __init__(self, look: Theme, width: float) -> None:
        self._look = look
        self._widths = [width * (1.2 + 3.2 * (step / (_PENS - 1)) ** 2) for step in range(_PENS)]
        self._tones = [theme.mix(look.ages[-2], look.head, 0.85 * step / (_PENS - 1)) for step in range(_PENS)]

    def draw(self, painter: QPainter, size: QSize, camera: Camera, newest: Places, moment: Moment) -> None:
        """`newest`: the last places of the path, `COMET` at most and at least one."""
        self._draw_comet(painter, size, camera, newest, moment.presence)
        (x, y), foot = camera.project([newest[-1], self._foot(newest[-1], camera)], size.width(), size.height())[0]
        if np.isnan([x, y]).any() or abs(x) > FAR_PIXELS or abs(y) > FAR_PIXELS:
            return
        at = QPointF(float(x), float(y))
        if not np.isnan(foot).any():
            self._draw_foot(painter, at, QPointF(*foot.tolist()), moment.presence)
        if moment.ghost is not None and len(moment.ghost):
            self._draw_ghost(painter, size, camera, newest[-1], moment)
        self._draw_hits(painter, at, unit(size), moment.hits)
        self._draw_light(painter, at, size, moment)

    def _foot(self, head: Places, camera: Camera) -> Places:
        return np.array([head[0], head[1], floor_height(camera)], np.float32)

    def _draw_comet(self, painter: QPainter, size: QSize, camera: Camera, newest: Places, presence: float) -> None:
        places, _ = camera.project(rounded(newest, 3), size.width(), size.height())
        if not (np.abs(places) < FAR_PIXELS).all():
            return
        spots = [QPointF(x, y) for x, y in places.tolist()]
        cold = theme.mix(self._look.deep, self._look.ages[-2], 0.5).name()
        for step, (width, tone) in enumerate(zip(self._widths, self._tones, strict=True)):
            pen = QPen(theme.mix(cold, tone.name(), presence), 0.5 * width * (1 + presence))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(spots[step * len(spots) // _PENS : (step + 1) * len(spots) // _PENS + 1])

    def _draw_foot(self, painter: QPainter, at: QPointF, foot: QPointF, presence: float) -> None:
        if not self._look.floor:
            return
        painter.setPen(thin(theme.mix(self._look.deep, self._look.accent, 0.1 + 0.3 * presence)))
        painter.drawLine(at, foot)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._look.accent, 0.35 * presence))
        painter.drawEllipse(foot, 5, 2.4)

    def _draw_ghost(self, painter: QPainter, size: QSize, camera: Camera, head: Places, moment: Moment) -> None:
        """What is foreseen: the surer, the brighter; what is further ahead is fainter."""
        assert moment.ghost is not None
        ahead = rounded(np.concatenate([head[None], moment.ghost]), 3)
        places, _ = camera.project(ahead, size.width(), size.height())
        if not (np.abs(places) < FAR_PIXELS).all():
            return
        spots = [QPointF(x, y) for x, y in places.tolist()]
        sure, scale, pieces = min(max(moment.certainty, 0.0), 1.0), unit(size), 6
        for piece in range(pieces):
            part = spots[piece * len(spots) // pieces : (piece + 1) * len(spots) // pieces + 1]
            for width, share in ((7.0, 0.22), (2.0, 0.75)):
                strength = share * (0.12 + 0.88 * sure) * moment.presence * (1 - piece / pieces) ** 0.7
                pen = QPen(theme.colour(self._look.ghost, strength), scale * width * (0.6 + 0.4 * sure))
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolyline(part)
        _glow(painter, spots[-1], scale * (6 + 16 * sure), self._look.ghost, 0.5 * sure * moment.presence)

    def _draw_hits(self, painter: QPainter, at: QPointF, scale: float, hits: tuple[Hit, ...]) -> None:
        """A ring in the drum's colour that grows as it fades, the low drums' wider than the high ones'."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for hit in hits:
            tone = self._look.hits[hit.voice % len(self._look.hits)]
            wide = 1.6 - 0.1 * hit.voice
            painter.setPen(QPen(theme.colour(tone, hit.glow), scale * (0.5 + 3.0 * hit.glow)))
            reach = scale * wide * (12 + 34 * (1 - hit.glow))
            painter.drawEllipse(at, reach, reach)
            _glow(painter, at, 1.4 * reach, tone, 0.45 * hit.glow)

    def _draw_light(self, painter: QPainter, at: QPointF, size: QSize, moment: Moment) -> None:
        glow = moment.glow * (0.92 + 0.08 * float(np.sin(2.2 * moment.now)))
        radius = 0.05 * min(size.width(), size.height()) * (1.0 + 2.0 * glow)
        light = QRadialGradient(at, radius)
        for reach, share in ((0.0, 0.85), (0.12, 0.5), (0.3, 0.2), (0.6, 0.06), (1.0, 0.0)):
            light.setColorAt(reach, theme.colour(self._look.light, share * (0.5 + 0.5 * glow) * moment.presence))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(light))
        painter.drawEllipse(at, radius, radius)
        painter.setBrush(theme.mix(self._look.muted, self._look.head, moment.presence))
        dot = _DOT * unit(size) * (0.7 + 0.3 * moment.presence)
        painter.drawEllipse(at, dot, dot)


def _glow(painter: QPainter, at: QPointF, radius: float, tone: str, strength: float) -> None:
    light = QRadialGradient(at, max(radius, 1.0))
    light.setColorAt(0.0, theme.colour(tone, strength))
    light.setColorAt(1.0, QColor(theme.colour(tone, 0.0)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(light))
    painter.drawEllipse(at, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
