"""A path's distant past as dust: every point a pixel, brighter where the music came again and again."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from livemusic.ui import theme

_LEVELS = 32
_DENSE = 4.0

Floats = npt.NDArray[np.floating]


class Dust:
    """Scatters points into a picture's memory; 50,000 points take some three milliseconds."""

    def __init__(self) -> None:
        strengths = np.linspace(0.16, 1.0, _LEVELS)
        tones = (theme.ramp(theme.AGES[:4], 0.15 + 0.75 * strength).name() for strength in strengths)
        self._palette = np.array(
            [theme.mix(theme.DEEP, tone, strength).rgb() for tone, strength in zip(tones, strengths, strict=True)],
            np.uint32,
        )

    def scatter(self, image: QImage, places: Floats, depths: Floats, share: int = 1) -> None:
        """Light the pixels of an RGB32 `image` under `places` `(n, 2)`; near and often visited ones shine more.

        Each place stands for `share` points.
        """
        width, height, row = image.width(), image.height(), image.bytesPerLine() // 4
        with np.errstate(invalid="ignore"):
            seen = (places[:, 0] >= 0) & (places[:, 1] >= 0) & (places[:, 0] < width) & (places[:, 1] < height)
        spots = places[seen].astype(np.int32)
        index = spots[:, 1] * row + spots[:, 0]
        light = np.bincount(index, share**0.5 * (0.35 + 0.4 * (1 - depths[seen])), height * row)[index]
        levels = ((1 - np.exp(-light / _DENSE)) * (_LEVELS - 0.001)).astype(np.intp)
        np.frombuffer(image.bits(), np.uint32)[index] = self._palette[levels]
