"""On the time line of a song that is compared: how fast the other take is, bar by bar, and where both differ."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from livemusic.session.comparison import Comparison
from livemusic.ui import theme
from livemusic.ui.timeline.items import View

#: How high it is, where there is room and where there is not, and the strip of differences in it, in pixels.
HEIGHT, LOW, _STRIP = 54, 28, 6
#: The curve fills its room from this on.
_LEAST_PERCENT = 2.0
_WIDTH = 2.0
_ALONE = 0.9


class Lane:
    """Lies in `area`; `curve` belongs in a view box whose y are pixels. Without a comparison nothing is drawn."""

    def __init__(self) -> None:
        self.found: Comparison | None = None
        self.area = QRectF()
        self.curve = pg.PlotCurveItem(pen=pg.mkPen(theme.colour(theme.ACCENT), width=_WIDTH), connect="finite")
        self.curve.setZValue(5)
        self.curve.hide()
        self._most = _LEAST_PERCENT
        self._times = self._percents = np.empty(0)

    def dress(self) -> None:
        """In the colours that are worn now."""
        self.curve.setPen(pg.mkPen(theme.colour(theme.ACCENT), width=_WIDTH))

    def show_comparison(self, found: Comparison | None) -> None:
        """Another comparison, or none."""
        self.found = found
        bars = () if found is None else found.bars
        times, percents = list[float](), list[float]()
        for bar in bars:
            if times and bar.begin - times[-1] > 0.01:  # bars between that only one take has
                times.append(times[-1])
                percents.append(float("nan"))
            times += [bar.begin, bar.end]
            percents += [bar.percent, bar.percent]
        self._times, self._percents = np.array(times), np.array(percents)
        self._most = max([_LEAST_PERCENT, *(abs(bar.percent) for bar in bars)])
        self._place()

    def cover(self, area: QRectF) -> None:
        """Lie there; empty where there is no room."""
        if area != self.area:
            self.area = area
            self._place()

    def percent_at(self, seconds: float) -> float | None:
        """How much faster the other take is at a time of the song; None where that is not known."""
        bars = () if self.found is None else self.found.bars
        return next((bar.percent for bar in bars if bar.begin <= seconds < bar.end), None)

    def _place(self) -> None:
        shown = self.found is not None and not self.area.isEmpty() and len(self._times) > 0
        self.curve.setVisible(shown)
        if shown:
            self.curve.setData(self._times, self._height(self._percents))

    @property
    def _field(self) -> QRectF:
        return self.area.adjusted(0, _STRIP + 3, 0, -3)

    def _height(self, percents: np.ndarray) -> np.ndarray:
        field = self._field
        return field.center().y() - percents / self._most * field.height() / 2

    def draw_ground(self, painter: QPainter, view: View) -> None:
        """What lies under the curve and over it: differences, what only the song has, the middle, and numbers."""
        found, area = self.found, self.area
        if found is None or area.isEmpty():
            return
        painter.setPen(theme.colour(theme.LINE))
        painter.drawLine(area.topLeft(), area.topRight())
        strip = QRectF(area.left(), area.top() + 1, area.width(), _STRIP)
        for (begin, _), (end, _), amount in zip(found.pairs, found.pairs[1:], found.difference, strict=False):
            if end > view.begin and begin < view.end and amount > 0.02:
                left, right = view.x(begin), view.x(end)
                tone = theme.colour(theme.BAD, min(1.0, 0.1 + amount))
                painter.fillRect(QRectF(left, strip.top(), right - left + 0.5, strip.height()), tone)
        for span in found.only_a:
            left, right = view.x(span.begin), view.x(span.end)
            painter.fillRect(QRectF(left, strip.top(), right - left, strip.height()), theme.colour(theme.BAD, _ALONE))
            self._draw_words(painter, QRectF(left, self._field.top(), right - left, self._field.height()), "only here")
        middle = float(self._height(np.zeros(1))[0])
        painter.setPen(QPen(theme.colour(theme.FAINT), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        painter.setFont(theme.font(theme.SMALL - 2))
        painter.setPen(theme.colour(theme.MUTED))
        if not found.bars:
            painter.drawText(self._field.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, found.beat)
            return
        flags = Qt.AlignmentFlag.AlignLeft
        field = self._field.adjusted(4, -2, -4, 2)
        if area.height() < HEIGHT:
            words = f"tempo ±{self._most:.1f} %"
            place = QRectF(2, field.top() + 1, painter.fontMetrics().horizontalAdvance(words) + 6, field.height() - 2)
            painter.fillRect(place, theme.colour(theme.DARKEST, 0.75))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
            return
        painter.drawText(field, flags | Qt.AlignmentFlag.AlignTop, f"other take {self._most:+.1f} % tempo")
        painter.drawText(field, flags | Qt.AlignmentFlag.AlignBottom, f"{-self._most:+.1f} %")

    @staticmethod
    def _draw_words(painter: QPainter, place: QRectF, words: str) -> None:
        painter.setFont(theme.font(theme.SMALL - 2))
        if place.width() > painter.fontMetrics().horizontalAdvance(words) + 8:
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
