"""Sound as it arrives: one channel of numbers that the rest of the room can trust."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono sound, float32 `(n,)`, full scale at 1.0."""

HEADROOM = 16.0
"""Largest size a sample may have, in units of full scale (+24 dB)."""


def clean(samples: npt.ArrayLike) -> Samples:
    """Make any block safe to filter: NaN and infinity become 0, absurd sizes are clipped to `HEADROOM`.

    One channel, `(n,)`, any float type; raises `ValueError` for any other shape.
    """
    block = np.asarray(samples, np.float32)
    if block.ndim != 1:
        raise ValueError(f"samples are one channel, (n,), not {block.shape}")
    return np.clip(np.where(np.isfinite(block), block, np.float32(0)), -HEADROOM, HEADROOM)
