"""Plays the recording that is opened: where it is, how loud, and that listening and speakers are at the same place."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from livemusic.audio.file import FileSource
from livemusic.engine.openers import NoSound, Sound
from livemusic.engine.orders import Settle
from livemusic.engine.playback import LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import SongState
from livemusic.music.playhead import Playhead
from livemusic.music.tempo import Seconds
from livemusic.session.files import path_of
from livemusic.session.settings import SONG_VOLUME_DB

#: So long after it was asked for a song begins or goes on elsewhere: the speakers have read it by then.
_LEAD: Seconds = 0.05
#: How often it is looked how late the speakers are, and how long a song waits for them to be opened at all.
_LOOK_EVERY: Seconds = 0.25
_PATIENCE: Seconds = 8.0
#: A change of what the speakers are late by that counts.
_STRAYED: Seconds = 0.002


@dataclass(frozen=True, slots=True)
class Opened:
    """From now on `source` is the song, known to the user as `path`; None: what is listened to is no song."""

    source: FileSource | None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Speakers:
    """The song is heard through `sound`, `delay` later than it would be; `expected`: a device was asked for."""

    sound: Sound
    delay: Seconds = 0.0
    expected: bool = True


@dataclass(frozen=True, slots=True)
class SongView:
    """The song as others see it, replaced whole after every step; `playhead` is None while there is none.

    `late`: what is at a place by the clock is heard so much later.
    """

    path: str = ""
    playhead: Playhead | None = None
    volume_db: float = 0.0
    late: Seconds = 0.0

    @property
    def playing(self) -> bool:
        """Whether a song is heard."""
        return self.playhead is not None and self.playhead.playing

    def state(self, now: Seconds) -> SongState | None:
        """As a snapshot of `now` shows it."""
        playhead = self.playhead
        if playhead is None:
            return None
        return SongState(self.path, playhead.length, self.place(now), playhead.playing, playhead.loop, self.volume_db)

    def place(self, now: Seconds) -> Seconds:
        """What of it is heard at `now`, in seconds from its beginning."""
        return 0.0 if self.playhead is None else self.playhead.place(now - self.late)


class SongPlayer:
    """The core that owns the playhead: it gives the same one to the source that is listened to and to the speakers.

    `notice` tells the musician. Thread: song.
    """

    def __init__(self, notice: Callable[[str], None]) -> None:
        self.view = SongView()
        self._notice = notice
        self._source: FileSource | None = None
        self._sound: Sound = NoSound()
        self._delay: Seconds = 0.0
        self._expected = False
        self._waits_until: Seconds | None = None
        self._look_due: Seconds = 0.0

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case Opened(source, path):
                self._open(source, path, now)
            case Speakers(sound, delay, expected):
                self._sound, self._delay, self._expected = sound, delay, expected
                self._look_due = now
                if self._source is not None:
                    self._tell()
            case SetSongVolume(db):
                self._change(volume_db=db)
            case PlaySong() | SeekSong() | LoopSong():
                if self.view.playhead is None:
                    self._notice("No song is open. Open an audio file, and it is played.")
                else:
                    self._waits_until = None
                    self._move(message, self.view.playhead, now)
            case Settle(done):
                done()
            case _:
                raise TypeError(f"the song player does not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        playhead = self.view.playhead
        if playhead is None:
            return None
        if now >= self._look_due:
            self._look_due = now + _LOOK_EVERY
            self._look()
        if self._waits_until is not None and (now >= self._waits_until or not self._starting):
            self._waits_until = None
            playhead = playhead.played(now + _LEAD)
            self._change(playhead=playhead)
        if playhead.over(now - self.view.late):
            self._change(playhead=playhead.paused(now))
            self._notice(self._last_words())
            return self._look_due
        ends = playhead.ends
        return self._look_due if ends is None else min(self._look_due, ends + self.view.late)

    def _open(self, source: FileSource | None, path: str, now: Seconds) -> None:
        self._source = source
        self._waits_until = None if source is None else now + _PATIENCE
        self._look_due = now
        self._change(path=path, playhead=None if source is None else source.playhead)

    def _move(self, message: PlaySong | SeekSong | LoopSong, playhead: Playhead, now: Seconds) -> None:
        try:
            match message:
                case PlaySong(on):
                    playhead = playhead.played(now + _LEAD) if on else playhead.paused(now)
                case SeekSong(seconds):
                    playhead = playhead.sought(seconds, now + _LEAD)
                case LoopSong(begin, end):
                    playhead = playhead.looped(begin, end, now)
        except ValueError as problem:
            self._notice(f"It cannot be repeated: {problem}.")
            return
        self._change(playhead=playhead)

    @property
    def _starting(self) -> bool:
        """Whether the speakers are only being opened: what is played now would not be heard."""
        return self._expected and self._sound.status().state in ("off", "lost")

    def _look(self) -> None:
        """How late are the speakers by now?"""
        late = late_of(self._sound, self._delay, self.view.late)
        if abs(late - self.view.late) > _STRAYED:
            self._change(late=late)

    def _last_words(self) -> str:
        """What is said at the end."""
        source = self._source
        return "" if source is None else source.fault or f"{source.name} has ended. It can be played again."

    def _change(self, **fields: Any) -> None:
        self.view = replace(self.view, **fields)
        self._tell()

    def _tell(self) -> None:
        """Let the source and the speakers be where the song is."""
        source, playhead = self._source, self.view.playhead
        if source is None or playhead is None:
            self._sound.song(None, 44100, Playhead(0.0), 1.0)
            return
        source.late = self.view.late
        source.playhead = playhead
        heard = replace(playhead, at=playhead.at + self._delay)
        self._sound.song(path_of(self.view.path), source.sample_rate, heard, gain_of(self.view.volume_db))


def late_of(sound: Sound, delay: Seconds, before: Seconds) -> Seconds:
    """How much later than by the clock what is played is heard from `sound`, `delay` of it on purpose; while nothing is
    heard, as `before`.
    """
    status = sound.status()
    return status.latency_ms / 1e3 + delay if status.state == "on" else before


def gain_of(db: float) -> float:
    """The factor of a volume in dB; the softest one is silence."""
    return 0.0 if db <= SONG_VOLUME_DB[0] else float(10 ** (db / 20))
