"""The pattern that plays, as nine lanes of hits with a running playhead."""

from collections.abc import Iterator
from math import exp

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_COUNT, VOICE_NAMES
from livemusic.music.tempo import TICKS_PER_BEAT, Meter, Seconds
from livemusic.ui import theme
from livemusic.ui.views.blocks import Block, blocks_of
from livemusic.ui.views.stretch import Stretch

_NAMES_WIDTH = 96.0
_FLASH_SECONDS = 0.16
_STRIKE = 100
#: Above the lanes are the numbers of the bars, below them the bar to scroll.
_RULER, _SCROLL = 17.0, 8
#: A pattern of more bars is shown in pages of so many, until the hand zooms.
_PAGE = 4
_ZOOM = 1.25


class PatternGrid(QWidget):
    """Shows a `Grid`: bars as tall and bright as the hit is loud, moved sideways as far as it is early or late;
    ornaments smaller, tied to their main hit. A long pattern is zoomed with Ctrl and the wheel, and scrolled.

    `dragged` is emitted when the musician begins to pull the pattern out by its handle, `struck` with a voice and a
    velocity when a drum's name is pressed, and with velocity 0 when it is let go.
    """

    dragged = Signal()
    struck = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: bytes | None = b""
        self._steps = 16
        self._meter = (4, 4)
        self._blocks: tuple[Block, ...] = ()
        self._stretch = Stretch(16 * STEP)
        self._paged = True
        self.following = True
        self._scroll = QScrollBar(Qt.Orientation.Horizontal, self)
        self._scroll.setAccessibleName("Scroll the pattern")
        self._scroll.hide()
        self._scroll.sliderMoved.connect(self._slide)
        self._scroll.actionTriggered.connect(lambda _: self._slide(self._scroll.sliderPosition()))
        self._still = QPixmap()
        self._grabbed: QPointF | None = None
        self._tick = 0.0
        self._bpm = 120.0
        self._playing = False
        self._held: int | None = None
        self._under: int | None = None
        self._tone: str | None = None
        self._locks: dict[int, int] = {}
        self._silent: frozenset[int] = frozenset()
        self.setMinimumSize(320, 102)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Drum pattern")
        self.setToolTip(
            "The pattern that plays: a tall, bright bar is a loud hit;\na bar beside its line is early or late;\n"
            "small bars are grace notes and rolls.\n"
            "Drag ⠿ into your DAW as a MIDI clip. Ctrl+wheel zooms.\n"
            "Click a drum's name to play it, or use the keys Z X C V, A S D, N M.\n"
            "Right-click it to keep its lane as one corner has it.\n"
            "Drop a recorded hit on it, and the kit's drum sounds like that."
        )

    def show_pattern(self, data: bytes, meter: tuple[int, int]) -> None:
        """A grid's bytes (see `Grid.to_bytes`) and the meter its lines follow."""
        if (data, meter) == (self._data, self._meter):
            return
        self._data = data
        self._draw(Grid.from_bytes(data) if data else Grid.empty(16), meter)

    def _draw(self, grid: Grid, meter: tuple[int, int]) -> None:
        """Draw `grid` from now on."""
        resized = (grid.steps, meter) != (self._steps, self._meter)
        self._steps, self._meter = grid.steps, meter
        self._blocks = blocks_of(grid)
        if resized:
            span = min(self.length, _PAGE * self.bar_ticks) if self._paged else self._stretch.span
            self._see(Stretch(self.length, self._stretch.first, span))
        self._still = QPixmap()
        self.update()

    @property
    def bar_ticks(self) -> int:
        """The length of a bar."""
        return Meter(*self._meter).bar

    # What of it is seen.

    @property
    def stretch(self) -> Stretch:
        """What of the pattern is seen."""
        return self._stretch

    def _see(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._scroll.setVisible(not stretch.whole)
        self._scroll.setRange(0, int(stretch.length - stretch.span))
        self._scroll.setPageStep(int(stretch.span))
        self._scroll.setSingleStep(STEP)
        self._scroll.setValue(int(stretch.first))
        self._still = QPixmap()
        self.update()

    def _slide(self, first: int) -> None:
        self.following = False
        self._see(self._stretch.scrolled(first - self._stretch.first))

    def zoom(self, factor: float, at: float | None = None) -> None:
        """`factor` times as close, around the tick `at`, or the middle; 0: all of it."""
        self._paged = False
        middle = self._stretch.first + self._stretch.span / 2
        whole = Stretch(self.length)
        self._see(whole if not factor else self._stretch.zoomed(factor, middle if at is None else at))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_ZOOM ** (turn / 120), self.tick_at(event.position().x()))
        elif not self._stretch.whole:
            self.following = False
            self._see(self._stretch.scrolled(-turn / 120 * self._stretch.span / 8))
        else:
            event.ignore()

    def show_playhead(self, tick: float, bpm: float, playing: bool) -> None:
        """The song position in ticks."""
        if playing or playing != self._playing or int(tick) != int(self._tick):
            self._tick, self._bpm, self._playing = tick, bpm, playing
            if playing and self.following and not self._busy:
                page = self._stretch.turned(tick % self.length)
                if page != self._stretch:
                    self._see(page)
            self.update()

    @property
    def _busy(self) -> bool:
        """Whether a hand is at work, under which nothing may move."""
        return self._grabbed is not None

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

    def show_silent(self, silent: frozenset[int]) -> None:
        """Which voices are muted: their hits fade and their names are struck out."""
        if silent != self._silent:
            self._silent = silent
            self._still = QPixmap()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = self.lane_at(event.position())
        if self._held is not None:
            self.struck.emit(self._held, _STRIKE)
            self.update()
        elif self._blocks and self.handle().contains(event.position()):
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.lane_at(event.position()))
        if self.handle().contains(event.position()):
            self.setCursor(Qt.CursorShape.OpenHandCursor)
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
            self.update()
        self.setCursor(Qt.CursorShape.ArrowCursor if voice is None else Qt.CursorShape.PointingHandCursor)

    def light(self, voice: int | None) -> None:
        """Light the name of a voice, over which something hovers that would become it."""
        self._hover(voice)

    def handle(self) -> QRectF:
        """By what the pattern is dragged out."""
        return QRectF(4, 1, _NAMES_WIDTH - 10, _RULER - 2)

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
        below = 4 if self._stretch.whole else _SCROLL + 6
        height = max(1.0, self.height() - _RULER - below)
        return QRectF(_NAMES_WIDTH, _RULER, max(1.0, self.width() - _NAMES_WIDTH - 12), height)

    def x_at(self, tick: float) -> float:
        """The horizontal place of a tick of the loop."""
        field = self.field()
        return field.left() + (tick - self._stretch.first) / self._stretch.span * field.width()

    def tick_at(self, x: float) -> float:
        """The tick of the loop at a horizontal place."""
        field = self.field()
        return self._stretch.first + (x - field.left()) / field.width() * self._stretch.span

    def bar(self, block: Block) -> QRectF:
        """The rectangle of a hit."""
        field = self.field()
        lane, scale = field.height() / VOICE_COUNT, field.width() / self._stretch.span
        width = min(max(3.0, 0.62 * block.size * STEP * scale), 34.0 if block.size == 1.0 else 12.0)
        room = max(1.5, block.room * scale - 1)
        height = max(2.0, (0.22 + 0.66 * block.velocity) * lane * (0.6 + 0.4 * block.size))
        bottom = field.bottom() - block.lane * lane - 0.06 * lane
        return QRectF(self.x_at(block.tick) + 1, bottom - height, min(width, room), height)

    def _seen(self) -> Iterator[Block]:
        """The hits that are seen."""
        first, last = self._stretch.first - STEP, self._stretch.first + self._stretch.span + STEP
        return (block for block in self._blocks if first <= block.tick <= last)

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
        self._scroll.setGeometry(
            int(_NAMES_WIDTH), self.height() - _SCROLL - 2, self.width() - int(_NAMES_WIDTH) - 12, _SCROLL
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still.isNull():
            self._still = self._drawn_still()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        painter.setPen(Qt.PenStyle.NoPen)
        field, here = self.field(), self._tick % self.length
        painter.setClipRect(self._open(field))
        for block in self._seen():
            strength = 0.0 if block.lane in self._silent else self.flash(block)
            if strength > 0.03:
                bar = self.bar(block)
                painter.fillRect(bar.adjusted(-1, -2, 1, 1), theme.colour(theme.FLASH, 0.85 * strength))
        painter.setClipping(False)
        self._draw_played(painter, field)
        if self._stretch.sees(here):
            painter.fillRect(
                QRectF(self.x_at(here) - 1, 2, 2.5, field.bottom() + 1),
                theme.colour(theme.ACCENT, 0.95 if self._playing else 0.5),
            )
        painter.end()

    def _open(self, field: QRectF) -> QRectF:
        """Where hits are drawn: a little farther than the cells, for those pushed before the first."""
        return field.adjusted(0 if self._stretch.first else -8, -4, 2, 4)

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
        font = theme.font(min(theme.NORMAL, max(9, int(lane * 0.88))))
        for voice in range(VOICE_COUNT):
            top = field.bottom() - (voice + 1) * lane
            if voice % 2 == 0:
                painter.fillRect(QRectF(field.left(), top, field.width(), lane), theme.colour(theme.RAISED, 0.45))
            painter.setPen(theme.mix(theme.MUTED, theme.LANES[voice], 0.45))
            font.setStrikeOut(voice in self._silent)
            painter.setFont(font)
            name = QRectF(0, top, _NAMES_WIDTH - 12, lane)
            painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, VOICE_NAMES[voice])
            if voice in self._locks:
                painter.setPen(theme.colour(theme.ACCENT))
                mark = theme.CORNERS[self._locks[voice]]
                painter.drawText(name.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, mark)
        self._draw_handle(painter)
        self._draw_lines(painter, field)
        painter.setClipRect(self._open(field))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ties(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        for block in self._seen():
            painter.setOpacity(0.3 if block.lane in self._silent else 1.0)
            painter.setBrush(theme.mix(theme.RAISED, theme.LANES[block.lane], 0.3 + 0.7 * block.velocity))
            painter.drawRoundedRect(self.bar(block), 2, 2)
        painter.end()
        return pixmap

    def _draw_handle(self, painter: QPainter) -> None:
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour(theme.FAINT if not self._blocks else theme.MUTED))
        painter.drawText(self.handle(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "⠿ drag MIDI")

    def _draw_ties(self, painter: QPainter) -> None:
        """A line under every ornament to its main hit."""
        for block in self._seen():
            if block.size < 1.0:
                bar, main = self.bar(block), self.x_at(block.main) + 2
                painter.setPen(QPen(theme.colour(theme.LANES[block.lane], 0.7), 1.4))
                painter.drawLine(QPointF(bar.center().x(), bar.bottom()), QPointF(main, bar.bottom()))

    def _draw_lines(self, painter: QPainter, field: QRectF) -> None:
        bar = self.bar_ticks
        beat = bar // self._meter[0]
        fine = STEP / self._stretch.span * field.width() >= 7
        painter.setFont(theme.font(11))
        first = int(self._stretch.first) // STEP * STEP
        for tick in range(first, int(self._stretch.first + self._stretch.span) + 1, STEP):
            x = round(self.x_at(tick)) + 0.0
            if x < field.left() - 1:
                continue
            if tick % bar == 0:
                pen = QPen(theme.colour(theme.FAINT), 2)
                if self._stretch.sees(tick):
                    painter.setPen(theme.colour(theme.MUTED))
                    painter.drawText(QPointF(x + 4, field.top() - 4), str(tick // bar + 1))
            elif tick % beat == 0:
                pen = QPen(theme.colour(theme.FAINT, 0.55), 1)
            elif fine:
                pen = QPen(theme.colour(theme.LINE, 0.6), 1)
            else:
                continue
            painter.setPen(pen)
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
