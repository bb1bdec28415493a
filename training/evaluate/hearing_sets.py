"""What the hearing of drums is tried on: real kits, held-out kits, both under held-out music, and no drums at all."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from livemusic.dsp.samples import Samples
from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_OF_PITCH
from training.data.audio import sound_of
from training.data.drumming import read_groove, read_played
from training.data.kits import SAMPLE_RATE, Hits, draw_kit, load_shots, ordered, render
from training.data.rooms import compressed, in_a_room, noise
from training.data.scenes import drumless
from training.data.tones import speech
from training.progress import progress

Decibels = float

#: Audio minus MIDI of the E-GMD takes in seconds, as measured by those who gathered them.
_OFFSETS = {"10_soul": -0.0175, "1_funk": -0.0025, "2_funk": 0.0125, "5_funk": -0.010, "6_hiphop": -0.035}


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Mono sound at 44100 Hz, and what is struck in it."""

    name: str
    sound: Samples
    hits: Hits


def real_takes(data: Path) -> list[Recording]:
    """Takes of two kits that nothing was trained on. `MediaError` where they are missing."""
    folder = data / "drumaudio"
    found = []
    for path in sorted(folder.glob("*.flac")):
        sound = sound_of(path, SAMPLE_RATE)
        if path.name.startswith("stemgmd"):
            with path.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
                rows = [(float(r["time_s"]), int(r["gmd_note"]), float(r["velocity"])) for r in csv.DictReader(file)]
            hits = np.array([(t, VOICE_OF_PITCH[p], v / 127) for t, p, v in rows if p in VOICE_OF_PITCH])
        else:
            hits = read_played(path.with_suffix(".mid")).hits
            hits[:, 0] += _OFFSETS["_".join(path.name.split("-")[0].split("_")[:2])]
        inside = (hits[:, 0] >= 0) & (hits[:, 0] < len(sound) / SAMPLE_RATE)
        found.append(Recording(path.stem, sound, ordered(hits[inside])))
    if not found:
        raise MediaError(f"{folder} holds no takes: get the whole data set")
    return found


def rendered(data: Path, part: str, count: int, seconds: float = 20.0, seed: int = 7) -> list[Recording]:
    """Takes of a held-out part of Groove on the kits of that part, dry or in a room, as they are."""
    takes, shots = read_groove(data / "groove", part), load_shots(data / "oneshots", part)
    made = []
    for number in progress(range(count), f"{part} kits", "take"):
        random = np.random.default_rng([seed, number])
        take = takes[random.integers(len(takes))]
        begin = random.uniform(0, max(0.0, take.seconds - seconds))
        hits = take.hits.copy()
        hits[:, 0] -= begin - 0.05
        hits = hits[(hits[:, 0] > 0.02) & (hits[:, 0] < seconds - 0.02)]
        sound = render(hits, draw_kit(shots, random, whole=0.8), seconds, random)
        sound = in_a_room(sound, random) if random.random() < 0.7 else sound
        sound = compressed(sound, random) if random.random() < 0.3 else sound
        peak = float(np.abs(sound).max()) or 1.0
        made.append(Recording(f"{number}-{take.name}", (0.5 / peak * sound).astype(np.float32), hits))
    return made


def held_out_music(data: Path) -> list[Recording]:
    """Music without drums of artists that nothing was trained on."""
    return [
        Recording(clip.path.stem, sound_of(clip.path, SAMPLE_RATE), np.empty((0, 3)))
        for clip in drumless(data / "audio", True)
    ]


def mixed(drums: Sequence[Recording], music: Sequence[Recording], level: Decibels, each: int = 3) -> list[Recording]:
    """Every recording under `each` pieces of music in turn, the drums `level` dB louder than the music (RMS)."""
    made = []
    for number, take in enumerate(drums):
        for turn in range(each):
            piece = music[(number * each + turn) % len(music)]
            beside = np.resize(piece.sound, len(take.sound))
            gain = _rms(take.sound) / (_rms(beside) + 1e-9) * 10 ** (-level / 20)
            sound = take.sound + np.float32(gain) * beside
            sound = 0.7 * sound / max(1e-9, float(np.abs(sound).max()))
            made.append(Recording(f"{take.name} + {piece.name}", sound.astype(np.float32), take.hits))
    return made


def no_drums(data: Path, minutes: float = 1.0) -> dict[str, list[Recording]]:
    """What a listener must stay calm at: music without drums, talk, tones, hiss, silence. A minute of each."""
    random = np.random.default_rng(3)
    seconds = 60 * minutes
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sweep = 0.3 * np.sin(2 * np.pi * np.cumsum(220 * 2 ** (2 * np.sin(times / 5))) / SAMPLE_RATE)
    nothing = np.empty((0, 3))
    made = {
        "talk": 0.3 * speech(seconds, random),
        "gliding tone": sweep,
        "hiss": 0.02 * noise(len(times), random),
        "silence": np.zeros(len(times)),
    }
    sets = {name: [Recording(name, sound.astype(np.float32), nothing)] for name, sound in made.items()}
    return {"music": held_out_music(data)} | sets


def _rms(sound: Samples) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))
