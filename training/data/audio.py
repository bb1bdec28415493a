"""The clips to listen to while training: who made them, and how livemusic hears them."""

import csv
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from livemusic.dsp.features import Features
from livemusic.dsp.framer import Framer
from livemusic.dsp.resample import Resampler
from livemusic.dsp.samples import Samples
from livemusic.dsp.spec import FeatureSpec
from livemusic.errors import MediaError
from training.progress import progress

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """One row of `clips.csv`: a stretch of a track, and what its maker asks for."""

    path: Path
    title: str
    artist: str
    licence: str
    source: str

    @property
    def track(self) -> str:
        """What clips of the same recording share: the file name without `_c0`, `_c1`."""
        return re.sub(r"_c\d+$", "", self.path.stem)


def read_clips(folder: Path) -> list[Clip]:
    """The clips listed in `folder/clips.csv`, by file name. Raises `MediaError` where the list or a file is missing."""
    listing = folder / "clips.csv"
    if not listing.is_file():
        raise MediaError(f"{listing} is missing: --data must name the folder with the audio clips and their clips.csv")
    with listing.open(newline="", encoding="utf-8") as file:
        clips = [
            Clip(folder / row["file"], row["title"], row["artist"], row["licence"], row["source_repo"])
            for row in csv.DictReader(file)
        ]
    missing = [clip.path.name for clip in clips if not clip.path.is_file()]
    if missing or not clips:
        raise MediaError(f"{listing} names {len(clips)} clips, {len(missing)} of them missing {missing[:3]}")
    return sorted(clips, key=lambda clip: clip.path.name)


def held_out(clips: Sequence[Clip], share: float = 0.2) -> list[bool]:
    """Which clips are kept for validation: all of about `share` of the artists, the same ones every time."""
    return [is_held_out(clip.artist, share) for clip in clips]


def is_held_out(artist: str, share: float = 0.2) -> bool:
    """Whether an artist is one of about `share` of all who are kept for validation."""
    return int(hashlib.sha256(artist.encode()).hexdigest()[:8], 16) / 2**32 < share


def sound_of(path: Path, sample_rate: int) -> Samples:
    """A file as mono samples at `sample_rate` Hz."""
    try:
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise MediaError(
            f"{path} cannot be read as audio ({error}): replace the file or take it out of clips.csv"
        ) from error
    resampler = Resampler(rate, sample_rate)
    return np.concatenate([resampler.push(sound.mean(axis=1)), resampler.flush()])


def rows_of(sound: Samples, spec: FeatureSpec) -> Rows:
    """What livemusic hears in a stretch of sound: `(n, bins)`, from a fresh start."""
    return Features(spec).push(Framer(spec.fft, spec.hop).push(sound))


def load_rows(clips: Sequence[Clip], spec: FeatureSpec, cache: Path) -> list[Rows]:
    """The rows of every clip, computed once for a spec and a set of files and then read from `cache`."""
    stamp = [(clip.path.name, clip.path.stat().st_size) for clip in clips]
    key = hashlib.sha256(msgspec.json.encode((spec, stamp))).hexdigest()[:16]
    stored = cache / f"rows-{key}.npz"
    if stored.is_file():
        with np.load(stored) as arrays:
            return [arrays[f"arr_{index}"] for index in range(len(clips))]
    rows = [rows_of(sound_of(clip.path, spec.sample_rate), spec) for clip in progress(clips, "features", "clip")]
    cache.mkdir(parents=True, exist_ok=True)
    partial = cache / f"rows-{key}.part.npz"
    np.savez(partial, *rows)
    os.replace(partial, stored)
    return rows


def sequence_starts(lengths: Sequence[int], span: int, step: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Where to cut `span` rows out of clips laid end to end, every `step` rows, none across a seam."""
    seams = np.concatenate([[0], np.cumsum(lengths)])
    starts = [
        np.arange(first + rng.integers(min(step, length - span + 1)), first + length - span + 1, step)
        for first, length in zip(seams[:-1], lengths, strict=True)
        if length >= span
    ]
    return rng.permutation(np.concatenate([*starts, np.empty(0, np.int64)]).astype(np.int64))
