"""Which drum of the kit a single hit is, by what hears the drums in music."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import VOICES
from livemusic.inference.hearing import DrumEar, Hearing

Seconds = float

#: Silence before and after the hit; a drum is known by this time after it began.
_AROUND: Seconds = 0.5
_KNOWN: Seconds = 0.25
#: Hits in music are not as loud as they could be.
_LEVEL = 0.5


def likely_voice(hearing: Hearing, hit: npt.NDArray[np.float32], sample_rate: int) -> int:
    """The voice 0..8 that is the most probable in `hit` `(n,)`, whose peak is 1. Some tenths of a second."""
    ear = DrumEar(hearing, sample_rate)
    silence = np.zeros(round(_AROUND * sample_rate), np.float32)
    ear.hear(np.concatenate([silence, np.float32(_LEVEL) * hit, silence]))
    heard = ear.activations
    moments = heard.t + heard.hop_s * np.arange(len(heard.rows))
    near = (moments > _AROUND - 0.1) & (moments < _AROUND + _KNOWN)
    return int(heard.rows[near, :VOICES].max(axis=0).argmax())
