"""How late a known sound comes back: its place in a recording, to the sample, and how sure that is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples, clean
from livemusic.dsp.spec import Hertz, Seconds

#: In Hz; what `chirp` is made for.
LOWEST_RATE, HIGHEST_RATE = 8000, 384000
_LOW: Hertz = 500.0
_HIGH: Hertz = 10000.0
#: In parts of the sample rate: what converters let through.
_TOP = 0.4
_EDGE = 0.1
#: Stretches with less than this part of the loudest one's energy are silence, and rounding errors at that.
_FAINT = 1e-10


@dataclass(frozen=True, slots=True)
class Delay:
    """`samples` from the recording's beginning to the sound's. `confidence` 0..1: 1 is the very same wave."""

    samples: int
    confidence: float


def chirp(sample_rate: int, seconds: Seconds = 0.1) -> Samples:
    """A sound that is easy to find again: one sweep upwards, float32 `(n,)`, peak just under 1, soft at both ends.

    From 500 Hz to 10 kHz (less where the rate has no room for it), so that its autocorrelation is a few samples wide,
    microphones and small speakers pass it, and no two places of it are alike. `ValueError` outside 8000..384000 Hz
    and 0.01..10 s.
    """
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise ValueError(f"sample rate {sample_rate!r} Hz is outside {LOWEST_RATE}..{HIGHEST_RATE}")
    if not 0.01 <= seconds <= 10:
        raise ValueError(f"seconds {seconds!r} is outside 0.01..10")
    count = round(seconds * sample_rate)
    t = np.arange(count) / sample_rate
    high = min(_HIGH, _TOP * sample_rate)
    sweep = np.sin(2 * np.pi * (_LOW * t + (high - _LOW) / (2 * seconds) * t**2))
    edge = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / (_EDGE * count), 0, 1)
    return np.asarray(sweep * np.sin(np.pi / 2 * edge) ** 2, np.float32)


def find_delay(signal: npt.ArrayLike, recording: npt.ArrayLike) -> Delay:
    """Where `signal` `(n,)` lies in `recording` `(m,)`, m >= n: the stretch that is most like it, upside down or not.

    Confidence is the size of the normalised cross-correlation there (Pearson's r of the two waves), so loudness and
    a constant offset play no part. A recording of silence gives 0 with confidence 0. `ValueError` where there
    is nothing to look for, or not enough to look in.
    """
    wanted, heard = clean(signal).astype(np.float64), clean(recording).astype(np.float64)
    count = len(wanted)
    wanted -= wanted.mean() if count else 0.0
    power = float(np.dot(wanted, wanted))
    if not power:
        raise ValueError("signal is empty or constant: there is nothing to find")
    if len(heard) < count:
        raise ValueError(f"recording has {len(heard)} samples, fewer than the signal's {count}")
    size = 1 << (len(heard) - 1).bit_length()  # what wraps around lands behind the last full overlap
    alike = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(heard) - count + 1]
    energy = np.maximum(_sliding(heard**2, count) - _sliding(heard, count) ** 2 / count, 0.0)
    audible = energy > _FAINT * max(float(energy.max()), float(np.finfo(np.float32).tiny))
    score = np.zeros(len(alike))
    np.divide(np.abs(alike), np.sqrt(power * energy), out=score, where=audible)
    best = int(score.argmax())
    return Delay(best, min(1.0, float(score[best])))


def _sliding(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """The sums of `count` neighbours."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    sums: npt.NDArray[np.float64] = total[count:] - total[:-count]
    return sums
