"""The window's only way to the engine: requests out, snapshots in, over a link that may come and go.

A plain thread does all the waiting and owns the link; the window polls once for every frame, so it can
never be flooded, and a hidden window costs nothing.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from livemusic.engine.messages import Look, MovePad, SetSwing, SetTempo
from livemusic.engine.playback import SeekSong, SetSongVolume
from livemusic.engine.request import Failed, Request
from livemusic.engine.snapshot import ListenState, Notice, PluginsState, Snapshot, StudioState
from livemusic.errors import LiveMusicError
from livemusic.latent.points import Z
from livemusic.latent.view import View
from livemusic.session.settings import Session

RETRY_SECONDS = 0.5
CLOSE_SECONDS = 2.0
#: What a link may raise when the other end is gone, closed or talks nonsense.
_AWAY = (LiveMusicError, OSError, EOFError, ValueError)
#: Of these only the newest waiting one is worth sending.
_LAST_WINS = (MovePad, SetTempo, SetSwing, SeekSong, SetSongVolume)

_log = logging.getLogger(__name__)


class Link(Protocol):
    """A connection to the engine: `engine.client.Client`, or a stand-in. `ask` raises `EngineError` when it is gone."""

    def ask(self, request: Request) -> Any: ...

    def close(self) -> None: ...


Connect = Callable[[], Link]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the path: float32 `(n, 2 + D)` rows `t, level, z…`, from index `first` of `epoch`; and how the path is
    laid out from now on, where that is new.
    """

    epoch: int
    first: int
    points: npt.NDArray[np.float32]
    view: View | None = None


@dataclass(frozen=True, slots=True)
class SongDrums:
    """More hits of a song: float32 `(n, 3)` rows `place, lane, velocity`, from `first` on of the drawing `number`."""

    number: int
    first: int
    hits: npt.NDArray[np.float32]


@dataclass(slots=True)
class _Inbox:
    """What came in since the last poll; replaced whole under the lock."""

    snapshot: Snapshot | None = None
    session: Session | None = None
    plugins: PluginsState | None = None
    studio: StudioState | None = None
    stretches: list[Stretch] = field(default_factory=list)
    drums: list[SongDrums] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    connected: list[bool] = field(default_factory=list)


class Bridge(QObject):
    """Talks to the engine on a thread of its own and tells the window in the window's thread.

    `connect` opens a link or raises `LiveMusicError`. Call `start` once, `poll` for every frame, `close` at
    the end. Signals are emitted inside `poll`: `path_grew`, `drums_grew` and `session_changed` before the `arrived`
    they belong to. `plugins_arrived` is the answer to a `LookPlugins`,
    `studio_arrived` to a `LookStudio`.
    """

    arrived = Signal(object)
    path_grew = Signal(object)
    drums_grew = Signal(object)
    session_changed = Signal(object)
    told = Signal(str)
    connection_changed = Signal(bool)
    plugins_arrived = Signal(object)
    studio_arrived = Signal(object)

    def __init__(self, connect: Connect, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connect = connect
        self._link: Link | None = None
        self._wake = threading.Condition()
        self._inbox = _Inbox()
        self._requests: list[Request] = []
        self._look_wanted = True
        self._stopping = False
        self._connected: bool | None = None
        self._thread = threading.Thread(target=self._run, name="window bridge", daemon=True)

    def start(self) -> None:
        """Begin to connect and to listen."""
        self._thread.start()

    def send(self, request: Request) -> None:
        """Say something to the engine as soon as possible; of waiting pad and tempo moves the last wins."""
        with self._wake:
            if self._requests and _supersedes(request, self._requests[-1]):
                self._requests.pop()
            self._requests.append(request)
            self._wake.notify()

    def poll(self) -> None:
        """Emit what came in since the last poll and ask for the next snapshot."""
        with self._wake:
            inbox, self._inbox = self._inbox, _Inbox()
            self._look_wanted = True
            self._wake.notify()
        for connected in inbox.connected:
            self.connection_changed.emit(connected)
        for text in inbox.texts:
            self.told.emit(text)
        if inbox.session is not None:
            self.session_changed.emit(inbox.session)
        for stretch in inbox.stretches:
            self.path_grew.emit(stretch)
        for drums in inbox.drums:
            self.drums_grew.emit(drums)
        if inbox.plugins is not None:
            self.plugins_arrived.emit(inbox.plugins)
        if inbox.studio is not None:
            self.studio_arrived.emit(inbox.studio)
        if inbox.snapshot is not None:
            self.arrived.emit(inbox.snapshot)

    def close(self) -> None:
        """Hang up and end the thread; waits two seconds at most for a reply under way."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
            link = self._link
            if self._thread.is_alive() and link is not None:
                link.close()
                self._thread.join(CLOSE_SECONDS)

    # The rest runs on the thread.

    def _run(self) -> None:
        known = _Known()
        while not self._stopping:
            try:
                if self._link is None:
                    self._link = self._connect()
                    known = _Known()
                self._serve(self._link, known)
            except _AWAY as error:
                _log.debug("engine away: %s", error)
                self._hang_up()
                self._say_connected(False)
                with self._wake:
                    self._requests.clear()
                    self._wake.wait_for(lambda: self._stopping, RETRY_SECONDS)
        if self._link is not None:
            with suppress(*_AWAY):
                self._serve(self._link, known)
        self._hang_up()

    def _serve(self, link: Link, known: "_Known") -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._requests or self._look_wanted)
            requests, self._requests = self._requests, []
            look, self._look_wanted = self._look_wanted, False
        for request in requests:
            reply = link.ask(request)
            with self._wake:
                if isinstance(reply, Failed):
                    self._inbox.texts.append(reply.reason)
                elif isinstance(reply, PluginsState):
                    self._inbox.plugins = reply
                elif isinstance(reply, StudioState):
                    self._inbox.studio = reply
        if look and not self._stopping:
            reply = link.ask(known.look())
            if isinstance(reply, Snapshot):
                self._say_connected(True)
                self._take(reply, known)

    def _take(self, snapshot: Snapshot, known: "_Known") -> None:
        listen = snapshot.listen
        points, view = _rows(listen), _view(listen, known)
        fresh = view is not None or listen.epoch != known.epoch or len(points) > 0
        known.epoch = listen.epoch
        known.points = listen.first + len(points) if fresh else known.points
        known.revision = snapshot.revision
        known.view = listen.view_number
        texts, heard = known.news(snapshot.notices), snapshot.heard
        drums = SongDrums(heard.number, heard.first, np.frombuffer(heard.song, np.float32).reshape(-1, 3))
        grew = heard.number != known.song or len(drums.hits) > 0
        known.song, known.hits = heard.number, heard.first + len(drums.hits)
        with self._wake:
            self._inbox.snapshot = snapshot
            self._inbox.session = snapshot.session or self._inbox.session
            self._inbox.texts += texts
            if fresh:
                self._inbox.stretches.append(Stretch(listen.epoch, listen.first, points, view))
            if grew:
                self._inbox.drums.append(drums)

    def _say_connected(self, connected: bool) -> None:
        if connected != self._connected:
            self._connected = connected
            with self._wake:
                self._inbox.connected.append(connected)

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()


def _supersedes(newer: Request, older: Request) -> bool:
    """Whether the older request need not be sent: the newer one sets all that it would have set."""
    if not isinstance(newer, _LAST_WINS) or type(newer) is not type(older):
        return False
    return all(getattr(newer, field) is not None or getattr(older, field) is None for field in newer.__struct_fields__)


def _rows(listen: ListenState) -> npt.NDArray[np.float32]:
    """The fresh points, rows `t, level, z…`."""
    return np.frombuffer(listen.points, np.float32).reshape(-1, Z + max(1, listen.dim))


def _view(listen: ListenState, known: "_Known") -> View | None:
    """How the path is laid out, where that is new."""
    if listen.view_number == known.view or not listen.dim:
        return None
    return View.from_bytes(listen.view) if listen.view else View.plain(listen.dim)


@dataclass(slots=True)
class _Known:
    """What this connection has been told already. Thread: window bridge."""

    epoch: int = -1
    points: int = 0
    revision: int = -1
    view: int = -1
    notice: int | None = None
    song: int = -1
    hits: int = 0

    def look(self) -> Look:
        """What is still to be told."""
        return Look(self.epoch, self.points, self.revision, self.view, self.song, self.hits)

    def news(self, notices: tuple[Notice, ...]) -> list[str]:
        """The notices not seen yet; of those older than this connection only the last."""
        fresh = [n for n in notices if n.number > self.notice] if self.notice is not None else list(notices[-1:])
        if notices:
            self.notice = notices[-1].number
        return [notice.text for notice in fresh]
