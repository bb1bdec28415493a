"""Brings a device's sample rate to the one the model was trained at, while the sound streams in."""

import numpy as np
import numpy.typing as npt
import soxr

from livemusic.dsp.samples import Samples, clean


class Resampler:
    """A mono stream from `from_hz` to `to_hz` (soxr, high quality); the identity where the rates are the same.

    The samples that come out do not depend on how the input was cut into blocks. Output lags the input by some
    milliseconds; `flush` hands over the rest. Raises `ValueError` for rates outside 1..1,000,000 Hz.
    """

    def __init__(self, from_hz: float, to_hz: float) -> None:
        for rate in (from_hz, to_hz):
            if not 1 <= rate <= 1e6:
                raise ValueError(f"sample rate {rate!r} Hz is outside 1..1000000")
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
