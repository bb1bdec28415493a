"""What hears drums without having learned to: spectral flux in three bands, and fixed templates of drums (NMF).

Both are told after the whole recording is known, and their thresholds are chosen on what they are measured on: more
than they could have on a stage.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from livemusic.dsp.features import magnitudes
from livemusic.dsp.framer import Framer
from livemusic.dsp.lanes import HAT
from livemusic.dsp.onset import SpectralFlux
from livemusic.dsp.samples import Samples
from training.data.kits import SAMPLE_RATE, Shots
from training.evaluate.hearing_figures import Count, Times, matched, played_on
from training.evaluate.hearing_sets import Recording
from training.models.hearing import SPEC

#: What is told apart: kick, snare, hi-hat.
LANES_TOLD = (0, 1, HAT)
_CLASSES = (("kick",), ("snare",), ("hihat_closed", "hihat_open", "hihat_pedal"))
_TEMPLATES, _FREE, _ROUNDS = 12, 12, 60

Curves = npt.NDArray[np.float64]
Detector = Callable[[Samples], tuple[Times, Curves]]


def flux(sound: Samples) -> tuple[Times, Curves]:
    """Growth of the spectrum below 180 Hz, up to 2.5 kHz and above it; each row's moment, and curves `(n, 3)`."""
    source = SpectralFlux(SAMPLE_RATE)
    curves = source.push(sound)
    return source.frame_s + np.arange(len(curves)) / source.rate_hz - source.delay_s, curves


def templates(shots: Shots) -> Curves:
    """Spectra `(3 * 12, bins)` of kicks, snares and hats just after their onset, one for each kit as far as it goes."""
    found = []
    for names in _CLASSES:
        mine = [shot for shot in shots.shots if shot.name in names]
        chosen = [mine[index] for index in np.linspace(0, len(mine) - 1, _TEMPLATES).round().astype(int)]
        for shot in chosen:
            sound = np.pad(shot.sound, (SPEC.fft // 4, SPEC.fft))
            spectrum = magnitudes(sound[None, : SPEC.fft], SPEC)[0]
            found.append(spectrum / (np.linalg.norm(spectrum) + 1e-9))
    return np.array(found)


def nmf(fixed: Curves) -> Detector:
    """Partially fixed non-negative matrix factorisation (Wu and Lerch 2015): spectra are explained by the templates and
    by free ones, under the Kullback-Leibler divergence; a drum is struck where its activation grows."""

    def detect(sound: Samples) -> tuple[Times, Curves]:
        spectra = magnitudes(Framer(SPEC.fft, SPEC.hop).push(sound), SPEC) + 1e-7
        random = np.random.default_rng(0)
        free = random.random((_FREE, SPEC.bins)) + 0.1
        active = random.random((len(spectra), len(fixed) + _FREE)) * spectra.mean() + 1e-6
        for _ in range(_ROUNDS):
            parts = np.concatenate([fixed, free])
            active *= (spectra / (active @ parts + 1e-9)) @ parts.T / (parts.sum(1) + 1e-9)
            tail = active[:, len(fixed) :]
            free *= tail.T @ (spectra / (active @ parts + 1e-9)) / (tail.sum(0)[:, None] + 1e-9)
        drums = active[:, : len(fixed)].reshape(len(spectra), len(LANES_TOLD), -1).sum(2)
        before = np.concatenate([drums[:2] * 0, drums[:-2]])
        grown = np.maximum(drums - before, 0)
        times = (SPEC.fft - SPEC.hop) / SAMPLE_RATE + (np.arange(len(grown)) - 1) * SPEC.hop_s
        return np.asarray(times, np.float64), grown

    return detect


def best(detector: Detector, recordings: Sequence[Recording]) -> dict[int, Count]:
    """Of kick, snare and hat the counts with the threshold that serves best on these very recordings."""
    heard = [detector(one.sound) for one in recordings]
    found = {}
    for column, lane in enumerate(LANES_TOLD):
        peaks = [_peaks(times, curves[:, column]) for times, curves in heard]
        played = [played_on(one.hits, lane) for one in recordings]
        counts = []
        for threshold in np.geomspace(0.01, 0.9, 40):
            told = [times[heights >= threshold] for times, heights in peaks]
            right = sum(matched(hits, some) for hits, some in zip(played, told, strict=True))
            counts.append(Count(right, sum(map(len, told)), sum(map(len, played))))
        found[lane] = max(counts, key=lambda one: one.f1)
    return found


def _peaks(times: Times, curve: Curves) -> tuple[Times, Curves]:
    """Highest points within 30 ms either way, and their heights beside the recording's loudest."""
    padded = np.pad(curve, 3)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 7).max(axis=1)
    at = np.flatnonzero((curve == highest) & (curve > 0))
    loud = np.percentile(curve[at], 99) if len(at) else 1.0
    return np.asarray(times[at], np.float64), np.asarray(curve[at] / max(loud, 1e-9), np.float64)
