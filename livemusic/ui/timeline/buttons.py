"""Buttons with the signs of a tape machine, and the song's volume."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from livemusic.session.settings import SONG_VOLUME_DB
from livemusic.ui import theme
from livemusic.ui.panels.slider import PercentSlider

_SIZE = 30
#: The slider's lowest step above silence.
_SOFTEST_DB = -40.0
_VOLUME_TIP = "How loud the song is heard: {}.\nDouble click: as it was recorded."


class SignButton(QAbstractButton):
    """A round button with a `sign`: `play`, `pause`, `stop` or `record`."""

    def __init__(self, sign: str, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setFixedSize(_SIZE, _SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    @property
    def sign(self) -> str:
        """What is on it."""
        return self._sign

    def show_sign(self, sign: str, name: str) -> None:
        """Another sign, and what that is called."""
        if sign != self._sign:
            self._sign = sign
            self.setAccessibleName(name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.colour(theme.ACCENT if self.hasFocus() else theme.FAINT if lit else theme.LINE), 1.2))
        painter.setBrush(theme.colour(theme.LINE if self.isDown() else theme.RAISED))
        painter.drawEllipse(QRectF(1, 1, _SIZE - 2, _SIZE - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.TEXT if self.isEnabled() else theme.FAINT))
        middle = _SIZE / 2
        match self._sign:
            case "play":
                left, right = middle - 4, middle + 7
                painter.drawPolygon(
                    QPolygonF([QPointF(left, middle - 7), QPointF(left, middle + 7), QPointF(right, middle)])
                )
            case "pause":
                for left in (middle - 5.5, middle + 1.5):
                    painter.drawRoundedRect(QRectF(left, middle - 6, 4, 12), 1, 1)
            case "stop":
                painter.drawRoundedRect(QRectF(middle - 5.5, middle - 5.5, 11, 11), 1.5, 1.5)
        painter.end()


class VolumeSlider(PercentSlider):
    """The song's volume; `changed` tells of every move of the hand, in dB."""

    changed = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Volume of the song", _VOLUME_TIP.format("0 dB"), parent)
        self.setFixedWidth(96)
        self.valueChanged.connect(self._tell)

    def show_volume(self, volume_db: float) -> None:
        """What the engine says."""
        self.show_value(part_of(volume_db))
        self._describe()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(round(100 * part_of(0.0)))

    def _tell(self, percent: int) -> None:
        self._describe()
        self.changed.emit(volume_at(percent / 100))

    def _describe(self) -> None:
        volume = volume_at(self.value() / 100)
        words = "silent" if volume <= SONG_VOLUME_DB[0] else f"{volume:+.1f} dB".replace("-", "−")
        self.setToolTip(_VOLUME_TIP.format(words))
        self.setAccessibleDescription(words)


def volume_at(part: float) -> float:
    """The volume in dB at a `part` 0..1 of the slider's way; its lowest place is silence."""
    if part < 0.005:
        return SONG_VOLUME_DB[0]
    volume = _SOFTEST_DB + part * (SONG_VOLUME_DB[1] - _SOFTEST_DB)
    return 0.0 if abs(volume) < 0.25 else round(volume, 1)


def part_of(volume_db: float) -> float:
    """Where the slider stands at a volume in dB."""
    if volume_db <= SONG_VOLUME_DB[0]:
        return 0.0
    return max(0.01, (volume_db - _SOFTEST_DB) / (SONG_VOLUME_DB[1] - _SOFTEST_DB))
