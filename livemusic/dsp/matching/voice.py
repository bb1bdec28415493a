"""A drum voice that knows how its sound changes with each of its parameters: a swept tone, an overtone, noise, a click.

Everything is computed forwards: the sound and, beside it, its exact derivative by every parameter (forward mode).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Hertz = float
Seconds = float
Decibels = float

#: Middles of the bands of noise, an octave apart.
BANDS: tuple[Hertz, ...] = (120.0, 240.0, 480.0, 960.0, 1920.0, 3840.0, 7680.0, 15360.0)
#: The smallest and the largest value of each parameter.
LIMITS: dict[str, tuple[float, float]] = {
    "pitch_hz": (20.0, 4000.0),
    "sweep_octaves": (-1.0, 4.0),
    "sweep_s": (0.002, 0.5),
    "tone_db": (-90.0, 12.0),
    "tone_s": (0.004, 4.0),
    "overtone_ratio": (1.05, 12.0),
    "overtone_db": (-90.0, 12.0),
    "overtone_s": (0.004, 4.0),
    "click_db": (-90.0, 12.0),
    "click_s": (0.0005, 0.02),
    "noise_low_s": (0.004, 4.0),
    "noise_high_s": (0.004, 4.0),
    "noise_db": (-90.0, 12.0),
}
_RISE: Seconds = 0.0005
#: The rate at which noise of 0 dB has, over all bands, a power of 1.
_REFERENCE: Hertz = 44100.0
_NEPER = 20 / np.log(10)
#: Parameters before the bands of noise; all are logarithms.
_PLAIN = tuple(name for name in LIMITS if name != "noise_db")
PARAMETERS = len(_PLAIN) + len(BANDS)
#: Which of them are pitches, and which say how the tone glides to its pitch.
GLIDE = tuple(_PLAIN.index(name) for name in ("pitch_hz", "sweep_octaves", "sweep_s"))
PITCHES = tuple(_PLAIN.index(name) for name in ("pitch_hz", "sweep_octaves", "overtone_ratio"))


class DrumVoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drum as twenty numbers. Levels are dB of full scale; times are those of a fall to 1/e.

    The tone falls (or rises) by `sweep_octaves` to `pitch_hz`; the overtone is `overtone_ratio` times as high. Noise is
    as loud as `noise_db` in `BANDS` and dies in between `noise_low_s`, of the lowest, and `noise_high_s`. `name`: what
    it was made from. `level_db`: how much louder it is played than the voice whose place it takes.
    """

    pitch_hz: Hertz
    sweep_octaves: float
    sweep_s: Seconds
    tone_db: Decibels
    tone_s: Seconds
    overtone_ratio: float
    overtone_db: Decibels
    overtone_s: Seconds
    click_db: Decibels
    click_s: Seconds
    noise_db: tuple[Decibels, ...]
    noise_low_s: Seconds
    noise_high_s: Seconds
    name: str = ""
    level_db: Decibels = 0.0

    def __post_init__(self) -> None:
        if len(self.noise_db) != len(BANDS):
            raise ValueError(f"a drum voice has {len(BANDS)} bands of noise, not {len(self.noise_db)}")
        for name in _PLAIN:
            _check(name, getattr(self, name), *LIMITS[name])
        for level in self.noise_db:
            _check("noise_db", level, *LIMITS["noise_db"])
        _check("level_db", self.level_db, -24.0, 12.0)

    def parameters(self) -> npt.NDArray[np.float64]:
        """Logarithms of all that is fitted, `(PARAMETERS,)`: a step of 0.1 is 10 % of anything."""
        plain = [_to_log(name, getattr(self, name)) for name in _PLAIN]
        return np.array([*plain, *(_to_log("noise_db", level) for level in self.noise_db)])

    @classmethod
    def of(cls, parameters: Sequence[float] | Floats, name: str = "") -> "DrumVoice":
        """The voice with these `parameters`, each brought within its limits."""
        values = {key: _from_log(key, float(value)) for key, value in zip(_PLAIN, parameters, strict=False)}
        noise = tuple(_from_log("noise_db", float(value)) for value in parameters[len(_PLAIN) :])
        return cls(**values, noise_db=noise, name=name)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also where it is no number
        raise ValueError(f"{name} {value} is outside {low:g}..{high:g}")


def _to_log(name: str, value: float) -> float:
    if name.endswith("_db"):
        return float(value / _NEPER)
    return float(value * np.log(2)) if name == "sweep_octaves" else float(np.log(value))


def _from_log(name: str, value: float) -> float:
    if name.endswith("_db"):
        plain = value * _NEPER
    else:
        plain = value / np.log(2) if name == "sweep_octaves" else float(np.exp(np.clip(value, -50, 50)))
    low, high = LIMITS[name]
    return float(np.clip(plain, low, high))


def bounds() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The smallest and the largest `parameters`."""
    names = [*_PLAIN, *["noise_db"] * len(BANDS)]
    low, high = zip(*(tuple(_to_log(name, edge) for edge in LIMITS[name]) for name in names), strict=True)
    return np.array(low), np.array(high)


@dataclass(slots=True)
class Parts:
    """What sounds together in a voice, each `(n,)`; `noise` `(bands, n)`."""

    tone: Floats
    overtone: Floats
    noise: Floats
    click: Floats

    @property
    def sum(self) -> Floats:
        return np.asarray(self.tone + self.overtone + self.click + self.noise.sum(axis=0))


@dataclass
class Bench:
    """Renders voices of `count` samples at `sample_rate`. `seed`: of the noise; `dtype`: its precision and theirs.

    The noise is made once: white noise in octaves whose squares add up to white noise again.
    """

    sample_rate: float
    count: int
    seed: int = 0
    dtype: type[np.floating] = np.float32
    time: Floats = field(init=False)
    rise: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.time = (np.arange(self.count) / self.sample_rate).astype(self.dtype)
        self.rise = np.minimum(self.time / self.dtype(_RISE), 1)

    @cached_property
    def _white(self) -> Floats:
        """Two rows of noise, one to be coloured, one for the click, as loud in each hertz at every rate."""
        noise = np.random.default_rng(self.seed).standard_normal((2, self.count))
        return np.asarray(noise * (self.sample_rate / _REFERENCE) ** 0.5)

    @cached_property
    def _octaves(self) -> Floats:
        return np.asarray(octaves(self._white[0], self.sample_rate), self.dtype)

    @cached_property
    def _tick(self) -> Floats:
        return np.asarray(self._white[1], self.dtype)

    def parts(self, parameters: Floats) -> Parts:
        """The voice with these parameters."""
        pitch, sweep, sweep_s, tone, tone_s, ratio, over, over_s, click, click_s, low_s, high_s = parameters[
            : len(_PLAIN)
        ]
        phase, _ = self._phase(pitch, sweep, sweep_s)
        shares = self._shares
        noise_s = np.exp((1 - shares) * low_s + shares * high_s)
        fall = np.exp(-self.time[None] / noise_s[:, None].astype(self.dtype)) * self.rise
        return Parts(
            self._fall(tone, tone_s) * np.sin(phase),
            self._fall(over, over_s) * np.sin(self.dtype(np.exp(ratio)) * phase),
            np.exp(parameters[len(_PLAIN) :]).astype(self.dtype)[:, None] * self._octaves * fall,
            self.dtype(np.exp(click)) * self._tick * np.exp(-self.time / self.dtype(np.exp(click_s))),
        )

    def tangents(self, parameters: Floats) -> tuple[Floats, Floats]:
        """The sound `(n,)` and its derivative by each of the parameters, `(PARAMETERS, n)`."""
        pitch, sweep, sweep_s, tone, tone_s, ratio, over, over_s, _, click_s, low_s, high_s = parameters[: len(_PLAIN)]
        phase, by_phase = self._phase(pitch, sweep, sweep_s)
        parts = self.parts(parameters)
        times = self.dtype(np.exp(ratio))
        level = self._fall(over, over_s) * np.cos(times * phase) * times
        turn = self._fall(tone, tone_s) * np.cos(phase) + level
        shares = self._shares
        noise_s = np.exp((1 - shares) * low_s + shares * high_s)
        aged = parts.noise * (self.time / noise_s[:, None].astype(self.dtype))
        rows = [
            turn * by_phase[0],
            turn * by_phase[1],
            turn * by_phase[2],
            parts.tone,
            parts.tone * self.time / self.dtype(np.exp(tone_s)),
            level * phase,
            parts.overtone,
            parts.overtone * self.time / self.dtype(np.exp(over_s)),
            parts.click,
            parts.click * self.time / self.dtype(np.exp(click_s)),
            (1 - shares).astype(self.dtype) @ aged,
            shares.astype(self.dtype) @ aged,
        ]
        return parts.sum, np.concatenate([np.stack(rows), parts.noise])

    @property
    def _shares(self) -> npt.NDArray[np.float64]:
        return np.linspace(0, 1, len(BANDS))

    def _fall(self, level: float, seconds: float) -> Floats:
        return np.asarray(np.exp(self.dtype(level) - self.time / self.dtype(np.exp(seconds))) * self.rise)

    def _phase(self, pitch: float, sweep: float, sweep_s: float) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
        """The tone's phase, and its derivatives by the first three parameters."""
        tau, far = self.dtype(np.exp(sweep_s)), self.dtype(np.exp(sweep))
        speed = self.dtype(2 * np.pi * np.exp(pitch))
        gone = np.exp(-self.time / tau)
        swept = tau * (1 - gone)
        phase = speed * (self.time + (far - 1) * swept)
        return phase, (phase, speed * far * swept, speed * (far - 1) * (swept - self.time * gone))


def octaves(sound: Floats, sample_rate: float) -> Floats:
    """`sound` `(n,)` in `BANDS`, `(bands, n)`: neighbours share by cosine and sine, so that the energies add up."""
    size = 1 << int(np.ceil(np.log2(max(2 * len(sound), 2))))
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    place = np.clip(np.log2(np.maximum(hertz, 1) / BANDS[0]), 0, len(BANDS) - 1)
    spectrum = np.fft.rfft(sound, size)
    near = np.clip(1 - np.abs(place[None] - np.arange(len(BANDS))[:, None]), 0, 1)
    return np.asarray(np.fft.irfft(np.sin(np.pi / 2 * near) * spectrum, size, axis=1)[:, : len(sound)])
