"""Pictures of a path without a window."""

from pathlib import Path

import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from livemusic.errors import MediaError
from livemusic.session.files import replacing, shown
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.path_painter import PathPainter
from livemusic.ui.views.trail import Trail


def application() -> QGuiApplication:
    """The running application, or a new one that needs no screen; keep what is returned while painting."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    return QGuiApplication(["livemusic", "-platform", "offscreen"])


def picture(points: npt.ArrayLike, path: Path, size: tuple[int, int] = (1600, 1000)) -> None:
    """Save a picture of a whole path, rows `t, x, y, z`, coloured by time, as a whole PNG or none. `MediaError`."""
    app = application()
    trail = Trail.of(points)
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    camera = Camera().towards(*trail.extent(share=1.0), 1.0)
    PathPainter.whole().paint(painter, QSize(*size), trail, camera, now=0.0)
    painter.end()
    drawn = QByteArray()
    buffer = QBuffer(drawn)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    try:
        with replacing(path) as file:
            file.write(drawn.data())
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise MediaError(
            f"The picture {shown(path)} cannot be written ({reason}). Choose another name or folder."
        ) from problem
    del app
