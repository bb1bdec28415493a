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
_ROW, _FOLDED_ROW = 16, 10
#: Folded there is one row for cymbals and one for drums.
_FOLDED = 2
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
        self.setAccessibleName("Drums detected in the music")
        self.make_room(scarce=False)

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce the rows are folded into two: the cymbals, and the drums below."""
        self._rows = _FOLDED if scarce else len(ROWS)
        self.setFixedHeight(self._rows * (_FOLDED_ROW if scarce else _ROW) + 4)
        self.update()

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
    def folded(self) -> bool:
        """Whether there are two rows only."""
        return self._rows == _FOLDED

    def _row_of(self, row: int) -> int:
        """Where a row of `ROWS` is now."""
        return row * self._rows // len(ROWS)

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
        row = field.height() / self._rows
        first, last, lift = self._row_of(place.top), self._row_of(place.bottom), 0.0 if self.folded else place.lift
        top, bottom = field.top() + first * row, field.top() + (last + 1) * row
        x = self.x_at(mark.at)
        if place.top != place.bottom:
            return QRectF(x - 1, top + 1, 2, bottom - top - 2)
        high = (0.3 + 0.62 * mark.velocity) * row * (0.6 if lift else 1.0)
        middle = (top + bottom) / 2 - lift * row
        return QRectF(x - _WIDTH / 2, middle - high / 2, _WIDTH, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        field = self._field
        row = field.height() / self._rows
        painter.fillRect(self.rect(), theme.colour(theme.DARKEST))
        for number in range(0, self._rows, 2):
            top = field.top() + number * row
            painter.fillRect(QRectF(field.left(), top, field.width(), row), theme.colour(theme.RAISED, 0.45))
        self._name(painter, field, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(field.adjusted(0, -2, _WIDTH, 2))
        for mark in self.marks:
            self._draw(painter, mark)
        painter.setClipping(False)
        painter.setPen(QPen(theme.colour(theme.ACCENT, 0.8), 1))
        painter.drawLine(QPointF(field.right() + 2, field.top()), QPointF(field.right() + 2, field.bottom()))
        painter.end()

    def _name(self, painter: QPainter, field: QRectF, row: float) -> None:
        """What the rows are called, lit where one was just hit."""
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        lit, names, high = self._lit(), ROWS, row
        if self.folded:
            lit, names, high = {}, ("drums",), field.height()
        painter.setFont(theme.font(min(theme.SMALL, round(high) - 1)))
        for number, name in enumerate(names):
            tone, strength = lit.get(number, (theme.TEXT, 0.0))
            painter.setPen(theme.mix(theme.MUTED, tone, strength))
            painter.drawText(QRectF(0, field.top() + number * high, _NAMES - 6, high), flags, name)

    def _draw(self, painter: QPainter, mark: Mark) -> None:
        place, bar = PLACES[mark.lane], self.bar(mark)
        fresh = exp(-max(0.0, self._now - mark.at) / _FLASH)
        tone = theme.mix(place.tone, theme.FLASH, 0.7 * fresh)
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
