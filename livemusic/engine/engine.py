"""The engine: three cores on three threads behind one verb, `ask`, the same in process and over the socket."""

import gc
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from time import perf_counter

import msgspec

from livemusic.engine import messages as say
from livemusic.engine.conductor import Conductor, Pressed
from livemusic.engine.listen import Anchoring, Follow, Hand, Launch, Listen, Swing
from livemusic.engine.loader import Ended, Load, Loader, Lost, Retire, Say
from livemusic.engine.openers import Openers
from livemusic.engine.orders import Halt, Hush, Recall, Start, Take, Tap, Tempo
from livemusic.engine.snapshot import AnyReply, Health, ListenState, Snapshot, TransportState
from livemusic.engine.transport import Transport
from livemusic.engine.worker import SPIN, Worker
from livemusic.errors import EngineError, LiveMusicError
from livemusic.midi.files import write_events
from livemusic.music.tempo import Seconds, check_bpm
from livemusic.session.codec import write_session
from livemusic.session.preset import check_launch
from livemusic.session.settings import Session

#: At most this many rows of the path go into one snapshot.
_POINTS = 20_000
_SWITCH_INTERVAL: Seconds = 0.0005
_MOST_BARS = 512
_PATIENCE: Seconds = 2.0


class Engine:
    """Listens, thinks and keeps time. `start`, then `ask` from any thread, then `close`.

    `ended` is set once a client has asked the engine to quit. `autosave`: the file that the session is written to as it
    is played, whenever it has changed.
    """

    def __init__(self, openers: Openers | None = None, autosave: Path | None = None) -> None:
        self.ended = Event()
        self._autosave = autosave
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
            stopwatch=perf_counter,
        )
        self._loader = Loader(
            openers or Openers(),
            transport=lambda message: self._transport_worker.post(message),
            listen=lambda message: self._listen_worker.post(message),
            keep=self._keep,
            conductor=lambda message: self._conductor_worker.post(message),
        )
        self._conductor = Conductor(
            transport=lambda order: self._transport_worker.post(order),
            played=lambda: self._transport.view,
            notice=self._say,
        )
        self._transport_worker = Worker("transport", self._transport, self._say, SPIN)
        self._listen_worker = Worker("listen", self._listen, self._say)
        self._loader_worker = Worker("loader", self._loader, self._say)
        self._conductor_worker = Worker("conductor", self._conductor, self._say)

    def start(self, session: Session, play: bool = False) -> None:
        """Start all threads and plug in `session`, going on without what fails; `play` at once when asked to."""
        sys.setswitchinterval(_SWITCH_INTERVAL)
        for worker in (self._loader_worker, self._conductor_worker, self._transport_worker, self._listen_worker):
            worker.start()
        self._loader_worker.post(Load(session, lambda _: gc.freeze(), forgiving=True, play=play))

    def close(self) -> None:
        """End what sounds and every thread, then close what was open."""
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
        """Do what `request` asks. `Apply` is only begun here: what becomes of it shows in the next snapshots."""
        try:
            return self._do(request)
        except (ValueError, LiveMusicError) as problem:
            return say.Failed(str(problem))

    def _do(self, request: say.AnyRequest) -> AnyReply:
        match request:
            case say.Look():
                return self._snapshot(request)
            case say.Play():
                self._conductor_worker.post(Pressed(Start()))
            case say.Resume():
                self._conductor_worker.post(Pressed(Start(resume=True)))
            case say.Stop():
                self._conductor_worker.post(Pressed(Halt()))
            case say.Panic():
                self._conductor_worker.post(Pressed(Hush()))
            case say.TestNote():
                self._transport_worker.post(Tap())
            case say.SetTempo(bpm):
                self._conductor_worker.post(Pressed(Tempo(check_bpm(bpm))))
            case say.MovePad(x, y):
                if not (0 <= x <= 1 and 0 <= y <= 1):
                    return say.Failed(f"pad ({x}, {y}) must lie within 0..1")
                self._listen_worker.post(Hand(x, y))
            case say.SetFollow(on):
                self._listen_worker.post(Follow(on))
            case say.SetLaunch(launch):
                self._listen_worker.post(Launch(check_launch(launch)))
            case say.SetSwing(amount):
                if not 0 <= amount <= 1:
                    return say.Failed(f"swing {amount} is outside 0..1")
                self._listen_worker.post(Swing(amount))
            case say.Export(path, bars):
                return self._export(Path(path), bars)
            case say.Capture(corner):
                if not 0 <= corner <= 3:
                    return say.Failed(f"corner {corner} is outside 0..3")
                self._listen_worker.post(Anchoring(corner))
            case say.ClearAnchors():
                self._listen_worker.post(Anchoring(None))
            case say.Apply(session):
                self._loader_worker.post(Load(session, self._report))
            case say.Quit():
                self.ended.set()
        return say.Done()

    def _export(self, path: Path, bars: int) -> AnyReply:
        """Write the last bars that were played; `MediaError` where that fails."""
        if not 1 <= bars <= _MOST_BARS:
            raise ValueError(f"{bars} bars are outside 1..{_MOST_BARS}")
        takes: SimpleQueue[Take] = SimpleQueue()
        self._transport_worker.post(Recall(bars, takes.put))
        take = takes.get(timeout=_PATIENCE)
        if not take.events:
            raise ValueError("Nothing was played yet. Press play, then export.")
        write_events(path, take.events, take.bpm, take.meter, take.length)
        return say.Done()

    def _report(self, reason: str | None) -> None:
        if reason is not None:
            self._say(reason)

    def _keep(self, session: Session) -> None:
        """Write the session down as it is played now, if it has changed since the last time. Thread: loader."""
        if self._autosave is None:
            return
        played = self._as_played(session)
        if played != self._kept:
            self._kept = played
            write_session(self._autosave, played)

    def _as_played(self, session: Session) -> Session:
        listen, tempo = self._listen.view, self._transport.view.map
        preset = msgspec.structs.replace(
            session.preset,
            bpm=tempo.bpm,
            pad=listen.pad,
            launch=listen.launch,
            swing=listen.swing,
            follow=listen.follow,
            anchors=listen.anchors,
        )
        return msgspec.structs.replace(session, preset=preset)

    def _say(self, text: str) -> None:
        self._loader_worker.post(Say(text))

    def _snapshot(self, look: say.Look) -> Snapshot:
        now = perf_counter()
        loader, transport, listen = self._loader.view, self._transport.view, self._listen.view
        path, conductor = listen.path, self._conductor.view
        total = 0 if path is None else len(path)
        first = look.points if look.epoch == listen.epoch and look.points <= total else 0
        return Snapshot(
            now=now,
            revision=loader.revision,
            session=loader.session if look.revision != loader.revision else None,
            transport=TransportState(
                playing=transport.playing,
                tick=transport.tick(now),
                bpm=conductor.bpm or transport.map.bpm,
                meter=(transport.meter.beats, transport.meter.unit),
                grid=transport.grid,
                notes_sent=transport.notes_sent,
                last_hits=transport.last_hits,
                lead=conductor.who,
                lead_state=conductor.state,
                phase_error_ms=conductor.phase_error * 1e3,
                peers=conductor.peers,
            ),
            listen=ListenState(
                peak_db=listen.level.peak_db,
                rms_db=listen.level.rms_db,
                silent=listen.level.silent,
                position=listen.position,
                epoch=listen.epoch,
                first=first,
                total=total,
                points=b"" if path is None else path[first : first + _POINTS, :4].tobytes(),
                pad=listen.pad,
                weights=listen.weights,
                follow=listen.follow,
                launch=listen.launch,
                swing=listen.swing,
                anchors=listen.anchors,
            ),
            source=loader.slots["source"].plug,
            midi_out=loader.slots["midi_out"].plug,
            sound=loader.slots["sound_out"].plug,
            health=self._health(now),
            notices=loader.notices,
            busy=loader.busy,
        )

    def _health(self, now: Seconds) -> Health:
        loader, transport, listen = self._loader.view, self._transport.view, self._listen.view
        late = transport.late
        return Health(
            late_p50_ms=late.p50 * 1e3,
            late_p95_ms=late.p95 * 1e3,
            late_p99_ms=late.p99 * 1e3,
            late_max_ms=late.worst * 1e3,
            hop_ms=listen.hop.p99 * 1e3,
            morph_ms=listen.morph.p99 * 1e3,
            overflows=listen.overflows,
            xruns=loader.xruns,
            dropped=transport.skipped,
            backlog_s=0.0 if listen.at is None else now - listen.at,
            cpu_percent=loader.cpu_percent,
            memory_mb=loader.memory_mb,
        )
