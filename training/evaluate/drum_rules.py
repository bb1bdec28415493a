"""Which drum of a kit a single hit is by a few questions: the rules that `models/voice-1` is measured beside."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import VOICES
from livemusic.dsp.matching.pitch import pitch_of
from livemusic.dsp.matching.voice import octaves

Floats = npt.NDArray[np.floating]
Hertz = float
Seconds = float

#: The voices, as `dsp.lanes` has them.
KICK, SNARE, CLOSED_HAT, OPEN_HAT, LOW_TOM, MID_TOM, HIGH_TOM, CRASH, RIDE = range(VOICES)
#: Below this share of energy under some 700 Hz it is metal, unless its body is that of a snare.
_METAL, _BODY, _BODY_HZ = 0.2, 0.12, 140.0
#: Until 99 % of its energy is over: a closed hat, an open one; longer rings a cymbal.
_CLOSED_S, _OPEN_S = 0.2, 0.7
#: A ride has so much between 350 Hz and 3 kHz, where its bell is.
_BELL = 0.25
#: Wires: so much lies above 700 Hz; or a high and short drum.
_WIRES, _SHORT_HZ, _SHORT_S = 0.08, 150.0, 0.15
#: Kicks lie below, a little higher where they are short; then the toms.
_KICK_HZ, _SHORT_KICK_HZ, _SHORT_KICK_S = 72.0, 88.0, 0.28
_LOW_HZ, _MID_HZ = 105.0, 145.0


def likely_voice(hit: Floats, sample_rate: float) -> int:
    """The most likely voice 0..8 of `hit` `(n,)`, which begins with the stroke. A guess: toms differ in pitch alone."""
    energy = np.square(np.asarray(octaves(hit, sample_rate), np.float64)).sum(axis=1)
    share = energy / (energy.sum() + 1e-20)
    pitch = pitch_of(hit, sample_rate) or 0.0
    ring = ringing(hit, sample_rate)
    if share[:3].sum() < _METAL and not (share[1:4].sum() > _BODY and pitch > _BODY_HZ):
        if ring < _CLOSED_S:
            return CLOSED_HAT
        if ring < _OPEN_S:
            return OPEN_HAT
        return RIDE if share[2:5].sum() > _BELL else CRASH
    if not pitch or share[3:].sum() > _WIRES or (pitch > _SHORT_HZ and ring < _SHORT_S):
        return SNARE
    if pitch < _KICK_HZ or (pitch < _SHORT_KICK_HZ and ring < _SHORT_KICK_S):
        return KICK
    return LOW_TOM if pitch < _LOW_HZ else MID_TOM if pitch < _MID_HZ else HIGH_TOM


def ringing(hit: Floats, sample_rate: float) -> Seconds:
    """How long it takes until 99 % of the energy is over."""
    total = np.cumsum(np.square(np.asarray(hit, np.float64)))
    return float(np.searchsorted(total, 0.99 * total[-1]) / sample_rate)
