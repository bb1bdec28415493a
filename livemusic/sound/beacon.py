"""What the sound process is doing right now, where its parent can see it whatever becomes of the process."""

import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

_BEAT, _PLAYING, _TENDING, _TENDED = range(4)
_BYTES = 32
_PLACES = 1 << 8
BUSY = -1


class Reading(NamedTuple):
    """`beat`: turns of the rendering loop. `playing`, `tending`: which plugin the renderer and the main thread are
    calling, 0 for none; `playing` is `BUSY` while a device is opened, `tending` negative while a window is open.
    `tended`: calls of the main thread so far.
    """

    beat: int
    playing: int
    tending: int
    tended: int


class Beacon:
    """Four numbers in a file that two processes have in memory. Each has one writer; to write one takes 0.1 µs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _BYTES)
        self._numbers = memoryview(self._map).cast("q")

    @classmethod
    def make(cls) -> "Beacon":
        """A new one, in a file that `remove` takes away."""
        descriptor, name = tempfile.mkstemp(prefix="livemusic-sound-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(_BYTES))
        return cls(Path(name))

    def read(self) -> Reading:
        return Reading(*self._numbers)

    def beat(self) -> None:
        """The rendering loop has begun another turn. Thread: the renderer's."""
        self._numbers[_BEAT] += 1

    @contextmanager
    def playing(self, code: int) -> Iterator[None]:
        """While the plugin `code` renders. Thread: the renderer's."""
        self._numbers[_PLAYING] = code
        try:
            yield
        finally:
            self._numbers[_PLAYING] = 0

    @contextmanager
    def tending(self, code: int) -> Iterator[None]:
        """While the plugin `code` is opened, closed, saved; `-code` while its window is open. Thread: the main one."""
        before = self._numbers[_TENDING]
        self._numbers[_TENDED] += 1
        self._numbers[_TENDING] = code
        try:
            yield
        finally:
            self._numbers[_TENDING] = before

    def close(self) -> None:
        self._numbers.release()
        self._map.close()

    def remove(self) -> None:
        """Close it and delete its file."""
        self.close()
        with suppress(OSError):
            self.path.unlink()


def code_of(number: int, place: int) -> int:
    """The plugin at `place` (0 the instrument, then the effects) of chain `number`, as one number above 0."""
    return number * _PLACES + place + 1


def place_of(code: int) -> tuple[int, int]:
    """Chain number and place of a `code`."""
    return (code - 1) // _PLACES, (code - 1) % _PLACES
