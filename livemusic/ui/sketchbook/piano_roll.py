"""Piano pieces and composers, painted."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from livemusic.music.pattern import Note, Pattern
from livemusic.music.roll import KEYS, LOWEST, TICKS_PER_SECOND
from livemusic.sketch.composers import ComposerMap
from livemusic.ui import theme

#: The colours of the two pieces.
TONES = (theme.LANES[4], theme.LANES[0])
_REACH = 14
_GRID_S = (1, 5, 15, 60, 300, 900)


class PianoRoll(QWidget):
    """A piece from its first note to its last, low keys below. `dragged` when the hand pulls it out."""

    dragged = Signal()

    def __init__(self, name: str, empty: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.piece: Pattern | None = None
        self._tones: tuple[str, ...] = ()
        self._empty = empty
        self._picture: QPixmap | None = None
        self._pressed: QPoint | None = None
        self.setMinimumSize(280, 84)
        self.setAccessibleName(name)

    def show_piece(self, piece: Pattern | None, tones: Sequence[str]) -> None:
        """A piece and the colour of each of its notes."""
        self.piece, self._tones, self._picture = piece, tuple(tones), None
        self.update()

    def spot(self, note: Note) -> QRectF:
        """Where a note is painted."""
        length = max(1, self.piece.length if self.piece else 1)
        wide, high = self.width() / length, (self.height() - 4) / KEYS
        left = note.tick * wide
        above = 2 + (KEYS - 1 - (note.pitch - LOWEST)) * high
        return QRectF(left, above, max(1.5, min(note.duration, length - note.tick) * wide), max(2.0, high))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.piece is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.dragged.emit()

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.colour(theme.SURFACE))
        painter = QPainter(picture)
        if self.piece is None or not self.piece.notes:
            painter.setPen(theme.colour(theme.MUTED))
            painter.setFont(theme.font(theme.SMALL))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
        else:
            self._paint_time(painter)
            painter.setPen(Qt.PenStyle.NoPen)
            for note, tone in zip(self.piece.notes, self._tones, strict=True):
                painter.setBrush(theme.colour(tone, 0.35 + 0.65 * note.velocity / 127))
                painter.drawRect(self.spot(note))
        painter.end()
        return picture

    def _paint_time(self, painter: QPainter) -> None:
        """A line for every so many seconds, and the length in words."""
        assert self.piece is not None
        seconds = self.piece.length / TICKS_PER_SECOND
        every = next((grid for grid in _GRID_S if seconds / grid <= 12), 3600)
        painter.setPen(theme.colour(theme.LINE))
        for line in range(1, int(seconds / every) + 1):
            x = self.width() * line * every / seconds
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(theme.colour(theme.FAINT))
        painter.setFont(theme.font(theme.SMALL))
        room = self.rect().adjusted(4, 2, -6, -2)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, f"{int(seconds) // 60}:{int(seconds) % 60:02d}")


class ComposerPicture(QWidget):
    """Known pieces by composer, and where the pieces at hand lie among them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composers: ComposerMap | None = None
        self._pieces: tuple[tuple[float, float] | None, ...] = (None, None)
        self.setMinimumSize(200, 200)
        self.setAccessibleName("Map of composers")

    def show_map(self, composers: ComposerMap) -> None:
        """What is known."""
        self._composers = composers
        self.update()

    def show_pieces(self, places: Sequence[tuple[float, float] | None]) -> None:
        """Where the pieces at hand lie."""
        self._pieces = tuple(places)
        self.update()

    def spot(self, x: float, y: float) -> QPointF:
        """A place of the map (0..1, y upwards) in the picture."""
        return QPointF(24 + x * (self.width() - 48), self.height() - 20 - y * (self.height() - 40))

    def words_at(self, spot: QPointF) -> str:
        """What lies under the hand: composer and title, or what the map is."""
        if self._composers is not None:
            apart = [(self.spot(float(x), float(y)) - spot).manhattanLength() for x, y in self._composers.places]
            nearest = min(range(len(apart)), key=lambda index: apart[index])
            if apart[nearest] <= _REACH:
                title = self._composers.titles[nearest].replace("_", " ")
                return f"{self._composers.composers[nearest]}: {title}"
        return "Pieces that use the same figures lie together; your two pieces are the large dots."

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour(theme.SURFACE))
        if self._composers is None:
            painter.setPen(theme.colour(theme.MUTED))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No map of composers")
            painter.end()
            return
        names = sorted(set(self._composers.composers))
        painter.setFont(theme.font(theme.SMALL))
        named: set[str] = set()
        for (x, y), name in zip(self._composers.places, self._composers.composers, strict=True):
            spot, tone = (
                self.spot(float(x), float(y)),
                theme.ramp(theme.LANES, names.index(name) / max(1, len(names) - 1)),
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
            painter.drawEllipse(spot, 4, 4)
            if name not in named:
                named.add(name)
                painter.setPen(theme.colour(theme.MUTED))
                wide = painter.fontMetrics().horizontalAdvance(name)
                left = min(spot.x() + 7, self.width() - wide - 4)
                painter.drawText(QPointF(left, spot.y() - 5), name)
        for letter, tone, place in zip("AB", TONES, self._pieces, strict=True):
            if place is not None:
                spot = self.spot(*place)
                painter.setPen(theme.colour(theme.BACKGROUND))
                painter.setBrush(theme.colour(tone))
                painter.drawEllipse(spot, 10, 10)
                painter.drawText(QRectF(spot.x() - 10, spot.y() - 10, 20, 20), Qt.AlignmentFlag.AlignCenter, letter)
        painter.end()
