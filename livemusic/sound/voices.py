"""The kit's voices, computed from sines, sweeps and shaped noise: no sample is recorded, none is read from a file.

A voice is a few layers that sound together. A layer's level follows velocity by its own curve, the bright layers more
steeply than the dark ones and with their own decay, so a harder stroke is louder, brighter and rings differently.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.float64]
Seconds = float
Hertz = float

#: Six oscillators that share no harmonic series: hats and cymbals are made of their odd harmonics.
_METAL: tuple[Hertz, ...] = (205.3, 304.4, 369.6, 522.7, 635.0, 812.0)


@dataclass(frozen=True, slots=True)
class Layer:
    """Stereo float32 `(frames, 2)`; at velocity v (0..1) it sounds at `level * v ** curve`."""

    samples: Samples
    level: float
    curve: float


@dataclass(frozen=True, slots=True)
class Sound:
    """One voice: `takes`, played in turn, are its layers with a slightly different touch.

    A stroke of a `group` ends what is `off_by` it; 0 is no group.
    """

    takes: tuple[tuple[Layer, ...], ...]
    group: int = 0
    off_by: int = 0

    def at(self, velocity: float, turn: int) -> tuple[Layer, ...]:
        """What the stroke number `turn` of a velocity 0..1 is made of."""
        return self.takes[turn % len(self.takes)]


class Workshop:
    """Makes layers at one sample rate, the same ones for the same `seed`."""

    def __init__(self, sample_rate: int, seed: int = 0) -> None:
        self.sample_rate = sample_rate
        self._random = np.random.default_rng(seed)

    def time(self, seconds: Seconds) -> Samples:
        return np.asarray(np.arange(round(seconds * self.sample_rate)) / self.sample_rate, np.float32)

    def decay(self, seconds: Seconds, tau: Seconds, attack: Seconds = 0.0003) -> Samples:
        """An exponential fall with time constant `tau`, raised in `attack`, exactly zero at its end."""
        time = self.time(seconds)
        envelope = np.exp(-time / np.float32(tau)) * np.minimum(time / np.float32(attack), 1)
        tail = min(len(time), round(0.25 * seconds * self.sample_rate))
        envelope[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32) ** 2
        return np.asarray(envelope, np.float32)

    def sweep(self, seconds: Seconds, start: Hertz, end: Hertz, tau: Seconds) -> Samples:
        """A sine that falls from `start` to `end` with time constant `tau`."""
        time = self.time(seconds)
        phase = 2 * np.pi * (end * time + (start - end) * tau * (1 - np.exp(-time / np.float32(tau))))
        return np.asarray(np.sin(phase), np.float32)

    def noise(self, seconds: Seconds, shape: Callable[[Spectrum], Spectrum], channels: int = 2) -> Samples:
        """Noise whose spectrum follows `shape(hertz)`, about -12 dB loud, `(frames, channels)`."""
        size, frequencies = self._bins(seconds)
        gains = shape(frequencies)
        phases = self._random.uniform(0, 2 * np.pi, (channels, len(frequencies))).astype(np.float32)
        return self._from_spectrum(seconds, size, gains.astype(np.float32) * np.exp(1j * phases))

    def metal(self, seconds: Seconds, shape: Callable[[Spectrum], Spectrum], stretch: float = 1.0) -> Samples:
        """The odd harmonics of six inharmonic squares, weighed by `shape(hertz)`, `(frames, 2)`."""
        size, frequencies = self._bins(seconds)
        resolution = self.sample_rate / size
        spectrum = np.zeros((2, len(frequencies)), np.complex64)
        for base in _METAL:
            detune = stretch * (1 + self._random.normal(0, 0.004))
            harmonics = np.arange(base * detune, 0.45 * self.sample_rate, 2 * base * detune)
            bins = np.round(harmonics / resolution).astype(int)
            phases = np.exp(1j * self._random.uniform(0, 2 * np.pi, (2, len(bins))))
            spectrum[:, bins] += (shape(harmonics) * np.sqrt(base / harmonics) * phases).astype(np.complex64)
        return self._from_spectrum(seconds, size, spectrum)

    def modes(self, seconds: Seconds, low: Hertz, high: Hertz, count: int) -> Samples:
        """`count` sines spread evenly by pitch between `low` and `high`, none in tune with another, `(frames, 2)`."""
        size, frequencies = self._bins(seconds)
        spectrum = np.zeros((2, len(frequencies)), np.complex64)
        pitches = low * (high / low) ** ((np.arange(count) + self._random.uniform(0.1, 0.9, count)) / count)
        strengths = self._random.uniform(0.4, 1.0, count) * (pitches < 0.45 * self.sample_rate)
        bins = np.round(pitches * size / self.sample_rate).astype(int) % len(frequencies)
        phases = np.exp(1j * self._random.uniform(0, 2 * np.pi, (2, count)))
        spectrum[:, bins] += (strengths * phases).astype(np.complex64)
        return self._from_spectrum(seconds, size, spectrum)

    def _bins(self, seconds: Seconds) -> tuple[int, Spectrum]:
        size = -(-round(seconds * self.sample_rate) // 2048) * 2048
        return size, np.asarray(np.fft.rfftfreq(size, 1 / self.sample_rate), np.float64)

    def _from_spectrum(self, seconds: Seconds, size: int, spectrum: npt.NDArray[np.complex64]) -> Samples:
        wave = np.fft.irfft(spectrum, size, axis=1)[:, : round(seconds * self.sample_rate)]
        loudness = np.sqrt(np.mean(wave**2)) + 1e-12
        return np.asarray(0.25 / loudness * wave.T, np.float32)


def band(low: Hertz, high: Hertz, order: float = 2.0) -> Callable[[Spectrum], Spectrum]:
    """A gentle band pass as a function of frequency, -3 dB at `low` and `high`, `6 * order` dB per octave outside."""

    def shape(frequencies: Spectrum) -> Spectrum:
        ratio = np.maximum(frequencies, 1.0)
        return 1 / np.sqrt((1 + (low / ratio) ** (2 * order)) * (1 + (ratio / high) ** (2 * order)))

    return shape


def placed(samples: Samples, pan: float, level: float, curve: float) -> Layer:
    """A layer of `samples` at `pan` (-1 left .. 1 right, constant power), peaking at `level` at full velocity."""
    wave = samples if samples.ndim == 2 else samples[:, None]
    angle = (1 + pan) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(2**0.5)
    stereo = np.ascontiguousarray(wave * sides / (np.abs(wave).max() + 1e-9), np.float32)
    return Layer(stereo, level, curve)


def kick(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """A sine falling from 185 to 49 Hz, pressed for force, with the beater's knock and click."""
    tune = 1 + 0.006 * take
    thump = shop.sweep(0.55, 185 * tune, 49 * tune, 0.028) * shop.decay(0.55, 0.135, 0.001)
    knock = shop.sweep(0.16, 1500, 130, 0.007) * shop.decay(0.16, 0.022)
    drive = np.tanh(3.2 * thump) * shop.decay(0.55, 0.10, 0.001)
    click = shop.noise(0.05, band(1800, 6500), 1)[:, 0] * shop.decay(0.05, 0.0045, 0.0001)
    return (
        placed(thump, 0, 0.42, 1.3),
        placed(drive, 0, 0.15, 2.2),
        placed(knock, 0, 0.22, 2.0),
        placed(click, 0.02, 0.17, 2.6),
    )


def snare(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """Two modes of the shell under rattling wires, a crack, and a little room."""
    tune = 1 + 0.008 * take
    low = shop.sweep(0.30, 230 * tune, 187 * tune, 0.02) * shop.decay(0.30, 0.065)
    high = shop.sweep(0.30, 385 * tune, 332 * tune, 0.015) * shop.decay(0.30, 0.042)
    wires = shop.noise(0.42, band(1400, 8500, 1.5)) * shop.decay(0.42, 0.085, 0.0012)[:, None]
    fizz = shop.noise(0.30, band(5000, 13000)) * shop.decay(0.30, 0.055, 0.0008)[:, None]
    crack = shop.noise(0.06, band(1600, 9000), 1)[:, 0] * shop.decay(0.06, 0.008, 0.0001)
    room = shop.noise(0.6, band(260, 4200)) * shop.decay(0.6, 0.11, 0.014)[:, None]
    return (
        placed(low + 0.55 * high, -0.04, 0.26, 1.3),
        placed(wires, 0.03, 0.34, 1.45),
        placed(fizz, 0.05, 0.19, 2.1),
        placed(crack, -0.02, 0.24, 2.5),
        placed(room, 0, 0.05, 1.6),
    )


def rim(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """A stick across the rim: wood, shell and click."""
    wood = shop.sweep(0.14, 1760, 1690, 0.01) * shop.decay(0.14, 0.013)
    shell = shop.sweep(0.14, 520, 470, 0.02) * shop.decay(0.14, 0.022)
    click = shop.noise(0.03, band(2500, 9000), 1)[:, 0] * shop.decay(0.03, 0.002, 0.0001)
    room = shop.noise(0.4, band(350, 5000)) * shop.decay(0.4, 0.08, 0.012)[:, None]
    return placed(wood + 0.7 * shell, -0.08, 0.26, 1.4), placed(click, -0.08, 0.14, 2.4), placed(room, 0, 0.02, 1.4)


def closed_hat(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """Two hats pressed together: inharmonic metal and noise, gone at once."""
    return _hat(shop, 0.22, 0.024 + 0.002 * take, 0.0003, 1.0, 0.21)


def open_hat(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """The same metal, ringing for half a second until it is closed."""
    return _hat(shop, 1.25, 0.27, 0.0006, 0.992, 0.18)


def pedal_hat(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """The hats closed by foot: darker, without the stick."""
    return _hat(shop, 0.24, 0.034, 0.004, 0.97, 0.13)


def _hat(
    shop: Workshop, seconds: Seconds, tau: Seconds, attack: Seconds, tune: float, level: float
) -> tuple[Layer, ...]:
    pan = 0.32
    envelope = shop.decay(seconds, tau, attack)[:, None]
    dark = shop.metal(seconds, band(4800, 8500, 3), tune) + 0.35 * shop.noise(seconds, band(4000, 9000))
    bright = 0.6 * shop.metal(seconds, band(8800, 14000, 3), tune) + shop.noise(seconds, band(8500, 15500))
    tick = shop.noise(0.03, band(3500, 11000)) * shop.decay(0.03, 0.0025, 0.0001)[:, None]
    return (
        placed(dark * envelope, pan, level, 1.25),
        placed(bright * shop.decay(seconds, 1.4 * tau, attack)[:, None], pan, level, 1.9),
        placed(tick, pan, 0.6 * level if attack < 0.002 else 0.2 * level, 2.3),
    )


def low_tom(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """84 Hz, on the right."""
    return _tom(shop, 84.0, 0.26, 0.42, take)


def mid_tom(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """121 Hz, in the middle."""
    return _tom(shop, 121.0, 0.22, 0.05, take)


def high_tom(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """168 Hz, on the left."""
    return _tom(shop, 168.0, 0.18, -0.34, take)


def _tom(shop: Workshop, pitch: Hertz, tau: Seconds, pan: float, take: int) -> tuple[Layer, ...]:
    pitch *= 1 + 0.005 * take
    seconds = 4.2 * tau
    skin = shop.sweep(seconds, 1.42 * pitch, pitch, 0.05) * shop.decay(seconds, tau, 0.001)
    edge = shop.sweep(seconds, 2.4 * pitch, 1.59 * pitch, 0.03) * shop.decay(seconds, 0.3 * tau)
    stick = shop.noise(0.08, band(700, 4500), 1)[:, 0] * shop.decay(0.08, 0.011, 0.0002)
    air = shop.noise(seconds, band(200, 1200)) * shop.decay(seconds, 0.2 * tau, 0.003)[:, None]
    return (
        placed(skin + 0.3 * edge, pan, 0.40, 1.3),
        placed(np.tanh(2.5 * edge), pan, 0.07, 2.0),
        placed(stick, pan, 0.15, 2.4),
        placed(air, pan, 0.05, 1.6),
    )


def crash(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """A wash over low modes whose highs bloom late and die first."""
    pan = -0.38
    low = shop.modes(1.9, 380, 2200, 60) * shop.decay(1.9, 0.42, 0.002)[:, None]
    wash = (shop.noise(3.2, band(2600, 9000, 1.5)) + 0.5 * shop.metal(3.2, band(3000, 9000), 1.37)) * shop.decay(
        3.2, 0.75, 0.004
    )[:, None]
    air = shop.noise(2.6, band(7500, 15000)) * shop.decay(2.6, 0.55, 0.012)[:, None]
    stroke = shop.noise(0.2, band(2500, 12000)) * shop.decay(0.2, 0.035, 0.0005)[:, None]
    return (
        placed(low, pan, 0.09, 1.3),
        placed(wash, pan, 0.20, 1.5),
        placed(air, pan, 0.15, 2.1),
        placed(stroke, pan, 0.15, 2.5),
    )


def ride(shop: Workshop, take: int) -> tuple[Layer, ...]:
    """A ping of many modes over bell and wash, so that single strokes stay apart."""
    pan = 0.46
    bell = shop.modes(1.6, 560, 1900, 7) * shop.decay(1.6, 0.36, 0.0008)[:, None]
    ping = shop.modes(1.4, 2700, 7600, 34) * shop.decay(1.4, 0.24, 0.0004)[:, None]
    wash = (shop.metal(2.4, band(4200, 9500), 1.21) + shop.noise(2.4, band(5000, 12000))) * shop.decay(2.4, 0.6, 0.01)[
        :, None
    ]
    tick = shop.noise(0.04, band(4500, 12000)) * shop.decay(0.04, 0.003, 0.0001)[:, None]
    return (
        placed(bell, pan, 0.045, 1.2),
        placed(ping, pan, 0.16, 1.5),
        placed(wash, pan, 0.12, 1.9),
        placed(tick, pan, 0.13, 2.3),
    )


def takes(recipe: Callable[[Workshop, int], tuple[Layer, ...]], shop: Workshop, count: int) -> Sound:
    """`count` takes of one voice, each layer as loud in every take as in the first."""
    first, *others = (recipe(shop, take) for take in range(count))
    alike = (tuple(map(_as_loud, take, first)) for take in others)
    return Sound((first, *alike))


def _as_loud(layer: Layer, model: Layer) -> Layer:
    energy, wanted = (float(np.vdot(each.samples, each.samples)) for each in (layer, model))
    return replace(layer, level=model.level * (wanted / energy) ** 0.5 if energy else model.level)
