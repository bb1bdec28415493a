"""A picture of a recording's harmony without a window: PNG or SVG."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize

from livemusic.dsp.spiral import RISE
from livemusic.engine.whole_harmony import WholeHarmony
from livemusic.ui.picture import application, draw_canvas
from livemusic.ui.views.spiral_painter import SpiralMoment, SpiralPainter, first_view

_SIZE = QSize(1200, 1400)


def spiral_picture(found: WholeHarmony, path: Path) -> None:
    """Save the way of the tonal centre through a recording on the spiral of fifths. `MediaError`."""
    app = application()
    trail = np.array([row.centre for row in found.rows if row.centre is not None], np.float32).reshape(-1, 3)
    heard = np.array([row.classes for row in found.rows if row.centre is not None])
    moment = SpiralMoment(hint="No harmony is heard in it.")
    if len(trail):
        middle = float(trail[:, 2].mean()) / RISE
        x, y, z = trail.mean(0).tolist()
        moment = SpiralMoment(heard.mean(0), (x, y, z), trail, found.key, found.confidence, None, middle, live=False)
    camera = first_view(moment.middle)
    painter = SpiralPainter()
    draw_canvas(path, _SIZE, lambda canvas: painter.paint(canvas, _SIZE, camera, moment))
    del app
