"""Notes that are no drums, made up: what must not be mistaken for drums, struck as hard and as evenly."""

import numpy as np

from livemusic.dsp.samples import Samples
from training.data.kits import SAMPLE_RATE, Hits


def accompaniment(hits: Hits, seconds: float, random: np.random.Generator) -> Samples:
    """A bass, chords and a tune of made-up instruments, many of their notes on the beats of `hits`; peak about 1."""
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    root = random.uniform(32, 45)
    beats = hits[:, 0] if len(hits) > 3 and random.random() < 0.8 else np.empty(0)
    scale = np.array([0, 2, 3, 5, 7, 8, 10, 12] if random.random() < 0.5 else [0, 2, 4, 5, 7, 9, 11, 12])
    for part in range(random.integers(1, 4)):
        octave = random.choice([0, 12, 24, 36])
        timbre = _timbre(random)
        own = np.sort(random.uniform(0, seconds, random.integers(2, max(3, int(4 * seconds)))))
        places = own if not len(beats) else np.sort(np.concatenate([own[::3], beats[random.random(len(beats)) < 0.4]]))
        loud = 10 ** (random.uniform(-18, 0) / 20)
        voices = random.choice([1, 1, 3, 4]) if part else 1
        for moment in places:
            for key in root + octave + random.choice(scale, voices):
                note = _note(440 * 2 ** ((key - 69) / 12), timbre, random)
                begin = round(moment * SAMPLE_RATE)
                note = note[: max(0, len(sound) - begin)]
                sound[begin : begin + len(note)] += np.float32(loud * random.uniform(0.4, 1.0)) * note
    return sound / max(1e-6, float(np.abs(sound).max()))


def speech(seconds: float, random: np.random.Generator) -> Samples:
    """Babble: a buzz through moving formants, syllables with hissed and popped consonants between; peak 1."""
    count = round(seconds * SAMPLE_RATE)
    sound = np.zeros(count, np.float32)
    moment, pitch = random.uniform(0, 0.5), random.uniform(85, 240)
    while moment < seconds:
        length = random.uniform(0.08, 0.3)
        voiced = _voiced(length, pitch * random.uniform(0.8, 1.3), random)
        consonant = random.normal(size=round(random.uniform(0.005, 0.09) * SAMPLE_RATE)).astype(np.float32)
        consonant = np.diff(consonant, prepend=0) if random.random() < 0.6 else consonant
        consonant *= np.hanning(len(consonant)).astype(np.float32) * np.float32(random.uniform(0, 0.35))
        for piece in (consonant, voiced):
            begin = round(moment * SAMPLE_RATE)
            piece = piece[: max(0, count - begin)]
            sound[begin : begin + len(piece)] += piece
            moment += 0.8 * len(piece) / SAMPLE_RATE
        moment += random.exponential(0.4) if random.random() < 0.15 else 0.0
    return sound / max(1e-6, float(np.abs(sound).max()))


def _voiced(length: float, pitch: float, random: np.random.Generator) -> Samples:
    times = np.arange(round(length * SAMPLE_RATE)) / SAMPLE_RATE
    glide = pitch * (1 + random.uniform(-0.15, 0.15) * times / length)
    phase = 2 * np.pi * np.cumsum(glide) / SAMPLE_RATE
    formants = (random.uniform(250, 850), random.uniform(800, 2400), random.uniform(2300, 3500))
    voice = np.zeros(len(times))
    for order in range(1, int(4000 / pitch)):
        near = sum(np.exp(-(((order * pitch - formant) / 180) ** 2)) for formant in formants)
        voice += (near + 0.02) / order**0.3 * np.sin(order * phase)
    return np.asarray(voice * np.hanning(len(times)) ** 0.5 / (np.abs(voice).max() + 1e-9), np.float32)


def _timbre(random: np.random.Generator) -> tuple[float, float, float, float, float, float]:
    """Attack, decay, brightness, inharmonicity, drive, length."""
    attack = float(np.exp(random.uniform(np.log(0.001), np.log(0.06))))
    decay = float(np.exp(random.uniform(np.log(0.08), np.log(2.0))))
    drive = random.uniform(0, 4) if random.random() < 0.4 else 0.0
    return attack, decay, random.uniform(0.5, 2.2), random.uniform(0, 4e-4), drive, random.uniform(0.1, 0.9)


def _note(hertz: float, timbre: tuple[float, ...], random: np.random.Generator) -> Samples:
    attack, decay, brightness, inharmonic, drive, length = timbre
    times = np.arange(round(length * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    tone = np.zeros(len(times), np.float32)
    for order in range(1, min(10, int(9000 / hertz)) + 1):
        partial = hertz * order * (1 + inharmonic * order**2)
        tone += np.float32(order**-brightness) * np.sin(
            np.float32(2 * np.pi * partial) * times + np.float32(random.uniform(0, 6.28))
        )
    tone *= np.minimum(1, times / np.float32(attack)) * np.exp(-times / np.float32(decay))
    tone[-200:] *= np.linspace(1, 0, 200, dtype=np.float32)
    if drive:
        tone = np.tanh(np.float32(1 + drive) * tone)
    return np.asarray(tone, np.float32)
