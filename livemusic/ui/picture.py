"""Pictures of a path without a window: PNG and SVG."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from livemusic.errors import MediaError
from livemusic.session.files import replacing, shown
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.moment import Moment
from livemusic.ui.views.path_painter import PathPainter, Style
from livemusic.ui.views.sight import Sight
from livemusic.ui.views.tint import Stretch
from livemusic.ui.views.trail import Placer, Trail

#: What a picture may be, by the end of its name.
PICTURES = (".png", ".svg")


def application() -> QGuiApplication:
    """The running application, or a new one that needs no screen; keep what is returned while painting."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    return QGuiApplication(["livemusic", "-platform", "offscreen"])


def picture(
    rows: npt.ArrayLike,
    path: Path,
    size: tuple[int, int] = (1600, 1000),
    view: Placer | None = None,
    sections: Sequence[Stretch] = (),
    colour: str = "time",
) -> None:
    """Save a picture of a whole path, rows `t, level, z…` placed by `view`, as a whole PNG or SVG or none.

    `colour`: what its colour tells, see `session.show.COLOURS`. `MediaError`.
    """
    app = application()
    sight = Sight(Trail.of(rows, view))
    sight.show_sections(sections)
    moment = sight.moment(0.0, captions=colour == "section")
    painter = PathPainter(Style.whole(colour=colour))
    painter.show_sections(sections)
    draw(path, QSize(*size), painter, sight, Camera(extent=sight.extent()), moment)
    del app


def draw(path: Path, size: QSize, painter: PathPainter, sight: Sight, camera: Camera, moment: Moment) -> None:
    """Save what `painter` makes of a moment, see `draw_canvas`."""
    draw_canvas(path, size, lambda canvas: painter.paint(canvas, size, sight.trail, camera, moment, sight.other))


def draw_canvas(path: Path, size: QSize, paint: Callable[[QPainter], None]) -> None:
    """Save what `paint` draws, whole or not at all; an SVG where the name ends in that. `MediaError`."""
    drawn = QByteArray()
    buffer = QBuffer(drawn)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if path.suffix.lower() == ".svg":
        from PySide6.QtSvg import QSvgGenerator

        shape = QSvgGenerator()
        shape.setOutputDevice(buffer)
        shape.setSize(size)
        shape.setViewBox(QRect(0, 0, size.width(), size.height()))
        shape.setTitle("livemusic")
        canvas = QPainter(shape)
        paint(canvas)
        canvas.end()
    else:
        image = QImage(size, QImage.Format.Format_RGB32)
        canvas = QPainter(image)
        paint(canvas)
        canvas.end()
        image.save(buffer, "PNG")
    write_drawn(path, drawn)


def write_drawn(path: Path, drawn: QByteArray) -> None:
    """Write a picture whole or not at all. `MediaError`."""
    try:
        with replacing(path) as file:
            file.write(drawn.data())
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise MediaError(
            f"The picture {shown(path)} cannot be written ({reason}). Choose another name or folder."
        ) from problem
