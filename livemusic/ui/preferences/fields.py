"""What is set by hand in the preferences: switches, numbers, notes. Each tells of the musician's choice only."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QWidget

from livemusic.session.settings import MAX_DELAY_MS
from livemusic.ui import theme
from livemusic.ui.decimal_box import DecimalBox
from livemusic.ui.preferences.map_edits import note_of, note_text

#: A number that is being turned is asked for once it rests, so that undo takes back all of it.
_REST_MS = 250


class Switch(QCheckBox):
    """On or off; `chosen` tells of the musician's choice."""

    chosen = Signal(bool)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(self.sizeHint())
        self.clicked.connect(self.chosen)

    def show_on(self, on: bool) -> None:
        """What is so."""
        self.setChecked(on)

    def sizeHint(self) -> QSize:
        return QSize(46, 28)

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, track = self.isChecked(), QRectF(3, 4, 38, 20)
        rim = theme.ACCENT if on or self.hasFocus() else theme.FAINT if self.underMouse() else theme.LINE
        painter.setPen(theme.colour(rim))
        painter.setBrush(theme.colour(theme.ACCENT if on else theme.RAISED, 1.0 if self.isEnabled() else 0.4))
        painter.drawRoundedRect(track, 10, 10)
        if self.hasFocus() and on:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-2.5, -2.5, 2.5, 2.5), 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND if on else theme.MUTED))
        painter.drawEllipse(QPointF(31 if on else 13, 14), 6.5, 6.5)
        painter.end()


class NumberBox(DecimalBox):
    """A number within bounds; `chosen` tells of the musician's choice once it rests, or at Return."""

    chosen = Signal(float)
    rim = (9, 1)

    def __init__(self, name: str, tip: str, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setDecimals(0)
        self.setRange(low, high)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setFixedWidth(112)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._choose)
        self.valueChanged.connect(lambda _: self._rest.start())
        self.editingFinished.connect(self._finish)

    def show_value(self, value: float) -> None:
        """What is so, unless a hand is at it."""
        if not self._rest.isActive() and value != self.value():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling past must not change a number."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _finish(self) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._choose()

    def _choose(self) -> None:
        self.chosen.emit(self.value())


class DelayBox(NumberBox):
    """Milliseconds."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, 0.0, MAX_DELAY_MS, parent)
        self.setDecimals(1)
        self.setSuffix(" ms")


class PercentBox(NumberBox):
    """A part of the whole: `show_part` and `part` are 0..1."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, 0.0, 100.0, parent)
        self.setSuffix(" %")
        self.setSingleStep(5.0)

    def show_part(self, part: float) -> None:
        """What is so; parts of a percent that cannot be seen are kept until it is changed."""
        self.show_value(round(100 * part))

    def part(self) -> float:
        """What is shown, 0..1."""
        return self.value() / 100


class NoteBox(NumberBox):
    """A MIDI note by number and name; either may be typed."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, 0.0, 127.0, parent)

    def textFromValue(self, value: float) -> str:
        return note_text(int(value))

    def valueFromText(self, text: str) -> float:
        try:
            return float(note_of(text))
        except ValueError:
            return self.value()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        try:
            note_of(text)
        except ValueError:
            return QValidator.State.Intermediate, text, place
        return QValidator.State.Acceptable, text, place
