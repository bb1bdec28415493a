"""What the path is drawn on: the ground, and the floor below it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QRadialGradient

from livemusic.ui import theme
from livemusic.ui.views.camera import Camera
from livemusic.ui.views.strokes import segments, stroke, thin
from livemusic.ui.views.themes import Theme

_FLOOR_LINES = 9
#: The floor lies this share of the radius below the lowest point.
_BELOW = 0.06


def ground(size: QSize, look: Theme) -> QImage:
    """A picture of `size` pixels, a little lighter in the middle; a grain of noise keeps the slope free of bands."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(look.dark))
    if look.deep == look.dark:
        return image
    width, height = size.width(), size.height()
    x, y = (np.arange(n, dtype=np.float32) / max(1, n) - c for n, c in ((width, 0.5), (height, 0.46)))
    light = np.exp(-3.2 * y * y)[:, None] * np.exp(-3.2 * x * x)[None, :]
    grain = np.random.default_rng(1).random((256, 256), np.float32)
    grain = np.tile(grain, (-(-height // 256), -(-width // 256)))[:height, :width]
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)
    for channel in range(3):  # blue, green, red
        dark, bright = (QColor(name).getRgb()[2 - channel] for name in (look.dark, look.deep))
        pixels[:, :width, channel] = np.minimum(light * np.float32(bright - dark) + (grain + np.float32(dark)), 255)
    return image


def draw_ground(painter: QPainter, size: QSize, look: Theme) -> None:
    """The same as a shape, for pictures that are not made of pixels."""
    width, height = size.width(), size.height()
    painter.fillRect(QRectF(0, 0, width, height), QColor(look.dark))
    light = QRadialGradient(QPointF(width / 2, 0.46 * height), 0.75 * max(width, height))
    light.setColorAt(0.0, QColor(look.deep))
    light.setColorAt(1.0, QColor(look.dark))
    painter.fillRect(QRectF(0, 0, width, height), QBrush(light))


def floor_height(camera: Camera) -> float:
    """How high the floor is in the path's space."""
    return camera.extent.floor - _BELOW * camera.radius


def draw_floor(painter: QPainter, size: QSize, camera: Camera, look: Theme) -> None:
    """A square grid under the path, so that turning and depth are read at a glance."""
    if not look.floor:
        return
    across, along = np.linspace(-1.25, 1.25, _FLOOR_LINES), np.linspace(-1.25, 1.25, 2 * _FLOOR_LINES - 1)
    x, y = (camera.radius * grid.ravel() for grid in np.meshgrid(along, across))
    height = np.full_like(x, floor_height(camera) - camera.centre[2])
    places = np.concatenate([np.stack([x, y, height], 1), np.stack([y, x, height], 1)])
    spots, depths = camera.project(camera.centre + places, size.width(), size.height())
    lines, shown = segments(spots)
    shown[len(along) - 1 :: len(along)] = False
    fade = np.clip(1.0 - 0.5 * (np.nan_to_num(depths[1:], nan=1.0) + 1.2), 0.0, 0.999)
    pens = [thin(theme.mix(look.deep, look.floor, 0.2 + 0.8 * step / 5)) for step in range(6)]
    stroke(painter, pens, lines[shown], (fade[shown] * 6).astype(np.intp))
