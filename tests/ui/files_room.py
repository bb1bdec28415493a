"""Files over the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from livemusic.music.grid import Grid

BEAT = Grid.of([(0, 0, 100, 0), (4, 1, 90, 12), (8, 0, 80, -7), (15, 8, 33, 0)], 16)


def drop(window, path: Path, spot: QPoint) -> None:
    """Drag a file over the window and let go."""
    for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        drag(window, kind, path, spot)


def drag(window, kind, path: Path, spot: QPoint):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = kind(QPointF(spot) if kind is QDropEvent else spot, *rest)
    QApplication.sendEvent(window, event)
    return event
