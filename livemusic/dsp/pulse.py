"""The local pulse: which tempo and which place in the bar explain the onsets of the last seconds best."""

from math import exp

import numpy as np
import numpy.typing as npt

from livemusic.dsp.spec import Hertz, Seconds

BeatsPerMinute = float
Scores = npt.NDArray[np.float64]

BEATS = 4
"""Beats in the cycle that the metre describes."""
SLOWEST: BeatsPerMinute = 40.0
FASTEST: BeatsPerMinute = 220.0
TEMPI: Scores = np.geomspace(SLOWEST, FASTEST, 240)
"""The tempi that are weighed, 0.7 % apart."""
PHASES = 64
"""Places in the cycle that are told apart."""

#: Harmonics 1..16 of a bar of four beats, for low, middle and high onsets: how much more than usual begins at each
#: place. Learned from the training split of the Groove MIDI Dataset, rendered with the built-in kit: the mean
#: activation at each place, decorrelated between bands by 30 %, halves of the bar weighed 1.4, turned so that beats of
#: even strokes are heard where they are, scaled to 1.
_METRE: tuple[tuple[complex, complex, complex], ...] = (
    (0.05 + 0.04j, 0.01 + 0.04j, -0.03 + 0.06j),
    (0.11 + 0.02j, -0.03 + 0.02j, -0.36 - 0.02j),
    (0.04 + 0.02j, 0.02 + 0.03j, -0.01 + 0.03j),
    (0.18 + 0.10j, 0.19 + 0.09j, 0.37 + 0.13j),
    (0.08 + 0.01j, 0.05 + 0.01j, 0.01 + 0.00j),
    (0.11 + 0.00j, -0.02 + 0.01j, -0.41 - 0.09j),
    (0.05 - 0.02j, 0.05 + 0.01j, 0.04 + 0.02j),
    (0.28 + 0.08j, 0.26 + 0.13j, 0.82 + 0.34j),
    (0.04 + 0.02j, 0.04 + 0.02j, 0.03 - 0.01j),
    (0.09 + 0.05j, -0.03 + 0.02j, -0.29 - 0.12j),
    (0.06 + 0.01j, 0.05 + 0.00j, 0.02 - 0.03j),
    (0.16 + 0.00j, 0.18 + 0.08j, 0.34 + 0.18j),
    (0.02 + 0.00j, 0.01 + 0.01j, -0.02 - 0.03j),
    (0.03 + 0.02j, -0.03 + 0.00j, -0.18 - 0.14j),
    (0.02 + 0.00j, 0.01 + 0.01j, 0.00 + 0.00j),
    (0.28 + 0.11j, 0.29 + 0.29j, 0.75 + 0.66j),
)


class Pulse:
    """A tempogram that remembers about `memory_s` seconds, and the pulse it implies at every tempo.

    Each tempo has a bank of leaky resonators at the harmonics of its bar, all recursive, so a frame costs the same
    whatever the memory (predominant local pulse, Grosche and Mueller 2011; in real time Meier, Chiu and Mueller 2024;
    here the kernel is an exponential and the pulse has the shape of a metre instead of a cosine).
    """

    def __init__(self, rate_hz: Hertz, memory_s: Seconds) -> None:
        self._metre = np.array(_METRE)
        self._weights = np.abs(self._metre[BEATS * 2 - 1])
        power = (np.abs(self._metre) ** 2).sum() / 2 / (self._weights**2).sum()
        self._scale = PHASES / 2 / np.sqrt(power)
        self._leak = exp(-1 / (memory_s * rate_hz))
        angles = 2 * np.pi * TEMPI / (60 * BEATS * rate_hz)
        self._turn = self._leak * np.exp(-1j * np.outer(angles, np.arange(1, len(_METRE) + 1)))
        self._spectra = np.zeros((TEMPI.size, PHASES // 2 + 1), complex)
        self._state = self._spectra[:, 1 : len(_METRE) + 1]
        self._energy = self._sum = self._count = 0.0

    def push(self, activation: npt.NDArray[np.float64]) -> None:
        """Take in one frame `(3,)`."""
        self._state *= self._turn
        self._state += (self._metre * activation).sum(axis=1)
        total = float((self._weights * activation).sum())
        self._energy = self._leak * self._energy + total * total
        self._sum = self._leak * self._sum + total
        self._count = self._leak * self._count + 1

    def scores(self) -> Scores | None:
        """How well each tempo and present place in the cycle fit, `(tempi, phases)`; None where nothing was heard.

        A correlation of what was heard with the metre: at most 1, and the same for loud and quiet music.
        """
        variance = self._energy - self._sum**2 / max(self._count, 1.0)
        if variance < 1e-6:
            return None
        return np.asarray(np.fft.irfft(self._spectra, PHASES, axis=1) * (self._scale / np.sqrt(variance * self._count)))

    def recall(self, other: "Pulse") -> None:
        """Forget everything but what `other`, whose memory is shorter, still knows."""
        self._state[:] = other._state
        self._energy, self._sum, self._count = other._energy, other._sum, other._count

    def remember(self, frames: npt.NDArray[np.float64]) -> None:
        """Forget everything but `frames` `(n, 3)`, the last ones heard."""
        self._state[:] = 0
        self._energy = self._sum = self._count = 0.0
        for frame in frames:
            self.push(frame)
