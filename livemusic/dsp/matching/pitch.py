"""What pitch a drum has: the strongest lines of its spectrum once the stroke itself is over."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Hertz = float
Cents = float

#: The stroke, and as long as is listened to after it.
_STROKE_S, _LISTEN_S = 0.015, 0.5
LOWEST, HIGHEST = 30.0, 1500.0
_FFT = 1 << 16
#: Where a gliding line is looked for, in windows so long, and how fast it may fall.
_LOOKS = (0.0, 0.015, 0.03, 0.06, 0.1, 0.15, 0.22, 0.32, 0.45)
_LOOK_S = 0.06
_FALLS = (0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
#: Of the energy between `LOWEST` and the top, so much lies about the pitch of a drum that has one.
_CLEAR = 0.12


#: Where a held note is looked for, how loud it still is beside its beginning, its pitch, how well it repeats itself,
#: and how much of it lies above its second harmonic.
_HELD_FROM_S, _HELD_S, _HELD = 0.06, 0.1, 0.35
_VOICES = (70.0, 500.0)
_PERIODIC, _RICH = 0.75, 0.15


class Line(NamedTuple):
    """A peak of the spectrum: where it is, and its magnitude."""

    hertz: Hertz
    size: float


def lines(sound: Floats, sample_rate: float, count: int) -> list[Line]:
    """At most `count` peaks between `LOWEST` and `HIGHEST`, the strongest first, none within 12 % of a stronger one."""
    magnitude, resolution = _magnitude(sound, sample_rate)
    first, last = max(1, round(LOWEST / resolution)), min(len(magnitude) - 2, round(HIGHEST / resolution))
    middle = magnitude[first:last]
    peaks = first + np.flatnonzero(
        (middle > magnitude[first - 1 : last - 1]) & (middle >= magnitude[first + 1 : last + 1])
    )
    found: list[Line] = []
    for bin_ in peaks[np.argsort(-magnitude[peaks])]:
        left, top, right = np.log(magnitude[bin_ - 1 : bin_ + 2] + 1e-30)
        bend = left - 2 * top + right
        hertz = float((bin_ + (0.5 * (left - right) / bend if bend < 0 else 0.0)) * resolution)
        if all(abs(np.log(hertz / line.hertz)) > 0.12 for line in found):
            found.append(Line(hertz, float(magnitude[bin_])))
        if len(found) == count:
            break
    return found


def pitch_of(sound: Floats, sample_rate: float) -> Hertz | None:
    """The pitch of a drum, or None where no line stands out, as in a cymbal. `sound` `(n,)` begins with the stroke."""
    found = lines(sound, sample_rate, 1)
    if not found:
        return None
    magnitude, resolution = _magnitude(sound, sample_rate)
    hertz = np.arange(len(magnitude)) * resolution
    energy = magnitude**2
    about = energy[np.abs(np.log2(np.maximum(hertz, 1) / found[0].hertz)) < 1 / 6].sum()
    whole = energy[hertz >= LOWEST].sum()
    return found[0].hertz if about > _CLEAR * whole else None


class Glide(NamedTuple):
    """A pitch that falls (or rises) by `octaves` to `hertz`, to 1/e of that in `seconds`."""

    hertz: Hertz
    octaves: float
    seconds: float


def pitch_error(ours: Floats, hit: Floats, sample_rate: float) -> Cents | None:
    """How far the pitch of `ours` is from that of `hit` while that rings, on average, weighed by its strength; None
    where the hit has no pitch. A glide is followed, so that one which arrives too early is not in tune."""
    about = pitch_of(hit, sample_rate)
    if about is None:
        return None
    places, wanted, weights = _track(hit, sample_rate, about)
    _, found, _ = _track(np.pad(np.asarray(ours, np.float64), (0, max(0, len(hit) - len(ours)))), sample_rate, about)
    count = min(len(places), len(found))
    if not count:
        return None
    off = np.abs(1200 * np.log2(np.array(found[:count]) / np.array(wanted[:count])))
    return float(np.average(off, weights=np.square(weights[:count])))


def glide_of(sound: Floats, sample_rate: float, about: Hertz) -> Glide:
    """How the line at `about` moves: its place in windows farther and farther from the stroke, and the curve there."""
    places, pitches, weights = _track(sound, sample_rate, about)
    if len(places) < 3:
        return Glide(about, 0.2, 0.02)
    time, pitch, weight = np.array(places), np.array(pitches), np.sqrt(np.array(weights) / max(weights))
    best, found = np.inf, Glide(about, 0.0, 0.1)
    for seconds in _FALLS:
        shape = np.stack([np.ones_like(time), np.exp(-time / seconds)], axis=1)
        (end, more), *_ = np.linalg.lstsq(shape * weight[:, None], pitch * weight, rcond=None)
        miss = float(np.sum((weight * (shape @ [end, more] - pitch)) ** 2))
        if miss < best and end > 0.4 * about and -0.4 * end < more < 7 * end:
            best, found = miss, Glide(float(end), float(np.log2(1 + more / end)), seconds)
    return found


def _track(sound: Floats, sample_rate: float, about: Hertz) -> tuple[list[float], list[Hertz], list[float]]:
    """The middles of windows, the strongest line near `about` in each, and its magnitude."""
    places, pitches, weights = list[float](), list[Hertz](), list[float]()
    length = max(_LOOK_S, 3.0 / about)
    for begin in _LOOKS:
        part = np.asarray(sound, np.float64)[round(begin * sample_rate) : round((begin + length) * sample_rate)]
        if len(part) < 0.7 * length * sample_rate:
            break
        magnitude = np.abs(np.fft.rfft(part * np.hanning(len(part)), _FFT))
        hertz = np.arange(len(magnitude)) * sample_rate / _FFT
        near = np.flatnonzero((hertz > 0.55 * about) & (hertz < 1.9 * about))
        top = near[np.argmax(magnitude[near])]
        places.append(begin + length / 2)
        pitches.append(float(hertz[top]))
        weights.append(float(magnitude[top]))
    return places, pitches, weights


def _magnitude(sound: Floats, sample_rate: float) -> tuple[npt.NDArray[np.float64], Hertz]:
    begin = round(_STROKE_S * sample_rate)
    part = np.asarray(sound, np.float64)[begin : begin + round(_LISTEN_S * sample_rate)]
    if len(part) < 64:
        part = np.asarray(sound, np.float64)
    half = np.cos(np.linspace(0, np.pi / 2, len(part))) ** 2  # from the stroke on, so that what dies soon is heard
    size = max(_FFT, 1 << int(np.ceil(np.log2(max(len(part), 2)))))
    return np.abs(np.fft.rfft(part * half, size)), sample_rate / size


def holds_note(sound: Floats, sample_rate: float) -> bool:
    """Whether it is a voice or an instrument that holds a note: periodic, loud after 0.1 s and rich in harmonics, as
    hardly a drum is. `sound` `(n,)` begins with the stroke."""
    begin, length = round(_HELD_FROM_S * sample_rate), round(_HELD_S * sample_rate)
    part = np.asarray(sound, np.float64)[begin : begin + length]
    if len(part) < length or np.sqrt(np.mean(part**2)) < _HELD * np.sqrt(
        np.mean(np.square(sound[:begin], dtype=float))
    ):
        return False
    part = part * np.hanning(length)
    size = 1 << int(np.ceil(np.log2(2 * length)))
    power = np.abs(np.fft.rfft(part, size)) ** 2
    again = np.fft.irfft(power, size)[:length]
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(length), size)) ** 2, size)[:length]
    least, most = round(sample_rate / _VOICES[1]), round(sample_rate / _VOICES[0])
    alike = (again / again[0] * window[0] / np.maximum(window, 1e-9))[least:most]
    lag = least + int(np.argmax(alike))
    hertz = np.arange(len(power)) * sample_rate / size
    above = power[hertz > 2.5 * sample_rate / lag].sum() / power.sum()
    return bool(alike.max() > _PERIODIC and above > _RICH)
