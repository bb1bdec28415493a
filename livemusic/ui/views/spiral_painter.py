"""Paints the spiral of fifths: what sounds, the tonal centre and its way, the chord and the key in words."""

from dataclasses import dataclass, field, replace
from math import atan, isnan, sqrt

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPaintEngine, QPainter, QPen, QPolygonF, QRadialGradient

from livemusic.dsp.spiral import RISE, key_place, place
from livemusic.dsp.tonality import CLASSES, Chord, Key, fifth_name
from livemusic.ui import theme
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.extent import Extent
from livemusic.ui.views.ground import draw_ground, ground
from livemusic.ui.views.head import unit
from livemusic.ui.views.labels import Labels, Named
from livemusic.ui.views.moment import Marker
from livemusic.ui.views.strokes import rounded, segments, stroke, thin
from livemusic.ui.views.themes import Theme, theme_of

Floats = npt.NDArray[np.floating]

#: The middle of C major and A minor, where the spiral is looked at before anything was heard.
MIDDLE = 2.0
#: So many fifths either way of the middle are there, the last few fading.
_REACH, _CLEAR = 7.5, 5.0
#: Pieces of a line from a fifth to the next.
_PIECES = 12
_SHADES = 8
#: Pixels of a bead that is silent, and what the loudest adds, in a picture 560 high, and how much smaller at most.
_BEAD, _LOUD = 12.0, 12.0
_USUAL, _SMALLEST = 560.0, 0.78
#: The share of all that sounds from which on a pitch class is as bright as can be.
_BRIGHT = 0.28
_EDGE = 14.0
_HEAD_ROOM = 40.0
#: What the view's button takes of the right.
_BUTTON = 140.0


@dataclass(frozen=True, slots=True, eq=False)
class SpiralMoment:
    """What is to be seen: see `dsp.harmony.HarmonyRow`. `trail` `(n, 3)`: where the centre was, the newest last;
    `middle`: the place on the line of fifths that is looked at; `markers`: captured corners; `hint`: what is written
    where there is no harmony; `live`: it is a moment, which may have a chord, and not all of a recording.
    """

    classes: Floats = field(default_factory=lambda: np.zeros(CLASSES))
    centre: tuple[float, float, float] | None = None
    trail: Floats = field(default_factory=lambda: np.empty((0, 3), np.float32))
    key: Key | None = None
    confidence: float = 0.0
    chord: Chord | None = None
    middle: float = MIDDLE
    markers: tuple[Marker, ...] = ()
    hint: str = ""
    live: bool = True


def extent_of(middle: float) -> Extent:
    """What a camera frames: the part of the spiral around `middle`."""
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.stack([np.sin(turn), np.cos(turn)], 1) * 1.05
    ends = [np.column_stack([ring, np.full(len(ring), (middle + side * 6.5) * RISE)]) for side in (-1, 1)]
    return Extent.of(np.concatenate(ends))


def first_view(middle: float) -> Camera:
    """Turned so that the four sides of the spiral are evenly apart, and seen from a little above."""
    return Camera(yaw=atan(1 / 3), pitch=0.2, extent=extent_of(middle), head_room=_HEAD_ROOM)


def spots_of(camera: Camera, places: npt.ArrayLike, size: QSize) -> tuple[Floats, Floats]:
    """Where places are seen, `(n, 2)` pixels, and their depths as `Camera.project` has them.

    In a picture that is wider than high the spiral lies, and fifths go up from left to right.
    """
    wide, high = size.width(), size.height()
    if wide <= high:
        return camera.project(places, wide, high)
    room = min(_HEAD_ROOM, high / 4)
    spots, depths = replace(camera, head_room=0.0).project(places, high - room, wide)
    return np.stack([wide - spots[:, 1], room + spots[:, 0]], 1), depths


class SpiralPainter:
    """Draws a `SpiralMoment` in the colours of `look`; the ground is kept as a picture."""

    def __init__(self, look: Theme | None = None) -> None:
        self.look = look or theme_of("Night")
        self._lines = [
            thin(theme.mix(self.look.deep, self.look.muted, 0.1 + 0.5 * s / _SHADES), 1.6) for s in range(_SHADES)
        ]
        self._ages = [thin(theme.ramp(self.look.ages, s / (_SHADES - 1)), 2.4) for s in range(_SHADES)]
        self._labels = Labels()
        self._ground = QImage()
        self._shape = (0, 0, 0.0)

    def paint(self, painter: QPainter, size: QSize, camera: Camera, moment: SpiralMoment) -> None:
        """Draw everything into `size` logical pixels."""
        self._draw_ground(painter, size)
        self.lay(painter, size, camera, moment)

    def lay(self, painter: QPainter, size: QSize, camera: Camera, moment: SpiralMoment) -> None:
        """Draw it over what is there."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_line(painter, size, camera, moment.middle)
        if moment.chord is not None and moment.centre is not None:
            self._draw_chord(painter, size, camera, moment)
        self._draw_beads(painter, size, camera, moment)
        self._draw_trail(painter, size, camera, moment)
        self._draw_markers(painter, size, camera, moment.markers)
        self._draw_words(painter, size, moment)

    def _draw_ground(self, painter: QPainter, size: QSize) -> None:
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            draw_ground(painter, size, self.look)
            return
        ratio = painter.device().devicePixelRatioF()
        shape = size.width(), size.height(), ratio
        if shape != self._shape:
            self._shape, self._ground = shape, ground(size * ratio, self.look)
            self._ground.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, self._ground)

    def _draw_line(self, painter: QPainter, size: QSize, camera: Camera, middle: float) -> None:
        """The spiral itself, the nearer the brighter, fading at both ends."""
        k = np.arange(middle - _REACH, middle + _REACH, 1 / _PIECES)
        spots, depths = spots_of(camera, place(k), size)
        lines, shown = segments(spots)
        near = 0.5 - 0.5 * np.clip(depths[1:], -1, 1)
        shade = np.clip((0.35 + 0.65 * near) * _clearness(k[1:] - middle), 0, 0.999)
        stroke(painter, self._lines, lines[shown], (shade[shown] * _SHADES).astype(np.intp))

    def _draw_chord(self, painter: QPainter, size: QSize, camera: Camera, moment: SpiralMoment) -> None:
        """The chord as the shape that its notes make."""
        assert moment.chord is not None
        notes = place(_near(moment.chord.classes, moment.middle))
        spots, _ = spots_of(camera, notes, size)
        if np.isnan(spots).any():
            return
        around = np.argsort(np.arctan2(*(spots - spots.mean(0)).T[::-1]))
        shape = QPolygonF([QPointF(x, y) for x, y in spots[around].tolist()])
        painter.setPen(QPen(theme.colour(self.look.accent, 0.75), 2.0 * unit(size), j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(theme.colour(self.look.accent, 0.16))
        painter.drawPolygon(shape)

    def _draw_beads(self, painter: QPainter, size: QSize, camera: Camera, moment: SpiralMoment) -> None:
        """A bead with its name for every fifth, the louder the larger and brighter, the far ones first."""
        k = np.arange(int(np.ceil(moment.middle - _REACH)), int(np.floor(moment.middle + _REACH)) + 1)
        spots, depths = spots_of(camera, place(k), size)
        away = np.abs(k - moment.middle)
        loud = np.where(away <= CLASSES / 2, moment.classes[7 * k % CLASSES] / _BRIGHT, 0.0)
        chord = set() if moment.chord is None else set(_near(moment.chord.classes, moment.middle))
        scale = max(min(max(size.width(), size.height()) / _USUAL, 3.0), _SMALLEST)
        for i in np.argsort(-depths):
            x, y = spots[i].tolist()
            if isnan(x):
                continue
            light, clear = min(float(loud[i]), 1.0), float(_clearness(k[i] - moment.middle))
            near = 0.5 - 0.5 * min(max(float(depths[i]), -1.0), 1.0)
            reach = scale * (_BEAD + _LOUD * sqrt(light)) * (0.72 + 0.4 * near)
            at = QPointF(x, y)
            if light > 0.05:
                self._draw_glow(painter, at, 2.6 * reach, light * clear)
            dark = theme.mix(self.look.deep, self.look.floor or self.look.muted, 0.55 + 0.3 * near)
            fill = theme.mix(dark.name(), self.look.light, 0.85 * light)
            painter.setBrush(_faded(fill, 0.35 + 0.65 * clear))
            rim = self.look.accent if int(k[i]) in chord else self.look.muted
            painter.setPen(
                QPen(theme.colour(rim, clear * (0.35 + 0.5 * near)), scale * (2.2 if int(k[i]) in chord else 1.1))
            )
            painter.drawEllipse(at, reach, reach)
            bright = theme.brightness(fill.name()) > 0.5
            ink = (self.look.text if self.look.is_light else self.look.dark) if bright else self.look.text
            painter.setPen(
                theme.colour(ink if not self.look.is_light or bright else self.look.text, clear * (0.6 + 0.4 * near))
            )
            painter.setFont(theme.font(round(min(0.95 * reach, 24 * scale)), QFont.Weight.DemiBold))
            painter.drawText(
                QRectF(x - 3 * reach, y - reach, 6 * reach, 2 * reach),
                Qt.AlignmentFlag.AlignCenter,
                fifth_name(int(k[i])),
            )

    def _draw_glow(self, painter: QPainter, at: QPointF, reach: float, strength: float) -> None:
        light = QRadialGradient(at, reach)
        light.setColorAt(0.0, theme.colour(self.look.light, 0.45 * strength))
        light.setColorAt(1.0, theme.colour(self.look.light, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(light))
        painter.drawEllipse(at, reach, reach)

    def _draw_trail(self, painter: QPainter, size: QSize, camera: Camera, moment: SpiralMoment) -> None:
        """Where the centre was, where it is, and the key that it is near."""
        scale = unit(size)
        if len(moment.trail) > 1:
            curve = rounded(np.asarray(moment.trail, np.float32), 3)
            spots, _ = spots_of(camera, curve, size)
            lines, shown = segments(spots)
            age = np.linspace(0, _SHADES - 1e-6, len(lines)).astype(np.intp)
            jumps = np.abs(np.diff(curve[:, 2])) > RISE  # by another name it is elsewhere at once
            shown &= ~jumps
            stroke(painter, self._ages, lines[shown], age[shown])
        if moment.centre is None:
            return
        if moment.key is not None:
            ((x, y),) = spots_of(camera, [_turned(key_place(moment.key), moment.centre[2])], size)[0].tolist()
            if not isnan(x):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour(self.look.ghost, 0.35 + 0.6 * moment.confidence), 2.0 * scale))
                painter.drawEllipse(QPointF(x, y), 13 * scale, 13 * scale)
        ((x, y),) = spots_of(camera, [moment.centre], size)[0].tolist()
        if isnan(x):
            return
        at = QPointF(x, y)
        self._draw_glow(painter, at, 42 * scale, 1.3)
        painter.setPen(QPen(theme.colour(self.look.dark, 0.8), 1.5 * scale))
        painter.setBrush(QColor(self.look.head))
        painter.drawEllipse(at, 7 * scale, 7 * scale)

    def _draw_markers(self, painter: QPainter, size: QSize, camera: Camera, markers: tuple[Marker, ...]) -> None:
        """Captured corners, as on the path."""
        if not markers:
            return
        places, _ = spots_of(camera, [marker.place for marker in markers], size)
        painter.setFont(theme.font(round(theme.SMALL * unit(size))))
        metrics, reach = painter.fontMetrics(), 7 * unit(size)
        seen = [(m, QPointF(x, y)) for m, (x, y) in zip(markers, places.tolist(), strict=True) if not isnan(x)]
        names = [
            Named((i, m.label), at, QSizeF(metrics.horizontalAdvance(m.label) + 12, metrics.height() + 4), reach)
            for i, (m, at) in enumerate(seen)
        ]
        bounds = QRectF(_EDGE, _EDGE, size.width() - 2 * _EDGE, size.height() - 2 * _EDGE)
        for (marker, at), rect in zip(seen, self._labels.place(names, bounds), strict=True):
            ink = theme.mix(self.look.muted, self.look.accent, marker.weight)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self.look.dark, 0.72))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setPen(QPen(ink, 2))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, marker.label)
            painter.setBrush(theme.colour(self.look.dark, 0.6))
            painter.drawPolygon([at + QPointF(x, y) for x, y in ((0, -reach), (reach, 0), (0, reach), (-reach, 0))])

    def _draw_words(self, painter: QPainter, size: QSize, moment: SpiralMoment) -> None:
        """Chord and key, as they are said."""
        scale, left, top = unit(size), _EDGE + 4, _EDGE
        wide = size.width() - 2 * left
        lies = size.width() > size.height()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if moment.centre is None:
            painter.setPen(QColor(self.look.muted))
            painter.setFont(theme.font(round(theme.NORMAL * scale)))
            place = QRectF(left, top, wide - _BUTTON if lies else wide, 60 * scale)
            painter.drawText(place, flags | Qt.TextFlag.TextWordWrap, moment.hint)
            return
        chord = "" if moment.chord is None else moment.chord.named(moment.key)
        lines = [
            (chord or "–", 34, self.look.accent if chord else self.look.muted),
            (moment.key.name if moment.key else "no key yet", 22, self.look.text if moment.key else self.look.muted),
        ]
        if moment.key is not None:
            lines.append((f"{100 * moment.confidence:.0f} % sure", theme.SMALL, self.look.muted))
        for text, pixels, ink in lines if moment.live else lines[1:]:
            painter.setFont(theme.font(round((0.8 if lies else 1.0) * pixels * scale), QFont.Weight.DemiBold))
            if lies and pixels == theme.SMALL and left + painter.fontMetrics().horizontalAdvance(text) > wide - _BUTTON:
                break  # how sure it is matters least
            painter.setPen(QColor(ink))
            high = painter.fontMetrics().height()
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, top, wide, 36 * scale if lies else high), middle if lies else flags, text)
            if lies:
                left += painter.fontMetrics().horizontalAdvance(text) + 12 * scale
            else:
                top += high


def _near(classes: tuple[int, ...], middle: float) -> list[int]:
    """Where pitch classes are on the line of fifths around `middle`."""
    k = [7 * pitch_class % CLASSES for pitch_class in classes]
    return [each + CLASSES * round((middle - each) / CLASSES) for each in k]


def _turned(spot: Floats, height: float) -> Floats:
    """A place by the name, twelve fifths up or down, that is nearest to `height`."""
    turn = CLASSES * RISE
    return spot + np.array([0.0, 0.0, turn * round((height - spot[2]) / turn)])


def _clearness(away: npt.ArrayLike) -> Floats:
    """How clear what is so many fifths from the middle is: 1 near it, 0 at the ends."""
    return np.clip((_REACH + 0.5 - np.abs(away)) / (_REACH + 0.5 - _CLEAR), 0.0, 1.0)


def _faded(tone: QColor, share: float) -> QColor:
    faded = QColor(tone)
    faded.setAlphaF(min(max(share, 0.0), 1.0))
    return faded
