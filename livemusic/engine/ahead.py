"""Draws the path of a song, or its drums, ahead of what is heard: a bit at a time, so that nothing is late for it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time
from typing import Any, Protocol

from livemusic.audio.file import Recording
from livemusic.audio.source import Samples
from livemusic.engine.listen_orders import Drawn, Hear, HitsDrawn
from livemusic.errors import LiveMusicError
from livemusic.inference.encoder import Ear, Embedder
from livemusic.inference.hearing import DrumEar, Hearing
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

    def begin(self, sample_rate: int) -> "_Drawer | None":
        """Who draws it."""
        return None if self.embedder is None else _PathDrawer(self.epoch, Ear(self.embedder, sample_rate))


@dataclass(frozen=True, slots=True)
class DrawHits:
    """Find the drums of the whole audio file at `path` by `hearing`, under a `number`; none ends that."""

    number: int
    path: str = ""
    hearing: Hearing | None = None

    def begin(self, sample_rate: int) -> "_Drawer | None":
        """Who finds them."""
        return None if self.hearing is None else _HitsDrawer(self.number, DrumEar(self.hearing, sample_rate))


class _Drawer(Protocol):
    """Hears a song piece by piece, None after the last, and says what it found."""

    def hear(self, sound: Samples | None) -> Drawn | HitsDrawn | None: ...


class _PathDrawer:
    def __init__(self, epoch: int, ear: Ear) -> None:
        self._epoch, self._ear = epoch, ear

    def hear(self, sound: Samples | None) -> Drawn | None:
        points = self._ear.flush() if sound is None else self._ear.hear(sound)
        return Drawn(self._epoch, points) if len(points.rows) else None


class _HitsDrawer:
    def __init__(self, number: int, ear: DrumEar) -> None:
        self._number, self._ear = number, ear

    def hear(self, sound: Samples | None) -> HitsDrawn | None:
        hits = self._ear.flush() if sound is None else self._ear.hear(sound)
        return HitsDrawn(self._number, tuple(hits)) if hits else None


class Ahead:
    """The core that computes what of a song is drawn ahead: `drawn` is given it as it comes, `t` being places in the
    song. `stopwatch` measures its work.

    A song of three minutes takes some seconds, one of three hours minutes; little of it is in memory. Thread: ahead.
    """

    def __init__(
        self, drawn: Callable[[Drawn | HitsDrawn], None], stopwatch: Callable[[], Seconds] = thread_time
    ) -> None:
        self._drawn = drawn
        self._stopwatch = stopwatch
        self._recording: Recording | None = None
        self._drawer: _Drawer | None = None
        self._due: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Draw() | DrawHits():
                self.close()
                if not message.path:
                    return
                try:
                    self._recording = Recording(message.path)
                except LiveMusicError:
                    return  # whoever listens to it says so
                self._drawer = message.begin(self._recording.sample_rate)
                self._due = now
            case _:
                raise TypeError(f"nobody can draw {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        recording, drawer = self._recording, self._drawer
        if recording is None or drawer is None:
            return None
        if now < self._due:
            return self._due
        begun = self._stopwatch()
        sound = recording.read(round(_PIECE * recording.sample_rate))
        found = drawer.hear(sound if len(sound) else None)
        if found is not None:
            self._drawn(found)
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
        self._recording = self._drawer = None
