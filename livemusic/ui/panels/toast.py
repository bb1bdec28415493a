"""Things said to the musician without getting in the way."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from livemusic.ui import theme

_SHOWN_MS = 7000
_STYLE = "background: {ground}; color: {ink}; border-radius: 9px; padding: 9px 16px; font-size: {size}px;"


class Toast(QLabel):
    """One calm line over the lower edge of its parent: a notice that goes by itself, or a state that stays."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._standing = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self._fall_back)
        self.setAccessibleName("Notice")
        self.setToolTip("Click to dismiss")
        self.setWordWrap(True)
        self.hide()
        parent.installEventFilter(self)

    def say(self, text: str) -> None:
        """Show a notice for a few seconds; the newest wins."""
        self._present(text, theme.RAISED, theme.TEXT)
        self._timer.start()

    def stand(self, text: str) -> None:
        """Show `text` until it is replaced by another, or by an empty one."""
        if text != self._standing:
            self._standing = text
            self._timer.stop()
            self._fall_back()

    def _fall_back(self) -> None:
        if self._standing:
            self._present(self._standing, theme.WARN, theme.BACKGROUND)
        else:
            self.hide()

    def _present(self, text: str, ground: str, ink: str) -> None:
        self.setStyleSheet(theme.dressed(_STYLE.format(ground=ground, ink=ink, size=theme.NORMAL)))
        self.setText(text)
        self._settle()
        self.show()
        self.raise_()

    def _settle(self) -> None:
        parent = self.parentWidget()
        self.setMaximumWidth(max(200, parent.width() - 32))
        wanted = min(self.fontMetrics().horizontalAdvance(self.text()) + 44, self.maximumWidth())
        self.resize(wanted, self.heightForWidth(wanted))
        self.move(16, parent.height() - self.height() - 16)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._settle()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._timer.stop()
        self._fall_back()
        if event.button() == Qt.MouseButton.LeftButton and not self._standing:
            self.hide()
