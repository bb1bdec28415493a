"""The built-in demo as a source: the song is rendered once, kept in the user's cache, and heard from there."""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from livemusic.audio.source import ArraySource
from livemusic.errors import MediaError
from livemusic.music import song, song_score
from livemusic.music.tempo import BeatsPerMinute
from livemusic.session.files import replacing
from livemusic.sound import demo, kit, synth, voices
from livemusic.sound.demo import render_song

SAMPLE_RATE = 44100
_MIX, _BAND = "mix.npy", "band.npy"


@dataclass(frozen=True, slots=True)
class DemoTrack:
    """`mix`: mono float32, what is listened to. `band`: a `.npy` of stereo float32 without the drums, to be played."""

    mix: npt.NDArray[np.float32]
    band: Path
    bpm: BeatsPerMinute

    @classmethod
    def open(cls, folder: Path | None = None) -> "DemoTrack":
        """From the cache, or rendered anew (some seconds) where that is empty or damaged.

        `MediaError` where it cannot be kept.
        """
        folder = (folder or user_cache_path("livemusic")) / f"demo-{_fingerprint()}"
        music = song.compose()
        try:
            with suppress(Exception):  # a damaged array fails in numpy, zipfile or tokenize
                return _kept(folder, music.bpm)
            stems = render_song(music, SAMPLE_RATE)
            _keep(folder / _BAND, stems.band)
            _keep(folder / _MIX, (stems.band + stems.drums).mean(axis=1))
            return _kept(folder, music.bpm)
        except (OSError, ValueError) as problem:
            raise MediaError(
                f"The demo song cannot be kept in {folder}: {problem}. Make room there, or set XDG_CACHE_HOME."
            ) from problem


class DemoSource(ArraySource):
    """The demo song, over and over. `bpm` and `band` let the drums and the speakers fall in with it."""

    def __init__(self, track: DemoTrack) -> None:
        super().__init__(track.mix, SAMPLE_RATE, "demo", loop=True)
        self.bpm = track.bpm
        self.band = track.band


def _kept(folder: Path, bpm: BeatsPerMinute) -> DemoTrack:
    """The song from the cache; an error unless all of it is there."""
    mix, band = (np.load(folder / name, mmap_mode="r") for name in (_MIX, _BAND))
    if mix.ndim != 1 or not mix.size or band.shape != (len(mix), 2):
        raise ValueError(f"{mix.shape} and {band.shape} are not the parts of one song")
    if (mix.dtype, band.dtype) != (np.float32, np.float32):
        raise ValueError(f"{mix.dtype} and {band.dtype} are no sound")
    return DemoTrack(np.array(mix), folder / _BAND, bpm)


def _keep(path: Path, values: npt.NDArray[np.float32]) -> None:
    with replacing(path) as file:
        np.save(file, values.astype(np.float32))


def _fingerprint() -> str:
    """Changes whenever the song or the way it sounds does."""
    digest = sha256()
    for module in (song, song_score, demo, kit, synth, voices):
        assert module.__file__ is not None
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()[:12]
