"""A slider between the hand and the engine: while the hand is on it, it believes nobody else."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QWidget

from livemusic.ui import theme

_SETTLE_MS = 300
_HEIGHT, _KNOB = 18, 7.0
#: So near its middle a slider is held in it, in percent.
_HOLDS = 4


class PercentSlider(QSlider):
    """0..100 %. `valueChanged` tells of every move of the hand, `settled` where it came to rest."""

    settled = Signal(int)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, 100)
        self.setPageStep(10)
        self.setFixedHeight(_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SETTLE_MS)
        self._rest.timeout.connect(self._settle)
        self.valueChanged.connect(lambda _: None if self.isSliderDown() else self._rest.start())
        self.sliderReleased.connect(self._settle)

    def show_value(self, value: float) -> None:
        """What the engine says, 0..1."""
        percent = round(100 * value)
        if percent != self.value() and not self.isSliderDown() and not self._rest.isActive():
            self.blockSignals(True)
            self.setValue(percent)
            self.blockSignals(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, left, right = self.height() / 2, _KNOB, self.width() - _KNOB
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        place = left + (right - left) * share
        lit = theme.ACCENT if self.isEnabled() else theme.FAINT
        rest = self.width() / 2 if self.minimum() < 0 else 0.0
        for tone, start, end in ((theme.LINE, 0.0, float(self.width())), (lit, min(rest, place), max(rest, place))):
            painter.setBrush(theme.colour(tone))
            painter.drawRoundedRect(QRectF(start, middle - 2, end - start, 4), 2, 2)
        painter.setBrush(theme.colour(lit if self.hasFocus() or self.isSliderDown() else theme.TEXT))
        painter.drawEllipse(QPointF(place, middle), _KNOB, _KNOB)
        painter.end()

    def _settle(self) -> None:
        self._rest.stop()
        self.settled.emit(self.value())


class CentredSlider(PercentSlider):
    """-100..100 %, at rest in the middle, which holds it a little; a double click brings it back there."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, parent)
        self.setRange(-100, 100)

    def sliderChange(self, change: QSlider.SliderChange) -> None:
        if self.isSliderDown() and 0 < abs(self.sliderPosition()) <= _HOLDS:
            self.setSliderPosition(0)
        else:
            super().sliderChange(change)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)
