"""The path of another take, to be seen beside that of the song: read where it was kept, or computed of its sound."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from livemusic.errors import LiveMusicError
from livemusic.inference.card import read_card
from livemusic.inference.library import Library
from livemusic.session.take import Take, read_take
from livemusic.ui.timeline.path_process import PathProcess


class OtherPath(QObject):
    """Finds one path at a time. Kept paths are read on a thread, as they may be large; others come of a `PathProcess`.

    `ended` comes once for each `find` that is not followed by another or by `cancel`: with the path, None where there
    is none, and why. `stepped`: how much of it is computed, 0..1.
    """

    stepped = Signal(float)
    ended = Signal(object, str)

    def __init__(self, parent: QObject, process: PathProcess | None = None) -> None:
        super().__init__(parent)
        self._process = process or PathProcess(self)
        self._process.ended.connect(self._finish)
        self._process.stepped.connect(self.stepped)
        self._reading: _Reading | None = None
        self._waiting: tuple[Path, str] | None = None

    @property
    def busy(self) -> bool:
        """Whether a path is being looked for."""
        return self._reading is not None or self._waiting is not None or self._process.running

    def find(self, sound: Path, kept: Path | None, model: str) -> None:
        """The path of `sound` by the embedder `model` (`` for the newest); `kept` is where it may be already."""
        self.cancel()
        self._reading = _Reading(sound, kept, model)

    def cancel(self) -> None:
        """Look no further."""
        self._reading = self._waiting = None
        self._process.cancel()

    def poll(self) -> None:
        """Take in what has been read; call for every frame."""
        reading = self._reading
        if reading is None or not reading.over:
            return
        self._reading = None
        if reading.path is not None:
            self.ended.emit(reading.path, "")
        elif self._process.running:  # one that was cancelled has not ended yet
            self._waiting = reading.sound, reading.model
        else:
            self._process.start(reading.sound, reading.model)

    def close(self) -> None:
        """End what runs beside the window."""
        reading, self._reading, self._waiting = self._reading, None, None
        if reading is not None:
            reading.join()
        self._process.end()

    def _finish(self, path: Take | None, reason: str) -> None:
        if self._waiting is not None:
            (sound, model), self._waiting = self._waiting, None
            self._process.start(sound, model)
        elif reason or path is not None:
            self.ended.emit(path, reason)


class _Reading:
    """Reads a kept path, if it is one of the wanted model. Thread: its own."""

    def __init__(self, sound: Path, kept: Path | None, model: str) -> None:
        self.sound, self.model = sound, model
        self.path: Take | None = None
        self.over = False
        self._kept = kept
        self._thread = threading.Thread(target=self._run, name="take's path", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for it, two seconds at most."""
        self._thread.join(2.0)

    def _run(self) -> None:
        try:
            if self._kept is not None:
                path = read_take(self._kept)
                if path.model_id == read_card(Library().folder("embedder", self.model)).id:
                    self.path = path
        except LiveMusicError:
            pass  # it is computed of the sound
        finally:
            self.over = True
