"""How well a drum is matched: real one-shots, distances before and after, pitches found from far starts.

Baselines beside it: a voice measured off the hit and not fitted at all, the nearest of a bank of random voices (as many
as a fit looks at, chosen by the very distance that is reported), and for the pitch the highest line of one transform.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.fit import LOW_RATE, Way, beginnings, first_tone, fit, thinned
from livemusic.dsp.matching.hit import LONGEST, Hit, hit_in
from livemusic.dsp.matching.likeness import level_difference, levels, unlikeness_db
from livemusic.dsp.matching.pitch import Glide, pitch_error, pitch_of
from livemusic.dsp.matching.spectral import SMOOTH, STANDARD, SpectralLoss
from livemusic.dsp.matching.start import begun
from livemusic.dsp.matching.voice import Bench, DrumVoice, bounds
from livemusic.errors import MediaError
from training.data.renders import own_stroke

Floats = npt.NDArray[np.floating]

#: Classes of one-shots that are voices of the kit.
VOICE_OF_CLASS = {
    "kick": 0, "snare": 1, "hihat_closed": 2, "hihat_open": 3, "tom_low": 4, "tom_floor": 4, "tom_mid": 5,
    "tom_high": 6, "crash": 7, "ride": 8,
}  # fmt: skip
LOSSES: dict[str, SpectralLoss] = {"Smooth": SMOOTH, "Standard": STANDARD}
#: What a fit costs, in looks at the full rate: five beginnings 65 times at an eighth of it, twice 90 times everything.
BANK = 221
_FFT = 2048
_OCTAVES = (-1.0, -0.5, 0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A one-shot: whose kit, which voice, and the hit in it."""

    kit: str
    voice: int
    hit: Hit


@dataclass(frozen=True, slots=True)
class Distances:
    """Of one hit, and the voice `found` for it, in dB: from the kit's own drum, the nearest of the bank, the measured
    voice, and the fitted one; and how far the pitches of the last two are off, cents (None: the drum has none)."""

    voice: int
    found: DrumVoice
    own: float
    bank: float
    measured: float
    fitted: float
    measured_cents: float | None
    cents: float | None


@dataclass(frozen=True, slots=True)
class Start:
    """A descent that began `octaves` from a drum's pitch: how far off it ended, in cents."""

    loss: str
    octaves: float
    cents: float


def shots(folder: Path, each: int, seed: int, voices: Sequence[int] = tuple(range(9))) -> list[Shot]:
    """`each` one-shots of every voice, of different kits as far as there are. `MediaError` without `oneshots.csv`."""
    try:
        rows = list(csv.DictReader((folder / "oneshots.csv").open(encoding="utf-8")))
    except OSError as error:
        raise MediaError(
            f"{folder / 'oneshots.csv'} cannot be read: name the folder of one-shots with --data"
        ) from error
    random = np.random.default_rng(seed)
    found: list[Shot] = []
    for voice in voices:
        own = [row for row in rows if VOICE_OF_CLASS.get(row["class"]) == voice]
        kits: list[str] = []
        for row in (own[place] for place in random.permutation(len(own))):
            kit = row["file"].split("/")[0]
            if kit not in kits and len(kits) < each:
                sound, rate = soundfile.read(folder / row["file"], dtype="float32", always_2d=True)
                kits.append(kit)
                found.append(Shot(kit, voice, hit_in(sound.mean(axis=1), rate)))
    return found


class Bank:
    """Random voices: every parameter evenly, by its logarithm, within what drums have."""

    def __init__(self, count: int, seed: int, seconds: float = LONGEST) -> None:
        low, high = bounds()
        names = np.flatnonzero(high - low > 11.0)
        low[names] = high[names] - 7.0  # 60 dB of levels, not 102: most voices would be silent in most bands
        bench = Bench(RATE, round(seconds * RATE))
        self._levels, self._energy = list[npt.NDArray[np.float64]](), list[npt.NDArray[np.float64]]()
        for row in np.random.default_rng(seed).uniform(low, high, (count, len(low))):
            sound = np.asarray(bench.parts(row).sum, np.float64)
            self._levels.append(levels(sound, RATE))
            self._energy.append(np.cumsum(sound**2))

    def nearest(self, hit: Floats) -> float:
        """How far the nearest is from `hit` when it is as loud, dB."""
        wanted = levels(np.asarray(hit, np.float64), RATE)
        energy = float(np.vdot(hit, hit))
        return min(
            level_difference(own[: len(wanted)] + 10 * np.log10(energy / (grown[len(hit) - 1] + 1e-20)), wanted)
            for own, grown in zip(self._levels, self._energy, strict=True)
        )


def distances(shot: Shot, bank: Bank) -> Distances:
    """Fit one shot, and everything beside it."""
    hit = shot.hit.sound
    bench = Bench(RATE, len(hit))
    found = fit(hit).voice
    measured, fitted = (bench.parts(voice.parameters()).sum for voice in (beginnings(hit, RATE)[0], found))
    return Distances(
        shot.voice,
        found,
        unlikeness_db(own_stroke(shot.voice), hit, RATE),
        bank.nearest(hit),
        unlikeness_db(measured, hit, RATE),
        unlikeness_db(fitted, hit, RATE),
        pitch_error(measured, hit, RATE),
        pitch_error(fitted, hit, RATE),
    )


def far_starts(shot: Shot) -> list[Start]:
    """Descents from far off the pitch of a drum that has one, with both losses: same voice, same steps, low rate."""
    hit = np.pad(shot.hit.sound, (0, max(0, 8 * (SMOOTH.longest + 1) - len(shot.hit.sound))))
    pitch = pitch_of(hit, RATE)
    if pitch is None:
        return []
    thin, found = thinned(hit), list[Start]()
    for name, loss in LOSSES.items():
        way = Way(thin, LOW_RATE, loss)
        for octaves in _OCTAVES:
            voice = begun(hit, RATE, Glide(pitch * 2**octaves, 0.3, 0.03))
            ended = way.bench.parts(first_tone(way.look, voice).best).sum
            error = pitch_error(ended, thin, LOW_RATE)
            if error is not None:
                found.append(Start(name, octaves, error))
    return found


def line_error(shot: Shot) -> float | None:
    """How far a tone at the highest line of one transform of 2048 samples after the stroke is off, in cents."""
    hit = shot.hit.sound
    part = np.pad(hit[round(0.015 * RATE) :], (0, _FFT))[:_FFT] * np.hanning(_FFT)
    line = max(1, int(np.argmax(np.abs(np.fft.rfft(part))[: round(1500 * _FFT / RATE)])))
    time = np.arange(len(hit)) / RATE
    return pitch_error(np.sin(2 * np.pi * line * RATE / _FFT * time) * np.exp(-time / 0.2), hit, RATE)
