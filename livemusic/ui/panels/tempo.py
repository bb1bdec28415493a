"""The tempo in digits that are read across a stage, and turned by hand."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from livemusic.music.tempo import MAX_BPM, MIN_BPM
from livemusic.ui import theme
from livemusic.ui.decimal_box import DecimalBox

_BPM_PER_PIXEL, _FINE = 0.25, 0.02
_SIZE = QSize(150, 60)
_TIP = "Tempo in beats per minute.\nDrag up or down (Shift: finely), turn the wheel, or type a number [+ and -]."
_LED_TIP = "Tempo in beats per minute.\nThe MIDI clock that comes in sets it."


class TempoBox(DecimalBox):
    """The tempo in big digits: drag up and down, turn the wheel, use the arrows, or type."""

    rim = (0, 0)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(MIN_BPM, MAX_BPM)
        self.setDecimals(1)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(theme.font(theme.HUGE, theme.QFont.Weight.DemiBold))
        self.setFixedSize(_SIZE)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Tempo in beats per minute")
        self.setToolTip(_TIP)
        self._grip: tuple[float, float] | None = None
        self.lineEdit().installEventFilter(self)
        self.lineEdit().setAcceptDrops(False)
        self.lineEdit().setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.lineEdit().setCursor(Qt.CursorShape.SizeVerCursor)
        self.lineEdit().returnPressed.connect(self.clearFocus)

    def sizeHint(self) -> QSize:
        return _SIZE

    @property
    def busy(self) -> bool:
        """Whether a hand is on it, so that the engine's answers should wait."""
        return self._grip is not None or (self.hasFocus() and not self.isReadOnly())

    def show_tempo(self, bpm: float, led: bool) -> None:
        """What the engine says; `led`: another sets it, and no hand can change it here."""
        if led != self.isReadOnly():
            self.setReadOnly(led)
            self._grip = None
            self.setToolTip(_LED_TIP if led else _TIP)
            self.lineEdit().setCursor(Qt.CursorShape.ArrowCursor if led else Qt.CursorShape.SizeVerCursor)
        if not self.busy and abs(self.value() - bpm) > 0.04:
            self.blockSignals(True)
            self.setValue(bpm)
            self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.isReadOnly():
            event.ignore()
        else:
            super().wheelEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            return True
        if isinstance(event, QMouseEvent):
            if self.isReadOnly():
                return True
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._grip = event.globalPosition().y(), self.value()
            elif kind == QEvent.Type.MouseMove and self._grip is not None:
                self._drag(event)
                return True
            elif kind == QEvent.Type.MouseButtonRelease and self._grip is not None:
                dragged = abs(self._grip[0] - event.globalPosition().y()) > 3
                self._grip = None
                if dragged:
                    self.clearFocus()
                else:
                    self.selectAll()
                return True
        return super().eventFilter(watched, event)

    def _drag(self, event: QMouseEvent) -> None:
        start, bpm = self._grip or (0.0, 0.0)
        rise = start - event.globalPosition().y()
        if abs(rise) > 3:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.setValue(round(bpm + rise * (_FINE if fine else _BPM_PER_PIXEL), 1))
