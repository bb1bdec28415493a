"""While something is being taught: what to do now, in large letters, and a glow around the control it is about."""

from math import pi, sin

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from livemusic.music.tempo import Seconds
from livemusic.ui import theme

_STYLE = (
    f"background: {theme.ACCENT}; color: {theme.BACKGROUND}; border-radius: 12px; padding: 12px 22px;"
    f" font-size: {theme.LARGE}px; font-weight: 600;"
)
_BREATH: Seconds = 1.6
_REACH = 9


class Banner(QLabel):
    """One sentence over the upper middle of `view`; it stays until it is told otherwise."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setStyleSheet(theme.dressed(_STYLE))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName("Instructions")
        self.setToolTip("Esc cancels")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        view.installEventFilter(self)

    def stand(self, text: str) -> None:
        """Show `text`, or nothing where it is empty."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
            self._settle()
        if bool(text) != self.isVisibleTo(self.parentWidget()):
            self.setVisible(bool(text))
        if text:
            self.raise_()

    def _settle(self) -> None:
        parent = self.parentWidget()
        most = max(280, parent.width() - 48)
        wanted = min(max(self.fontMetrics().horizontalAdvance(line) for line in self.text().split("\n")) + 72, most)
        self.resize(wanted, self.heightForWidth(wanted))
        self.move((parent.width() - self.width()) // 2, max(8, (parent.height() - self.height()) // 3))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)


class Glow(QWidget):
    """A ring of light that breathes around a place of its parent; the hand reaches through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._light = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def surround(self, area: QRect | None, now: Seconds) -> None:
        """Shine around `area`, or nowhere; call for every frame."""
        if area is None:
            self.hide()
            return
        self._light = 0.65 + 0.35 * sin(2 * pi * now / _BREATH)
        wanted = area.adjusted(-_REACH, -_REACH, _REACH, _REACH)
        if self.geometry() != wanted:
            self.setGeometry(wanted)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect())
        for step in range(_REACH - 2):
            painter.setPen(QPen(theme.colour(theme.ACCENT, self._light * ((step + 1) / (_REACH - 2)) ** 2), 2))
            painter.drawRoundedRect(ring.adjusted(step + 1, step + 1, -step - 1, -step - 1), 15 - step, 15 - step)
        painter.end()
