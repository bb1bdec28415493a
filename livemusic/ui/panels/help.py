"""All shortcuts on one sheet."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
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
_KEYS_WIDTH, _GAP, _MARGIN, _HEAD = 158.0, 26.0, 34.0, 64.0
_TALLEST = 33.0


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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour(theme.BACKGROUND, 0.82))
        row = min(_TALLEST, (self.height() - _HEAD - 40) / _ROWS)
        painter.setFont(theme.font(theme.NORMAL))
        wide = column_widths(painter.fontMetrics(), self.width() - 2 * _MARGIN)
        sheet = QRectF(0, 0, sum(wide) + 2 * _MARGIN - _GAP, row * _ROWS + _HEAD + 22)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.setPen(theme.colour(theme.LINE))
        painter.setBrush(theme.colour(theme.SURFACE))
        painter.drawRoundedRect(sheet, 14, 14)
        painter.setPen(theme.colour(theme.TEXT))
        painter.setFont(theme.font(theme.LARGE, theme.QFont.Weight.DemiBold))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(sheet.left() + _MARGIN, sheet.top() + 16, 400, 36), middle, "Keys")
        for index, (keys, what) in enumerate(SHORTCUTS):
            column = index // _ROWS
            left = sheet.left() + _MARGIN + sum(wide[:column])
            top = sheet.top() + _HEAD + index % _ROWS * row
            painter.setFont(theme.font(theme.NORMAL, theme.QFont.Weight.DemiBold))
            painter.setPen(theme.colour(theme.ACCENT))
            painter.drawText(QRectF(left, top, _KEYS_WIDTH, row), middle, keys)
            painter.setFont(theme.font(theme.NORMAL))
            painter.setPen(theme.colour(theme.TEXT))
            rest = QRectF(left + _KEYS_WIDTH, top, wide[column] - _KEYS_WIDTH - _GAP, row)
            elided = painter.fontMetrics().elidedText(what, Qt.TextElideMode.ElideRight, int(rest.width()) + 1)
            painter.drawText(rest, middle, elided)
        painter.end()


def column_widths(metrics: QFontMetrics, room: float) -> list[float]:
    """How wide each column is in pixels: as its longest words need it, less where there is not `room` for all."""
    words = [[what for _, what in SHORTCUTS[first : first + _ROWS]] for first in range(0, len(SHORTCUTS), _ROWS)]
    wanted = [max(map(metrics.horizontalAdvance, column)) for column in words]
    share = min(1.0, (room - len(words) * (_KEYS_WIDTH + _GAP)) / sum(wanted))
    return [_KEYS_WIDTH + _GAP + share * wide for wide in wanted]
