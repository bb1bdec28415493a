"""A kit of samples: its files read, brought to the kit's rate and made playable like the drums that are computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from livemusic.audio.file import Recording
from livemusic.dsp.resample import resampled
from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.session.files import path_of, shown
from livemusic.sound.balance import sides
from livemusic.sound.drum_name import PEDAL, Drum
from livemusic.sound.matched import loudness, struck
from livemusic.sound.one_shots import colour_of, find_one_shots, read_folder
from livemusic.sound.sfz import read_sfz
from livemusic.sound.voices import Layer, Samples, Seconds, Sound
from livemusic.sound.zone import Zone, Zones

_LONGEST: Seconds = 12.0
#: All sounds of a kit together; of the last ones read nothing more is kept.
_MOST_BYTES = 256 << 20
#: What is softer than this part of the loudest sample, before or after it, is no sound.
_FLOOR = 1e-4
_ONSET = 3e-3
#: What is cut off fades so long.
_FADE: Seconds = 0.02
#: A voice of a kit that nobody balanced is at most so much louder than its file.
_MOST_GAIN = 200.0
_MOST_REMARKS = 3
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Layered(Sound):
    """A sound of recorded strokes: `bands` by their lowest velocity 0..1, each with takes of its own.

    A stroke of `group` ends what is `off_by` it.
    """

    bands: tuple[tuple[float, tuple[tuple[Layer, ...], ...]], ...] = ()

    def at(self, velocity: float, turn: int) -> tuple[Layer, ...]:
        takes = self.takes
        for lowest, each in self.bands:
            if velocity >= lowest:
                takes = each
        return takes[turn % len(takes)]


@dataclass(frozen=True, slots=True)
class SampledKit:
    """The sounds of the drums that were found; `told` says in sentences what is missing or was passed over."""

    sounds: Mapping[Drum, Sound]
    told: str = ""


def load_kit(wanted: str, standard: Mapping[Drum, Sound], sample_rate: int) -> SampledKit:
    """The kit in the folder or SFZ file `wanted`, as loud as the `standard` one, at `sample_rate`.

    A file that is broken is left out and named; so are drums that are missing. `MediaError` where none can be played.
    """
    path = path_of(wanted)
    reader = _Reader(sample_rate)
    zones = _zones(path, reader)
    drums = {zone.drum: [each for each in zones.zones if each.drum == zone.drum] for zone in zones.zones}
    read = {drum: found for drum, each in drums.items() if (found := reader.strokes(each))}
    if not read:
        raise MediaError(" ".join((f"Nothing of {shown(path)} can be played.", *reader.problems[:_MOST_REMARKS])))
    sounds = _balanced(read, standard, sample_rate, zones.balanced)
    if Voice.CLOSED_HAT in sounds and PEDAL not in sounds:
        sounds[PEDAL] = sounds[Voice.CLOSED_HAT]
    missing = [VOICE_NAMES[voice] for voice in Voice if voice not in sounds]
    told = [f"It has no {_listed(missing)}: the built-in one is played." if len(missing) == 1 else ""]
    told += [f"It has no {_listed(missing)}: the built-in ones are played." if len(missing) > 1 else ""]
    problems = reader.problems[:_MOST_REMARKS]
    more = len(reader.problems) - len(problems)
    told += [*problems, f"And {more} more files cannot be used." if more > 0 else "", *zones.remarks]
    return SampledKit(sounds, " ".join(filter(None, told)))


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A zone and its sound."""

    zone: Zone
    sound: Samples

    def loudness(self, sample_rate: int) -> float:
        """How loud it is where nothing is changed but what its zone says."""
        return 10 ** (self.zone.gain_db / 20) * loudness(self.sound, sample_rate) + 1e-9

    def layer(self, factor: float) -> Layer:
        """It, `factor` times as loud."""
        zone = self.zone
        sound = self.sound if not zone.pan else self.sound * np.array(sides(1.0, zone.pan), np.float32)
        return Layer(sound, min(factor, _MOST_GAIN) * 10 ** (zone.gain_db / 20), zone.curve)


class _Reader:
    """Reads files, each once, until there is no more room; `problems` are sentences on those that cannot be used."""

    def __init__(self, sample_rate: int) -> None:
        self.problems: list[str] = []
        self.sample_rate = sample_rate
        self._bytes = 0
        self._read: dict[tuple[Path, float], Samples | None] = {}

    def strokes(self, zones: Sequence[Zone]) -> list[_Stroke]:
        """What can be played of `zones`."""
        read = [(zone, self.sound(zone.path, zone.semitones)) for zone in zones]
        return [_Stroke(zone, sound) for zone, sound in read if sound is not None]

    def sound(self, path: Path, semitones: float = 0.0) -> Samples | None:
        """A file as stereo at the kit's rate, float32 `(n, 2)`; None where it cannot be used."""
        key = path, semitones
        if key not in self._read:
            self._read[key] = None
            try:
                if self._bytes > _MOST_BYTES:
                    raise MediaError(f"{shown(path.name)} is left out: the kit fills {_MOST_BYTES >> 20} MB already.")
                sound = _sound(path, semitones, self.sample_rate)
            except (MediaError, OSError, ValueError, RuntimeError, MemoryError) as problem:
                self.problems.append(str(problem) or f"{shown(path.name)} does not fit in memory.")
            else:
                self._bytes += sound.nbytes
                self._read[key] = sound
        return self._read[key]


def _zones(path: Path, reader: _Reader) -> Zones:
    """What is in a folder or an SFZ file."""
    if path.suffix.lower() == ".sfz":
        return read_sfz(path)
    if not path.is_dir():
        raise MediaError(f"{shown(path)} is neither a folder of sounds nor an SFZ file: choose another kit.")
    found = {
        drum: [
            replace(
                shot,
                loudness_db=20 * float(np.log10(loudness(sound, reader.sample_rate) + 1e-9)),
                colour=colour_of(sound, reader.sample_rate),
            )
            for shot in shots
            if (sound := reader.sound(shot.path)) is not None
        ]
        for drum, shots in find_one_shots(path).items()
    }
    return read_folder({drum: shots for drum, shots in found.items() if shots})


def _sound(path: Path, semitones: float, sample_rate: int) -> Samples:
    """A file's stroke: from its onset until it has died away, `_LONGEST` at most."""
    recording = Recording(path)
    try:
        count = min(round(recording.length * recording.sample_rate), round(_LONGEST * recording.sample_rate))
        raw = np.nan_to_num(recording.stretch(0, count), nan=0.0, posinf=0.0, neginf=0.0)
    finally:
        recording.close()
    if raw.shape[1] > 2:
        raw = raw.mean(axis=1, keepdims=True)
    size = np.abs(raw).max(axis=1) if len(raw) else np.zeros(0)
    if not size.size or size.max() < 1e-5:
        raise MediaError(f"{shown(path.name)} is silent: it is left out.")
    first = max(int(np.flatnonzero(size > _ONSET * size.max())[0]) - recording.sample_rate // 1000, 0)
    last = int(np.flatnonzero(size > _FLOOR * size.max())[-1]) + 1
    cut = raw[first:last]
    rate = recording.sample_rate * 2 ** (semitones / 12)
    if rate != sample_rate:
        cut = resampled(cut, rate, sample_rate)
    tail = min(len(cut), round(_FADE * sample_rate))
    made = np.repeat(cut, 2, axis=1) if cut.shape[1] == 1 else cut.copy()
    made[len(made) - tail :] *= np.linspace(1, 0, tail, dtype=np.float32)[:, None]
    return np.ascontiguousarray(made, np.float32)


def _balanced(
    read: Mapping[Drum, list[_Stroke]], standard: Mapping[Drum, Sound], sample_rate: int, balanced: bool
) -> dict[Drum, Sound]:
    """Each drum as loud as the standard one; where its maker has balanced the kit, all by the same factor."""
    usual = {drum: loudness(struck(standard[drum]), sample_rate) for drum in read}
    own = {id(stroke): stroke.loudness(sample_rate) for strokes in read.values() for stroke in strokes}
    hardest = {drum: max(own[id(stroke)] for stroke in strokes) for drum, strokes in read.items()}
    factor = float(np.median([usual[drum] / hardest[drum] for drum in read]))
    return {
        drum: _layered(
            [(stroke.zone, stroke.layer(factor if balanced else usual[drum] / own[id(stroke)])) for stroke in strokes]
        )
        for drum, strokes in read.items()
    }


def _layered(layers: Sequence[tuple[Zone, Layer]]) -> Layered:
    """Bands of velocity, and in each the takes in their turns; what shares a turn sounds together."""
    bands: list[tuple[float, tuple[tuple[Layer, ...], ...]]] = []
    for low in sorted({zone.low for zone, _ in layers} | {1}):
        here = [(zone, layer) for zone, layer in layers if zone.low <= low <= zone.high]
        turns = sorted({zone.turn for zone, _ in here})
        takes = tuple(tuple(layer for zone, layer in here if zone.turn == turn)[:_TOGETHER] for turn in turns)
        if takes:
            bands.append(((low - 0.5) / 127, takes))
    first = layers[0][0]
    return Layered(bands[0][1], first.group, first.off_by, tuple(bands))


#: So many files sound together in one stroke.
_TOGETHER = 8


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
