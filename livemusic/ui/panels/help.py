"""All shortcuts on one sheet."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemusic.engine.action import Action
from livemusic.engine.actions import ACTIONS
from livemusic.ui import theme

#: Longer lists of keys are shortened to the first and the last.
_LONGEST = 17
_SIGNS = {"PgUp": "Page up", "PgDown": "Page down", "-": "−"}


def shortcuts() -> tuple[tuple[str, str], ...]:
    """The keys of every action that has some, and what it does; then what has keys and is no action."""
    rows = [(_keys(action), action.words.rstrip("…")) for action in ACTIONS if action.keys]
    return (
        *rows,
        ("↑ ↓ ← →", "Move on the pad (Shift: finely)"),
        ("Space ← → [ ]", "On the time line: play, go, loop"),
    )


def _keys(action: Action) -> str:
    """The keys of a numbered kind, or else the first."""
    keys = [_SIGNS.get(key, key) for key in action.keys]
    if action.kind is not None and len(action.targets) < len(keys):
        return keys[0]
    together = " ".join(keys)
    return together if len(together) <= _LONGEST else f"{keys[0]} … {keys[-1].rpartition('+')[2]}"


_COLUMNS = 2
SHORTCUTS = shortcuts()
_ROWS = -(-len(SHORTCUTS) // _COLUMNS)
_KEYS_WIDTH, _GAP, _MARGIN, _HEAD = 158.0, 24.0, 34.0, 64.0
_TALLEST = 33.0
#: Letters are not made smaller than this to let every line in.
_SMALLEST = 10


class HelpSheet(QWidget):
    """Lies over its parent; a click, Esc or F1 puts it away."""

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

    def measure(self) -> tuple[int, float, float]:
        """The size of the letters, and how wide the keys and a whole column are, so that no line is cut off."""
        for size in range(theme.NORMAL, _SMALLEST - 1, -1):
            keys, face = _KEYS_WIDTH * size / theme.NORMAL, QFontMetricsF(theme.font(size))
            column = keys + max(face.horizontalAdvance(what) for _, what in SHORTCUTS) + _GAP
            if _COLUMNS * column + 1.4 * _MARGIN <= self.width():
                break
        return size, keys, column

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour(theme.BACKGROUND, 0.82))
        row = min(_TALLEST, (self.height() - _HEAD - 40) / _ROWS)
        size, width, column = self.measure()
        sheet = QRectF(0, 0, _COLUMNS * column + 1.4 * _MARGIN, row * _ROWS + _HEAD + 22)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.setPen(theme.colour(theme.LINE))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(sheet, 14, 14)
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(sheet.left() + _MARGIN, sheet.top() + 16, 400, 36), middle, "Keys")
        for index, (keys, what) in enumerate(SHORTCUTS):
            left = sheet.left() + _MARGIN + index // _ROWS * column
            top = sheet.top() + _HEAD + index % _ROWS * row
            painter.setFont(theme.font(size, theme.QFont.Weight.DemiBold))
            painter.setPen(theme.colour(theme.ACCENT))
            painter.drawText(QRectF(left, top, width, row), middle, keys)
            painter.setFont(theme.font(size))
            painter.setPen(theme.colour(theme.TEXT))
            painter.drawText(QRectF(left + width, top, column - width, row), middle, what)
        painter.end()
