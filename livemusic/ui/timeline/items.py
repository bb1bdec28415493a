"""What lies on the time line: pictures of the sound, sections, marks, play head and loop."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.timeline.clock import Bars, in_minutes, marks
from livemusic.ui.timeline.sections import Span

_COLOURS = 256
#: Marks, and bars, are at least so far apart, in pixels.
_MARK_APART, _BAR_APART = 92, 9
#: A section narrower than this has no room for its name.
_NAMED = 18
_READABLE = 13
_TIP = 5.0


class View(NamedTuple):
    """What is seen of the time line: times at the left and right edge, and where these are, in pixels."""

    begin: Seconds
    end: Seconds
    left: float
    right: float

    def x(self, seconds: Seconds) -> float:
        """The horizontal place of a time."""
        return self.left + (seconds - self.begin) * (self.right - self.left) / max(self.end - self.begin, 1e-9)

    def time(self, x: float) -> Seconds:
        """The time at a horizontal place."""
        return self.begin + (x - self.left) * (self.end - self.begin) / max(self.right - self.left, 1e-9)


class Picture(pg.ImageItem):
    """An image of bytes through a ramp of colours, rows from the top down."""

    def __init__(self, tones: tuple[str, ...], smooth: bool) -> None:
        super().__init__(axisOrder="row-major")
        self._tones = tones
        self._smooth = smooth
        self.dress()

    def dress(self) -> None:
        """In the colours that are worn now."""
        ramp = [theme.ramp(self._tones, step / (_COLOURS - 1)).getRgb()[:3] for step in range(_COLOURS)]
        self._ramp = np.array(ramp, np.ubyte)

    def show_image(self, image: npt.NDArray[np.uint8], place: QRectF) -> None:
        """Show `(rows, columns)` at `place`, in seconds across and pixels down."""
        if image.size:
            self.setImage(image, autoLevels=False, levels=(0, 255), lut=self._ramp)
            self.setRect(place)
        self.setVisible(bool(image.size))

    def paint(self, painter: QPainter, *rest: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        super().paint(painter, *rest)


class Layer(pg.GraphicsObject):
    """Paints over an `area` of the scene, in its pixels, with `draw`."""

    def __init__(self, draw: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._draw = draw
        self.area = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def cover(self, area: QRectF) -> None:
        """Paint there from now on."""
        if area != self.area:
            self.prepareGeometryChange()
            self.area = area
        self.update()

    def boundingRect(self) -> QRectF:
        return self.area

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        painter.save()
        painter.setClipRect(self.area)
        self._draw(painter)
        painter.restore()


def draw_ruler(painter: QPainter, area: QRectF, view: View, bars: Bars | None) -> None:
    """Marks with their times; under them short lines where bars begin."""
    painter.fillRect(area, theme.colour(theme.RAISED))
    step, times = marks(view.begin, view.end, int(area.width() / _MARK_APART))
    painter.setFont(theme.font(theme.SMALL))
    for time in times:
        x = view.x(time)
        if x > area.right() - 2:
            continue
        painter.setPen(theme.colour(theme.FAINT))
        painter.drawLine(QPointF(x, area.top() + 3), QPointF(x, area.bottom()))
        text = in_minutes(time + 1e-6, 1 if step < 1 else 0)
        place = QRectF(x + 5, area.top(), painter.fontMetrics().horizontalAdvance(text) + 2, area.height() - 2)
        if place.right() <= area.right():
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
    if bars is not None and view.x(bars.bar_s) - view.x(0) >= _BAR_APART:
        painter.setPen(theme.colour(theme.ACCENT, 0.7))
        for time in bars.lines(view.begin, view.end):
            x = view.x(time)
            painter.drawLine(QPointF(x, area.bottom() - 4), QPointF(x, area.bottom()))


#: How strong the colour is that a section's name stands on.
SHADE = 0.45


def draw_sections(painter: QPainter, area: QRectF, strip: float, view: View, spans: tuple[Span, ...]) -> None:
    """A strip of `strip` pixels with the sections' names, and a breath of their colour over all of `area`.

    Where the strip is too low for names, they are smaller and below it.
    """
    low = strip < _READABLE
    painter.setFont(theme.font(theme.SMALL - 2 if low else theme.SMALL, theme.QFont.Weight.DemiBold))
    metrics = painter.fontMetrics()
    for span in spans:
        left, right = max(view.x(span.begin), area.left()), min(view.x(span.end), area.right())
        if right <= left:
            continue
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), theme.colour(span.tone, 0.10))
        band = QRectF(left + 0.5, area.top() + 1, max(1.0, right - left - 1), strip - 2)
        painter.fillRect(band, theme.mix(theme.SURFACE, span.tone, 0.8 if low else SHADE))
        if low:
            band = QRectF(band.left(), band.bottom(), band.width(), _READABLE)
        if band.width() >= _NAMED:
            painter.setPen(theme.colour(theme.TEXT))
            name = metrics.elidedText(span.name, Qt.TextElideMode.ElideRight, int(band.width()) - 6)
            painter.drawText(band.adjusted(4, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, name)


def draw_loop(painter: QPainter, ruler: QRectF, area: QRectF, view: View, loop: tuple[Seconds, Seconds]) -> None:
    """The loop's part of the ruler in colour, what is outside it in shade."""
    left, right = view.x(loop[0]), view.x(loop[1])
    shade = theme.colour(theme.BACKGROUND, 0.55)
    painter.fillRect(QRectF(area.left(), area.top(), max(0.0, left - area.left()), area.height()), shade)
    painter.fillRect(QRectF(right, area.top(), max(0.0, area.right() - right), area.height()), shade)
    tone = theme.colour(theme.GOOD)
    painter.fillRect(QRectF(left, ruler.bottom() - 5, right - left, 5), tone)
    painter.setPen(QPen(tone, 1.5))
    for x in (left, right):
        painter.drawLine(QPointF(x, ruler.top() + 2), QPointF(x, area.bottom()))


def draw_head(painter: QPainter, ruler: QRectF, area: QRectF, x: float, tone: QColor) -> None:
    """A line from top to bottom with a tip in the ruler."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tone, 1.6))
    painter.drawLine(QPointF(x, ruler.bottom()), QPointF(x, area.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone)
    low = ruler.bottom()
    painter.drawPolygon([QPointF(x - _TIP, low - 8), QPointF(x + _TIP, low - 8), QPointF(x, low)])
