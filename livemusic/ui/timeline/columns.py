"""What of the sound is drawn over time: how far it swings, and how loud it is at each height."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.framer import Framer
from livemusic.dsp.samples import Samples, clean
from livemusic.music.tempo import Seconds

#: Samples to a column of the waveform.
PEAK_SAMPLES = 128
_FULL = 32767

#: The spectrogram's bands: so many of equal width in octaves.
BANDS = 80
LOWEST_HZ, HIGHEST_HZ = 40.0, 16000.0
_WINDOW_S: Seconds = 0.09
#: A band's level is kept in half decibels above this, in one byte.
FLOOR_DB, STEP_DB = -120.0, 0.5
_AT_ONCE = 128


class Peaks:
    """Samples in, columns `(n, 2)` int16 out: the depth and the height of each `PEAK_SAMPLES`, both upwards."""

    def __init__(self) -> None:
        self._held: Samples = np.empty(0, np.float32)

    def push(self, samples: npt.ArrayLike) -> npt.NDArray[np.int16]:
        """The columns that `samples` `(n,)` complete."""
        held = np.concatenate([self._held, clean(samples)])
        whole = len(held) // PEAK_SAMPLES * PEAK_SAMPLES
        self._held = held[whole:].copy()
        return self._columns(held[:whole].reshape(-1, PEAK_SAMPLES))

    def flush(self) -> npt.NDArray[np.int16]:
        """The last column, of what is left."""
        left, self._held = self._held, np.empty(0, np.float32)
        return self._columns(left[None] if len(left) else left.reshape(0, 1))

    @staticmethod
    def _columns(frames: Samples) -> npt.NDArray[np.int16]:
        if not len(frames):
            return np.empty((0, 2), np.int16)
        swings = np.stack([-frames.min(axis=1), frames.max(axis=1)], axis=1)
        return (np.clip(swings, -1, 1) * _FULL).round().astype(np.int16)


class Spectrum:
    """Samples in, columns `(n, BANDS)` uint8 out, lowest band first: `STEP_DB` above `FLOOR_DB`; 0 dB is a full sine.

    Column k covers `[k, k + 1) * step_s`; the window that it is made of is four times as long.
    """

    def __init__(self, sample_rate: int) -> None:
        window = 1 << max(6, round(float(np.log2(_WINDOW_S * sample_rate))))
        self._hop = window // 4
        self.step_s: Seconds = self._hop / sample_rate
        self._framer = Framer(window, self._hop)
        self._lead = np.zeros((window - self._hop) // 2, np.float32)
        self._framer.push(self._lead)
        self._window = np.hanning(window + 1)[:-1].astype(np.float32)
        self._scale = 4.0 / float(self._window.sum()) ** 2 / 1.5  # 1.5: bins that a sine lights through this window
        top = min(HIGHEST_HZ, 0.49 * sample_rate)
        self.edges_hz = LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (np.arange(BANDS + 1) / BANDS)
        places = np.minimum(self.edges_hz, top) * window / sample_rate + 0.5
        self._bins, self._parts = places.astype(np.intp), places - places.astype(np.intp)

    def push(self, samples: npt.ArrayLike) -> npt.NDArray[np.uint8]:
        """The columns that `samples` `(n,)` complete."""
        frames = self._framer.push(samples)
        parts = [self._columns(frames[i : i + _AT_ONCE]) for i in range(0, len(frames), _AT_ONCE)]
        return np.concatenate([np.empty((0, BANDS), np.uint8), *parts])

    def flush(self) -> npt.NDArray[np.uint8]:
        """The last columns, up to the end of the sound."""
        return self.push(np.zeros(len(self._lead) + self._hop // 2, np.float32))

    def _columns(self, frames: Samples) -> npt.NDArray[np.uint8]:
        power = np.abs(np.fft.rfft(frames * self._window, axis=1)).astype(np.float64) ** 2
        below = np.zeros((len(power), power.shape[1] + 1))
        np.cumsum(power, axis=1, out=below[:, 1:])
        at_edges = below[:, self._bins] + self._parts * power[:, np.minimum(self._bins, power.shape[1] - 1)]
        bands = np.maximum(np.diff(at_edges, axis=1), 0) * self._scale
        levels = 10 * np.log10(bands + 1e-13)
        return np.clip((levels - FLOOR_DB) / STEP_DB, 0, 255).round().astype(np.uint8)
