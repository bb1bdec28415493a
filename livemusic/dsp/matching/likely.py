"""What a single hit looks like to the network that guesses which drum of a kit it is (`inference/voice`): when it has
how much energy in which band, how soon it is over, and its strongest line.

What hears drums in music expects music around them; of a hit by itself this tells more.
"""

import itertools
from functools import cache

import numpy as np
import numpy.typing as npt

from livemusic.dsp.matching import RATE

Floats = npt.NDArray[np.floating]
Seconds = float

_FFT, _HOP, _BANDS = 2048, 256, 24
_LOWEST, _HIGHEST = 40.0, 16000.0
#: Energy is gathered from each of these moments to the next.
_TIMES: tuple[Seconds, ...] = (0.0, 0.01, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.65, 1.0, 1.5)
#: So much softer than all of a hit in a second is nothing (as power).
_FLOOR = 1e-6
#: When these shares of the energy are over.
_OVER = (0.5, 0.8, 0.9, 0.97, 0.99)
#: Where the strongest line is looked for: from the stroke on, for so long.
_AFTER, _UNTIL, _LINES = 0.01, 0.5, 1 << 15
_LINE_FROM, _LINE_TO = 35.0, 1500.0

LOOK = (len(_TIMES) - 1) * _BANDS + len(_OVER) + 1
"""How many numbers `look` gives."""


def look(hit: Floats) -> npt.NDArray[np.float32]:
    """What `hit` `(n,)`, at `RATE` and beginning with the stroke, looks like, float32 `(LOOK,)`, however loud it is.

    Levels in dB of 24 bands in ten stretches of time; octaves of the times at which it is over, and of its line.
    """
    sound = np.asarray(hit, np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (_FFT // 2, _FFT)), _FFT)[: len(sound) : _HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FFT), axis=1)) ** 2 @ _bands().T
    at = np.arange(len(power)) * _HOP / RATE
    whole = float(power.sum()) + 1e-20
    stretches = [
        power[(at >= begin) & (at < end)].sum(axis=0) / (end - begin) for begin, end in itertools.pairwise(_TIMES)
    ]
    levels = 10 * np.log10(np.array(stretches) / whole + _FLOOR)
    over = at[np.minimum(np.searchsorted(np.cumsum(power.sum(axis=1)) / whole, _OVER), len(at) - 1)]
    lines = np.abs(np.fft.rfft(sound[round(_AFTER * RATE) : round(_UNTIL * RATE)], _LINES))
    hertz = np.arange(len(lines)) * RATE / _LINES
    inside = (hertz > _LINE_FROM) & (hertz < _LINE_TO)
    line = hertz[inside][np.argmax(lines[inside])]
    return np.concatenate([levels.ravel(), np.log2(0.003 + over), [np.log2(line)]]).astype(np.float32)


@cache
def _bands() -> Floats:
    """Which lines of a spectrum each band gathers, `(24, lines)`: at least the one nearest its middle."""
    hertz = np.fft.rfftfreq(_FFT, 1 / RATE)
    edges = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1)
    bands = (np.searchsorted(edges, hertz) - 1 == np.arange(_BANDS)[:, None]).astype(np.float64)
    for band, middle in zip(bands, np.sqrt(edges[:-1] * edges[1:]), strict=True):
        if not band.any():
            band[np.argmin(np.abs(hertz - middle))] = 1.0
    return np.asarray(bands)
