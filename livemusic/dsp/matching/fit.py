"""Fits a voice to a hit by gradient: the tone first, from several beginnings and at a low rate, then everything.

Adam on logarithms; the gradient goes from the distance back to every sample and through the voice's tangents to its
parameters. No second derivatives: noise makes the distance rough, and a step of Adam costs one pass each way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.pitch import Glide, glide_of, lines, pitch_of
from livemusic.dsp.matching.spectral import SMOOTH, SpectralLoss, SpectralTarget
from livemusic.dsp.matching.start import begun
from livemusic.dsp.matching.voice import GLIDE, PARAMETERS, PITCHES, Bench, DrumVoice, bounds

Floats = npt.NDArray[np.floating]
Hertz = float

#: At the full rate a low drum lies so close to 0 Hz that windows see it and its mirror image as one.
_FEWER = 8
LOW_RATE = RATE / _FEWER
#: So many of the bands of noise lie above that.
_ABOVE = 3
#: How much the distance at the low rate counts beside that at the full one.
_LOW_WEIGHT = 4.0
#: Steps from each beginning, of the pitch alone and of all, and steps with everything; their first sizes (0.1 is 10 %).
_ALONE, _FIRST, _LAST = 25, 40, 90
_STEP_PITCH, _STEP = 0.08, 0.06
_LINES = 3
#: How much of the time goes into the tone.
_TONE_SHARE = 0.4
#: A descent that lets the pitch go must end at less than this share of the distance of one that keeps it.
_NEARER = 0.85
#: What is heard as pitch takes smaller steps than what is heard as level and length.
_FINE = 0.3

Told = Callable[[float], None]
Look = Callable[[Floats], tuple[float, Floats]]


def _nobody(share: float) -> None:
    """Nobody wants to know how much is done."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The voice found; its distance, and that of the best of the beginnings, both by the loss that was descended."""

    voice: DrumVoice
    begun: float
    ended: float


class Downward:
    """Adam with a step that falls to zero along a cosine, within bounds, keeping the best place it has been at.

    `scale`: how large the step of each parameter is beside the others, 0: it stays.
    """

    def __init__(self, parameters: Floats, step: float, turns: int, scale: Floats) -> None:
        self.at = np.array(parameters, np.float64)
        self.best, self.least = self.at.copy(), np.inf
        self._step, self._turns, self._turn = step, turns, 0
        self._mean, self._square = np.zeros_like(self.at), np.zeros_like(self.at)
        self._low, self._high = bounds()
        self._scale = scale

    def go(self, distance: float, gradient: Floats) -> None:
        """One step from where `distance` and its `gradient` were measured."""
        if distance < self.least:
            self.best, self.least = self.at.copy(), distance
        self._turn += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.01 * (gradient**2 - self._square)
        mean = self._mean / (1 - 0.9**self._turn)
        square = self._square / (1 - 0.99**self._turn)
        size = 0.5 * self._step * (1 + np.cos(np.pi * self._turn / self._turns))
        self.at = np.clip(self.at - size * self._scale * mean / (np.sqrt(square) + 1e-12), self._low, self._high)


class Way:
    """The distance from a hit at one rate, and its gradient by the parameters of a voice, as precise as `hit` is."""

    def __init__(self, hit: Floats, sample_rate: float, loss: SpectralLoss) -> None:
        self.bench = Bench(sample_rate, len(hit), dtype=hit.dtype.type)
        self._target = SpectralTarget(hit, loss)

    def look(self, parameters: Floats) -> tuple[float, Floats]:
        """Distance and gradient at these parameters."""
        sound, tangents = self.bench.tangents(parameters)
        distance, by_sample = self._target.gradient(sound)
        return distance, np.asarray(tangents @ by_sample, np.float64)


def thinned(sound: Floats) -> Floats:
    """`sound` at an eighth of its rate, cut off smoothly below half of that, `(n // 8,)`."""
    whole = len(sound) // _FEWER * _FEWER
    size = 1 << int(np.ceil(np.log2(whole + _FEWER * 64)))
    spectrum = np.fft.rfft(sound[:whole], size)[: size // (2 * _FEWER) + 1]
    edge = np.linspace(0, 1, len(spectrum))
    spectrum *= np.clip((1 - edge) / 0.1, 0, 1)
    return np.asarray(np.fft.irfft(spectrum, size // _FEWER)[: whole // _FEWER] / _FEWER)


def everything() -> Floats:
    """Steps for a descent on all parameters: finer ones for what is heard as pitch."""
    scale = np.ones(PARAMETERS)
    scale[list(PITCHES)] = _FINE
    return scale


def descend(way: Look, parameters: Floats, step: float, turns: int, scale: Floats, told: Told = _nobody) -> Downward:
    """`turns` steps of descent along `way`."""
    down = Downward(parameters, step, turns, scale)
    for turn in range(turns):
        down.go(*way(down.at))
        told((turn + 1) / turns)
    return down


def first_tone(look: Look, beginning: DrumVoice) -> Downward:
    """Down from a beginning: its pitch alone at first. Else levels give way sooner than a pitch that is off."""
    alone = np.zeros(PARAMETERS)
    alone[PITCHES[0]] = 1.0
    pitched = descend(look, beginning.parameters(), _STEP_PITCH, _ALONE, alone)
    return descend(look, pitched.best, _STEP, _FIRST, everything())


def beginnings(hit: Floats, sample_rate: float) -> list[DrumVoice]:
    """Voices at the strongest lines of the hit, each as that line is seen to glide and with a fast, deep sweep."""
    clear = pitch_of(hit, sample_rate) is not None
    found = lines(hit, sample_rate, _LINES + 1)
    pitches = [line.hertz for line in found] or [200.0]
    made = []
    for number, pitch in enumerate(pitches[:_LINES]):
        above = [other / pitch for other in pitches if other > 1.1 * pitch]
        ratio = min(above[0], 8.0) if above else 1.6
        glides = [glide_of(hit, sample_rate, pitch), Glide(0.9 * pitch, 1.6, 0.02)]
        made += [begun(hit, sample_rate, glide, ratio, clear) for glide in glides[: 2 if number < 2 else 1]]
    return made


def _part(told: Told, before: float, part: float, share: float) -> None:
    told(before + part * share)


def fit(hit: Floats, loss: SpectralLoss = SMOOTH, told: Told = _nobody) -> Fitted:
    """The voice that sounds like `hit` `(n,)`, which is at `RATE`, begins with the stroke and has a peak of about 1.

    The pitch of a drum that has one, and how it glides there, stay as they were measured unless letting them go brings
    it clearly nearer: where the voice cannot make the sound, the distance gives some of the pitch for colour. `told`
    hears how much is done, 0..1. Some seconds.
    """
    short = max(loss.longest * _FEWER + _FEWER, loss.longest)
    hit = np.pad(np.asarray(hit, np.float32), (0, max(0, short - len(hit))))
    made = beginnings(hit, RATE)
    low, full = Way(thinned(hit), LOW_RATE, loss), Way(hit, RATE, loss)
    tones = []
    for number, beginning in enumerate(made, 1):
        tones.append(first_tone(low.look, beginning))
        told(_TONE_SHARE * number / len(made))
    tone = min(tones, key=lambda down: down.least).best
    tone[-_ABOVE:] = made[0].parameters()[-_ABOVE:]  # what the low rate cannot hear

    def both(parameters: Floats) -> tuple[float, Floats]:
        whole, by_whole = full.look(parameters)
        part, by_part = low.look(parameters)
        return whole + _LOW_WEIGHT * part, by_whole + _LOW_WEIGHT * by_part

    measured = made[0].parameters()
    first = both(measured)[0]
    ways = [(tone, everything())]
    if pitch_of(hit, RATE) is not None:
        held, scale = tone.copy(), everything()
        held[list(GLIDE)], scale[list(GLIDE)] = measured[list(GLIDE)], 0.0
        ways.append((held, scale))
    ends = []
    for number, (from_here, scale) in enumerate(ways):
        before, part = _TONE_SHARE + number * (1 - _TONE_SHARE) / len(ways), (1 - _TONE_SHARE) / len(ways)
        ends.append(descend(both, from_here, _STEP, _LAST, scale, partial(_part, told, before, part)))
    down = ends[0] if ends[0].least < _NEARER * ends[-1].least else ends[-1]
    return Fitted(DrumVoice.of(down.best), first, down.least)
