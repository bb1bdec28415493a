"""All shortcuts on one sheet."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemusic.ui import theme

SHORTCUTS = (
    ("Space", "play or stop the drums"),
    ("R", "resume where they were stopped"),
    ("Esc", "panic: silence everything now"),
    ("↑ ↓ ← →", "move on the pad (Shift: finely)"),
    ("+  −", "faster, slower by 1 bpm"),
    ("L", "patterns change at the next step or bar"),
    ("F", "follow the music, or the hand"),
    ("1 2 3 4", "capture the music for a corner"),
    ("Ctrl+O", "listen to an audio file (or drop it here)"),
    ("T", "turn the path slowly by itself"),
    ("Home", "see all of the path"),
    ("F11", "full screen"),
    ("F1", "show or hide this"),
)
_ROW = 34


class HelpSheet(QWidget):
    """Lies over its parent; a click or F1 puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Keyboard shortcuts")
        self.setAccessibleDescription("; ".join(f"{keys}: {what}" for keys, what in SHORTCUTS))
        self.setToolTip("Click to close")
        self.hide()
        parent.installEventFilter(self)

    def toggle(self) -> None:
        """Show or hide."""
        self.setGeometry(self.parentWidget().rect())
        self.setVisible(not self.isVisible())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour(theme.BACKGROUND, 0.82))
        sheet = QRectF(0, 0, 560, _ROW * len(SHORTCUTS) + 84)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.setPen(theme.colour(theme.LINE))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(sheet, 14, 14)
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(sheet.left() + 36, sheet.top() + 18, 400, 36), middle, "Keys")
        for index, (keys, what) in enumerate(SHORTCUTS):
            top = sheet.top() + 64 + index * _ROW
            painter.setFont(theme.font(16, theme.QFont.Weight.DemiBold))
            painter.setPen(theme.colour(theme.ACCENT))
            painter.drawText(QRectF(sheet.left() + 36, top, 120, _ROW), middle, keys)
            painter.setFont(theme.font(16))
            painter.setPen(theme.colour(theme.TEXT))
            painter.drawText(QRectF(sheet.left() + 160, top, 380, _ROW), middle, what)
        painter.end()
