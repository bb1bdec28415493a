"""A recording read ahead by a thread of its own, so that whoever plays it never waits for a disk or a decoder."""

from collections.abc import Iterable
from pathlib import Path
from threading import Condition, Thread

import numpy as np
import numpy.typing as npt

from livemusic.audio.file import Recording
from livemusic.audio.source import Samples
from livemusic.errors import MediaError
from livemusic.session.files import path_of

#: Frames that are read at a time.
PAGE = 1 << 14
_CHANNELS = 2
_LOUDEST = 8.0


class Pages:
    """The recording at `path` in stereo, those pages of it that are wanted; hours of it need some megabytes.

    `start` it, say what is wanted, then read what is there. `problem` says why it cannot be read, `` while it can.
    Thread: `want` and `read` from one; reading the file is done on its own.
    """

    def __init__(self, path: str | Path) -> None:
        self.problem = ""
        self._path = path_of(path)
        self._there: dict[int, Samples] = {}
        self._wanted: tuple[int, ...] = ()
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._run, name="livemusic-pages", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def want(self, pages: Iterable[int]) -> None:
        """Have these pages ready, the first ones first; all others are forgotten."""
        wanted = tuple(dict.fromkeys(pages))
        if wanted != self._wanted and self._changed.acquire(blocking=False):  # else: the next time
            try:
                self._wanted = wanted
                self._changed.notify()
            finally:
                self._changed.release()

    def read(self, first: int, count: int) -> tuple[Samples, bool]:
        """Frames `first` to `first + count`, float32 `(count, 2)`, and whether all of them are there; else silent."""
        there = self._there
        sound = np.zeros((count, _CHANNELS), np.float32)
        whole = True
        for page in range(max(first, 0) // PAGE, (first + count - 1) // PAGE + 1):
            samples = there.get(page)
            if samples is None:
                whole = False
                continue
            begin, end = max(first, page * PAGE), min(first + count, (page + 1) * PAGE)
            sound[begin - first : end - first] = samples[begin - page * PAGE : end - page * PAGE]
        return sound, whole

    def close(self) -> None:
        """End it. Does not wait for the disk."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        """Read what is wanted. Thread: its own."""
        try:
            recording = Recording(self._path)
        except MediaError as problem:
            self.problem = str(problem)
            return
        while (page := self._next()) is not None:
            try:
                samples = in_stereo(recording.stretch(page * PAGE, PAGE))
            except Exception as problem:  # a thread's edge: a decoder may raise anything over a file that changes
                self.problem = f"{recording.name} cannot be read any more ({problem}). Open it again."
                break
            self._there = self._there | {page: samples}
            self.problem = recording.fault
        recording.close()

    def _next(self) -> int | None:
        """The page to be read next, once there is one; None at the end."""
        with self._changed:
            while not self._closed:
                kept = {page: samples for page, samples in self._there.items() if page in self._wanted}
                if len(kept) != len(self._there):
                    self._there = kept
                missing = next((page for page in self._wanted if page not in kept), None)
                if missing is not None:
                    return missing
                self._changed.wait()
        return None


def in_stereo(sound: npt.NDArray[np.float32]) -> Samples:
    """`(n, channels)` as `(n, 2)`: one on both sides, of more than two the first two with half of the others' mean."""
    sound = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).clip(-_LOUDEST, _LOUDEST)
    if sound.shape[1] == 1:
        return sound.repeat(_CHANNELS, axis=1)
    if sound.shape[1] > _CHANNELS:
        return np.asarray(sound[:, :2] + 0.5 * sound[:, 2:].mean(axis=1, keepdims=True), np.float32)
    return sound
