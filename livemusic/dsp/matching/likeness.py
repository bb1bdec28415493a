"""How unlike two sounds are, in dB: what stands in reports, whatever a fit descended."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

_FFT, _HOP, _BANDS = 2048, 441, 32
_LOWEST, _HIGHEST = 40.0, 16000.0
#: What is so much softer than the loudest counts as silence.
_FLOOR_DB = 60.0


def unlikeness_db(ours: Floats, hit: Floats, sample_rate: float) -> float:
    """The root of the mean squared difference of the levels of `ours` and `hit` `(n,)`, dB.

    Levels are of 32 bands from 40 Hz to 16 kHz (equal steps of pitch) every 10 ms, over the length of `hit` and no
    lower than 60 dB under its loudest. `ours` is first made as loud as `hit`, so that loudness does not count.
    """
    theirs = np.asarray(hit, np.float64)
    same = np.zeros(len(hit))
    same[: len(ours)] = ours[: len(hit)]
    if (energy := float(np.vdot(same, same))) > 0:
        same *= np.sqrt(float(np.vdot(theirs, theirs)) / energy)
    return level_difference(levels(same, sample_rate), levels(theirs, sample_rate))


def level_difference(ours: npt.NDArray[np.float64], hit: npt.NDArray[np.float64]) -> float:
    """The root of the mean squared difference of two `levels` as loud as each other, dB."""
    floor = hit.max() - _FLOOR_DB
    return float(np.sqrt(np.mean((np.maximum(ours, floor) - np.maximum(hit, floor)) ** 2)))


def levels(sound: npt.NDArray[np.float64], sample_rate: float) -> npt.NDArray[np.float64]:
    """What is compared: dB, `(frames, bands)`; the first frame's middle is the first sample."""
    padded = np.pad(sound, (_FFT // 2, _FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[: len(sound) : _HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FFT), axis=1)) ** 2
    hertz = np.fft.rfftfreq(_FFT, 1 / sample_rate)
    edges = np.geomspace(_LOWEST, min(_HIGHEST, 0.49 * sample_rate), _BANDS + 1)
    place = np.searchsorted(edges, hertz) - 1
    bands = np.zeros((len(power), _BANDS))
    for band in range(_BANDS):
        inside = place == band
        nearest = int(np.argmin(np.abs(hertz - np.sqrt(edges[band] * edges[band + 1]))))
        bands[:, band] = power[:, inside].mean(axis=1) if inside.any() else power[:, nearest]
    return np.asarray(10 * np.log10(bands + 1e-12))
