"""How loud the input is: peak, loudness and the last highest peak, in dB."""

from math import isfinite

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemusic.music.tempo import Seconds
from livemusic.ui import theme

FLOOR_DB = -60.0

_MARKS = (-48, -36, -24, -12, -6, 0)
_HOLD_SECONDS = 1.5
_WHOLE, _BAR = 46, 26
_FALL_DB_PER_SECOND = 24.0


class LevelMeter(QWidget):
    """A horizontal bar from -60 to 0 dB full scale; says so when the input is digitally silent or too hot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peak = self._rms = self._held = FLOOR_DB
        self._held_at: Seconds = 0.0
        self._last: Seconds = 0.0
        self._silent = False
        self.make_room(scarce=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Input level")
        self.setToolTip("Input level. Aim for about -12 dB; red on the right is clipping.")

    def make_room(self, scarce: bool) -> None:
        """Where room is scarce the marks under the bar go."""
        self.setFixedHeight(_BAR if scarce else _WHOLE)

    @property
    def held(self) -> float:
        """The highest recent peak in dB."""
        return self._held

    def show_level(self, peak_db: float, rms_db: float, silent: bool, now: Seconds) -> None:
        """Levels in dB full scale at the moment `now`."""
        before = self._peak, self._rms, self._held, self._silent
        elapsed, self._last = max(0.0, now - self._last), now
        self._peak, self._rms, self._silent = _shown(peak_db), _shown(rms_db), silent
        if self._peak >= self._held:
            self._held, self._held_at = self._peak, now
        elif now - self._held_at > _HOLD_SECONDS:
            self._held = max(self._peak, self._held - _FALL_DB_PER_SECOND * elapsed)
        if before != (self._peak, self._rms, self._held, self._silent):
            self.update()

    def x_at(self, level_db: float) -> float:
        """The horizontal place of a level."""
        return (level_db - FLOOR_DB) / -FLOOR_DB * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, 4, self.width(), 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.BACKGROUND))
        painter.drawRoundedRect(bar, 4, 4)
        paint = QLinearGradient(0, 0, self.width(), 0)
        for level, name in ((FLOOR_DB, theme.SOFT), (-18, theme.GOOD), (-8, theme.WARN), (-1, theme.BAD)):
            paint.setColorAt((level - FLOOR_DB) / -FLOOR_DB, theme.colour(name))
        painter.setOpacity(0.45)
        painter.setBrush(paint)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), self.x_at(self._peak), bar.height()), 4, 4)
        painter.setOpacity(1.0)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top() + 4, self.x_at(self._rms), bar.height() - 8), 3, 3)
        if self._held > FLOOR_DB:
            painter.setPen(QPen(theme.colour(theme.BAD if self._held > -0.5 else theme.TEXT), 2))
            x = min(self.x_at(self._held), self.width() - 2.0)
            painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))
        self._draw_scale(painter, bar)
        painter.end()

    def _draw_scale(self, painter: QPainter, bar: QRectF) -> None:
        painter.setFont(theme.font(theme.SMALL))
        if self._silent:
            painter.setPen(theme.colour(theme.WARN))
            below = QRectF(0, bar.bottom(), self.width(), 22) if self.height() == _WHOLE else bar
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "no signal")
        if self._silent or self.height() < _WHOLE:
            return
        painter.setPen(theme.colour(theme.FAINT))
        for mark in _MARKS:
            place = QRectF(self.x_at(mark) - 20, bar.bottom() + 1, 40, 18)
            if mark == 0:
                place.moveRight(self.width())
            side = Qt.AlignmentFlag.AlignRight if mark == 0 else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(place, side | Qt.AlignmentFlag.AlignTop, f"{mark}")


def _shown(level_db: float) -> float:
    return min(max(level_db, FLOOR_DB), 0.0) if isfinite(level_db) else FLOOR_DB
