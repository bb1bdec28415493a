"""Draws the path of a song ahead of what is heard: a bit at a time, so that nothing else is late for it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time
from typing import Any

from livemusic.audio.file import Recording
from livemusic.engine.listen_orders import Drawn, Hear
from livemusic.errors import LiveMusicError
from livemusic.inference.encoder import Ear, Embedder
from livemusic.music.tempo import Seconds

#: Sound is taken in pieces of this length, and between them everybody else has this many times as long.
_PIECE: Seconds = 1.0
_REST = 2.0


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw the whole path of the audio file at `path` through `embedder`, as that of `epoch`; none ends the drawing."""

    epoch: int
    path: str = ""
    embedder: Embedder | None = None

    @classmethod
    def of(cls, epoch: int, hear: Hear) -> "Draw":
        """What is to be drawn for what is listened to."""
        return cls(epoch, hear.song, None if hear.ear is None else hear.ear.embedder)


class Ahead:
    """The core that computes whole paths: `drawn` is given their points, `t` being places in the song, as they come.
    `stopwatch` measures its work.

    A song of three minutes takes some seconds, one of three hours minutes; little of it is in memory. Thread: ahead.
    """

    def __init__(self, drawn: Callable[[Drawn], None], stopwatch: Callable[[], Seconds] = thread_time) -> None:
        self._drawn = drawn
        self._stopwatch = stopwatch
        self._epoch = 0
        self._recording: Recording | None = None
        self._ear: Ear | None = None
        self._due: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Draw(epoch, path, embedder):
                self.close()
                if not path or embedder is None:
                    return
                try:
                    self._recording = Recording(path)
                except LiveMusicError:
                    return  # whoever listens to it says so
                self._epoch = epoch
                self._ear = Ear(embedder, self._recording.sample_rate)
                self._due = now
            case _:
                raise TypeError(f"nobody can draw {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        recording, ear = self._recording, self._ear
        if recording is None or ear is None:
            return None
        if now < self._due:
            return self._due
        begun = self._stopwatch()
        sound = recording.read(round(_PIECE * recording.sample_rate))
        points = ear.hear(sound) if len(sound) else ear.flush()
        if len(points.rows):
            self._drawn(Drawn(self._epoch, points))
        if not len(sound):
            self.close()
            return None
        spent = self._stopwatch() - begun
        self._due = now + (1 + _REST) * spent
        return self._due

    def close(self) -> None:
        """Draw nothing any more."""
        if self._recording is not None:
            self._recording.close()
        self._recording = self._ear = None
