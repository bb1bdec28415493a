"""A recording that grows on the disk, as FLAC: whatever ends the program, what was written so far can be played."""

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

from livemusic.audio.source import Samples
from livemusic.errors import MediaError
from livemusic.session.files import shown

#: What FLAC can hold.
MAX_RATE = 655350
#: Where in a FLAC file's first block (RFC 9639, 8.2) its rate, channels and depth are, and in their last 36 bits its
#: length.
_LENGTH_AT, _LENGTH_BYTES, _LENGTH_BITS = 18, 8, 36
#: Sound comes in blocks of so many frames, which begin with one of these (9.1).
_BLOCK = 4096
_SYNC_CODES = (b"\xff\xf8", b"\xff\xf9")


class FlacWriter:
    """A new file at `path`, 24 bits, of float32 `(n, channels)`; `MediaError` where it cannot be made or goes on.

    Its bytes go to the system as soon as the encoder has them, and its beginning says how long it is by then, so that a
    killed program loses a tenth of a second, and one that is unplugged what came since the last `sync`. On a disk that
    is full it ends with its last whole frame. Thread: one.
    """

    def __init__(self, path: Path, sample_rate: int, channels: int) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self.channels = channels
        self.frames = 0
        try:
            self._disk = _Disk(path)
        except OSError as problem:
            raise self._failure(problem) from problem
        try:
            self._encoder = soundfile.SoundFile(self._disk, "w", sample_rate, channels, "PCM_24", format="FLAC")
        except (soundfile.LibsndfileError, ValueError, TypeError) as problem:
            self._disk.close()
            path.unlink(missing_ok=True)
            raise MediaError(f"{sample_rate} Hz and {channels} channels cannot be recorded as FLAC.") from problem

    def write(self, sound: Samples) -> None:
        """Go on with `(n, channels)`; what is louder than full scale is clipped, what is no number is silence."""
        self._encoder.write(np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).clip(-1.0, 1.0))
        self.frames += len(sound)
        self._check()

    def sync(self) -> None:
        """Say in the file how long it is by now, and see everything on the disk."""
        self._disk.say_length(_BLOCK * self._disk.blocks)
        self._disk.sync()
        self._check()

    def close(self) -> None:
        """End the file; again does nothing."""
        if not self._encoder.closed:
            with suppress(soundfile.LibsndfileError):
                self._encoder.close()
            if self._disk.problem is not None:
                self._disk.say_length(_BLOCK * self._disk.blocks)
            self._disk.sync()
            self._disk.close()

    def _check(self) -> None:
        if self._disk.problem is not None:
            raise self._failure(self._disk.problem) from self._disk.problem

    def _failure(self, problem: OSError) -> MediaError:
        return MediaError(f"{shown(self.path)} cannot be recorded any further ({problem.strerror or problem}).")


class _Disk:
    """What the encoder writes to: it never fails, because the encoder would not survive that; `problem` is
    kept. `blocks` of sound are in it."""

    def __init__(self, path: Path) -> None:
        self.problem: OSError | None = None
        self.blocks = 0
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self._at = 0

    def write(self, data: bytes) -> int:
        """As a file does; of what does not fit nothing is kept, because half a frame is no sound."""
        rest, begin = memoryview(data), self._at
        try:
            os.lseek(self._descriptor, begin, os.SEEK_SET)
            while rest and self.problem is None:
                rest = rest[os.write(self._descriptor, rest) :]
            self.blocks += not rest and data[:2] in _SYNC_CODES
        except OSError as problem:
            self.problem = problem
            with suppress(OSError):
                os.ftruncate(self._descriptor, max(begin, self._whole))
        self._at = begin + len(data)
        return len(data)

    def say_length(self, frames: int) -> None:
        """Put the length into the file's beginning."""
        with suppress(OSError):
            os.lseek(self._descriptor, _LENGTH_AT, os.SEEK_SET)
            held = int.from_bytes(os.read(self._descriptor, _LENGTH_BYTES), "big")
            said = held >> _LENGTH_BITS << _LENGTH_BITS | frames
            os.lseek(self._descriptor, _LENGTH_AT, os.SEEK_SET)
            os.write(self._descriptor, said.to_bytes(_LENGTH_BYTES, "big"))

    def sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as problem:
            self.problem = self.problem or problem

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        ends = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}
        self._at = ends[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        os.lseek(self._descriptor, self._at, os.SEEK_SET)
        data = os.read(self._descriptor, self._size if count < 0 else count)
        self._at += len(data)
        return data

    def close(self) -> None:
        os.close(self._descriptor)

    @property
    def _size(self) -> int:
        return os.fstat(self._descriptor).st_size

    @property
    def _whole(self) -> int:
        """What is never cut off: the file's beginning."""
        return min(self._size, _LENGTH_AT + _LENGTH_BYTES)
