"""The pattern that plays, as nine lanes of hits with a running playhead."""

from dataclasses import dataclass, replace
from math import exp

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import TICKS_PER_BEAT, Seconds
from livemusic.ui import theme

_NAMES_WIDTH = 96.0
_FLASH_SECONDS = 0.16
_STRIKE = 100
#: How large an ornament is drawn beside a main hit.
_ORNAMENT = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """One hit as drawn: its `lane` (voice), where it starts in ticks from the loop's start, velocity 0..1.

    `room`: ticks to the lane's next hit. `size`: 1 for a main hit, less for an ornament.
    """

    lane: int
    tick: float
    velocity: float
    room: float = STEP
    size: float = 1.0


def blocks_of(grid: Grid) -> tuple[Block, ...]:
    """All hits of a grid, to be drawn, in the order of its rows."""
    blocks = [
        Block(voice, step * STEP + offset, loud / 127, size=_ORNAMENT if number else 1.0)
        for step, voice, hits in grid.cells()
        for number, (loud, offset) in enumerate(hits)
    ]
    for voice in range(VOICE_COUNT):
        lane = sorted((block.tick, number) for number, block in enumerate(blocks) if block.lane == voice)
        for (tick, number), (following, _) in zip(lane, [*lane[1:], (grid.length + STEP, -1)], strict=False):
            blocks[number] = replace(blocks[number], room=following - tick)
    return tuple(blocks)


class PatternGrid(QWidget):
    """Shows a `Grid`: bars as tall and bright as the hit is loud, moved sideways as far as it is early or late;
    ornaments smaller.

    `dragged` is emitted when the musician begins to pull the pattern out, `struck` with a voice and a velocity when a
    drum's name is pressed, and with velocity 0 when it is let go.
    """

    dragged = Signal()
    struck = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = b""
        self._steps = 16
        self._meter = (4, 4)
        self._blocks: tuple[Block, ...] = ()
        self._still = QPixmap()
        self._grabbed: QPointF | None = None
        self._tick = 0.0
        self._bpm = 120.0
        self._playing = False
        self._held: int | None = None
        self._under: int | None = None
        self._tone: str | None = None
        self._locks: dict[int, int] = {}
        self.setMinimumSize(320, 92)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Drum pattern")
        self.setToolTip(
            "The pattern that plays: a tall, bright bar is a loud hit;\na bar beside its line is early or late;\n"
            "small bars are grace notes and rolls.\n"
            "Drag it into your DAW as a MIDI clip.\n"
            "Click a drum's name to play it, or use the keys Z X C V, A S D, N M.\n"
            "Right-click it to keep its lane as one corner has it.\n"
            "Drop a recorded hit on it, and the kit's drum sounds like that."
        )

    def show_pattern(self, data: bytes, meter: tuple[int, int]) -> None:
        """A grid's bytes (see `Grid.to_bytes`) and the meter its lines follow."""
        if (data, meter) == (self._data, self._meter):
            return
        self._data, self._meter = data, meter
        grid = Grid.from_bytes(data) if data else Grid.empty(16)
        self._steps = grid.steps
        self._blocks = blocks_of(grid)
        self._still = QPixmap()
        self.update()

    def show_playhead(self, tick: float, bpm: float, playing: bool) -> None:
        """The song position in ticks."""
        if playing or playing != self._playing or int(tick) != int(self._tick):
            self._tick, self._bpm, self._playing = tick, bpm, playing
            self.update()

    def show_surface(self, record: bool, erase: bool) -> None:
        """Whether what is played by hand changes the pattern: then it has a red frame, or a yellow one."""
        tone = theme.WARN if erase else theme.BAD if record else None
        if tone != self._tone:
            self._tone = tone
            self.update()

    def show_locks(self, locks: dict[int, int]) -> None:
        """Which voices stay with a corner."""
        if locks != self._locks:
            self._locks = locks
            self._still = QPixmap()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = self.lane_at(event.position())
        if self._held is not None:
            self.struck.emit(self._held, _STRIKE)
            self.update()
        elif self._blocks:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.lane_at(event.position()))
        if self._grabbed is None:
            return
        if (event.position() - self._grabbed).manhattanLength() >= QApplication.startDragDistance():
            self._grabbed = None
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        if self._held is not None:
            self.struck.emit(self._held, 0)
            self._held = None
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, voice: int | None) -> None:
        if voice != self._under:
            self._under = voice
            over_name = voice is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if over_name else Qt.CursorShape.ArrowCursor)
            self.update()

    def light(self, voice: int | None) -> None:
        """Light the name of a voice, over which something hovers that would become it."""
        self._hover(voice)

    def lane(self, voice: int) -> QRectF:
        """Where the name of a voice stands."""
        field = self.field()
        height = field.height() / VOICE_COUNT
        return QRectF(4, field.bottom() - (voice + 1) * height, _NAMES_WIDTH - 10, height)

    def lane_at(self, spot: QPointF) -> int | None:
        """The voice whose name is at a point of the widget."""
        return next((voice for voice in range(VOICE_COUNT) if self.lane(voice).contains(spot)), None)

    @property
    def length(self) -> int:
        """The loop in ticks."""
        return self._steps * STEP

    def field(self) -> QRectF:
        """Where the cells lie inside the widget."""
        return QRectF(_NAMES_WIDTH, 8, max(1.0, self.width() - _NAMES_WIDTH - 12), max(1.0, self.height() - 16))

    def x_at(self, tick: float) -> float:
        """The horizontal place of a tick of the loop."""
        field = self.field()
        return field.left() + tick / self.length * field.width()

    def bar(self, block: Block) -> QRectF:
        """The rectangle of a hit."""
        field = self.field()
        lane = field.height() / VOICE_COUNT
        width = min(max(3.0, 0.62 * block.size * field.width() / self._steps), 34.0)
        room = max(1.5, block.room / self.length * field.width() - 1)
        height = max(2.0, (0.22 + 0.66 * block.velocity) * lane * (0.6 + 0.4 * block.size))
        bottom = field.bottom() - block.lane * lane - 0.06 * lane
        return QRectF(self.x_at(block.tick) + 1, bottom - height, min(width, room), height)

    def flash(self, block: Block) -> float:
        """How brightly a hit still shines after the playhead passed it, 0..1."""
        since = (self._tick - block.tick) % self.length
        if not self._playing or since > self._tick:
            return 0.0
        seconds: Seconds = since / TICKS_PER_BEAT * 60 / self._bpm
        return exp(-seconds / _FLASH_SECONDS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._still = QPixmap()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._still = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still.isNull():
            self._still = self._drawn_still()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        painter.setPen(Qt.PenStyle.NoPen)
        for block in self._blocks:
            strength = self.flash(block)
            if strength > 0.03:
                bar = self.bar(block)
                painter.fillRect(bar.adjusted(-1, -2, 1, 1), theme.colour(theme.FLASH, 0.85 * strength))
        x, field = self.x_at(self._tick % self.length), self.field()
        self._draw_played(painter, field)
        painter.fillRect(
            QRectF(x - 1, field.top() - 4, 2.5, field.height() + 8),
            theme.colour(theme.ACCENT, 0.95 if self._playing else 0.5),
        )
        painter.end()

    def _draw_played(self, painter: QPainter, field: QRectF) -> None:
        """The name under the hand, and a frame while the hand changes the pattern."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for voice, strength in ((self._under, 0.16), (self._held, 0.55)):
            if voice is not None:
                painter.setBrush(theme.colour(theme.LANES[voice], strength))
                painter.drawRoundedRect(self.lane(voice), 4, 4)
        if self._tone is not None:
            painter.setPen(QPen(theme.colour(self._tone), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(field.adjusted(-3, -4, 4, 4), 5, 5)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _drawn_still(self) -> QPixmap:
        """Everything but the playhead and its flashes."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(theme.colour(theme.SURFACE))
        painter = QPainter(pixmap)
        field = self.field()
        lane = field.height() / VOICE_COUNT
        painter.setFont(theme.font(min(theme.NORMAL, max(9, int(lane * 0.88)))))
        for voice in range(VOICE_COUNT):
            top = field.bottom() - (voice + 1) * lane
            if voice % 2 == 0:
                painter.fillRect(QRectF(field.left(), top, field.width(), lane), theme.colour(theme.RAISED, 0.45))
            painter.setPen(theme.mix(theme.MUTED, theme.LANES[voice], 0.45))
            name = QRectF(0, top, _NAMES_WIDTH - 12, lane)
            painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, VOICE_NAMES[voice])
            if voice in self._locks:
                painter.setPen(theme.colour(theme.ACCENT))
                mark = theme.CORNERS[self._locks[voice]]
                painter.drawText(name.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, mark)
        self._draw_lines(painter, field)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for block in self._blocks:
            painter.setBrush(theme.mix(theme.RAISED, theme.LANES[block.lane], 0.3 + 0.7 * block.velocity))
            painter.drawRoundedRect(self.bar(block), 2, 2)
        painter.end()
        return pixmap

    def _draw_lines(self, painter: QPainter, field: QRectF) -> None:
        beat = 4 * TICKS_PER_BEAT // self._meter[1]
        bar = beat * self._meter[0]
        for tick in np.arange(0, self.length + 1, STEP).tolist():
            if tick % bar == 0:
                pen = QPen(theme.colour(theme.FAINT), 2)
            elif tick % beat == 0:
                pen = QPen(theme.colour(theme.FAINT, 0.55), 1)
            elif self._steps <= 64:
                pen = QPen(theme.colour(theme.LINE, 0.6), 1)
            else:
                continue
            x = round(self.x_at(tick)) + 0.0
            painter.setPen(pen)
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
