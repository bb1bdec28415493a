"""How loud it is, for the meter, and whether anything arrives at all."""

from dataclasses import dataclass
from math import exp, log10

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import clean
from livemusic.dsp.spec import Decibels, Seconds

SILENCE_DB: Decibels = -120.0
PEAK_FALL_DB_PER_S = 20 / 1.7
RMS_TIME_S: Seconds = 0.3
ZERO_TIME_S: Seconds = 2.0
#: Samples at full scale, and the share of them from which it is clipping: a sine that just reaches it has 1 in 100.
FULL_SCALE = 0.9999
CLIPPED_SHARE = 0.02
#: Beside a constant of this size (-60 dB) or more, with less than this share of its energy, there is no sound.
CONSTANT = 1e-3
CONSTANT_SHARE = 1e-2


@dataclass(frozen=True, slots=True)
class Level:
    """A meter reading in dB full scale, -120 at least; `silent` after 2 s of samples that are exactly zero.

    `clipped`: many samples are at full scale or above. `constant`: all that comes is a constant (direct current).
    """

    peak_db: Decibels = SILENCE_DB
    rms_db: Decibels = SILENCE_DB
    silent: bool = False
    clipped: bool = False
    constant: bool = False


class LevelMeter:
    """Reads blocks of any size and shows the same level for all: the ballistics run per sample.

    Peaks rise at once and fall 20 dB in 1.7 s (IEC 60268-10 type I); rms is a 300 ms leaky mean, where a full-scale
    sine reads -3 dB. Exact zeros for 2 s mean a muted or blocked microphone, not a quiet room.
    """

    def __init__(self, sample_rate: int) -> None:
        if sample_rate < 1:
            raise ValueError(f"sample rate {sample_rate} Hz must be at least 1")
        self._rate = sample_rate
        self._peak = 0.0
        self._square = 0.0
        self._zeros = 0
        self._mean = 0.0
        self._full = 0.0

    def push(self, samples: npt.ArrayLike) -> Level:
        """The level after `samples` `(n,)`, full scale at 1.0."""
        signed = clean(samples).astype(np.float64)
        block = np.abs(signed)
        if block.size:
            age = np.arange(block.size - 1, -1, -1) / self._rate
            span = block.size / self._rate
            fall = PEAK_FALL_DB_PER_S / 20
            self._peak = max(
                float((block * 10 ** (-fall * age)).max()),
                self._peak * 10 ** (-fall * span),
            )
            leak = exp(-1 / (RMS_TIME_S * self._rate))
            weights, kept = (1 - leak) * np.exp(-age / RMS_TIME_S), exp(-span / RMS_TIME_S)
            self._square = self._square * kept + float(np.dot(block * block, weights))
            self._mean = self._mean * kept + float(np.dot(signed, weights))
            self._full = self._full * kept + float(np.dot(block >= FULL_SCALE, weights))
            sounding = np.flatnonzero(block)
            self._zeros = block.size - 1 - int(sounding[-1]) if sounding.size else self._zeros + block.size
        return self.read()

    def read(self) -> Level:
        """The level now, without hearing more."""
        silent = self._zeros >= ZERO_TIME_S * self._rate
        steady = self._mean**2
        constant = steady >= CONSTANT**2 and self._square - steady < CONSTANT_SHARE * steady
        return Level(
            _decibels(self._peak),
            _decibels(self._square**0.5),
            silent,
            clipped=self._full > CLIPPED_SHARE and not constant,
            constant=constant,
        )


def _decibels(amplitude: float) -> Decibels:
    return max(SILENCE_DB, 20 * log10(amplitude)) if amplitude > 0 else SILENCE_DB
