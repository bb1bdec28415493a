"""What happens to sound between a drum and a listener: rooms, desks, compressors, codecs, telephones, noise."""

import io

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, lfilter, sosfilt

from livemusic.dsp.samples import Samples
from training.data.kits import SAMPLE_RATE

Spectrum = npt.NDArray[np.float64]


def in_a_room(sound: Samples, random: np.random.Generator) -> Samples:
    """Heard in a room that does not exist: some early reflections, then noise that dies away, duller and duller."""
    seconds = float(np.exp(random.uniform(np.log(0.08), np.log(1.2))))
    count = round(min(seconds, 1.0) * SAMPLE_RATE)
    times = np.arange(count) / SAMPLE_RATE
    tail = random.normal(size=count) * np.exp(-6.9 * times / seconds)
    tail = lfilter([1 - (dull := random.uniform(0.1, 0.8))], [1, -dull], tail)
    tail[: round(random.uniform(0.002, 0.02) * SAMPLE_RATE)] = 0
    early = np.zeros(count)
    places = random.integers(50, min(count, 2200), 6)
    early[places] = random.uniform(-1, 1, 6)
    wet = 10 ** (random.uniform(-24, -2) / 20)
    response = tail / np.sqrt((tail**2).sum() + 1e-9) + 0.4 * early
    response *= wet
    response[0] += 1.0
    return _filtered(sound, response)


def _filtered(sound: Samples, response: npt.NDArray[np.float64]) -> Samples:
    size = next_fast_len(len(sound) + len(response), real=True)
    spectrum = rfft(sound, size) * rfft(response.astype(np.float32), size)
    return np.asarray(irfft(spectrum, size)[: len(sound)], np.float32)


def equalised(sound: Samples, random: np.random.Generator, most: float = 9.0) -> Samples:
    """Through somebody's idea of equalising: a smooth curve over the octaves, up to about `most` dB."""
    size = next_fast_len(len(sound), real=True)
    hertz = np.maximum(np.arange(size // 2 + 1) * SAMPLE_RATE / size, 20.0)
    octaves = np.log2(hertz / 20)
    knots = np.linspace(0, 10, 6)
    gains = np.clip(random.normal(0, most / 2, len(knots)), -most, most)
    curve = 10 ** (np.interp(octaves, knots, gains) / 20)
    return np.asarray(irfft(rfft(sound, size) * curve.astype(np.float32), size)[: len(sound)], np.float32)


def compressed(sound: Samples, random: np.random.Generator) -> Samples:
    """Through a compressor of a few ms attack, which may pump."""
    block = 32
    peaks = np.abs(np.pad(sound, (0, -len(sound) % block))).reshape(-1, block).max(axis=1)
    attack = np.exp(-block / SAMPLE_RATE / random.uniform(0.001, 0.02))
    release = np.exp(-block / SAMPLE_RATE / random.uniform(0.04, 0.4))
    slow = lfilter([1 - release], [1, -release], peaks)
    fast = lfilter([1 - attack], [1, -attack], peaks)
    level = 20 * np.log10(np.maximum(np.maximum(slow, fast), 1e-6))
    threshold = np.percentile(level, random.uniform(30, 90))
    ratio = random.uniform(1.5, 8)
    gain = 10 ** (-np.maximum(level - threshold, 0) * (1 - 1 / ratio) / 20)
    places = (np.arange(len(gain)) + 0.5) * block
    return np.asarray(sound * np.interp(np.arange(len(sound)), places, gain), np.float32)


def driven(sound: Samples, random: np.random.Generator) -> Samples:
    """Too loud for what it goes through: soft or hard clipping."""
    peak = float(np.abs(sound).max(initial=1e-9))
    drive = 10 ** (random.uniform(2, 16) / 20) / peak
    if random.random() < 0.5:
        return np.asarray(np.tanh(sound * drive), np.float32)
    return np.asarray(np.clip(sound * drive, -1, 1), np.float32)


def coded(sound: Samples, random: np.random.Generator) -> Samples:
    """Through a lossy codec (Vorbis, from good to poor)."""
    peak = float(np.abs(sound).max(initial=0.0))
    if peak <= 0:
        return sound
    file = io.BytesIO()
    # libsndfile is known to overflow its stack on one long block of Vorbis, so it is written in pieces.
    with soundfile.SoundFile(
        file, "w", SAMPLE_RATE, 1, format="OGG", subtype="VORBIS", compression_level=random.uniform(0.3, 1.0)
    ) as writer:
        for begin in range(0, len(sound), 1 << 15):
            writer.write(0.9 / peak * sound[begin : begin + (1 << 15)])
    file.seek(0)
    back, _ = soundfile.read(file, dtype="float32")
    heard = np.zeros_like(sound)
    heard[: len(back)] = back[: len(sound)]
    return np.asarray(heard * (peak / 0.9), np.float32)


def phoned(sound: Samples, random: np.random.Generator) -> Samples:
    """As a telephone or a small loudspeaker has it."""
    low, high = random.uniform(80, 350), random.uniform(3300, 9000)
    shape = butter(2, [low, high], "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(sosfilt(shape, sound), np.float32)


def noise(count: int, random: np.random.Generator) -> Samples:
    """Hiss of any colour, sometimes with a hum; an RMS of 1."""
    size = next_fast_len(count, real=True)
    hertz = np.maximum(np.arange(size // 2 + 1) * SAMPLE_RATE / size, 20.0)
    spectrum = (random.normal(size=len(hertz)) + 1j * random.normal(size=len(hertz))) * hertz ** -random.uniform(0, 1)
    hiss = irfft(spectrum, size)[:count]
    hiss /= np.sqrt(np.mean(hiss**2)) + 1e-12
    if random.random() < 0.3:
        base = random.choice([50.0, 60.0])
        times = np.arange(count) / SAMPLE_RATE
        hiss = hiss + sum(random.uniform(0, 1.5) * np.sin(2 * np.pi * base * order * times) for order in (1, 2, 3, 5))
    return np.asarray(hiss / (np.sqrt(np.mean(hiss**2)) + 1e-12), np.float32)
