"""A pattern in a list of few."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemusic.ui import theme
from livemusic.ui.rack.widgets import press

TOKEN_HEIGHT = 30
_NAME_WIDTH = 110


class Token(QWidget):
    """One pattern by name and colour, with a cross that takes it away."""

    removed = Signal()

    def __init__(self, name: str, tone: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._tone = tone
        self.cross = press("×", f"Take {name} away", self, "small", f"Take {name} away")
        self.cross.setStyleSheet("border: 0; background: transparent; padding: 0; font-size: 15px;")
        self.setFixedSize(self.sizeHint())
        self.cross.setGeometry(self.width() - 26, 3, 24, 24)
        self.cross.clicked.connect(self.removed)
        self.setToolTip(name)

    def text(self) -> str:
        """What the pattern is called."""
        return self._name

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self._name)
        return QSize(min(_NAME_WIDTH, wide + 2) + 52, TOKEN_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.colour(theme.LINE))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone))
        painter.drawEllipse(QRectF(9, 11, 8, 8))
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.SMALL))
        room = QRectF(23, 0, self.width() - 51, self.height())
        text = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
