"""What is tapped on, and the line that shows what was tapped."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from livemusic.music.grid import STEP, STEPS_PER_BEAT
from livemusic.session.preset import Hit
from livemusic.ui import theme

_KEY_VELOCITY = 100
_SOFTEST, _LOUDEST = 24, 127
_FLASH_MS = 130
#: Words stay so far from the edges, px.
_MARGIN = 44


class TapPad(QWidget):
    """A place to hit with the mouse or any key. `tapped` gives the velocity: the higher it is hit, the louder.

    `taken_back`: the last tap was a slip.
    """

    tapped = Signal(int)
    taken_back = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._spot: QPointF | None = None
        self._strength = 0.0
        self._hint = ""
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(self._fade)
        self.setMinimumSize(200, 84)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Tap here")
        self.setToolTip("Tap with the mouse, Space or any letter: the higher you hit, the louder; Backspace takes back")

    def show_hint(self, text: str) -> None:
        """How the taps are placed."""
        if text != self._hint:
            self._hint = text
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            height = 1.0 - event.position().y() / max(self.height(), 1)
            self._hit(round(_SOFTEST + height * (_LOUDEST - _SOFTEST)), event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key is one to tap with; then it was a tap."""
        if event.key() == Qt.Key.Key_Backspace:
            self.taken_back.emit()
            return True
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if held or not event.text().isprintable() or not event.text():
            return False
        if not event.isAutoRepeat():
            self._hit(_KEY_VELOCITY, None)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.key(event):
            super().keyPressEvent(event)

    def event(self, event: QKeyEvent) -> bool:
        """A letter that taps does nothing else."""
        if event.type() == QKeyEvent.Type.ShortcutOverride and event.text().isprintable() and event.text():
            event.accept()
            return True
        return super().event(event)

    def _hit(self, velocity: int, spot: QPointF | None) -> None:
        velocity = min(max(velocity, _SOFTEST), _LOUDEST)
        self._spot, self._strength = spot, velocity / 127
        self._flash.start()
        self.tapped.emit(velocity)
        self.update()

    def _fade(self) -> None:
        self._strength = 0.0
        self.update()

    def hideEvent(self, event: object) -> None:
        self._flash.stop()
        self._strength = 0.0
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = QLinearGradient(box.topLeft(), box.bottomLeft())
        lit = 0.32 * self._strength
        ground.setColorAt(0.0, theme.mix(theme.LINE, theme.ACCENT, lit))
        ground.setColorAt(1.0, theme.mix(theme.SURFACE, theme.ACCENT, lit))
        painter.setBrush(ground)
        ready = self.hasFocus() and self.isEnabled()
        painter.setPen(QPen(theme.colour(theme.ACCENT if ready else theme.LINE), 1.5))
        painter.drawRoundedRect(box, 14, 14)
        painter.setPen(theme.colour(theme.FAINT))
        painter.setFont(theme.font(theme.SMALL))
        edge = box.adjusted(14, 8, -14, -8)
        painter.drawText(edge, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, "loud")
        painter.drawText(edge, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, "soft")
        if self._spot is not None and self._strength > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(theme.ACCENT, 0.5))
            painter.drawEllipse(self._spot, 12 + 22 * self._strength, 12 + 22 * self._strength)
        painter.setPen(theme.colour(theme.TEXT if self.isEnabled() else theme.FAINT))
        painter.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        painter.drawText(box.translated(0, -10), Qt.AlignmentFlag.AlignCenter, "Tap here")
        painter.setPen(theme.colour(theme.MUTED if self.isEnabled() else theme.FAINT))
        painter.setFont(theme.font(theme.SMALL))
        below = QRectF(box.left() + _MARGIN, box.center().y() + 6, box.width() - 2 * _MARGIN, box.height() / 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._hint)
        painter.end()


class TapLine(QWidget):
    """The loop as a line: a bar for each tap, as tall as it is loud, beside its step where it is early or late."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()
        self._steps, self._bar = 32, 16
        self._tick: float | None = None
        self.setMinimumSize(200, 52)
        self.setFixedHeight(52)
        self.setAccessibleName("The taps")

    def show_taps(self, hits: tuple[Hit, ...], steps: int, bar: int) -> None:
        """What was tapped, in a loop of `steps` with a bar line every `bar`."""
        self._hits, self._steps, self._bar = hits, steps, bar
        self.setAccessibleDescription(f"{len(hits)} taps in {steps} steps")
        self.update()

    def show_place(self, tick: float | None) -> None:
        """Where in the loop the music is; None while nothing runs."""
        if tick != self._tick:
            self._tick = tick
            self.update()

    def x_at(self, tick: float) -> float:
        """The horizontal place of a tick."""
        return 8 + (self.width() - 16) * tick / (self._steps * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        foot, tall = self.height() - 9.0, self.height() - 18.0
        for step in range(self._steps + 1):
            whole, beat = step % self._bar == 0, step % STEPS_PER_BEAT == 0
            if not (beat or whole) and self._steps > 64:
                continue
            painter.setPen(QPen(theme.colour(theme.FAINT, 0.9 if whole else 0.5 if beat else 0.2), 2 if whole else 1))
            x = self.x_at(step * STEP)
            painter.drawLine(QPointF(x, foot - (tall if whole else 0.5 * tall if beat else 6)), QPointF(x, foot))
        painter.setPen(Qt.PenStyle.NoPen)
        width = max(4.0, 0.4 * (self.width() - 16) / self._steps)
        for step, velocity, offset in self._hits:
            height = (0.2 + 0.8 * velocity / 127) * tall
            painter.setBrush(theme.mix(theme.LINE, theme.ACCENT, 0.35 + 0.65 * velocity / 127))
            left = self.x_at(step * STEP + offset) - width / 2
            painter.drawRoundedRect(QRectF(left, foot - height, width, height), 2, 2)
        if self._tick is not None:
            x = self.x_at(self._tick % (self._steps * STEP))
            painter.fillRect(QRectF(x - 1, 4, 2.0, self.height() - 8), theme.colour(theme.TEXT, 0.9))
        painter.end()
