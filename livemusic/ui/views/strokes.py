"""Many lines at once: curves through points, and drawing them quickly."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen
from shiboken6 import Shiboken

Floats = npt.NDArray[np.floating]

#: What lies further off the screen is not drawn; NaN does not either.
FAR_PIXELS = 20_000
#: Lines as broad as this would show a gap where they turn.
_BROAD = 2.5


def thin(tone: QColor, width: float = 1.0) -> QPen:
    """A pen whose width is in pixels; 1 is quickest. Its ends are not round: that takes four times as long."""
    pen = QPen(tone, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap if width > _BROAD else Qt.PenCapStyle.FlatCap)
    return pen


def segments(places: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Lines `(n - 1, 4)` from point to point, and which of them can be drawn at all."""
    lines = np.concatenate([places[:-1], places[1:]], 1)
    with np.errstate(invalid="ignore"):
        return lines, (np.abs(lines) < FAR_PIXELS).all(1)


def rounded(rows: npt.NDArray[np.float32], steps: int) -> npt.NDArray[np.float32]:
    """A Catmull-Rom curve through `(n, k)` rows, `steps` pieces from row to row."""
    if len(rows) < 3 or steps < 2:
        return rows
    p = np.concatenate([rows[:1], rows, rows[-1:]])
    a, b, c, d = (p[i : len(p) - 3 + i] for i in range(4))
    curve = np.empty((len(b), steps, rows.shape[1]), np.float32)
    for step in range(steps):
        u = step / steps
        weights = (2 * u**2 - u**3 - u, 2 - 5 * u**2 + 3 * u**3, u + 4 * u**2 - 3 * u**3, u**3 - u**2)
        curve[:, step] = sum(np.float32(w / 2) * side for w, side in zip(weights, (a, b, c, d), strict=True))
    return np.concatenate([curve.reshape(-1, rows.shape[1]), rows[-1:]])


def stroke(painter: QPainter, pens: list[QPen], lines: Floats, key: npt.NDArray[np.intp]) -> None:
    """Draw each line `(n, 4)` with the pen of its key, lowest key first.

    On pictures straight from the array's memory; in an SVG as one path for each pen.
    """
    if not len(lines):
        return
    order = np.argsort(key.astype(np.uint16), kind="stable")
    lines = np.ascontiguousarray(lines[order], np.float64)
    ends = np.cumsum(np.bincount(key, minlength=len(pens)))
    drawn = painter.paintEngine().type() == QPaintEngine.Type.SVG
    start, address, stride = 0, lines.ctypes.data, lines.strides[0]
    for pen, end in zip(pens, ends.tolist(), strict=True):
        if end > start:
            painter.setPen(pen)
            if drawn:
                painter.drawPath(_path(lines[start:end]))
            else:
                painter.drawLines(Shiboken.wrapInstance(address + start * stride, QLineF), end - start)
            start = end


def _path(lines: Floats) -> QPainterPath:
    """Lines that follow each other as one outline."""
    path, before = QPainterPath(), (np.nan, np.nan)
    for x, y, to_x, to_y in lines.tolist():
        if (x, y) != before:
            path.moveTo(x, y)
        path.lineTo(to_x, to_y)
        before = to_x, to_y
    return path
