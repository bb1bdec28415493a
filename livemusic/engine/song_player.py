"""Plays the recording that is opened: where it is, how loud, and that listening and speakers are at the same place."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from livemusic.audio.file import Beside, FileSource, Recording
from livemusic.engine.openers import NoSound, Sound
from livemusic.engine.orders import Settle
from livemusic.engine.playback import HearOther, LoopSong, PlaySong, SeekSong, SetSongVolume
from livemusic.engine.snapshot import SongState
from livemusic.music.pairing import Pairing
from livemusic.music.playhead import Playhead
from livemusic.music.tempo import Seconds
from livemusic.session.files import path_of
from livemusic.session.settings import SONG_VOLUME_DB

#: So long after it was asked for a song begins or goes on elsewhere: the speakers have read it by then.
_LEAD: Seconds = 0.05
#: The other take is made as loud as the song, but not louder than it was recorded by more than this.
_MOST_LOUDER_DB = 12.0
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
class Paired:
    """`recording`, known to the user as `path`, is another take of the song; None: there is none any more."""

    recording: Recording | None = None
    path: str = ""
    pairing: Pairing = Pairing((0.0, 1.0), (0.0, 1.0))
    louder_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Speakers:
    """The song is heard through `sound`, `delay` later than it would be; `expected`: a device was asked for."""

    sound: Sound
    delay: Seconds = 0.0
    expected: bool = True


@dataclass(frozen=True, slots=True)
class SongView:
    """The song as others see it, replaced whole after every step; `playhead` is None while there is none.

    `late`: what is at a place by the clock is heard so much later. `other`: another take of it; while that is heard it
    is where `beside` is, and `playhead` knows the loop only.
    """

    path: str = ""
    playhead: Playhead | None = None
    volume_db: float = 0.0
    late: Seconds = 0.0
    other: Paired = Paired()
    beside: Playhead | None = None

    @property
    def heard(self) -> Playhead | None:
        """Where what is heard is, in its own seconds."""
        return self.playhead if self.beside is None else self.beside

    @property
    def playing(self) -> bool:
        """Whether a song is heard."""
        return self.heard is not None and self.heard.playing

    def state(self, now: Seconds) -> SongState | None:
        """As a snapshot of `now` shows it."""
        playhead = self.playhead
        if playhead is None:
            return None
        return SongState(
            self.path,
            playhead.length,
            self.place(now),
            self.playing,
            playhead.loop,
            self.volume_db,
            self.other.path,
            self.beside is not None,
            0.0 if self.beside is None else self.beside.place(now - self.late),
        )

    def place(self, now: Seconds) -> Seconds:
        """What of it is heard at `now`, in seconds from its beginning."""
        return 0.0 if self.playhead is None else self.song_place(now - self.late)

    def song_place(self, moment: Seconds) -> Seconds:
        """Where the song is at `moment`, by the clock; while another take is heard, the place that this is."""
        if self.playhead is None:
            return 0.0
        if self.beside is None:
            return self.playhead.place(moment)
        return min(max(self.other.pairing.to_this(self.beside.place(moment)), 0.0), self.playhead.length)


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
            case Paired():
                self._pair(message, now)
            case PlaySong() | SeekSong() | LoopSong() | HearOther():
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
        playhead = self.view.heard
        if playhead is None:
            return None
        if now >= self._look_due:
            self._look_due = now + _LOOK_EVERY
            self._look()
        if self._waits_until is not None and (now >= self._waits_until or not self._starting):
            self._waits_until = None
            playhead = playhead.played(now + _LEAD)
            self._put(playhead)
        if playhead.over(now - self.view.late):
            self._put(playhead.paused(now))
            self._notice(self._last_words())
            return self._look_due
        ends = playhead.ends
        return self._look_due if ends is None else min(self._look_due, ends + self.view.late)

    def _open(self, source: FileSource | None, path: str, now: Seconds) -> None:
        self._source = source
        self._waits_until = None if source is None else now + _PATIENCE
        self._look_due = now
        self._change(path=path, playhead=None if source is None else source.playhead, other=Paired(), beside=None)

    def _move(self, message: PlaySong | SeekSong | LoopSong | HearOther, playhead: Playhead, now: Seconds) -> None:
        heard, to_other = self.view.heard or playhead, self.view.other.pairing.to_other
        other = self.view.beside is not None
        try:
            match message:
                case PlaySong(on):
                    self._put(heard.played(now + _LEAD) if on else heard.paused(now))
                case SeekSong(seconds):
                    self._put(heard.sought(to_other(seconds) if other else seconds, now + _LEAD))
                case LoopSong(begin, end) if other:
                    self._change(
                        playhead=playhead.looped(begin, end, now), beside=self._carried(heard, begin, end, now)
                    )
                case LoopSong(begin, end):
                    self._change(playhead=playhead.looped(begin, end, now))
                case HearOther(on):
                    self._switch(on, playhead, now + _LEAD)
        except ValueError as problem:
            self._notice(f"It cannot be repeated: {problem}.")

    def _put(self, heard: Playhead) -> None:
        """What is heard is there now."""
        if self.view.beside is None:
            self._change(playhead=heard)
        else:
            self._change(beside=heard)

    def _pair(self, paired: Paired, now: Seconds) -> None:
        if self._source is None:
            return
        if self.view.beside is not None and self.view.playhead is not None:
            self._switch(False, self.view.playhead, now + _LEAD)
        self._change(other=paired)

    def _switch(self, on: bool, playhead: Playhead, moment: Seconds) -> None:
        """Hear the other take, or the song again, from `moment` on, at the place where the music is then."""
        other, beside = self.view.other, self.view.beside
        if other.recording is None:
            self._notice("There is no other take to switch to. Compare the song with one: Takes, Compare.")
        elif on and beside is None:
            length = other.recording.length
            place = min(max(other.pairing.to_other(playhead.place(moment)), 0.0), length)
            beside = Playhead(length, moment, place, playhead.playing)
            if playhead.loop is not None:
                beside = self._carried(beside, *playhead.loop, moment)
            self._change(beside=beside)
        elif not on and beside is not None:
            place = self.view.song_place(moment)
            self._change(beside=None, playhead=replace(playhead, at=moment, position=place, playing=beside.playing))

    def _carried(self, beside: Playhead, begin: Seconds | None, end: Seconds | None, moment: Seconds) -> Playhead:
        """The other take repeating what is from `begin` to `end` in the song, as far as it plays that."""
        if begin is None or end is None:
            return beside.looped(None, None, moment)
        to_other = self.view.other.pairing.to_other
        try:
            return beside.looped(max(0.0, to_other(begin)), to_other(end), moment)
        except ValueError:
            self._notice("The other take does not play what is repeated, so it plays on.")
            return beside.looped(None, None, moment)

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
        other, beside = self.view.other, self.view.beside
        source.late = self.view.late
        source.playhead = playhead
        if other.recording is None or beside is None:
            source.beside = None
            heard = replace(playhead, at=playhead.at + self._delay)
            self._sound.song(path_of(self.view.path), source.sample_rate, heard, gain_of(self.view.volume_db))
            return
        source.beside = Beside(other.recording, beside, other.pairing.to_this)
        heard = replace(beside, at=beside.at + self._delay)
        gain = gain_of(self.view.volume_db) * 10 ** (min(-other.louder_db, _MOST_LOUDER_DB) / 20)
        self._sound.song(path_of(other.path), other.recording.sample_rate, heard, gain)


def late_of(sound: Sound, delay: Seconds, before: Seconds) -> Seconds:
    """How much later than by the clock what is played is heard from `sound`, `delay` of it on purpose; while nothing is
    heard, as `before`.
    """
    status = sound.status()
    return status.latency_ms / 1e3 + delay if status.state == "on" else before


def gain_of(db: float) -> float:
    """The factor of a volume in dB; the softest one is silence."""
    return 0.0 if db <= SONG_VOLUME_DB[0] else float(10 ** (db / 20))
