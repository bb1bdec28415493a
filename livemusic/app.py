"""Puts the parts together: the engine in its process, the window in its own, and what each needs of the other."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

from livemusic.audio import devices
from livemusic.engine.broadcast import OscDesk
from livemusic.engine.client import Client, EngineSilentError
from livemusic.engine.edits import Apply
from livemusic.engine.engine import Engine
from livemusic.engine.messages import Export, Look, Quit
from livemusic.engine.place import engine_folder, occupied, read_door
from livemusic.engine.playback import RecordTake
from livemusic.engine.priority import go_first
from livemusic.engine.request import Failed, Request
from livemusic.engine.server import Server
from livemusic.engine.snapshot import AnyReply, Notice, Snapshot
from livemusic.errors import DeviceError, DisplayError, EngineError, PresetError
from livemusic.midi import rtmidi
from livemusic.midi.guide import guidance
from livemusic.music.tempo import Seconds
from livemusic.session.codec import read_preset, session_file
from livemusic.session.files import shown
from livemusic.session.library import list_presets
from livemusic.session.settings import Session
from livemusic.ui.choices import Choices

_TICK: Seconds = 0.25
_START_PATIENCE: Seconds = 20.0
_MOST_BARS = 512
#: An engine that falls more often than this in so many seconds is not started again.
_FALLS, _FALLS_WITHIN = 3, 60.0


def run_engine(
    session: Session,
    play: bool,
    attended: bool,
    say: Callable[[str], None],
    osc_out: tuple[str, int] | None = None,
    osc_in: tuple[str, int] | None = None,
    out: Sequence[Path] = (),
    record: bool = False,
) -> None:
    """Be the engine until a client, Ctrl-C or a termination signal ends it; `say` hears every notice.

    `osc_out`: host and port that hear on OSC what happens; `osc_in`: where every control is taken. `out`: the
    MIDI file that what was played last, up to 512 bars, is written to at the end, and others for want of room there.
    `record`: a take from the start.
    `EngineError` when another engine runs, `DeviceError` when an OSC port is taken.
    """
    with occupied(engine_folder(), attended) as door:
        go_first()
        devices.PortAudio.client_name = "livemusic listen"
        engine = Engine(autosave=session_file())
        server = Server(door, engine.ask)
        osc = OscDesk(engine.ask, engine.tell, osc_out, osc_in)

        def end(number: int, frame: FrameType | None) -> None:
            engine.ended.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        engine.start(session, play, record)
        server.start()
        osc.start()
        heard = 0
        try:
            while not engine.ended.wait(_TICK):
                heard = _pass_on(engine.ask(Look(points=-1)), heard, say)
        finally:
            osc.close()
            server.close()
            failure = _export(engine.ask, out)
            engine.close()
        if failure:
            raise EngineError(failure)


def _export(ask: Callable[[Export], object], out: Sequence[Path]) -> str:
    """Write what was played to the first of `out` that takes it; what is to be said if that is not the very first."""
    failure = ""
    for path in out:
        written = ask(Export(str(path), _MOST_BARS))
        if not isinstance(written, Failed):
            return f"{failure} What was played is kept in {shown(path)}." if failure else ""
        failure = failure or written.reason
    return failure


def _pass_on(reply: object, heard: int, say: Callable[[str], None]) -> int:
    """Say the notices after number `heard`; returns the last one's number."""
    notices: tuple[Notice, ...] = reply.notices if isinstance(reply, Snapshot) else ()
    for notice in notices:
        if notice.number > heard:
            say(notice.text)
            heard = notice.number
    return heard


def engine_runs() -> bool:
    """Whether an engine of this user answers; `EngineSilentError` where one runs and does not."""
    try:
        Client.connect().close()
    except EngineSilentError:
        raise
    except EngineError:
        return False
    return True


def launch_engine(options: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the engine in a process of its own that outlives this one; Ctrl-C here does not reach it."""
    command = [sys.executable, "-m", "livemusic", "engine", "--attended", *options]
    if sys.platform == "win32":
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def wait_for_engine(process: subprocess.Popen[bytes] | None = None) -> Client:
    """A connection as soon as the engine answers; `EngineError` if it ends or stays silent instead."""
    deadline = monotonic() + _START_PATIENCE
    while True:
        with suppress(EngineError):
            return Client.connect()
        if process is not None and process.poll() is not None:
            raise EngineError("The engine ended while it was starting; 'livemusic doctor' may say why.")
        if monotonic() > deadline:
            raise EngineError(f"The engine has not answered for {_START_PATIENCE:g} seconds.")
        sleep(0.05)


class Attendant:
    """Keeps an engine running for as long as a window is open: one that falls is started again, as it was played.

    `options`: how to start the first. An engine that was started by hand, without a window, is left alone.
    """

    def __init__(self, options: Sequence[str]) -> None:
        self.engine: subprocess.Popen[bytes] | None = None
        self._options = tuple(options)
        self.ends_with_window = False
        self._client: Client | None = None
        self._playing = False
        self._recording = False
        self._revived: list[float] = []

    def begin(self) -> None:
        """Start an engine."""
        self.engine, self.ends_with_window = launch_engine(self._options), True
        self._playing = "--paused" not in self._options

    def connect(self) -> "Attendant":
        """Connect, and be the connection; where the engine has fallen it is started again, to be reached later."""
        try:
            self._client = Client.connect()
        except EngineSilentError:
            raise
        except EngineError:
            if self.ends_with_window and not self._starts() and self._may_again():
                as_it_was = [*([] if self._playing else ["--paused"]), *(["--record"] if self._recording else [])]
                self.engine = launch_engine([*_kept(self._options), *as_it_was])
            raise
        with suppress(EngineError):
            self.ends_with_window = read_door(engine_folder()).attended
        return self

    def ask(self, request: Request) -> AnyReply:
        """The engine's reply; see `Client.ask`."""
        if self._client is None:
            raise EngineError("The engine is gone.")
        reply = self._client.ask(request)
        if isinstance(reply, Snapshot):
            self._playing = reply.transport.playing
            self._recording = reply.take.recording
        return reply

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()

    def _starts(self) -> bool:
        return self.engine is not None and self.engine.poll() is None

    def _may_again(self) -> bool:
        """Not for ever: an engine that falls again and again would only hide why."""
        now = monotonic()
        self._revived = [at for at in self._revived if now - at < _FALLS_WITHIN]
        if len(self._revived) >= _FALLS:
            return False
        self._revived.append(now)
        return True


def _kept(options: Sequence[str]) -> list[str]:
    """The options that the kept session does not hold."""
    return [word for name, value in pairwise(options) if name in ("--osc-out", "--osc-in") for word in (name, value)]


def run_window(session: Session, options: Sequence[str], stage: str | None = None) -> None:
    """Open the window on the running engine, or on a new one started with `options`, until it is closed.

    `stage`: a screen, by number or name, that the path fills; `DeviceError` where there is none.

    Closing ends an engine that was started for a window, unless the musician leaves it playing; one started by
    `livemusic engine` goes on, and so does the music where the display has gone: `DisplayError`.
    """
    attendant = Attendant(options)
    leaves = False
    try:
        if not engine_runs():
            attendant.begin()
        elif options:
            client = Client.connect()
            client.ask(Apply(session))
            if "--record" in options:
                client.ask(RecordTake(True))
            client.close()
        from livemusic.ui.application import run  # Qt is loaded while the engine starts

        leaves = run(attendant.connect, list_choices, stage, lambda: attendant.ends_with_window)
    except DisplayError:
        leaves = True  # nobody has closed the window
        raise
    finally:
        if not leaves:
            _end_engine(attendant.engine)


def _end_engine(started: "subprocess.Popen[bytes] | None") -> None:
    """End the engine if it was started for a window, even one that has only just been started."""
    with suppress(EngineError):
        client = Client.connect() if started is None else wait_for_engine(started)
        if read_door(engine_folder()).attended:
            client.ask(Quit())
        client.close()
        return
    if started is not None:
        started.terminate()


def list_choices() -> Choices:
    """What can be plugged in on this machine now. May take tens of milliseconds; what cannot be listed is left out."""
    presets = []
    for _, path in list_presets():
        with suppress(PresetError):
            presets.append(read_preset(path))
    midi_outs = _names(rtmidi.output_names)
    return Choices(
        inputs=_names(devices.input_names),
        midi_outs=midi_outs,
        guidance=guidance(midi_outs),
        midi_ins=_names(rtmidi.input_names),
        sound_outs=_names(devices.output_names),
        presets=tuple(presets),
    )


def _names(listing: Callable[[], Sequence[str]]) -> tuple[str, ...]:
    try:
        return tuple(listing())
    except DeviceError:
        return ()
