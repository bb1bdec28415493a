"""Half a second of log-mel spectrum as a point, by principal components: the plain space beside an embedder's."""

from collections.abc import Sequence

import librosa
import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from livemusic.dsp.samples import Samples

Array = npt.NDArray[np.float32]

RATE, FFT, HOP, FRAMES = 44100, 2048, 1024, 22
BANDS, LOWEST, HIGHEST = 64, 30.0, 11025.0
RANGE_DB = 60.0
DIM = 24
#: Every so manieth window is fitted to.
_STEP = 7


class Windows:
    """`mean` `(frames * bands,)` and `axes` `(frames * bands, dim)` of windows of sound at 44.1 kHz."""

    hop_s = HOP / RATE
    window_s = FRAMES * HOP / RATE

    def __init__(self, mean: Array, axes: Array) -> None:
        self._mean, self._axes = mean, axes

    @classmethod
    def fitted(cls, sounds: Sequence[Samples]) -> "Windows":
        """The principal components of the windows of `sounds`."""
        rows = np.concatenate([_windows(sound)[::_STEP] for sound in sounds]).astype(np.float64)
        mean = rows.mean(axis=0)
        axes = np.linalg.eigh(np.cov(rows.T))[1][:, ::-1][:, :DIM]
        return cls(mean.astype(np.float32), axes.astype(np.float32))

    def __call__(self, sound: Samples) -> Array:
        """The path `(n, DIM)`."""
        return np.asarray((_windows(sound) - self._mean) @ self._axes, np.float32)


def _windows(sound: Samples) -> Array:
    """`(n, frames * bands)`, 0..1: decibels under the loudest so far, which fades by 10 dB in 3 s."""
    power = librosa.feature.melspectrogram(
        y=np.pad(sound, (FFT, 0)), sr=RATE, n_fft=FFT, hop_length=HOP, center=False,
        n_mels=BANDS, fmin=LOWEST, fmax=HIGHEST, htk=True, norm=None,
    )  # fmt: skip
    decibels = 10 * np.log10(power.T + 1e-9)
    top, tops = -50.0, []
    for loudest in decibels.max(axis=1):
        top = max(float(loudest), top - 10 * HOP / RATE / 3, -50.0)
        tops.append(top)
    grey = np.clip((decibels - np.array(tops)[:, None] + RANGE_DB) / RANGE_DB, 0, 1).astype(np.float32)
    views = sliding_window_view(grey, FRAMES, axis=0).transpose(0, 2, 1)
    return np.asarray(views.reshape(len(grey) - FRAMES + 1, -1))
