"""Voices matched to a recorded hit, made playable: layers that follow velocity as the kit's own do."""

from collections.abc import Mapping

import numpy as np

from livemusic.dsp.matching.voice import Bench, DrumVoice
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.sound.voices import Layer, Samples, Seconds, Sound

#: More are made where repetition would be heard as a machine; each has noise of its own and is a trifle higher.
_TAKES = 3
_HIGHER = 0.004
#: A voice is over after so many times the longest time that it falls in, by then some 60 dB down.
_FALLS = 7.0
_SHORTEST: Seconds = 0.06
_LONGEST: Seconds = 4.0
#: How steeply each layer follows velocity: what is bright more than what is dark.
_CURVES = {"tone": 1.3, "overtone": 1.6, "dark": 1.45, "bright": 2.0, "click": 2.5}
_DARK = 5
#: Loudness is that of the loudest stretch of so long.
_STRETCH: Seconds = 0.05

Sounds = dict[Voice | int, Sound]


def matched_sounds(voices: Mapping[str, DrumVoice], standard: Mapping[Voice | int, Sound], sample_rate: int) -> Sounds:
    """The `voices` by name, each as loud and in the same place as the `standard` one it stands for."""
    return {
        Voice(VOICE_NAMES.index(name)): _sound(voice, standard[Voice(VOICE_NAMES.index(name))], sample_rate)
        for name, voice in voices.items()
    }


def _sound(voice: DrumVoice, standard: Sound, sample_rate: int) -> Sound:
    return Sound(tuple(_take(voice, standard, sample_rate, number) for number in range(_TAKES)))


def _take(voice: DrumVoice, standard: Sound, sample_rate: int, number: int) -> tuple[Layer, ...]:
    falls = (voice.tone_s, voice.overtone_s, voice.noise_low_s, voice.noise_high_s)
    seconds = float(np.clip(_FALLS * max(falls), _SHORTEST, _LONGEST))
    parameters = voice.parameters()
    parameters[0] += np.log(1 + _HIGHER * number)
    parts = Bench(sample_rate, round(seconds * sample_rate), number).parts(parameters)
    waves = {
        "tone": parts.tone,
        "overtone": parts.overtone,
        "dark": parts.noise[:_DARK].sum(axis=0),
        "bright": parts.noise[_DARK:].sum(axis=0),
        "click": parts.click,
    }
    sides = _sides(standard)
    whole = sum(waves.values())[:, None] * sides
    level = (
        10 ** (voice.level_db / 20) * loudness(struck(standard), sample_rate) / (loudness(whole, sample_rate) + 1e-9)
    )
    tail = np.ones(len(whole), np.float32)
    tail[-(len(whole) // 4) :] = np.linspace(1, 0, len(whole) // 4, dtype=np.float32) ** 2
    return tuple(
        Layer(np.ascontiguousarray((wave * tail)[:, None] * sides, np.float32), level, _CURVES[name])
        for name, wave in waves.items()
    )


def struck(sound: Sound) -> Samples:
    """The first take as it sounds at full velocity."""
    layers = sound.takes[0]
    whole = np.zeros((max(len(layer.samples) for layer in layers), 2), np.float32)
    for layer in layers:
        whole[: len(layer.samples)] += np.float32(layer.level) * layer.samples
    return whole


def _sides(sound: Sound) -> Samples:
    """How loud it is on either side, power 2 in all."""
    power = np.sqrt(np.sum(np.square(struck(sound), dtype=np.float64), axis=0))
    return np.asarray(np.sqrt(2) * power / np.linalg.norm(power), np.float32)


def loudness(sound: Samples, sample_rate: int) -> float:
    """How loud a stroke is: the root of the mean square of the loudest stretch, both sides together."""
    power = np.square(sound, dtype=np.float64).sum(axis=1)
    size = min(len(power), max(1, round(_STRETCH * sample_rate)))
    total = np.concatenate([[0.0], np.cumsum(power)])
    return float(np.sqrt((total[size:] - total[:-size]).max() / size))
