"""A few words that take the room there is, and give it up first."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from livemusic.ui import theme

#: With less room nothing is said.
_LEAST = 48


class Remark(QLabel):
    """Says its text in the colour `tone`, so many pixels high, cut short where it must be."""

    def __init__(self, tone: str, parent: QWidget | None = None, size: int = theme.NORMAL) -> None:
        super().__init__(parent)
        self._tone = tone
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def say(self, words: str, more: str = "") -> None:
        """These words from now on; `more` where a hand rests on them."""
        if words != self.text():
            self.setText(words)
        if (tip := more or words) != self.toolTip():
            self.setToolTip(tip)

    def paintEvent(self, event: QPaintEvent) -> None:
        face = theme.font(self._size, theme.QFont.Weight.DemiBold)
        if self.width() < _LEAST:
            return
        painter = QPainter(self)
        painter.setFont(face)
        painter.setPen(theme.colour(self._tone))
        text = QFontMetrics(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
