"""Notes that are no drums, made up: what must not be mistaken for drums, struck as hard and as evenly."""

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

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
    """Babble: glottal pulses through formants, syllable by syllable, with plosives and fricatives between; peak 1.

    Its edges are as sharp as those of real speech: closures of the vocal folds, bursts after a silence, hard onsets.
    """
    count = round(seconds * SAMPLE_RATE)
    sound = np.zeros(count, np.float32)
    moment, pitch, hurry = random.uniform(0, 0.5), random.uniform(80, 260), random.uniform(0.6, 1.3)
    while moment < seconds:
        kind = random.choice(("none", "plosive", "fricative"), p=(0.3, 0.4, 0.3))
        if kind == "plosive":
            moment += random.uniform(0.01, 0.08)
        if kind != "none":
            moment = _put(sound, _consonant(kind == "plosive", random), moment, 0.9)
        voiced = _voiced(hurry * random.uniform(0.06, 0.3), pitch * random.uniform(0.75, 1.4), random)
        moment = _put(sound, voiced, moment, random.uniform(0.75, 1.0))
        if random.random() < 0.15:
            moment += random.exponential(0.4)
    return sound / max(1e-6, float(np.abs(sound).max()))


def _put(sound: Samples, piece: Samples, moment: float, share: float) -> float:
    """Add a piece to the sound at a moment; returns the moment at which the given share of it is over."""
    begin = round(moment * SAMPLE_RATE)
    piece = piece[: max(0, len(sound) - begin)]
    sound[begin : begin + len(piece)] += piece
    return moment + share * len(piece) / SAMPLE_RATE


def _consonant(burst: bool, random: np.random.Generator) -> Samples:
    """Noise in a band of the mouth: a burst that dies away in milliseconds, or a hiss that swells and falls."""
    length = random.uniform(0.01, 0.06) if burst else random.uniform(0.04, 0.16)
    times = np.arange(round(length * SAMPLE_RATE)) / SAMPLE_RATE
    centre = np.exp(random.uniform(np.log(400 if burst else 1800), np.log(9000)))
    band = butter(1, np.clip([centre / 1.8, 1.8 * centre], 60, 20000), "bandpass", fs=SAMPLE_RATE, output="sos")
    hiss = sosfilt(band, random.normal(size=len(times)))
    shape = np.exp(-times / random.uniform(0.003, 0.02)) if burst else np.hanning(len(times)) ** random.uniform(0.3, 1)
    hiss *= shape
    return np.asarray(10 ** (random.uniform(-26, -2) / 20) * hiss / (np.abs(hiss).max() + 1e-9), np.float32)


def _voiced(length: float, pitch: float, random: np.random.Generator) -> Samples:
    """A vowel of `length` seconds at about `pitch` Hz; peak 1 or up to 12 dB less."""
    count = round(length * SAMPLE_RATE)
    places = np.arange(count) / count
    hertz = pitch * (1 + random.uniform(-0.25, 0.15) * places) * (1 + 0.01 * random.normal(size=count).cumsum() / 60)
    phase = np.cumsum(hertz) / SAMPLE_RATE % 1
    opened = random.uniform(0.4, 0.8)
    flow = np.where(phase < opened, np.sin(np.pi * phase / opened) * phase, 0)
    voice = np.diff(flow, prepend=0.0) + 0.002 * random.uniform(0, 1) * random.normal(size=count)
    centres = (random.uniform(250, 900), random.uniform(800, 2500), random.uniform(2300, 3400), 3800.0)
    for centre, width in zip(centres, random.uniform(50, 220, 4), strict=True):
        radius = np.exp(-np.pi * width / SAMPLE_RATE)
        angle = 2 * np.pi * centre / SAMPLE_RATE
        voice = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], voice)
    begins, ends = (max(1, round(random.uniform(*span) * SAMPLE_RATE)) for span in ((0.002, 0.03), (0.01, 0.08)))
    steps = np.arange(count)
    voice *= np.minimum(1, np.minimum(steps / begins, (count - steps) / ends))
    return np.asarray(10 ** (random.uniform(-12, 0) / 20) * voice / (np.abs(voice).max() + 1e-9), np.float32)


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
