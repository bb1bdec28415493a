"""Brings a device's sample rate to the one the model was trained at, while the sound streams in."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import soxr

from livemusic.dsp.samples import Samples, clean

#: Of the quick one: zero crossings either way, how much of the band passes whole, and places between two samples.
_REACH = 32
_PASS = 0.94
_MOST_PHASES = 1024


class Resampler:
    """A mono stream from `from_hz` to `to_hz` (soxr, high quality); the identity where the rates are the same.

    The samples that come out do not depend on how the input was cut into blocks. Output lags the input by some
    milliseconds; `flush` hands over the rest. Raises `ValueError` for rates outside 1..1,000,000 Hz.
    """

    def __init__(self, from_hz: float, to_hz: float) -> None:
        _check(from_hz, to_hz)
        self._from = from_hz
        self._to = to_hz
        self._stream = self._start()

    def push(self, samples: npt.ArrayLike) -> Samples:
        """What `samples` `(n,)` bring out: float32 `(m,)`, where m may be 0."""
        block = clean(samples)
        if self._stream is None or not block.size:
            return block
        out: Samples = self._stream.resample_chunk(block)
        return out

    def flush(self) -> Samples:
        """The stream's last samples; the next `push` starts a new stream."""
        if self._stream is None:
            return np.empty(0, np.float32)
        rest: Samples = self._stream.resample_chunk(np.empty(0, np.float32), last=True)
        self._stream = self._start()
        return rest

    def _start(self) -> soxr.ResampleStream | None:
        if self._from == self._to:
            return None
        return soxr.ResampleStream(self._from, self._to, 1, dtype="float32", quality="HQ")


def resampled(sound: Samples, from_hz: float, to_hz: float) -> Samples:
    """A whole recording `(frames, channels)` brought from `from_hz` to `to_hz` (soxr, high quality), float32."""
    _check(from_hz, to_hz)
    return np.asarray(soxr.resample(sound, from_hz, to_hz, quality="HQ"), np.float32)


class QuickResampler:
    """As `Resampler`, but late by a millisecond instead of twenty: for what has to be told at once.

    A windowed sinc (Kaiser, beta 8, `_REACH` zero crossings either way), applied directly: every sample comes out as
    soon as the last one that it needs is there. Rates are whole Hz. The same samples for any block sizes.
    """

    def __init__(self, from_hz: float, to_hz: float) -> None:
        _check(from_hz, to_hz)
        ratio = Fraction(round(from_hz), round(to_hz))
        self._up, self._down = ratio.denominator, ratio.numerator
        slower = max(1.0, float(ratio))
        self._side = int(np.ceil(_REACH * slower))
        #: A sample comes out so much sound after its moment.
        self.late = 0.0 if self._up == self._down else self._side / from_hz
        self._phases = min(self._up, _MOST_PHASES)
        offsets = np.arange(-self._side + 1, self._side + 1) - np.arange(self._phases)[:, None] / self._phases
        window = np.i0(8 * np.sqrt(np.clip(1 - (offsets / self._side) ** 2, 0, 1))) / np.i0(8)
        taps = np.sinc(offsets * _PASS / slower) * window
        self._taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
        self._held: Samples = np.empty(0, np.float32)
        self._first = self._told = 0
        self._begin()

    def push(self, samples: npt.ArrayLike) -> Samples:
        """What `samples` `(n,)` bring out: float32 `(m,)`, where m may be 0."""
        block = clean(samples)
        if self._up == self._down:
            return block
        self._held = np.concatenate([self._held, block])
        # sample k of the output lies at k * down / up of the input; `_held` begins `_side - 1` before `_first`
        end = self._first + len(self._held) - 2 * self._side + 1
        count = max(0, -(-end * self._up // self._down) - self._told)
        if not count:
            return np.empty(0, np.float32)
        places = (self._told + np.arange(count)) * self._down
        whole, part = places // self._up, places % self._up
        windows = np.lib.stride_tricks.sliding_window_view(self._held, 2 * self._side)[whole - self._first]
        out = np.einsum("ij,ij->i", windows, self._taps[part * self._phases // self._up])
        self._told += count
        passed = max(0, self._told * self._down // self._up - self._first)
        self._held, self._first = self._held[passed:].copy(), self._first + passed
        return np.asarray(out, np.float32)

    def flush(self) -> Samples:
        """The stream's last samples; the next `push` starts a new stream."""
        rest = self.push(np.zeros(self._side, np.float32)) if self._up != self._down else np.empty(0, np.float32)
        self._begin()
        return rest

    def _begin(self) -> None:
        self._held = np.zeros(self._side - 1, np.float32)
        self._first = self._told = 0


def _check(*rates: float) -> None:
    for rate in rates:
        if not 1 <= rate <= 1e6:
            raise ValueError(f"sample rate {rate!r} Hz is outside 1..1000000")
