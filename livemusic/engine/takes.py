"""Records takes: what is heard, what the kit plays, its MIDI and the path, kept together in a folder."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_data_path

from livemusic.audio.source import Samples, Source
from livemusic.engine.listen import ListenView
from livemusic.engine.listeners.drums import HitsHeard
from livemusic.engine.openers import NoSound, Sound
from livemusic.engine.orders import Tape
from livemusic.engine.playback import RecordTake
from livemusic.engine.snapshot import TakeState
from livemusic.engine.song_player import late_of
from livemusic.engine.take_folder import TakeFolder, TakeInfo, finish_take, unfinished_takes
from livemusic.engine.transport_view import TransportView
from livemusic.errors import LiveMusicError, MediaError
from livemusic.midi.files import Printed
from livemusic.music.event import note_off, note_on
from livemusic.music.tempo import Seconds
from livemusic.session.files import path_of, shown
from livemusic.session.settings import Session, Settings
from livemusic.sound.protocol import Recorded

_LOOK_EVERY: Seconds = 0.2
#: How often what was recorded is seen on the disk, and how much room must stay there, in bytes.
_SYNC_EVERY: Seconds = 1.0
_RESERVE = 32 << 20
#: What is heard before the end arrives this much later, at most.
_ARRIVES: Seconds = 0.4
#: How long the note of a hit is that was heard.
_NOTE: Seconds = 0.05


@dataclass(frozen=True, slots=True)
class Plugged:
    """From now on `source` is heard, drawn by the embedder `model` in `dim` numbers of `bands` bands, and the kit plays
    to `sound`, `delay` later than it would.
    """

    source: Source | None
    sound: Sound
    delay: Seconds
    model: str
    dim: int
    bands: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Sound `(n, channels)` has come in, first heard at `at`."""

    at: Seconds
    sample_rate: int
    sound: Samples


@dataclass(frozen=True, slots=True)
class Notes:
    """MIDI messages with their moments, as they are given to the kit and the port."""

    notes: Sequence[tuple[Seconds, bytes]]


@dataclass(frozen=True, slots=True)
class FinishCutOff:
    """Make whole takes of what a crash has cut off."""


@dataclass(frozen=True, slots=True)
class TakesView:
    """Takes as others see them. `began`: when the one that is recorded did, None while none is."""

    began: Seconds | None = None
    seconds: Seconds = 0.0
    folder: str = ""
    bytes_free: int = -1

    def state(self, now: Seconds) -> TakeState:
        """As a snapshot of `now` shows it."""
        recording = self.began is not None
        seconds = self.seconds if self.began is None else max(0.0, now - self.began)
        return TakeState(recording, seconds, self.folder, self.bytes_free if recording else -1)


class Takes:
    """The core that records. `post` is its own inbox, `transport` the transport's; `session`, `heard`, `played` tell
    how everything is, `notice` tells the musician, `today` the date; `free` the room there is for a folder.

    Thread: takes; it may wait for the disk.
    """

    def __init__(
        self,
        post: Callable[[Any], None],
        transport: Callable[[Tape], None],
        session: Callable[[], Session | None],
        heard: Callable[[], ListenView],
        played: Callable[[], TransportView],
        notice: Callable[[str], None],
        today: Callable[[], datetime] = datetime.now,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self.view = TakesView()
        self._post = post
        self._transport = transport
        self._session = session
        self._heard = heard
        self._played = played
        self._notice = notice
        self._today = today
        self._free = free
        self._plugged = Plugged(None, NoSound(), 0.0, "", 0)
        self._folder: TakeFolder | None = None
        self._ends_at: Seconds | None = None
        self._sync_due: Seconds = 0.0
        self._late: Seconds = 0.0
        self._seen = (-1, 0)

    def handle(self, message: Any, now: Seconds) -> None:
        match message:
            case RecordTake(True):
                self._begin(now)
            case RecordTake():
                self._end(now)
            case Plugged():
                self._unhook()
                self._plugged = message
                if self._folder is not None:
                    self._hook()
            case FinishCutOff():
                self._finish_cut_off()
            case Heard(at, rate, sound):
                self._write(lambda folder: folder.sound("heard", at, rate, sound))
            case Recorded(at, rate, data):
                kit = np.frombuffer(data, np.float32).reshape(-1, 2)
                self._write(lambda folder: folder.sound("kit", at, rate, kit))
            case HitsHeard():
                self._write(lambda folder: folder.heard(self._as_notes(message, folder)))
            case Notes(notes):
                heard = [(at + self._late, data) for at, data in notes]
                self._write(lambda folder: folder.notes(heard))
            case _:
                raise TypeError(f"takes do not know {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        if self._folder is None:
            return None
        if self._ends_at is not None:
            if now < self._ends_at:
                return self._ends_at
            self._finish()
            return None
        self._draw()
        if now >= self._sync_due:
            self._sync_due = now + _SYNC_EVERY
            self._late = late_of(self._plugged.sound, self._plugged.delay, self._late)
            self._write(lambda folder: folder.sync())
            self._look_for_room(now)
        return now + _LOOK_EVERY

    def close(self) -> None:
        """End the take that is recorded. After its thread has ended."""
        self._finish()

    def _begin(self, now: Seconds) -> None:
        if self._folder is not None and self._ends_at is None:
            return
        self._finish()
        session = self._session()
        settings = Settings() if session is None else session.settings
        takes = takes_folder(settings)
        try:
            takes.mkdir(parents=True, exist_ok=True)
            room = self._free(takes)
            if room < 2 * _RESERVE:
                raise MediaError(f"There is no room to record in {shown(takes)}. Make room there, or choose another.")
            self._folder = TakeFolder(takes, self._today(), now, self._info(session, settings))
        except (LiveMusicError, OSError) as problem:
            self._notice(_said(problem, takes))
            return
        heard = self._heard()
        self._seen = heard.epoch, heard.head
        self._late = late_of(self._plugged.sound, self._plugged.delay, self._late)
        self._sync_due = now + _SYNC_EVERY
        self.view = TakesView(now, 0.0, str(self._folder.path), room)
        self._hook()

    def _info(self, session: Session | None, settings: Settings) -> TakeInfo:
        played = self._played()
        return TakeInfo(
            began=self._today().isoformat(timespec="seconds"),
            source=settings.source,
            preset="" if session is None else session.preset.name,
            bpm=played.map.bpm,
            meter=(played.meter.beats, played.meter.unit),
            model=self._plugged.model,
            dim=self._plugged.dim,
            bands=self._plugged.bands,
            printed=Printed(0.0, settings.drum_map.name, settings.drum_map.route(settings.channel)),
        )

    def _end(self, now: Seconds) -> None:
        """Nothing from `now` on is part of the take; what came before is still on its way."""
        if self._folder is None or self._ends_at is not None:
            return
        self._draw()
        self._folder.end(now)
        self._ends_at = now + _ARRIVES
        self.view = replace(self.view, began=None, seconds=now - self._folder.begin)

    def _finish(self) -> None:
        """Make a whole take of what was recorded."""
        folder, self._folder, self._ends_at = self._folder, None, None
        if folder is None:
            return
        self._unhook()
        try:
            info = folder.close()
        except (LiveMusicError, OSError) as problem:
            self._notice(_said(problem, folder.path))
            self.view = replace(self.view, began=None)
        else:
            self._notice(f"The take is kept in {shown(folder.path)}.")
            self.view = replace(self.view, began=None, seconds=info.seconds)

    def _finish_cut_off(self) -> None:
        session = self._session()
        for folder in unfinished_takes(takes_folder(Settings() if session is None else session.settings)):
            if self._folder is None or folder != self._folder.path:
                with suppress(LiveMusicError):
                    finish_take(folder)
                    self._notice(f"A take that was cut off is kept in {shown(folder)}.")

    def _hook(self) -> None:
        """Let all that is recorded come here."""
        source, rate = self._plugged.source, 0
        if source is not None:
            rate = source.sample_rate
            source.tap = lambda at, sound: self._post(Heard(at, rate, sound))
        self._plugged.sound.record(self._post)
        self._transport(Tape(lambda notes: self._post(Notes(notes))))

    def _as_notes(self, heard: HitsHeard, folder: TakeFolder) -> Iterator[tuple[Seconds, bytes]]:
        """What was heard as notes beside the sound that it was heard in."""
        late = heard.late + (0.0 if self._plugged.source is None else self._plugged.source.late)
        for hit in heard.hits:
            channel, pitch = folder.route[hit.voice]
            yield hit.at + late, note_on(channel, pitch, hit.velocity)
            yield hit.at + late + _NOTE, note_off(channel, pitch)

    def _unhook(self) -> None:
        if self._plugged.source is not None:
            self._plugged.source.tap = None
        self._plugged.sound.record(None)
        self._transport(Tape(None))

    def _draw(self) -> None:
        """Add the points that the music has passed since it was last looked."""
        heard, (epoch, row) = self._heard(), self._seen
        if heard.path is None or heard.at is None:
            return
        head = heard.head
        row = row if epoch == heard.epoch and row <= head else head - 1
        self._seen = heard.epoch, head
        points = heard.path.between(max(row, 0), head)
        moments = points.t - heard.position + heard.at
        self._write(lambda folder: folder.points(moments, points))

    def _write(self, write: Callable[[TakeFolder], None]) -> None:
        """Add something to the take; where that cannot be, recording ends, and what there is is kept."""
        if self._folder is None:
            return
        try:
            write(self._folder)
        except (LiveMusicError, OSError) as problem:
            self._notice(f"{_said(problem, self._folder.path)} Recording has stopped; what was recorded is kept.")
            self._finish()

    def _look_for_room(self, now: Seconds) -> None:
        folder = self._folder
        if folder is None:
            return
        try:
            room = self._free(folder.path)
        except OSError as problem:
            self._notice(f"{_said(problem, folder.path)} Recording has stopped; what was recorded is kept.")
            self._finish()
            return
        self.view = replace(self.view, bytes_free=room)
        if room < _RESERVE:
            self._notice(
                f"The disk with {shown(folder.path)} is full. Recording has stopped; what was recorded is kept."
            )
            self._end(now)


def takes_folder(settings: Settings) -> Path:
    """Where takes are recorded."""
    return path_of(settings.takes) if settings.takes else user_data_path("livemusic", appauthor=False) / "takes"


def _said(problem: Exception, where: Path) -> str:
    if isinstance(problem, LiveMusicError):
        return str(problem)
    return f"{shown(where)} cannot be written ({getattr(problem, 'strerror', None) or problem})."
