"""The drums of a whole song in its time line: a picture of a few rows, as fine as the screen."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from livemusic.ui.heard.rows import PLACES, ROWS

if TYPE_CHECKING:
    from livemusic.ui.timeline.items import View

Rows = npt.NDArray[np.float32]
#: How strongly what is not sure is drawn.
_UNSURE = 0.3
_LEAST = 0.6


class SongHits:
    """All hits of a song as far as they are known, in order of place: rows `place, lane, velocity 1..127`."""

    def __init__(self) -> None:
        self._number = -1
        self._rows: Rows = np.empty((0, 3), np.float32)

    @property
    def rows(self) -> Rows:
        """The hits."""
        return self._rows

    def extend(self, number: int, first: int, rows: Rows) -> None:
        """More hits of the drawing `number`, from index `first` on; another number begins anew."""
        kept = self._rows[:first] if number == self._number else self._rows[:0]
        self._number = number
        self._rows = np.concatenate([kept, rows])


def ribbon(hits: Rows, view: "View", row_pixels: int, ratio: float) -> QImage | None:
    """The hits that are seen in `view`, each row so many pixels high, for a screen of this pixel `ratio`; None where
    there are none.
    """
    seen = hits[(hits[:, 0] >= view.begin) & (hits[:, 0] <= view.end)]
    width = max(1, round((view.right - view.left) * ratio))
    if not len(seen) or row_pixels < 2:
        return None
    # a hit is wide where there is room, so that single ones are seen
    wide = int(np.clip(width * 0.03 / max(view.end - view.begin, 1e-9), ratio, 4 * ratio))
    columns = ((seen[:, 0] - view.begin) / max(view.end - view.begin, 1e-9) * width).astype(np.intp)
    levels = np.zeros((len(ROWS), width), np.float32)
    tones = np.zeros((len(ROWS), width, 3), np.uint8)
    for lane, place in enumerate(PLACES):
        mine = seen[:, 1] == lane
        if not mine.any():
            continue
        strength = (_LEAST + (1 - _LEAST) * seen[mine, 2] / 127) * (1.0 if place.sure else _UNSURE)
        tone = QColor(place.tone).getRgb()[:3]
        for step in range(wide):
            there = np.minimum(columns[mine] + step, width - 1)
            for row in range(place.top, place.bottom + 1):
                louder = strength > levels[row, there]
                np.maximum.at(levels[row], there, strength)
                tones[row, there[louder]] = tone
    high = round(row_pixels * ratio)
    up = (np.arange(high, 0, -1, dtype=np.float32) - 0.5) / high  # a bar is as high as its hit was hard
    alpha = np.where(levels[:, None] >= up[None, :, None], np.maximum(levels, 0.5)[:, None], 0.0)
    picture = np.empty((len(ROWS), high, width, 4), np.uint8)
    picture[..., :3] = tones[:, None]
    picture[..., 3] = np.round(255 * alpha)
    flat = np.ascontiguousarray(picture.reshape(len(ROWS) * high, width, 4))
    image = QImage(flat.data, width, len(ROWS) * high, 4 * width, QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(ratio)
    return image
