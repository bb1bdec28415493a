"""The engine: cores on threads behind one verb, `ask`, the same in process and over the socket."""

import gc
import sys
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import cast

from livemusic.engine import messages as say
from livemusic.engine.cabling import CablingWatch
from livemusic.engine.conductor import Conductor, Pressed, Tapped
from livemusic.engine.hands import Alter, Hands
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Keep, Preview
from livemusic.engine.loader import Loader
from livemusic.engine.loader_orders import Amend, Ended, Load, Lost, Retire, Say
from livemusic.engine.openers import Openers, Sound
from livemusic.engine.orders import Halt, Hush, Start
from livemusic.engine.played import as_played
from livemusic.engine.seen import snapshot
from livemusic.engine.snapshot import AnyReply, Snapshot
from livemusic.engine.studio import OpenBook, Studio, TakenBack
from livemusic.engine.transport import Transport
from livemusic.engine.verbs import Posts, Verbs
from livemusic.engine.worker import SPIN, Worker
from livemusic.errors import EngineError, LiveMusicError
from livemusic.music.tempo import Seconds
from livemusic.session.codec import write_session
from livemusic.session.connections import connections_file, kept_connections, write_connections
from livemusic.session.edits import with_corner
from livemusic.session.preset import Clip
from livemusic.session.settings import Session
from livemusic.session.sketchbook import Sketchbook, write_sketchbook

_SWITCH_INTERVAL: Seconds = 0.0005
BOOK = "sketchbook.json"


class Engine:
    """Listens, thinks and keeps time. `start`, then `ask` from any thread, then `close`.

    `ended` is set once a client has asked the engine to quit. `autosave`: the file that the session is written to as it
    is played, whenever it has changed; the sketchbook is kept beside it.
    """

    def __init__(self, openers: Openers | None = None, autosave: Path | None = None) -> None:
        self.ended = Event()
        self._autosave = autosave
        self._book = autosave and autosave.with_name(BOOK)
        self._kept: Session | None = None
        self._transport = Transport(
            lost=lambda reason: self._loader_worker.post(Lost("midi_out", reason)),
            retire=lambda thing: self._loader_worker.post(Retire(thing)),
        )
        self._listen = Listen(
            play=lambda cue: self._transport_worker.post(cue),
            notice=self._say,
            lost=lambda reason: self._loader_worker.post(Lost("source", reason)),
            retire=lambda thing: self._loader_worker.post(Retire(thing)),
            ended=lambda thing: self._loader_worker.post(Ended(thing)),
            beaten=lambda beat: self._conductor_worker.post(beat),
            taken_back=lambda: self._studio_worker.post(TakenBack()),
            stopwatch=perf_counter,
        )
        self._conductor = Conductor(
            transport=lambda order: self._transport_worker.post(order),
            played=lambda: self._transport.view,
            notice=self._say,
        )
        self._hands = Hands(
            ask=self.ask,
            look=lambda: self._snapshot(say.Look(points=-1)),
            strike=lambda order: self._transport_worker.post(order),
            change=self._amend,
            tap=lambda at: self._conductor_worker.post(Tapped(at)),
            played=lambda: self._transport.view,
            show=lambda port, data: self._loader.show(port, data),
            notice=self._say,
        )
        self._studio = Studio(
            preview=lambda order: self._listen_worker.post(order),
            use=self._use,
            start=lambda: self._conductor_worker.post(Pressed(Start())),
            stop=lambda: self._conductor_worker.post(Pressed(Halt())),
            played=lambda: self._transport.view,
            notice=self._say,
            keep=self._keep_book,
        )
        self._loader = Loader(
            openers or Openers(),
            transport=lambda message: self._transport_worker.post(message),
            listen=lambda message: self._listen_worker.post(message),
            keep=self._keep,
            conductor=lambda message: self._conductor_worker.post(message),
            hands=lambda message: self._hands_worker.post(message),
            studio=lambda message: self._studio_worker.post(message),
            as_played=lambda session: as_played(session, self._listen.view, self._transport.view, self._conductor.view),
            cabling=autosave and _cabling(connections_file(autosave)),
        )
        self._transport_worker = Worker("transport", self._transport, self._say, SPIN)
        self._listen_worker = Worker("listen", self._listen, self._say)
        self._loader_worker = Worker("loader", self._loader, self._say)
        self._conductor_worker = Worker("conductor", self._conductor, self._say)
        self._hands_worker = Worker("hands", self._hands, self._say)
        self._studio_worker = Worker("studio", self._studio, self._say)
        self._verbs = Verbs(
            Posts(
                self._transport_worker.post,
                self._listen_worker.post,
                self._conductor_worker.post,
                self._loader_worker.post,
                self._hands_worker.post,
                self._studio_worker.post,
            ),
            self._snapshot,
            lambda: cast(Sound, self._loader.view.slots["sound_out"].thing),
            lambda: self._studio.view,
            self._report,
            self.ended,
        )

    def start(self, session: Session, play: bool = False) -> None:
        """Start all threads and plug in `session`, going on without what fails; `play` at once when asked to."""
        sys.setswitchinterval(_SWITCH_INTERVAL)
        for worker in (
            self._loader_worker,
            self._conductor_worker,
            self._hands_worker,
            self._studio_worker,
            self._transport_worker,
            self._listen_worker,
        ):
            worker.start()
        if self._book is not None:
            self._studio_worker.post(OpenBook(self._book))
        self._loader_worker.post(Load(session, lambda _: gc.freeze(), forgiving=True, play=play))

    def close(self) -> None:
        """End what sounds and every thread, then close what was open."""
        self._loader.leave()
        self._studio_worker.close()
        self._hands_worker.close()
        self._conductor_worker.close()
        self._conductor.close()
        self._transport_worker.post(Halt())
        self._transport_worker.post(Hush())
        for worker in (self._listen_worker, self._transport_worker, self._loader_worker):
            worker.close()
        self._loader.close()

    def apply(self, session: Session, timeout: Seconds = 60.0) -> None:
        """Change to `session` and wait until it is so; `EngineError` with the reason when it could not be."""
        over, reasons = Event(), list[str | None]()

        def done(reason: str | None) -> None:
            reasons.append(reason)
            over.set()

        self._loader_worker.post(Load(session, done))
        if not over.wait(timeout):
            raise EngineError(f"The change is not done after {timeout:g} seconds.")
        if reasons[0] is not None:
            raise EngineError(reasons[0])

    def ask(self, request: say.AnyRequest) -> AnyReply:
        """Do what `request` asks. A change of session is only begun here: what becomes of it shows in snapshots."""
        try:
            return self._verbs.do(request)
        except (ValueError, LiveMusicError) as problem:
            return say.Failed(str(problem))

    def _snapshot(self, look: say.Look) -> Snapshot:
        return snapshot(
            look,
            perf_counter(),
            self._loader.view,
            self._transport.view,
            self._listen.view,
            self._conductor.view,
            self._hands.view,
        )

    def _use(self, corner: int, clip: Clip) -> None:
        """Put a pattern in a corner; only when it is there the pad's may be heard again, from a bar line."""

        def done(reason: str | None) -> None:
            self._report(reason)
            self._listen_worker.post(Preview(None, "bar"))
            self._studio_worker.post(TakenBack())

        def altered(session: Session) -> Session:
            self._listen_worker.post(Keep())
            return with_corner(session, corner, clip)

        self._loader_worker.post(Amend(altered, done))

    def _amend(self, alter: Alter) -> None:
        self._loader_worker.post(Amend(alter, self._report))

    def _report(self, reason: str | None) -> None:
        if reason is not None:
            self._say(reason)

    def _say(self, text: str) -> None:
        self._loader_worker.post(Say(text))

    def _keep(self, session: Session) -> None:
        """Write the session down as it is played now, if it has changed since the last time. Thread: loader."""
        if self._autosave is not None and session != self._kept:
            self._kept = session
            write_session(self._autosave, session)

    def _keep_book(self, book: Sketchbook) -> None:
        """Write the sketchbook down. Thread: studio."""
        if self._book is not None:
            write_sketchbook(self._book, book)


def _cabling(path: Path) -> CablingWatch:
    """Keeps the connections of our ports on JACK in `path`."""
    return CablingWatch(kept_connections(path), lambda connections: write_connections(path, connections))
