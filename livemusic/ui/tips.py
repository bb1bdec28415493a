"""Where tooltips stand: beside what they explain, never over it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QWidget

_GAP = 4
#: Qt's own name for the one tooltip that there is.
_LABEL = "qtooltip_label"


class Tips(QObject):
    """Watches `app`, and puts each tooltip of a widget below it, above it or at its side, wherever there is room.

    What a widget says of one spot in it stays at that spot.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ToolTip or not isinstance(watched, QWidget) or not watched.toolTip():
            return False
        assert isinstance(event, QHelpEvent)
        watched.event(event)
        if event.isAccepted() and (label := shown_tip()) is not None:
            around = QRect(watched.mapToGlobal(QPoint(0, 0)), watched.size())
            label.move(beside(around, label.size(), event.globalPos(), watched.screen().availableGeometry()))
        return event.isAccepted()


def shown_tip() -> QWidget | None:
    """The tooltip that is seen now."""
    for label in QApplication.topLevelWidgets():
        if label.objectName() == _LABEL and label.isVisible():
            return label
    return None


def beside(around: QRect, size: QSize, hand: QPoint, screen: QRect) -> QPoint:
    """Where the top left of something of `size` goes so that it leaves `around` free: below it at best, near the
    `hand`, within the `screen`; at the hand where `around` leaves no room at all.
    """
    high, wide = size.height() + _GAP, size.width() + _GAP
    right, bottom = around.left() + around.width(), around.top() + around.height()
    x = _within(hand.x() - 20, around.left(), max(around.left(), right - size.width()))
    x = _within(x, screen.left(), screen.right() - size.width())
    y = _within(hand.y(), screen.top(), screen.bottom() - size.height())
    for room, spot in (
        (screen.bottom() - bottom - high, QPoint(x, bottom + _GAP)),
        (around.top() - screen.top() - high, QPoint(x, around.top() - high)),
        (screen.right() - right - wide, QPoint(right + _GAP, y)),
        (around.left() - screen.left() - wide, QPoint(around.left() - wide, y)),
    ):
        if room >= 0:
            return spot
    return QPoint(x, y)


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
