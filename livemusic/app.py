"""Puts the parts together: the engine in its process, the window in its own, and what each needs of the other."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic, sleep
from types import FrameType

from livemusic.audio import devices
from livemusic.engine.broadcast import OscDesk
from livemusic.engine.client import Client, EngineSilentError
from livemusic.engine.engine import Engine
from livemusic.engine.messages import Apply, Look, Quit
from livemusic.engine.place import engine_folder, occupied, read_door
from livemusic.engine.priority import go_first
from livemusic.engine.server import Server
from livemusic.engine.snapshot import Notice, Snapshot
from livemusic.errors import DeviceError, EngineError, PresetError
from livemusic.midi import rtmidi
from livemusic.music.tempo import Seconds
from livemusic.session.codec import read_preset, session_file
from livemusic.session.library import list_presets
from livemusic.session.settings import Session
from livemusic.ui.choices import Choices

_TICK: Seconds = 0.25
_START_PATIENCE: Seconds = 20.0


def run_engine(
    session: Session,
    play: bool,
    attended: bool,
    say: Callable[[str], None],
    osc_out: tuple[str, int] | None = None,
    osc_in: int | None = None,
) -> None:
    """Be the engine until a client, Ctrl-C or a termination signal ends it; `say` hears every notice.

    `osc_out`: host and port that hear on OSC what happens; `osc_in`: a port on which every control is taken.
    `EngineError` when another engine runs, `DeviceError` when an OSC port is taken.
    """
    with occupied(engine_folder(), attended) as door:
        go_first()
        engine = Engine(autosave=session_file())
        server = Server(door, engine.ask)
        osc = OscDesk(engine.ask, say, osc_out, osc_in)

        def end(number: int, frame: FrameType | None) -> None:
            engine.ended.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        engine.start(session, play)
        server.start()
        osc.start()
        heard = 0
        try:
            while not engine.ended.wait(_TICK):
                heard = _pass_on(engine.ask(Look(points=1 << 62)), heard, say)
        finally:
            osc.close()
            server.close()
            engine.close()


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


def run_window(session: Session, options: Sequence[str]) -> None:
    """Open the window on the running engine, or on a new one started with `options`, until it is closed.

    Closing ends an engine that was started for a window, unless the musician leaves it playing; one started by
    `livemusic engine` goes on.
    """
    engine: subprocess.Popen[bytes] | None = None
    leaves = False
    try:
        if not engine_runs():
            engine = launch_engine(options)
        elif options:
            client = Client.connect()
            client.ask(Apply(session))
            client.close()
        from livemusic.ui.window import run  # Qt is loaded while the engine starts

        leaves = run(lambda: Client.connect(), list_choices)
    finally:
        if not leaves:
            _end_engine(engine)


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
    return Choices(
        inputs=_names(devices.input_names),
        midi_outs=_names(rtmidi.output_names),
        midi_ins=_names(rtmidi.input_names),
        sound_outs=_names(devices.output_names),
        presets=tuple(presets),
    )


def _names(listing: Callable[[], Sequence[str]]) -> tuple[str, ...]:
    try:
        return tuple(listing())
    except DeviceError:
        return ()
