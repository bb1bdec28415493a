"""Where something begins to sound: the growth of the spectrum in three bands, a hundred times a second."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from livemusic.dsp.framer import Framer
from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import Hertz, Seconds

Activations = npt.NDArray[np.float64]
"""How strongly something begins, float64 `(n, 3)`, at least 0: low (kick), middle (snare), high (hats)."""

FRAMES_PER_SECOND: Hertz = 100.0
_FRAME_S: Seconds = 1024 / 44100
_SUBBANDS, _LOWEST, _HIGHEST = 24, 30.0, 16000.0
_LOW_TO: Hertz = 180.0
_MIDDLE_TO: Hertz = 2500.0
_LOG_GAIN = 1000.0
#: From an onset to the end of the frame in which it shows most, measured on even strokes of the built-in kit.
_DELAY: Seconds = 0.0285


class OnsetSource(Protocol):
    """What a beat tracker listens through: spectral flux, or a model that hears drums.

    `rate_hz`: activations per second. `frame_s`: where the first frame ends. `delay_s`: from an onset to the end of
    the frame whose activation is its peak.
    """

    @property
    def rate_hz(self) -> Hertz: ...
    @property
    def frame_s(self) -> Seconds: ...
    @property
    def delay_s(self) -> Seconds: ...
    def push(self, samples: npt.ArrayLike) -> Activations: ...


class SpectralFlux:
    """Hears onsets in a stream of mono samples as sudden growth of the log-compressed spectrum.

    Frames of 23 ms with a Hann window, one every 10 ms; 24 log-spaced sub-bands of 30 Hz to 16 kHz; the mean positive
    difference of each to the frame before, gathered into three bands. The rows do not depend on the sizes of the
    blocks; NaN and infinity count as silence. `ValueError` for sample rates outside 8000..384000 Hz.
    """

    def __init__(self, sample_rate: Hertz) -> None:
        if not 8000 <= sample_rate <= 384000:
            raise ValueError(f"sample rate {sample_rate!r} Hz is outside 8000..384000")
        hop, fft = round(sample_rate / FRAMES_PER_SECOND), round(sample_rate * _FRAME_S)
        self.rate_hz: Hertz = sample_rate / hop
        self.frame_s: Seconds = fft / sample_rate
        self.delay_s: Seconds = _DELAY
        self._framer = Framer(fft, hop)
        window = np.hanning(fft + 2)[1:-1]
        self._window = window / window.sum()
        lines = np.fft.rfftfreq(fft, 1 / sample_rate)
        edges = np.geomspace(_LOWEST, _HIGHEST, _SUBBANDS + 1)
        self._edges = np.unique(np.clip(np.searchsorted(lines, edges), 1, lines.size - 1))
        self._widths = np.diff(self._edges)
        centres = np.sqrt(lines[self._edges[:-1]] * lines[self._edges[1:]])
        self._splits = np.array([0, *np.searchsorted(centres, (_LOW_TO, _MIDDLE_TO))])
        self._counts = np.diff([*self._splits, centres.size])
        self._before: npt.NDArray[np.float64] | None = None

    def push(self, samples: npt.ArrayLike) -> Activations:
        """The activations of the frames that `samples` `(n,)` complete: `(m, 3)`, where m may be 0."""
        frames = self._framer.push(samples)
        if not len(frames):
            return np.empty((0, 3))
        return np.array([self._grow(frame) for frame in frames])

    def _grow(self, frame: Samples) -> npt.NDArray[np.float64]:
        lines = np.abs(np.fft.rfft(frame * self._window))
        levels = np.log1p(_LOG_GAIN * np.add.reduceat(lines, self._edges)[:-1] / self._widths)
        before, self._before = self._before, levels
        if before is None:
            return np.zeros(3)
        growth = np.add.reduceat(np.maximum(levels - before, 0.0), self._splits) / self._counts
        return np.asarray(growth)
