"""The engine: cores on threads behind one verb, `ask`, the same in process and over the socket."""

import gc
import sys
from math import ceil
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from time import perf_counter
from typing import cast

from livemusic.dsp.matching.voice import DrumVoice
from livemusic.engine.ahead import Ahead, Draw, DrawHits
from livemusic.engine.analysis import Analysis
from livemusic.engine.answer import Answer, AnswerEnded, HandHit
from livemusic.engine.cabling import kept_cabling
from livemusic.engine.changeover import Line
from livemusic.engine.edits import Apply, LoaderRequest, SavePreset, SaveSession
from livemusic.engine.last_bars import write_last_bars
from livemusic.engine.layout_child import LayoutChild
from livemusic.engine.listen import Listen
from livemusic.engine.listen_orders import Keep, Preview
from livemusic.engine.listeners.beats import Beats
from livemusic.engine.listeners.drums import Drums, HitsHeard
from livemusic.engine.listeners.harmony import HarmonyEar
from livemusic.engine.listeners.recent import Recent
from livemusic.engine.loader import Loader
from livemusic.engine.loader_orders import Amend, Awaited, Close, Ended, Lost, Notify
from livemusic.engine.match_child import MatchChild
from livemusic.engine.matching import Matching
from livemusic.engine.messages import (
    AnyRequest,
    Export,
    Look,
    LookPlugins,
    LookStudio,
    Panic,
    Play,
    Quit,
    SetParameter,
    ShowEditor,
    Stop,
    TryAgain,
)
from livemusic.engine.mixer import Mixer
from livemusic.engine.openers import Openers, Sound
from livemusic.engine.perform import Perform
from livemusic.engine.playback import PlaySong, RecordTake
from livemusic.engine.played import as_played
from livemusic.engine.recorder import Alter
from livemusic.engine.request import Done, Failed
from livemusic.engine.sections import Sections
from livemusic.engine.seen import PluginList, snapshot, studio_state
from livemusic.engine.snapshot import AnyReply, Snapshot
from livemusic.engine.song_player import SongPlayer
from livemusic.engine.studio import AuditionEnded, OpenSketchbook, Studio
from livemusic.engine.surface import Surface
from livemusic.engine.sync import Sync
from livemusic.engine.takes import FinishCutOff, Takes
from livemusic.engine.transport import Transport
from livemusic.engine.wiring import Posts
from livemusic.engine.worker import SPIN, Worker
from livemusic.errors import EngineError, LiveMusicError
from livemusic.music.tempo import Seconds, next_multiple
from livemusic.music.window import CUT
from livemusic.session.codec import write_session
from livemusic.session.connections import connections_file
from livemusic.session.edits import with_corner, with_voice
from livemusic.session.learned import keep_view, kept_view
from livemusic.session.preset import Clip
from livemusic.session.settings import Session, Settings
from livemusic.session.sketchbook import Sketchbook, write_sketchbook

_SWITCH_INTERVAL: Seconds = 0.0005
BOOK = "sketchbook.json"
#: Saving asks every plugin for its state, and writes a file.
_SAVING: Seconds = 5.0


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
        self._plugins = PluginList()
        self._post = Posts(
            transport=lambda message: self._transport_worker.post(message),
            listen=lambda message: self._listen_worker.post(message),
            sync=lambda message: self._sync_worker.post(message),
            loader=lambda message: self._loader_worker.post(message),
            surface=lambda message: self._surface_worker.post(message),
            studio=lambda message: self._studio_worker.post(message),
            answer=lambda message: self._answer_worker.post(message),
            perform=lambda message: self._perform_worker.post(message),
            song=lambda message: self._song_worker.post(message),
            takes=lambda message: self._takes_worker.post(message),
            ahead=lambda message: self._ahead_worker.post(message),
            analysis=lambda message: self._analysis_worker.post(message),
            sections=lambda message: self._sections_worker.post(message),
            matching=lambda message: self._matching_worker.post(message),
            mixer=lambda message: self._mixer_worker.post(message),
        )
        cabling = None if autosave is None else kept_cabling(connections_file(autosave))
        self._loader = Loader(openers or Openers(), self._post, self._keep, self._as_played, cabling, self._next_line)
        self._transport = Transport(
            lost=lambda reason: self._post.loader(Lost("midi_out", reason)),
            retire=lambda thing: self._post.loader(Close(thing)),
        )
        self._harmony = HarmonyEar()
        self._drums = Drums(
            told=self._tell_hits,
            draw=lambda number, path, hearing: self._hits_worker.post(DrawHits(number, path, hearing)),
        )
        self._beats = Beats(self._post.sync, self.tell, lambda: self._drums.fresh)
        self._recent = Recent()
        self._listen = Listen(
            play=self._post.perform,
            notice=self.tell,
            lost=lambda reason: self._post.loader(Lost("source", reason)),
            retire=lambda thing: self._post.loader(Close(thing)),
            ended=lambda thing: self._post.loader(Ended(thing)),
            audition_ended=lambda: self._post.studio(AuditionEnded()),
            stopwatch=perf_counter,
            draw=lambda epoch, hear: self._post.ahead(Draw.of(epoch, hear)),
            listeners=(self._drums, self._beats, self._harmony, self._recent),
            harmony=lambda: self._harmony.view.centre,
            answer_ended=lambda turn: self._post.answer(AnswerEnded(turn)),
        )
        self._answers = Answer(play=self._post.listen, played=lambda: self._transport.view)
        self._perform = Perform(
            play=self._post.transport,
            ask=self._do,
            notice=self.tell,
            played=lambda: self._transport.view,
            heard=lambda: self._listen.view,
            sections=lambda: self._sections.view,
        )
        self._matching = Matching(lambda: self._recent.view, MatchChild(), self._match, self.tell)
        self._mixer = Mixer(self._post.transport)
        self._song = SongPlayer(self.tell)
        self._ahead, self._hits = Ahead(self._post.listen), Ahead(self._post.listen)
        self._sections = Sections(heard=lambda: self._listen.view, ask=self._do)
        self._analysis = Analysis(lambda: self._listen.view, LayoutChild(), keep_view, kept_view, self.tell)
        self._takes = Takes(
            post=self._post.takes,
            transport=self._post.transport,
            session=lambda: self._loader.view.session,
            heard=lambda: self._listen.view,
            played=lambda: self._transport.view,
            notice=self.tell,
        )
        self._sync = Sync(
            transport=self._post.transport,
            listen=self._post.listen,
            played=lambda: self._transport.view,
            notice=self.tell,
            loader=self._post.loader,
        )
        self._surface = Surface(
            ask=self._do,
            look=lambda: self._snapshot(Look(points=-1)),
            transport=self._post.transport,
            amend=self._amend,
            played=lambda: self._transport.view,
            show=self._loader.show,
            notice=self.tell,
            struck=lambda hit: self._post.answer(HandHit(hit)),
            keep=self._post.studio,
        )
        self._studio = Studio(
            preview=self._post.listen,
            use=self._use,
            start=lambda: self._post.sync(Play()),
            stop=lambda: self._post.sync(Stop()),
            played=lambda: self._transport.view,
            notice=self.tell,
            keep=self._keep_book,
        )
        self._transport_worker = Worker("transport", self._transport, self.tell, SPIN)
        self._listen_worker = Worker("listen", self._listen, self.tell)
        self._sync_worker = Worker("sync", self._sync, self.tell)
        self._surface_worker = Worker("surface", self._surface, self.tell)
        self._studio_worker = Worker("studio", self._studio, self.tell)
        self._answer_worker = Worker("answer", self._answers, self.tell)
        self._perform_worker = Worker("perform", self._perform, self.tell)
        self._song_worker = Worker("song", self._song, self.tell)
        self._takes_worker = Worker("takes", self._takes, self.tell)
        self._ahead_worker = Worker("ahead", self._ahead, self.tell)
        self._hits_worker = Worker("hits", self._hits, self.tell)
        self._sections_worker = Worker("sections", self._sections, self.tell)
        self._analysis_worker = Worker("analysis", self._analysis, self.tell)
        self._matching_worker = Worker("matching", self._matching, self.tell)
        self._mixer_worker = Worker("mixer", self._mixer, self.tell)
        self._loader_worker = Worker("loader", self._loader, self.tell)

    def start(self, session: Session, play: bool = False, record: bool = False) -> None:
        """Start all threads and plug in `session`, going on without what fails; `play` and `record` if asked to."""
        sys.setswitchinterval(_SWITCH_INTERVAL)
        for worker in (
            self._loader_worker,
            self._sync_worker,
            self._surface_worker,
            self._studio_worker,
            self._answer_worker,
            self._perform_worker,
            self._song_worker,
            self._takes_worker,
            self._ahead_worker,
            self._hits_worker,
            self._sections_worker,
            self._analysis_worker,
            self._matching_worker,
            self._mixer_worker,
            self._transport_worker,
            self._listen_worker,
        ):
            worker.start()
        if self._book is not None:
            self._post.studio(OpenSketchbook(self._book))

        def begun(reason: str | None) -> None:
            gc.freeze()
            self._post.takes(FinishCutOff())
            if record:
                self._post.takes(RecordTake(True))
            if play:
                self._post.transport(Play())

        self._post.loader(Awaited(Apply(session, forgiving=True), begun))

    def close(self) -> None:
        """End what sounds and every thread, then close what was open."""
        self._loader.leave()
        for asker in (self._studio_worker, self._answer_worker, self._surface_worker, self._sections_worker):
            asker.close()
        for keeper in (self._mixer_worker, self._takes_worker):
            keeper.close()
        self._takes.close()
        self._song_worker.close()
        for worker, ahead in ((self._ahead_worker, self._ahead), (self._hits_worker, self._hits)):
            worker.close()
            ahead.close()
        for worker, thinker in ((self._analysis_worker, self._analysis), (self._matching_worker, self._matching)):
            worker.close()
            thinker.close()
        self._sync_worker.close()
        self._sync.close()
        self._post.transport(Stop())
        self._post.transport(Panic())
        for worker in (self._listen_worker, self._perform_worker, self._transport_worker, self._loader_worker):
            worker.close()
        self._loader.close()
        gc.unfreeze()  # what is frozen is never freed, not even as the program ends: bindings report that as leaks

    def apply(self, session: Session, timeout: Seconds = 60.0) -> None:
        """Change to `session` and wait until it is so; `EngineError` with the reason when it could not be."""
        self._wait_for(Apply(session), timeout)

    def ask(self, request: AnyRequest) -> AnyReply:
        """Do what `request` asks. A change of session is only begun here: what becomes of it shows in snapshots."""
        try:
            request.check()
            return self._answer(request)
        except (ValueError, LiveMusicError) as problem:
            return Failed(str(problem))

    def tell(self, text: str) -> None:
        """Tell the musician `text`, in the window and in the log. Thread: any."""
        self._post.loader(Notify(text))

    def _do(self, request: AnyRequest) -> AnyReply:
        """Do what a controller asks, and tell why where that cannot be: it has nowhere to show it."""
        reply = self.ask(request)
        if isinstance(reply, Failed):
            self.tell(reply.reason)
        return reply

    def _answer(self, request: AnyRequest) -> AnyReply:
        match request:
            case Look():
                return self._snapshot(request)
            case LookPlugins():
                return self._plugins.seen(self._sound)
            case LookStudio():
                return studio_state(request, self._studio.view)
            case Export(path, bars):
                session = self._loader.view.session
                settings = Settings() if session is None else session.settings
                write_last_bars(Path(path), bars, self._post.transport, settings)
            case SavePreset() | SaveSession():
                self._wait_for(request, _SAVING)
            case SetParameter(place, name, value):
                self._sound.parameter(place, name, value)
            case ShowEditor(place):
                self._sound.editor(place if place >= 0 else None)
            case TryAgain(path):
                self._sound.retry(path)
            case Quit():
                self.ended.set()
            case Stop():
                self._post.perform(request)
                self._post.sync(request)
            case Panic():
                self._post.perform(request)
                self._post.transport(request)
                if self._song.view.playing:
                    self._post.song(PlaySong(False))
            case _:
                getattr(self._post, request.owner)(request)
        return Done()

    @property
    def _sound(self) -> Sound:
        """The sound process of the moment."""
        return cast(Sound, self._loader.view.slots["sound_out"].thing)

    def _wait_for(self, request: LoaderRequest, timeout: Seconds) -> None:
        """Let the loader do it; `EngineError` with the reason when that cannot be, or is not done in time."""
        reasons: SimpleQueue[str | None] = SimpleQueue()
        self._post.loader(Awaited(request, reasons.put))
        try:
            reason = reasons.get(timeout=timeout)
        except Empty:
            raise EngineError(f"It is not done after {timeout:g} seconds. Try again.") from None
        if reason is not None:
            raise EngineError(reason)

    def _snapshot(self, look: Look) -> Snapshot:
        heard = self._listen.view, self._beats.view, self._harmony.view, self._drums.view, self._analysis.view
        moved = self._sync.view, self._surface.view, self._song.view, self._takes.view, self._sections.view
        made = self._answers.view, self._matching.view, self._perform.view, self._mixer.view
        return snapshot(look, perf_counter(), self._loader.view, self._transport.view, *heard, *moved, *made)

    def _tell_hits(self, heard: HitsHeard) -> None:
        """Let everybody have the drums that were heard. Thread: listen."""
        self._post.transport(heard)
        self._post.takes(heard)
        self._post.answer(heard)

    def _as_played(self, session: Session) -> Session:
        heard = self._listen.view, self._transport.view, self._sync.view, self._song.view
        return as_played(session, *heard, self._answers.view, self._perform.view, self._mixer.view)

    def _next_line(self, bars: int, ahead: Seconds) -> Line | None:
        """The next line of so many bars, `ahead` seconds away or more; None while nothing plays. Thread: loader."""
        view = self._transport.view
        if not view.playing:
            return None
        tick = next_multiple(max(0, ceil(view.tick(perf_counter() + ahead))), bars * view.meter.bar)
        return Line(tick, view.map.seconds_at(tick), view.map.seconds_at(tick - CUT))

    def _use(self, corner: int, clip: Clip) -> None:
        """Put a pattern in a corner; only when it is there the pad's may be heard again, from a bar line."""

        def done(reason: str | None) -> None:
            self._report(reason)
            self._post.listen(Preview(None, "bar"))
            self._post.studio(AuditionEnded())

        def altered(session: Session) -> Session:
            self._post.listen(Keep())
            return with_corner(session, corner, clip)

        self._post.loader(Amend(altered, done))

    def _match(self, drum: int, voice: DrumVoice) -> None:
        """Let a drum of the kit sound so. Thread: matching."""
        self._amend(lambda session: with_voice(session, drum, voice))

    def _amend(self, alter: Alter, words: str = "", group: str = "") -> None:
        self._post.loader(Amend(alter, self._report, words, group))

    def _report(self, reason: str | None) -> None:
        if reason is not None:
            self.tell(reason)

    def _keep(self, session: Session) -> None:
        """Write the session down as it is played now, if it has changed since the last time. Thread: loader."""
        if self._autosave is not None and session != self._kept:
            self._kept = session
            write_session(self._autosave, session)

    def _keep_book(self, book: Sketchbook) -> None:
        """Write the sketchbook down. Thread: studio."""
        if self._book is not None:
            write_sketchbook(self._book, book)
