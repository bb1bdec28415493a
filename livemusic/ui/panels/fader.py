"""A fader: a number between two ends, with the level that comes of it in its groove."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from livemusic.music.tempo import Seconds
from livemusic.ui import theme

#: What a groove shows of a level, from nothing to full scale.
METER_DB = (-60.0, 0.0)
HOLD_SECONDS: Seconds = 1.5
_FALL_DB_PER_SECOND = 24.0
_TURNS_MS = 300
_KNOB = 5.0
#: From here on a level is too hot.
_HOT_DB = -1.0
_WHEEL = 120


class Hold:
    """The highest recent peak: it stays for 1.5 s, then falls."""

    def __init__(self) -> None:
        self.level = METER_DB[0]
        self._at: Seconds = 0.0
        self._last: Seconds = 0.0

    def show(self, peak_db: float, now: Seconds) -> None:
        """The peak at `now`."""
        elapsed, self._last = max(0.0, now - self._last), now
        if peak_db >= self.level:
            self.level, self._at = peak_db, now
        elif now - self._at > HOLD_SECONDS:
            self.level = max(peak_db, METER_DB[0], self.level - _FALL_DB_PER_SECOND * elapsed)


class Fader(QSlider):
    """From `low` to `high` in steps of `step`; a double click puts it at `usual`, the wheel moves it by `wheel` steps.

    `moved` tells of every move of the hand. While the hand is on it, it believes nobody else. `words` says a value.
    """

    moved = Signal(float)

    def __init__(
        self,
        name: str,
        ends: tuple[float, float],
        usual: float,
        step: float,
        wheel: int,
        words: Callable[[float], str],
        tip: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._step, self._usual, self._words, self._tip = step, usual, words, tip
        self._origin = 0.0 if ends[0] < 0 < ends[1] else ends[0]
        self.setRange(round(ends[0] / step), round(ends[1] / step))
        self.setSingleStep(wheel)
        self.setPageStep(5 * wheel)
        self.setFixedHeight(18)
        self.setMinimumWidth(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self._meter: tuple[float, float] | None = None
        self._hold = Hold()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_TURNS_MS)
        self.setValue(round(usual / step))
        self._say()
        self.valueChanged.connect(self._move)

    @property
    def number(self) -> float:
        """Where it stands."""
        return round(self.value() * self._step, 3)

    @property
    def held(self) -> float:
        """The highest recent peak in its groove, in dB."""
        return self._hold.level

    def show_number(self, number: float) -> None:
        """What the engine says."""
        value = round(number / self._step)
        if value != self.value() and not self.isSliderDown() and not self._rest.isActive():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)
            self._say()

    def show_level(self, peak_db: float, rms_db: float, now: Seconds) -> None:
        """How loud it is there at `now`, in dB full scale."""
        before = self._meter, self._hold.level
        low, high = METER_DB
        self._hold.show(min(max(peak_db, low), high), now)
        self._meter = min(max(peak_db, low), high), min(max(rms_db, low), high)
        if before != (self._meter, self._hold.level):
            self.update()

    def reset(self) -> None:
        """Back to where it usually stands."""
        self.setValue(round(self._usual / self._step))

    def _move(self, value: int) -> None:
        self._rest.start()
        self._say()
        self.moved.emit(self.number)

    def _say(self) -> None:
        words = self._words(self.number)
        self.setAccessibleDescription(words)
        self.setToolTip(f"{self.accessibleName()}: {words}\n{self._tip}")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event.position().x())
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)
            self._rest.start()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / _WHEEL
        self.setValue(round(self.value() + turns * self.singleStep()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset()
        else:
            super().keyPressEvent(event)

    def _go(self, x: float) -> None:
        share = (x - _KNOB) / max(1.0, self.width() - 2 * _KNOB)
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))

    def _x(self, number: float) -> float:
        share = (number / self._step - self.minimum()) / (self.maximum() - self.minimum())
        return _KNOB + share * (self.width() - 2 * _KNOB)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, width = self.height() / 2, float(self.width())
        if self._meter is None:
            self._paint_groove(painter, middle, width)
        else:
            self._paint_meter(painter, middle, width, self._meter)
        lit = self.hasFocus() or self.isSliderDown()
        painter.setBrush(theme.colour(theme.ACCENT if lit else theme.TEXT))
        painter.setPen(QPen(theme.colour(theme.BACKGROUND), 1))
        painter.drawRoundedRect(QRectF(self._x(self.number) - 4, middle - 8, 8, 16), 2, 2)
        painter.end()

    def _paint_groove(self, painter: QPainter, middle: float, width: float) -> None:
        here, from_ = self._x(self.number), self._x(self._origin)
        for tone, start, end in ((theme.LINE, 0.0, width), (theme.ACCENT, min(here, from_), max(here, from_))):
            painter.setBrush(theme.colour(tone))
            painter.drawRoundedRect(QRectF(start, middle - 2, end - start, 4), 2, 2)
        if self._origin != self.minimum() * self._step:
            painter.setBrush(theme.colour(theme.FAINT))
            painter.drawRect(QRectF(from_ - 0.5, middle - 6, 1, 12))

    def _paint_meter(self, painter: QPainter, middle: float, width: float, levels: tuple[float, float]) -> None:
        painter.setBrush(theme.colour(theme.BACKGROUND))
        painter.drawRoundedRect(QRectF(0, middle - 5, width, 10), 3, 3)
        paint = QLinearGradient(0, 0, width, 0)
        for level, tone in ((METER_DB[0], theme.SOFT), (-18, theme.GOOD), (-8, theme.WARN), (_HOT_DB, theme.BAD)):
            paint.setColorAt(_share(level), theme.colour(tone))
        painter.setBrush(paint)
        for level, alpha, half in zip(levels, (0.45, 1.0), (5.0, 2.5), strict=True):
            painter.setOpacity(alpha)
            painter.drawRoundedRect(QRectF(0, middle - half, _share(level) * width, 2 * half), 2, 2)
        painter.setOpacity(1.0)
        if self._hold.level > METER_DB[0]:
            painter.setPen(QPen(theme.colour(theme.BAD if self._hold.level >= _HOT_DB else theme.TEXT), 2))
            x = min(_share(self._hold.level) * width, width - 1.0)
            painter.drawLine(QPointF(x, middle - 5), QPointF(x, middle + 5))


def _share(level_db: float) -> float:
    return min(1.0, max(0.0, (level_db - METER_DB[0]) / (METER_DB[1] - METER_DB[0])))


def in_decibels(level: float) -> str:
    """A level in words."""
    return "silent" if level <= METER_DB[0] else f"{level:+.1f} dB" if abs(level) >= 0.05 else "0 dB"
