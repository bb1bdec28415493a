"""Reads a song for the time line beside the window, piece by piece, so that neither window nor music waits."""

import os
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from livemusic.audio.file import Recording
from livemusic.errors import LiveMusicError
from livemusic.music.tempo import Seconds
from livemusic.ui.timeline.columns import PEAK_SAMPLES, Peaks, Spectrum

_BLOCK = 1 << 18
#: So many pieces may wait for the window, then reading does.
_MOST_WAITING = 16
#: Nicer than the rest: what plays goes first.
_NICENESS = 10


class Piece(NamedTuple):
    """The next columns: `peaks` `(n, 2)` int16 each `peak_s`, `bands` `(m, BANDS)` uint8 each `band_s`."""

    peaks: npt.NDArray[np.int16]
    bands: npt.NDArray[np.uint8]
    peak_s: Seconds
    band_s: Seconds


class Survey:
    """Reads the audio file at `path` once, from beginning to end, in a thread of its own. Memory does not grow with it.

    `take` hands over what is ready. `over` says that there is no more; `problem` then says why, where it is not the
    end of the file. Threads: window, and its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wake = threading.Condition()
        self._ready: deque[Piece] = deque()
        self._stopping = False
        self._read = False
        self.problem = ""
        self._thread = threading.Thread(target=self._run, name="time line", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def take(self) -> list[Piece]:
        """What has become ready since the last call."""
        with self._wake:
            ready = list(self._ready)
            self._ready.clear()
            self._wake.notify()
        return ready

    @property
    def over(self) -> bool:
        """Whether all has been handed over."""
        with self._wake:
            return self._read and not self._ready

    def stop(self) -> None:
        """Read no further; does not wait for it."""
        with self._wake:
            self._stopping = True
            self._ready.clear()
            self._wake.notify()

    def close(self) -> None:
        """Read no further, and wait for the block under way, two seconds at most."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(2.0)

    # The rest runs on the thread.

    def _run(self) -> None:
        if sys.platform == "linux":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            self._survey()
        except LiveMusicError as problem:
            self.problem = str(problem)
        except (OSError, ValueError, RuntimeError, MemoryError) as problem:
            self.problem = f"{self._path.name} cannot be drawn any further ({problem}). Open it again."
        finally:
            with self._wake:
                self._read = True

    def _survey(self) -> None:
        recording = Recording(self._path)
        try:
            peaks, spectrum = Peaks(), Spectrum(recording.sample_rate)
            peak_s = PEAK_SAMPLES / recording.sample_rate
            for block in recording.blocks(_BLOCK):
                if not self._hand_over(Piece(peaks.push(block), spectrum.push(block), peak_s, spectrum.step_s)):
                    return
            self._hand_over(Piece(peaks.flush(), spectrum.flush(), peak_s, spectrum.step_s))
        finally:
            recording.close()

    def _hand_over(self, piece: Piece) -> bool:
        """False once nobody wants any more."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or len(self._ready) < _MOST_WAITING)
            if not self._stopping:
                self._ready.append(piece)
            return not self._stopping
