"""Where to begin: a voice read off a hit by measuring it, before anything is fitted."""

import numpy as np
import numpy.typing as npt

from livemusic.dsp.matching.pitch import Glide
from livemusic.dsp.matching.voice import BANDS, LIMITS, Bench, DrumVoice, octaves

Floats = npt.NDArray[np.floating]

#: A second line is looked for this far from the first at least.
_USUAL_RATIO = 1.6


def begun(hit: Floats, sample_rate: float, glide: Glide, ratio: float = _USUAL_RATIO, clear: bool = True) -> DrumVoice:
    """A voice of this pitch with the energy and the decay of `hit` `(n,)` in every band.

    `clear`: what sounds about the pitch and below is taken to be the tone, not noise.
    """
    pitch = glide.hertz
    bands = np.asarray(octaves(hit, sample_rate), np.float64)
    energy = (bands**2).sum(axis=1) + 1e-20
    time = np.arange(len(hit)) / sample_rate
    # the energy of a fall to 1/e in tau has its middle at tau / 2
    tau = np.clip(2 * (bands**2 @ time) / energy, 0.005, 3.0)
    home = int(np.clip(np.round(np.log2(pitch / BANDS[0])), 0, len(BANDS) - 1))
    share = np.linspace(0, 1, len(BANDS))
    weight = energy / energy.max() + 1e-3
    weight[home] *= 0.1
    slope, base = np.polyfit(share, np.log(tau), 1, w=np.sqrt(weight))
    noise_s = np.exp(base + slope * share)
    power = np.mean(np.asarray(Bench(sample_rate, len(hit))._octaves, np.float64) ** 2, axis=1) + 1e-20
    gain = np.sqrt(2 * energy / (noise_s * sample_rate * power))
    if clear:
        gain[: home + 1] *= 0.05
        gain[home + 1 : home + 2] *= 0.2
    tone = 2 * np.sqrt(energy[home] / (tau[home] * sample_rate))
    peak = float(np.abs(hit).max()) + 1e-12
    return DrumVoice(
        pitch_hz=_within("pitch_hz", pitch),
        sweep_octaves=_within("sweep_octaves", glide.octaves),
        sweep_s=_within("sweep_s", glide.seconds),
        tone_db=_decibels("tone_db", tone),
        tone_s=_within("tone_s", float(tau[home])),
        overtone_ratio=_within("overtone_ratio", ratio),
        overtone_db=_decibels("overtone_db", 0.25 * tone),
        overtone_s=_within("overtone_s", 0.6 * float(tau[home])),
        click_db=_decibels("click_db", 0.1 * peak),
        click_s=0.002,
        noise_db=tuple(_decibels("noise_db", float(each)) for each in gain),
        noise_low_s=_within("noise_low_s", float(noise_s[0])),
        noise_high_s=_within("noise_high_s", float(noise_s[-1])),
    )


def _within(name: str, value: float) -> float:
    low, high = LIMITS[name]
    return float(np.clip(value, low, high))


def _decibels(name: str, amplitude: float) -> float:
    return _within(name, 20 * float(np.log10(max(amplitude, 1e-6))))
