"""Which pitch classes sound, while they do: chroma that follows the tuning and is not impressed by drums or noise.

Partials are the peaks of a long spectrum that stand out of what is around them; strokes and hiss are broad and leave
few. Each goes to its nearest semitone, the farther off the less, and notes with overtones are looked for that explain
them together (non-negative least squares, after Mauch and Dixon, "Approximate note transcription for the improved
identification of difficult chords", ISMIR 2010).
"""

from functools import cache
from math import atan2, exp, pi
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import Decibels, Hertz, Seconds

Floats = npt.NDArray[np.float64]

CLASSES = 12
#: What is heard is brought to this rate: partials up to a piano's highest octave, and the same rows for every device.
RATE: Hertz = 11025.0
_HOP, _FFT = 512, 4096
HOP_S: Seconds = _HOP / RATE
#: From a sound to the end of the frame whose middle it is in.
DELAY_S: Seconds = _FFT / 2 / RATE
_RATES = (8000, 384000)
_A4, _A4_HZ = 69, 440.0
#: The semitones that partials are gathered in, and how many of the lowest may be notes.
_LOWEST, _SEMITONES, _NOTES = 33, 75, 63
#: The lowest notes, by whose weight the bass is told.
_BASS_TO = 52
#: A partial stands so far above the mean level (dB) of the half octave around it, and is sure so much farther up.
_STANDS_OUT: Decibels = 12.0
_SURE: Decibels = 18.0
_AROUND, _LINES = 2.0**0.25, 16
#: Quieter than this (dB full scale) there is nothing.
_FLOOR: Decibels = -72.0
#: How far from its semitone a partial counts by exp(-1/2), and how much one that is anywhere does on average.
_NEAR, _CHANCE = 0.22, 0.539
#: Overtones of a note, each this share of the one before, in the square root of amplitude.
_OVERTONES, _FADE = 8, 0.65
_STEPS = 12
#: The tuning is the mean of what was heard for about so long, and its trust grows with how much that was.
_TUNING_TIME: Seconds = 12.0
#: The loudest for a while is the measure of what is quiet.
_RELEASE: Seconds = 12.0


class ChromaRow(NamedTuple):
    """What sounds at `t` seconds of sound.

    `notes` `(63,)`: how strongly each note from A1 up sounds, at least 0 and about 1 in all for the loudest music of
    the last seconds. `classes`, `bass` `(12,)`, C first: the same of each pitch class, in all and in the bass.
    `partials`: how many there are, by how far they stand out. `pitched`: how many more of them lie on semitones than
    would by chance: about 0 for drums, noise and speech. `tuning`: of A, in semitones from 440 Hz, -0.5..0.5.
    """

    t: Seconds
    notes: Floats
    classes: Floats
    bass: Floats
    partials: float
    pitched: float
    tuning: float


class Chroma:
    """Hears a mono stream at `sample_rate` as rows of chroma, 21.5 in a second, from the present and the past only.

    The same rows for any block sizes; NaN and infinity count as silence. `ValueError` for a sample rate outside
    8000..384000 Hz. Thread: one at a time.
    """

    def __init__(self, sample_rate: Hertz) -> None:
        if not _RATES[0] <= sample_rate <= _RATES[1]:
            raise ValueError(f"sample rate {sample_rate!r} Hz is outside {_RATES[0]}..{_RATES[1]}")
        self._resampler = Resampler(sample_rate, RATE)
        self._framer = Framer(_FFT, _HOP)
        self._spectrum = _spectrum()
        self._rows = 0
        self._tuning = 0j
        self._loudest = 0.0

    def push(self, samples: npt.ArrayLike) -> list[ChromaRow]:
        """The rows that `samples` `(n,)` complete."""
        return [self._row(frame) for frame in self._framer.push(self._resampler.push(samples))]

    def flush(self) -> list[ChromaRow]:
        """The rows of what is still on its way; the next `push` starts a new stream of sound."""
        return [self._row(frame) for frame in self._framer.push(self._resampler.flush())]

    def _row(self, frame: Samples) -> ChromaRow:
        t = (self._rows * _HOP + _FFT / 2) / RATE
        self._rows += 1
        partials = self._spectrum.partials(frame)
        self._tuning *= exp(-HOP_S / _TUNING_TIME)
        if partials is None:
            return ChromaRow(t, np.zeros(_NOTES), np.zeros(CLASSES), np.zeros(CLASSES), 0.0, 0.0, self._offset)
        places, weights, sure = partials
        self._tuning += complex(weights @ np.exp(2j * pi * places))
        places = places - self._offset
        off = (places - np.round(places)) / _NEAR
        near = np.exp(-0.5 * off * off)
        pitched = float(sure @ (near - _CHANCE)) / (1 - _CHANCE)
        gathered = _gather(places, weights * near)
        notes = _explain(gathered)
        self._loudest = max(self._loudest * exp(-HOP_S / _RELEASE), float(notes.sum()), 1e-9)
        notes /= self._loudest
        low = _BASS_TO - _LOWEST
        return ChromaRow(t, notes, _fold(notes), _fold(notes[:low]), float(sure.sum()), pitched, self._offset)

    @property
    def _offset(self) -> float:
        return atan2(self._tuning.imag, self._tuning.real) / (2 * pi) if self._tuning else 0.0


class _Spectrum(NamedTuple):
    """What a spectrum is read by: made once."""

    window: Floats
    first: int
    below: npt.NDArray[np.intp]
    above: npt.NDArray[np.intp]

    def partials(self, frame: Samples) -> tuple[Floats, Floats, Floats] | None:
        """Places (semitones) and weights of the partials in a frame, and how sure they are, 0..1; None: silent."""
        lines = np.abs(np.fft.rfft(frame * self.window))
        power = lines * lines
        if power.sum() < 10 ** (_FLOOR / 10):
            return None
        levels = 10 * np.log10(power + 1e-14)
        summed = np.concatenate(([0.0], np.cumsum(levels)))
        around = (summed[self.above] - summed[self.below]) / (self.above - self.below)
        here = levels[self.first : self.first + len(around)]
        left, right = levels[self.first - 1 : self.first - 1 + len(around)], levels[self.first + 1 :][: len(around)]
        peaks = np.flatnonzero((here > left) & (here >= right) & (here - around > _STANDS_OUT))
        a, b, c = left[peaks], here[peaks], right[peaks]
        bend = np.minimum(a - 2 * b + c, -1e-9)
        offset = 0.5 * (a - c) / bend
        hertz = (peaks + self.first + offset) * RATE / _FFT
        sure = np.minimum((b - around[peaks] - _STANDS_OUT) / _SURE, 1.0)
        places = _A4 + 12 * np.log2(hertz / _A4_HZ)
        return places, sure * 10 ** (b / 40), sure


@cache
def _spectrum() -> _Spectrum:
    window = np.hanning(_FFT + 1)[:-1]
    line = RATE / _FFT
    lowest, highest = (_A4_HZ * 2 ** ((pitch - _A4) / 12) for pitch in (_LOWEST - 0.5, _LOWEST + _SEMITONES - 0.5))
    lines = np.arange(int(lowest / line) + 1, int(highest / line) + 1)
    below = np.minimum(np.floor(lines / _AROUND), lines - _LINES)
    above = np.maximum(np.ceil(lines * _AROUND), lines + _LINES)
    limit = _FFT // 2
    return _Spectrum(
        window / window.sum() * 2,
        int(lines[0]),
        np.clip(below, 2, limit).astype(np.intp),
        np.clip(above + 1, 3, limit).astype(np.intp),
    )


def _gather(places: Floats, weights: Floats) -> Floats:
    """Partials in semitones, `(75,)`."""
    semitones = np.round(places).astype(np.intp) - _LOWEST
    inside = (semitones >= 0) & (semitones < _SEMITONES)
    return np.bincount(semitones[inside], weights[inside], _SEMITONES).astype(np.float64)


@cache
def _overtones() -> tuple[Floats, Floats]:
    """What every note sounds like, `(75, 63)`, and how alike notes are, `(63, 63)`."""
    sound = np.zeros((_SEMITONES, _NOTES))
    for note in range(_NOTES):
        for number in range(1, _OVERTONES + 1):
            place = note + round(12 * np.log2(number))
            if place < _SEMITONES:
                sound[place, note] += _FADE ** (number - 1)
    return sound, sound.T @ sound


def _explain(gathered: Floats) -> Floats:
    """How strongly each note sounds, `(63,)`: multiplicative updates towards the least squares (Lee and Seung 2001)."""
    sound, alike = _overtones()
    wanted = gathered @ sound
    notes: Floats = wanted / alike.sum(0)
    for _ in range(_STEPS):
        notes = notes * (wanted / (alike @ notes + 1e-9))
    return notes


def _fold(notes: Floats) -> Floats:
    classes = (np.arange(len(notes)) + _LOWEST) % CLASSES
    return np.bincount(classes, notes, CLASSES).astype(np.float64)
