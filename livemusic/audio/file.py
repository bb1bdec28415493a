"""Audio files: read whole, in blocks, or played by the clock like a device."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from livemusic.audio.source import PacedSource, Samples
from livemusic.errors import MediaError
from livemusic.session.files import AnyPath, replacing

_BLOCK = 65536
_RATES = range(1000, 768001)


class FileSource(PacedSource):
    """Plays a file (WAV, FLAC, Ogg, MP3 ...) of any rate and number of channels as mono, once or in a loop.

    `MediaError` where it cannot be opened. Damage met later ends it there, and `fault` says so.
    """

    def __init__(self, path: str | Path, loop: bool = False) -> None:
        self._file = _opened(Path(path))
        super().__init__(Path(path).name, self._file.samplerate)
        self._loop = loop
        self._frame = 0
        self.fault = ""

    def take(self, count: int) -> Samples:
        parts = [self._next(count)]
        while self._loop and not self.fault and (missing := count - sum(map(len, parts))):
            self._file.seek(0)
            self._frame = 0
            parts.append(self._next(missing))
            if not len(parts[-1]):
                break
        return np.concatenate(parts)

    def _next(self, count: int) -> Samples:
        try:
            samples = _mono(self._file.read(count, dtype="float32", always_2d=True))
        except soundfile.LibsndfileError:
            self.fault = _damaged(self.name, self._frame / self.sample_rate)
            return np.empty(0, np.float32)
        self._frame += len(samples)
        return samples

    def close(self) -> None:
        super().close()
        self._file.close()


def sample_rate(path: str | Path) -> int:
    """In Hz. `MediaError` as `read_audio`."""
    with _opened(Path(path)) as file:
        return int(file.samplerate)


def blocks(path: str | Path, frames: int = _BLOCK) -> Iterator[Samples]:
    """The file as mono blocks of `frames` samples, the last one shorter, so that hours need little memory.

    `MediaError` where the file cannot be opened, or where it breaks off.
    """
    heard = 0
    with _opened(Path(path)) as file:
        while True:
            try:
                block = file.read(frames, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as problem:
                raise MediaError(_damaged(path, heard / file.samplerate)) from problem
            if not len(block):
                return
            heard += len(block)
            yield _mono(block)


def read_audio(path: str | Path) -> tuple[Samples, int]:
    """The whole file, mono float32 `(n,)`, and its sample rate in Hz. `MediaError` says what is wrong with it."""
    return np.concatenate(list(blocks(path))), sample_rate(path)


def write_audio(path: AnyPath, samples: Samples, sample_rate: int) -> None:
    """Write float32 `(frames, channels)` as 24-bit WAV, whole or not at all; `MediaError` where that fails."""
    try:
        with replacing(path) as file:
            soundfile.write(file, samples, sample_rate, subtype="PCM_24", format="WAV")
    except (OSError, ValueError, soundfile.LibsndfileError) as problem:
        raise MediaError(f"{path} cannot be written ({_reason(problem)}). Choose another name or folder.") from problem


def _damaged(name: str | Path, at: float) -> str:
    return f"{name} is damaged after about {at:.1f} s. Export or copy it again."


def _mono(block: Samples) -> Samples:
    mono: Samples = block.mean(axis=1, dtype=np.float32) if block.shape[1] > 1 else block[:, 0]
    return mono


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        if path.exists() and not path.is_file():
            raise MediaError(f"{path} is not a file. Choose an audio file.")
        file = soundfile.SoundFile(path)
    except (OSError, ValueError, TypeError, soundfile.LibsndfileError) as problem:
        if not os.path.lexists(str(path).replace("\0", "")):
            raise MediaError(f"There is no file {path}. Look at its name and folder.") from problem
        raise MediaError(
            f"{path} cannot be read as audio ({_reason(problem)}). Use WAV, FLAC, Ogg or MP3."
        ) from problem
    fault = ""
    if not file.frames:
        fault = "holds no sound"
    elif file.samplerate not in _RATES:
        fault = f"has a sample rate of {file.samplerate} Hz, which nothing can play"
    if fault:
        file.close()
        raise MediaError(f"{path} {fault}. Choose another file.")
    return file


def _reason(problem: Exception) -> str:
    text = getattr(problem, "strerror", None) or getattr(problem, "error_string", None) or str(problem)
    return text.rstrip(".")
