"""Drum kits made of one-shots: which sounds there are, whole kits held out, and hits rendered with them."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.fft import irfft, next_fast_len, rfft

from livemusic.dsp.lanes import DRUM, HIT, VOICES
from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import Samples
from livemusic.errors import MediaError
from training.data.renders import own_stroke
from training.progress import progress

SAMPLE_RATE = 44100
Decibels = float
Hits = npt.NDArray[np.float64]
"""What is struck, float64 `(n, 3)` in the order of time: seconds, lane, velocity 0..1."""

#: Classes of one-shots to the lane they are heard as. Hand drums are drums of no kit, shakers and such just hits.
LANE_OF_CLASS: dict[str, int] = {
    "kick": 0, "snare": 1, "snare_rim": 1, "hihat_closed": 2, "hihat_pedal": 2, "hihat_open": 3,
    "tom_floor": 4, "tom_low": 4, "tom_mid": 5, "tom_high": 6, "crash": 7, "china": 7, "splash": 7,
    "ride": 8, "ride_bell": 8,
    "bongos": DRUM, "conga": DRUM, "highconga": DRUM, "lowconga": DRUM, "mutedconga": DRUM, "mutedlowconga": DRUM,
    "darbuka": DRUM, "cajonflamenco": DRUM,
    "clap": HIT, "cowbell": HIT, "shaker": HIT, "tambourine": HIT, "claves": HIT, "maraca": HIT, "castanets": HIT,
}  # fmt: skip
#: Kits that nothing is trained on. Those of which the licence is told at second hand are among them, as nothing of
#: them must go into a model.
TEST_KITS = frozenset((
    "sm_drums", "el_nacho", "eli_cr7030", "gem_drum15", "mfb_512", "mti_ao1", "rokton_uds", "soundmaster_sr88",
    "watford", "fluidr3_power", "webaudio_r8", "webaudio_thecheebacabra1",
))  # fmt: skip
VALIDATION_KITS = frozenset((
    "pearl_master_studio_CC-BY-3.0", "boochi_soulful_vintage", "webaudio_linn", "svmodular_909", "webaudio_kit8",
))  # fmt: skip
#: Recorded drums; the others are machines.
ACOUSTIC = frozenset((
    "muldjordkit_CC-BY-4.0", "sonicpi_CC0", "pearl_master_studio_CC-BY-3.0", "frankensnare_CC0", "fluidr3_standard",
    "fluidr3_power", "gogodze_close", "gogodze_retro", "gogodze_room", "sm_drums", "webaudio_acoustic_kit",
    "webaudio_thecheebacabra1", "garden",
))  # fmt: skip
#: The app's own kit: the one that people will let it listen to first. Its classes, and how hard each is struck.
OWN_KIT = "livemusic"
_OWN_CLASSES = (
    "kick", "snare", "hihat_closed", "hihat_open", "tom_low", "tom_mid", "tom_high", "crash", "ride",
)  # fmt: skip
_OWN_VELOCITIES = (30, 80, 127)
_OWN_SHARE = 0.1
#: Kits of which the shots of a class are one drum struck harder and harder; elsewhere they are different drums.
_LAYERED = frozenset((
    OWN_KIT, "muldjordkit_CC-BY-4.0", "gogodze_close", "gogodze_retro", "gogodze_room", "sm_drums",
))  # fmt: skip
#: How loud a voice is beside a snare, in dB: its least and its most.
_GAINS: tuple[tuple[Decibels, Decibels], ...] = (
    (-5, 6), (-4, 3), (-22, -5), (-18, -4), (-7, 3), (-7, 3), (-7, 3), (-14, -1), (-20, -6),
)  # fmt: skip
_OTHER_GAIN: tuple[Decibels, Decibels] = (-12, 0)
_LONGEST_S = 2.5
_LAYERS = 6
_CHOKED_S = 0.03
_BEFORE_S = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One hit as it was recorded: its first `begin` samples lead up to the onset."""

    kit: str
    name: str
    sound: Samples
    begin: int
    level: float


@dataclass(frozen=True, slots=True)
class Source:
    """Who made a kit, and what he asks for."""

    kit: str
    licence: str
    author: str
    repository: str


class Shots:
    """All one-shots of a set of kits, by lane and by class. `part`: "train", "validation" or "test"."""

    def __init__(self, shots: Sequence[Shot], sources: Sequence[Source], part: str) -> None:
        self.shots, self.sources, self.part = list(shots), list(sources), part
        if missing := [lane for lane in range(VOICES) if not self.by_lane.get(lane)]:
            raise MediaError(f"the kits for {part} have no one-shots of voices {missing}: get the whole data set")

    @cached_property
    def by_lane(self) -> Mapping[int, Mapping[str, list[Shot]]]:
        """Lane -> kit -> its shots, softest first."""
        found: dict[int, dict[str, list[Shot]]] = {}
        for shot in sorted(self.shots, key=lambda shot: shot.level):
            found.setdefault(LANE_OF_CLASS[shot.name], {}).setdefault(shot.kit, []).append(shot)
        return found

    @cached_property
    def kits(self) -> list[str]:
        """Names of the kits that have at least a kick and a snare."""
        both = self.by_lane[0].keys() & self.by_lane[1].keys()
        return sorted(both)


def part_of(kit: str) -> str:
    """What a kit is for: "train", "validation" or "test"."""
    return "test" if kit in TEST_KITS else "validation" if kit in VALIDATION_KITS else "train"


def load_shots(folder: Path, part: str) -> Shots:
    """The one-shots listed in `folder/oneshots.csv` whose kits are for `part`. `MediaError` where one is missing."""
    listing = folder / "oneshots.csv"
    try:
        with listing.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if part_of(row["file"].split("/")[0]) == part]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise MediaError(f"{listing} cannot be read ({error}): --data must name the folder with oneshots/") from error
    rows = [row for row in rows if row["class"] in LANE_OF_CLASS]
    shots = [_load(folder, row) for row in progress(rows, f"{part} one-shots", "file")]
    sources = {
        row["file"].split("/")[0]: Source(row["file"].split("/")[0], row["licence"], row["author"], row["source_repo"])
        for row in rows
    }
    if part == "train":
        shots += own_shots()
        sources[OWN_KIT] = Source(OWN_KIT, "GPL-3.0-or-later", "livemusic", "its own synthesised kit")
    return Shots(shots, [sources[kit] for kit in sorted(sources)], part)


def own_shots() -> list[Shot]:
    """The app's own kit as one-shots, each voice from soft to hard."""
    return [
        _trimmed(OWN_KIT, name, own_stroke(voice, _LONGEST_S, velocity), f"the kit's {name}")
        for voice, name in enumerate(_OWN_CLASSES)
        for velocity in _OWN_VELOCITIES
    ]


def _load(folder: Path, row: dict[str, str]) -> Shot:
    path = folder / row["file"]
    try:
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise MediaError(f"{path} cannot be read as audio ({error}): get the data again") from error
    resampler = Resampler(rate, SAMPLE_RATE)
    mono = np.concatenate([resampler.push(sound.mean(axis=1)), resampler.flush()])
    return _trimmed(row["file"].split("/")[0], row["class"], mono, str(path))


def _trimmed(kit: str, name: str, mono: Samples, where: str) -> Shot:
    """A sound from a millisecond before its attack, at a peak of 1."""
    loud = np.abs(mono)
    peak = float(loud.max(initial=0.0))
    if peak <= 0:
        raise MediaError(f"{where} is silent: take it out of oneshots.csv")
    # The attack is where the first tenth of the peak is reached, if only the first 80 ms of the sound are looked at:
    # a crash may swell.
    first = int(np.argmax(loud > 0.02 * peak))
    peak_of_attack = float(loud[first : first + SAMPLE_RATE * 8 // 100].max())
    onset = first + int(np.argmax(loud[first:] >= 0.1 * peak_of_attack))
    begin = min(onset, round(_BEFORE_S * SAMPLE_RATE))
    kept = mono[onset - begin : onset - begin + round(_LONGEST_S * SAMPLE_RATE)].copy()
    fade = min(len(kept), SAMPLE_RATE // 50)
    kept[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return Shot(kit, name, (kept / peak).astype(np.float32), begin, peak)


@dataclass(frozen=True, slots=True, eq=False)
class Drum:
    """A drum of a kit as it stands on a stage: its sounds from soft to hard, and how its velocity is heard."""

    sounds: tuple[Samples, ...]
    dull: tuple[Samples, ...]
    begins: tuple[int, ...]
    gain: float
    curve: float


Kit = Mapping[int, Drum]
"""Lane -> its drum."""


def draw_kit(shots: Shots, random: np.random.Generator, whole: float = 0.6) -> Kit:
    """A kit by chance: with probability `whole` one of the kits, what it lacks taken from others, else every drum from
    any of them; tuned, cut and levelled by chance, too."""
    acoustic = [kit for kit in shots.kits if kit in ACOUSTIC]
    likely = acoustic if acoustic and random.random() < 0.6 else shots.kits
    main = likely[random.integers(len(likely))] if random.random() < whole else ""
    if OWN_KIT in shots.kits and random.random() < _OWN_SHARE:
        main = OWN_KIT
    dry = random.random() < 0.3
    curve = random.uniform(0.8, 1.9)
    return {lane: _draw_drum(shots.by_lane[lane], lane, main, random, dry, curve) for lane in shots.by_lane}


def _draw_drum(
    kits: Mapping[str, list[Shot]], lane: int, main: str, random: np.random.Generator, dry: bool, curve: float
) -> Drum:
    names = sorted(kits)
    recorded = [name for name in names if name in ACOUSTIC]
    others = recorded if recorded and random.random() < 0.6 else names
    shots = kits.get(main) or kits[others[random.integers(len(others))]]
    kinds = sorted({shot.name for shot in shots})
    # The plain sound of a voice is the one that is mostly struck.
    plain = [kind for kind in kinds if kind in ("snare", "hihat_closed", "crash", "ride")]
    kind = plain[0] if plain and random.random() < 0.8 else kinds[random.integers(len(kinds))]
    shots = [shot for shot in shots if shot.name == kind]
    if shots[0].kit not in _LAYERED:
        shots = [shots[random.integers(len(shots))]]
    speed = 2 ** (random.normal(0, 2.0) / 12)
    length = random.uniform(0.06, 0.5) if dry and lane not in (7, 8) else 0.0
    if len(shots) > _LAYERS:
        shots = [shots[index] for index in np.linspace(0, len(shots) - 1, _LAYERS).round().astype(int)]
    # A layer of another kit under it makes it a drum that none of them has.
    beside = _beside(kits, names, kind, random) if random.random() < 0.35 else None
    curve_of_desk = random.normal(0, 3.5, 6) if random.random() < 0.7 else None
    sounds, begins = [], []
    for shot in shots:
        sound, begin = _at_speed(shot.sound, speed), round(shot.begin / speed)
        if beside is not None:
            sound = _together(sound, begin, *beside)
        sound = _decayed(sound, length)
        if curve_of_desk is not None:
            sound = _through(sound, curve_of_desk)
        sounds.append(sound / max(1e-6, float(np.abs(sound).max())))
        begins.append(begin)
    low, high = _GAINS[lane] if lane < VOICES else _OTHER_GAIN
    gain = 10 ** (random.uniform(low, high) / 20)
    own = float(np.clip(curve * random.uniform(0.8, 1.25), 0.6, 2.4))
    # Layers are levelled, and velocity makes them as loud as it says.
    dull = [_dulled(sound) for sound in sounds]
    return Drum(tuple(sounds), tuple(dull), tuple(begins), gain, own)


def _beside(
    kits: Mapping[str, list[Shot]], names: Sequence[str], kind: str, random: np.random.Generator
) -> tuple[Samples, int]:
    """A shot of the same class, of any kit, tuned by chance and softer; and where its onset is."""
    likely = [shot for name in names for shot in kits[name] if shot.name == kind]
    shot = likely[random.integers(len(likely))]
    speed = 2 ** (random.normal(0, 2.0) / 12)
    return _at_speed(shot.sound, speed) * np.float32(10 ** (random.uniform(-14, 0) / 20)), round(shot.begin / speed)


def _together(sound: Samples, begin: int, other: Samples, other_begin: int) -> Samples:
    """Two sounds with their onsets at `begin` of the first."""
    shift = begin - other_begin
    both = sound.copy()
    first, second = max(0, shift), max(0, -shift)
    count = min(len(both) - first, len(other) - second)
    both[first : first + count] += other[second : second + count]
    return both


def _through(sound: Samples, gains: npt.NDArray[np.float64]) -> Samples:
    """Equalised by `gains` in dB at points two octaves apart, from 20 Hz on."""
    size = next_fast_len(len(sound) + 64, real=True)
    octaves = np.log2(np.maximum(np.arange(size // 2 + 1) * SAMPLE_RATE / size, 20.0) / 20)
    shape = 10 ** (np.interp(octaves, np.linspace(0, 10, len(gains)), gains) / 20)
    return np.asarray(irfft(rfft(sound, size) * shape.astype(np.float32), size)[: len(sound)], np.float32)


def _at_speed(sound: Samples, speed: float) -> Samples:
    if abs(speed - 1) < 0.005:
        return sound
    places = np.arange(0, len(sound) - 1, speed)
    return np.asarray(np.interp(places, np.arange(len(sound)), sound), np.float32)


def _decayed(sound: Samples, length: float) -> Samples:
    if not length:
        return sound
    return np.asarray(sound * np.exp(-np.arange(len(sound), dtype=np.float32) / (length * SAMPLE_RATE)), np.float32)


def _dulled(sound: Samples) -> Samples:
    """As if struck softly: a moving mean takes the edge off."""
    kernel = np.hanning(15)[1:-1].astype(np.float32)
    dull: Samples = np.convolve(sound, kernel / kernel.sum(), "same").astype(np.float32)
    return dull


def render(hits: Hits, kit: Kit, seconds: float, random: np.random.Generator) -> Samples:
    """The sound of `hits` on a kit, float32 `(seconds * 44100,)`; the next stroke of the hat chokes an open one."""
    count = round(seconds * SAMPLE_RATE)
    sound = np.zeros(count, np.float32)
    hats = hits[np.isin(hits[:, 1], (2, 3)), 0]
    for moment, lane, velocity in hits:
        drum = kit[int(lane)]
        layers = len(drum.sounds)
        layer = int(np.clip(round(velocity * (layers - 1) + random.normal(0, 0.6)), 0, layers - 1))
        begin = round(moment * SAMPLE_RATE) - drum.begins[layer]
        struck = drum.sounds[layer]
        loud = drum.gain * velocity**drum.curve * 10 ** (random.normal(0, 0.8) / 20)
        if layers == 1:
            edge = np.float32(min(1.0, 0.35 + 0.65 * velocity))
            struck = edge * struck + (1 - edge) * drum.dull[layer]
        if lane == 3 and (later := hats[hats > moment + 0.02]).size:
            struck = _choked(struck, drum.begins[layer] + round((later[0] - moment) * SAMPLE_RATE))
        if begin < 0:
            struck, begin = struck[-begin:], 0
        struck = struck[: max(0, count - begin)]
        sound[begin : begin + len(struck)] += np.float32(loud) * struck
    return sound


def _choked(struck: Samples, end: int) -> Samples:
    if end >= len(struck):
        return struck
    fade = min(round(_CHOKED_S * SAMPLE_RATE), len(struck) - end)
    cut = struck[: end + fade].copy()
    cut[end:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return cut


def ordered(hits: Hits) -> Hits:
    """Hits in the order of time."""
    return np.asarray(hits[np.argsort(hits[:, 0], kind="stable")])
