"""Pictures beside each other in one."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter

from livemusic.ui.picture import write_drawn


def beside(parts: Sequence[Path], path: Path) -> None:
    """Write the pictures in `parts` from left to right into one PNG, whole or not at all. `MediaError`."""
    images = [QImage(str(part)) for part in parts]
    whole = QImage(
        sum(image.width() for image in images), max(image.height() for image in images), QImage.Format.Format_RGB32
    )
    whole.fill(0)
    painter = QPainter(whole)
    left = 0
    for image in images:
        painter.drawImage(left, 0, image)
        left += image.width()
    painter.end()
    drawn = QByteArray()
    buffer = QBuffer(drawn)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    whole.save(buffer, "PNG")
    write_drawn(path, drawn)
