"""The lanes under the path: what was hit in the last seconds, how hard and when, moving to the left."""

from collections import deque
from math import exp
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from livemusic.engine.snapshot import HeardState
from livemusic.music.tempo import Seconds
from livemusic.ui import theme
from livemusic.ui.heard.rows import PLACES, ROWS, WORDS

#: So much of the past is seen, a hit shines so long, and a row's name with it.
SPAN: Seconds = 8.0
_FLASH: Seconds = 0.14
_LIT: Seconds = 0.35
_NAMES = 58
_ROW, _LOW_ROW = 16, 12
_WIDTH = 5.0
_NEAR = 6.0
_TIP = (
    "The drums heard in the music, newest at the right. The higher a mark, the harder the hit; open hats are rings.\n"
    "What is only known to be some drum or cymbal is a pale line across all that it could be."
)


class Mark(NamedTuple):
    """A hit: when (`time.perf_counter`), on which lane, how hard 0..1."""

    at: Seconds
    lane: int
    velocity: float


class HeardStrip(QWidget):
    """Shows the hits of `Snapshot.heard`. Nothing is painted while nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks: deque[Mark] = deque()
        self._count: int | None = None
        self._now: Seconds = 0.0
        self._moving = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Drums heard in the music")
        self.make_room(scarce=False)

    def make_room(self, scarce: bool) -> None:
        """Rows are lower where room is scarce."""
        self.setFixedHeight(len(ROWS) * (_LOW_ROW if scarce else _ROW) + 4)

    def show_heard(self, heard: HeardState) -> None:
        """What the engine says."""
        fresh = heard.count if self._count is None else heard.count - self._count
        if fresh < 0:  # another engine
            fresh = heard.count
        self._count = heard.count
        for at, lane, velocity in heard.hits[max(0, len(heard.hits) - fresh) :] if fresh else ():
            self.marks.append(Mark(at, lane, velocity / 127))

    def advance(self, now: Seconds) -> None:
        """Move what is seen; call for every frame."""
        self._now = now
        while self.marks and self.marks[0].at < now - SPAN - 1:
            self.marks.popleft()
        moving = bool(self.marks)
        if moving or self._moving:
            self.update()
        self._moving = moving

    @property
    def _field(self) -> QRectF:
        return QRectF(_NAMES, 2, max(1.0, self.width() - _NAMES - 6.0), self.height() - 4.0)

    def x_at(self, at: Seconds) -> float:
        """The horizontal place of a moment."""
        field = self._field
        return field.right() - (self._now - at) / SPAN * field.width()

    def bar(self, mark: Mark) -> QRectF:
        """Where a hit is drawn."""
        field, place = self._field, PLACES[mark.lane]
        row = field.height() / len(ROWS)
        top, bottom = field.top() + place.top * row, field.top() + (place.bottom + 1) * row
        x = self.x_at(mark.at)
        if place.top != place.bottom:
            return QRectF(x - 1, top + 1, 2, bottom - top - 2)
        high = (0.3 + 0.62 * mark.velocity) * row * (0.6 if place.lift else 1.0)
        middle = (top + bottom) / 2 - place.lift * row
        return QRectF(x - _WIDTH / 2, middle - high / 2, _WIDTH, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        field = self._field
        row = field.height() / len(ROWS)
        painter.fillRect(self.rect(), theme.colour(theme.DARKEST))
        lit = self._lit()
        painter.setFont(theme.font(min(theme.SMALL, round(row) - 1)))
        for number, name in enumerate(ROWS):
            top = field.top() + number * row
            if number % 2 == 0:
                painter.fillRect(QRectF(field.left(), top, field.width(), row), theme.colour(theme.RAISED, 0.45))
            tone, strength = lit.get(number, (theme.TEXT, 0.0))
            painter.setPen(theme.mix(theme.MUTED, tone, strength))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, top, _NAMES - 6, row), flags, name)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(field.adjusted(0, -2, _WIDTH, 2))
        for mark in self.marks:
            self._draw(painter, mark)
        painter.setClipping(False)
        painter.setPen(QPen(theme.colour(theme.ACCENT, 0.8), 1))
        painter.drawLine(QPointF(field.right() + 2, field.top()), QPointF(field.right() + 2, field.bottom()))
        painter.end()

    def _draw(self, painter: QPainter, mark: Mark) -> None:
        place, bar = PLACES[mark.lane], self.bar(mark)
        fresh = exp(-max(0.0, self._now - mark.at) / _FLASH)
        tone = theme.mix(place.tone, "#ffffff", 0.7 * fresh)
        tone.setAlphaF((0.55 + 0.45 * mark.velocity) if place.sure else 0.32 + 0.3 * fresh)
        if place.hollow:
            size = max(5.0, bar.height() * 0.8)
            painter.setPen(QPen(tone, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(bar.center(), size / 2, size / 2)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone)
        painter.drawRoundedRect(bar, 1.5, 1.5)

    def _lit(self) -> dict[int, tuple[str, float]]:
        """Rows that were just hit, with the colour of that and how brightly."""
        found: dict[int, tuple[str, float]] = {}
        for mark in reversed(self.marks):
            since = self._now - mark.at
            if since > _LIT:
                break
            place = PLACES[mark.lane]
            if place.sure:
                found.setdefault(place.top, (place.tone, 1 - max(0.0, since) / _LIT))
        return found

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            spot = QPointF(event.pos())
            near = [mark for mark in self.marks if self.bar(mark).adjusted(-_NEAR, -2, _NEAR, 2).contains(spot)]
            words = f"{WORDS[near[-1].lane]}, velocity {round(127 * near[-1].velocity)}" if near else _TIP
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return bool(super().event(event))
