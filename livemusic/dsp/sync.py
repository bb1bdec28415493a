"""What two recordings of one song are aligned by: onsets in bands and chroma, of a stream that may be hours long."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import Hertz

#: Rows of onsets and of loudness, and of chroma, in a second.
ONSET_HZ: Hertz = 100.0
CHROMA_HZ: Hertz = 10.0
_RATE = 22000  # whole hops at both rates
_HOP, _FFT = 220, 1024
_TONAL_HOP, _TONAL_FFT = 2200, 8192
BANDS = 12
_LOW, _HIGH = 40.0, 10500.0
#: Chroma is heard in thirds of a semitone first, so that another tuning can be told, from A1 to A6.
_PER_SEMITONE = 3
_BINS = 12 * _PER_SEMITONE
_TONAL_LOW, _TONAL_HIGH = 55.0, 1760.0
#: Levels are kept in half decibels above this, in one byte.
_FLOOR_DB, _STEP_DB = -120.0, 0.5
#: So far below its loudest a band is silent.
_DEPTH_DB = 55.0
_AT_ONCE = 1 << 16
Array = npt.NDArray[np.float32]


class SyncRows(NamedTuple):
    """`onsets` float32 `(n, BANDS)`: how much each band grows, 0..2, 100 times a second; row k is at k / 100 s.
    `chroma` `(m, 12)` from A on, of length 1 or 0 where nothing is to be heard, 10 times a second, `tuning` (semitones,
    -0.5..0.5) taken off. `loudness` `(n,)`: dB full scale, weighted as ears do, -120 for silence.
    """

    onsets: Array
    chroma: Array
    loudness: Array
    tuning: float


class SyncEar:
    """Hears mono samples at `sample_rate` in blocks of any size; `finish` tells what there was. Thread: one.

    Onsets are growth in dB over the two rows before, in bands evenly spaced in octaves, each band beside its own
    loudest (Ewert, Mueller & Grosche 2009, "High resolution audio synchronization using chroma onset features", have
    the like in pitch classes). Three hours need about 30 MB. `ValueError` for a sample rate that cannot be.
    """

    def __init__(self, sample_rate: Hertz) -> None:
        self._resampler = Resampler(sample_rate, _RATE)
        self._framer, self._tonal = Framer(_FFT, _HOP), Framer(_TONAL_FFT, _TONAL_HOP)
        self._framer.push(np.zeros(_FFT // 2, np.float32))  # row k is centred at k hops
        self._tonal.push(np.zeros(_TONAL_FFT // 2, np.float32))
        self._window = np.hanning(_FFT + 1)[:-1].astype(np.float32)
        self._tonal_window = np.hanning(_TONAL_FFT + 1)[:-1].astype(np.float32)
        lines = np.asarray(np.fft.rfftfreq(_FFT, 1 / _RATE), np.float64)
        edges = np.geomspace(_LOW, _HIGH, BANDS + 1)
        self._bands = np.array([(lines >= low) & (lines < high) for low, high in pairwise(edges)])
        self._bands[0] |= np.arange(len(lines)) == 1
        self._bands = self._bands.T.astype(np.float32) / np.float32(self._window.sum()) ** 2 * 4
        self._ears = (_weighting(lines) * 4 / self._window.sum() ** 2 / 1.5).astype(np.float32)
        self._wheel = _wheel()
        self._levels: list[npt.NDArray[np.uint8]] = []
        self._loudness: list[npt.NDArray[np.uint8]] = []
        self._tones: list[npt.NDArray[np.float16]] = []

    def hear(self, samples: npt.ArrayLike) -> None:
        """Take in `(n,)`; what is no number counts as silence."""
        sound = np.asarray(samples, np.float32)
        for start in range(0, len(sound), _AT_ONCE):
            self._take(self._resampler.push(sound[start : start + _AT_ONCE]))

    def finish(self) -> SyncRows:
        """All that was heard."""
        self._take(self._resampler.flush())
        self._take(np.zeros(_TONAL_FFT // 2, np.float32))
        levels = np.concatenate(self._levels).astype(np.float32) * np.float32(_STEP_DB) + np.float32(_FLOOR_DB)
        loudness = np.concatenate(self._loudness).astype(np.float32) * np.float32(_STEP_DB) + np.float32(_FLOOR_DB)
        tones = np.concatenate(self._tones).astype(np.float32)
        tuning = tuning_of(tones)
        rows = (len(levels) * int(CHROMA_HZ)) // int(ONSET_HZ) + 1
        return SyncRows(_growth(levels), fold(tones[:rows], tuning), loudness, tuning)

    def _take(self, sound: Samples) -> None:
        frames = self._framer.push(sound)
        if len(frames):
            power = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2
            self._levels.append(_kept(power @ self._bands))
            self._loudness.append(_kept(power @ self._ears))
        frames = self._tonal.push(sound)
        if len(frames):
            lines = np.abs(np.fft.rfft(frames * self._tonal_window, axis=1)) / np.float32(self._tonal_window.sum() / 2)
            self._tones.append((np.log1p(1000 * lines) @ self._wheel).astype(np.float16))


def tuning_of(tones: npt.ArrayLike) -> float:
    """How many semitones above A 440 all of `(n, 36)` is tuned, -0.5..0.5: the mean phase within the semitone."""
    whole = np.asarray(tones, np.float64).sum(axis=0)
    turned = np.sum(whole * np.exp(2j * np.pi * np.arange(_BINS) / _PER_SEMITONE))
    return float(np.angle(turned) / (2 * np.pi)) if abs(turned) > 1e-3 * whole.sum() > 0 else 0.0


def fold(tones: npt.ArrayLike, tuning: float) -> Array:
    """Chroma `(n, 12)`, of length 1 or 0, of `(n, 36)` tuned `tuning` semitones high."""
    rows = np.asarray(tones, np.float32)
    shift = tuning * _PER_SEMITONE
    whole = int(np.floor(shift))
    part = np.float32(shift - whole)
    turned = (1 - part) * np.roll(rows, -whole, axis=1) + part * np.roll(rows, -whole - 1, axis=1)
    turned = turned - turned.min(axis=1, keepdims=True)
    sums = np.roll(turned, 1, axis=1).reshape(len(rows), 12, _PER_SEMITONE).sum(axis=2)
    sums -= sums.mean(axis=1, keepdims=True)
    np.maximum(sums, 0, out=sums)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(np.where(length > 0.02, sums / np.maximum(length, 1e-9), 0), np.float32)


def _wheel() -> npt.NDArray[np.float32]:
    """How much each line belongs to each third of a semitone, `(lines, 36)`, bin 0 at A; octaves weigh the same."""
    lines = np.fft.rfftfreq(_TONAL_FFT, 1 / _RATE)
    wheel = np.zeros((len(lines), _BINS), np.float32)
    inside = np.flatnonzero((lines >= _TONAL_LOW) & (lines <= _TONAL_HIGH))
    place = np.log2(lines[inside] / 440) * _BINS
    weight = 440 / lines[inside]
    low = np.floor(place).astype(int)
    part = place - low
    np.add.at(wheel, (inside, low % _BINS), weight * (1 - part))
    np.add.at(wheel, (inside, (low + 1) % _BINS), weight * part)
    return wheel


def _weighting(lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Power weights of lines in Hz, much as ITU-R BS.1770 weighs: less below 60 Hz, 4 dB more above 2 kHz."""
    low = lines**4 / (lines**4 + 38.0**4)
    high = 1 + (10**0.4 - 1) * lines**4 / (lines**4 + 1500.0**4)
    return np.asarray(low * high)


def _kept(power: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    levels = 10 * np.log10(power + 1e-12)
    return np.asarray(np.clip((levels - _FLOOR_DB) / _STEP_DB, 0, 255).round(), np.uint8)


def _growth(levels: Array) -> Array:
    """Onsets of levels in dB `(n, BANDS)`: 1 is a growth by 12 dB."""
    loudest = np.percentile(levels, 99, axis=0) if len(levels) else np.zeros(BANDS)
    floor = np.maximum(loudest - _DEPTH_DB, -110.0).astype(np.float32)
    above = np.maximum(levels - floor, 0)
    before = np.zeros_like(above)
    before[2:] = np.maximum(above[1:-1], above[:-2])
    before[:2] = above[:2]
    return np.asarray(np.clip((above - before) / 12, 0, 2), np.float32)
