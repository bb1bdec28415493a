"""Drums as they are heard: takes on kits by chance, in rooms, through desks, under music; and what no drums are.

Everything is decided by the seed and the number of a scene. Scenes of "train" have nothing of the kits, the takes and
the artists that are held out for "validation" and "test".
"""

import csv
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import librosa
import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from training.data.audio import Clip, is_held_out, read_clips, rows_of, sound_of
from training.data.drumming import Played, other_voices, programmed, read_groove, stretch
from training.data.kits import SAMPLE_RATE, Hits, Shots, draw_kit, load_shots, ordered, render
from training.data.rooms import coded, compressed, driven, equalised, in_a_room, noise, phoned
from training.data.tones import accompaniment, speech
from training.progress import progress

SECONDS = 10.0
#: Raised when scenes are made in another way, so that no old cache is taken for new.
_FORMAT = 3
#: Share of the artists without drums that are held out.
HELD_OUT = 0.4
_HARMONIC_CLIPS = 40

Rows = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Mono sound at 44100 Hz and what is struck in it."""

    sound: Samples
    hits: Hits


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Scenes as rows of features: float16 `(scenes, rows, bins)`, and the hits of each."""

    rows: Rows
    hits: list[Hits]


def drumless(folder: Path, held: bool) -> list[Clip]:
    """The clips whose list says that there are no drums in them, of artists that are held out or of the others."""
    said = _said(folder)
    return [clip for clip in read_clips(folder) if said[clip.path.name] == "no" and _held(clip) == held]


def softened_clips(folder: Path) -> list[Clip]:
    """Clips that may have drums, of artists not held out, which are taken out of them before scenes are made."""
    said = _said(folder)
    clips = [clip for clip in read_clips(folder) if said[clip.path.name] in ("?", "yes?") and not _held(clip)]
    return clips[:: max(1, len(clips) // _HARMONIC_CLIPS)]


def _held(clip: Clip) -> bool:
    return is_held_out(clip.artist, HELD_OUT)


def _said(folder: Path) -> dict[str, str]:
    with (folder / "clips.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"]: row["drums_guess"] for row in csv.DictReader(file)}


class Stage:
    """All that scenes of a part are made of, opened once from the data folder."""

    def __init__(self, data: Path, part: str, cache: Path) -> None:
        self.part = part
        self.takes: list[Played] = read_groove(data / "groove", part)
        self.shots: Shots = load_shots(data / "oneshots", part)
        held = part != "train"
        self.music = [sound_of(clip.path, SAMPLE_RATE) for clip in drumless(data / "audio", held)]
        self.softened = [] if held else _harmonics(data / "audio", cache)

    def scene(self, seed: int, number: int) -> Scene:
        """The scene of a seed and a number, ten seconds long."""
        random = np.random.default_rng([seed, number])
        hits = self._hits(random)
        if not len(hits):
            return Scene(self._no_drums(random), hits)
        kit = draw_kit(self.shots, random)
        hits = hits[np.isin(hits[:, 1], list(kit))]
        drums = render(hits, kit, SECONDS, random)
        if random.random() < 0.75:
            drums = in_a_room(drums, random)
        if random.random() < 0.35:
            drums = compressed(drums, random)
        if random.random() < 0.6:
            drums = equalised(drums, random)
        sound = self._mixed(drums, hits, random)
        if random.random() < 0.2:
            sound = compressed(sound, random)
        if random.random() < 0.12:
            sound = driven(sound, random)
        if random.random() < 0.5:
            sound = sound + _rms(sound) * 10 ** (random.uniform(-60, -22) / 20) * noise(len(sound), random)
        if random.random() < 0.06:
            sound = phoned(sound, random)
        if random.random() < 0.12:
            sound = coded(sound, random)
        return Scene(_levelled(sound, random), hits)

    def _no_drums(self, random: np.random.Generator) -> Samples:
        """Music, notes, talk or hiss alone, or all of them."""
        count = round(SECONDS * SAMPLE_RATE)
        sound = 10 ** (random.uniform(-70, -10) / 20) * noise(count, random)
        if random.random() < 0.6:
            clips = self.softened if self.softened and random.random() < 0.3 else self.music
            sound = sound + 10 ** (random.uniform(-40, 0) / 20) * self._music(clips, random)
        if random.random() < 0.3:
            sound = sound + 10 ** (random.uniform(-30, 0) / 20) * accompaniment(np.empty((0, 3)), SECONDS, random)
        if random.random() < 0.5:
            sound = sound + 10 ** (random.uniform(-30, 6) / 20) * speech(SECONDS, random)
        sound = np.asarray(sound, np.float32)
        if random.random() < 0.3:
            sound = compressed(in_a_room(sound, random), random)
        sound[: round(random.uniform(-2, 2) * SAMPLE_RATE) if random.random() < 0.3 else 0] = 0
        return _levelled(sound, random)

    def _hits(self, random: np.random.Generator) -> Hits:
        way = random.random()
        if way < 0.13:
            return np.empty((0, 3))
        if way < 0.38:
            return programmed(SECONDS, random, extra=random.random() < 0.2)
        hits = stretch(self.takes[random.integers(len(self.takes))], SECONDS, random)
        if random.random() < 0.25:
            hits = other_voices(hits, random)
        if random.random() < 0.2 and len(hits):
            only = random.choice([0, 1, 2, 3, 4, 5, 6, 7, 8], random.integers(1, 4), replace=False)
            hits = hits[np.isin(hits[:, 1], only)]
        if random.random() < 0.5:
            hits[:, 2] = np.clip(hits[:, 2] ** random.uniform(0.5, 1.2), 0.02, 1)
        return ordered(hits)

    def _mixed(self, drums: Samples, hits: Hits, random: np.random.Generator) -> Samples:
        """With music, made-up notes or talk, from far behind the drums to in front of them."""
        sound, beside = drums, float(_rms(drums)) or 0.1
        way = random.random()
        if way < 0.45 and (self.music or self.softened):
            clips = self.softened if self.softened and random.random() < 0.45 else self.music
            sound = sound + beside * 10 ** (random.uniform(-24, 6) / 20) * self._music(clips, random)
        if 0.35 < way < 0.65:
            notes = accompaniment(hits, SECONDS, random)
            sound = sound + beside * 10 ** (random.uniform(-22, 4) / 20) * notes / (_rms(notes) + 1e-6)
        if way > 0.95:
            talk = speech(SECONDS, random)
            sound = sound + beside * 10 ** (random.uniform(-20, 2) / 20) * talk / (_rms(talk) + 1e-6)
        return np.asarray(sound, np.float32)

    def _music(self, clips: Sequence[Samples], random: np.random.Generator) -> Samples:
        clip = clips[int(random.integers(len(clips)))]
        count = round(SECONDS * SAMPLE_RATE)
        begin = random.integers(0, max(1, len(clip) - count))
        cut = clip[begin : begin + count]
        cut = np.pad(cut, (0, count - len(cut)))
        if random.random() < 0.4:
            cut = equalised(cut, random)
        return np.asarray(cut / (_rms(cut) + 1e-6), np.float32)


def _levelled(sound: Samples, random: np.random.Generator) -> Samples:
    """At any level that a recording may have."""
    peak = float(np.abs(sound).max())
    loud = 10 ** (random.uniform(-35, -0.5) / 20) / peak if peak > 0 else 1.0
    return np.asarray(sound * loud, np.float32)


def _rms(sound: Samples) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def _harmonics(folder: Path, cache: Path) -> list[Samples]:
    """`softened_clips` with what is struck taken out of them by median filters (Fitzgerald 2010)."""
    clips = softened_clips(folder)
    names = msgspec.json.encode([(clip.path.name, clip.path.stat().st_size) for clip in clips])
    stored = cache / f"harmonics-{hashlib.sha256(names).hexdigest()[:16]}.npy"
    if not stored.is_file():
        kept = []
        for clip in progress(clips, "music without drums", "clip"):
            lines = librosa.stft(sound_of(clip.path, SAMPLE_RATE), n_fft=2048, hop_length=512)
            harmonic, _ = librosa.decompose.hpss(lines, margin=(3.0, 1.0))
            kept.append(librosa.istft(harmonic, hop_length=512)[: 25 * SAMPLE_RATE])
        longest = max(len(sound) for sound in kept)
        _write(stored, np.stack([np.pad(sound, (0, longest - len(sound))) for sound in kept]).astype(np.float16))
    return [np.asarray(sound, np.float32) for sound in np.load(stored)]


def _write(path: Path, values: npt.NDArray[np.float16]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{os.getpid()}.part.npy")
    np.save(part, values)
    os.replace(part, path)


def hear_scenes(
    data: Path, part: str, spec: FeatureSpec, seed: int, count: int, cache: Path, workers: int = 1
) -> Heard:
    """Scenes 0 to `count` of a part and a seed as rows of `spec`, made once and then read from `cache`."""
    key = hashlib.sha256(msgspec.json.encode((spec, _FORMAT, part, seed, count, SECONDS))).hexdigest()[:16]
    stored = cache / f"scenes-{part}-{key}.npz"
    if not stored.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        jobs = [(spec, seed, number) for number in range(count)]
        with ProcessPoolExecutor(workers, initializer=_open, initargs=(data, part, cache)) as pool:
            made = list(progress(pool.map(_hear, jobs, chunksize=4), f"{part} scenes", "scene", count))
        part_file = cache / f"scenes-{part}-{key}.{os.getpid()}.part.npz"
        lengths = np.array([len(hits) for _, hits in made])
        np.savez(
            part_file,
            rows=np.stack([rows for rows, _ in made]),
            hits=np.concatenate([h for _, h in made]),
            lengths=lengths,
        )
        os.replace(part_file, stored)
    with np.load(stored) as arrays:
        edges = np.cumsum(arrays["lengths"])[:-1]
        return Heard(arrays["rows"], np.split(arrays["hits"], edges))


_stage: list[Stage] = []


def _open(data: Path, part: str, cache: Path) -> None:
    """Each process that makes scenes opens the stage once."""
    _stage[:] = [Stage(data, part, cache)]


def _hear(job: tuple[FeatureSpec, int, int]) -> tuple[Rows, Hits]:
    spec, seed, number = job
    scene = _stage[0].scene(seed, number)
    return rows_of(scene.sound, spec).astype(np.float16), scene.hits
