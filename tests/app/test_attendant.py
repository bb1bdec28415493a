"""The window keeps an engine: one that falls comes back as it was."""

import os
import signal

import pytest

from livemusic.app import Attendant
from livemusic.engine.messages import Look, Quit, SetTempo, Stop
from livemusic.engine.place import engine_folder, read_door
from livemusic.engine.request import Done
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import EngineError
from livemusic.session.codec import read_session, session_file
from tests.app.conftest import until

QUIET = ("--midi-out", "none", "--source", "none", "--sound-out", "none", "--preset", "House")


def connected(attendant: Attendant) -> Attendant | None:
    try:
        return attendant.connect()
    except EngineError:
        return None


def look(attendant: Attendant) -> Snapshot:
    reply = attendant.ask(Look())
    assert isinstance(reply, Snapshot)
    return reply


@pytest.mark.parametrize("playing", [True, False])
def test_an_engine_that_falls_comes_back_as_it_was(playing: bool) -> None:
    attendant = Attendant(QUIET)
    attendant.begin()
    until(lambda: connected(attendant))
    until(lambda: look(attendant).transport.playing)
    assert attendant.ask(SetTempo(93.0)) == Done()
    if not playing:
        attendant.ask(Stop())
        until(lambda: not look(attendant).transport.playing)
    until(lambda: session_file().exists() and read_session(session_file()).preset.bpm == 93.0)
    os.kill(read_door(engine_folder()).pid, signal.SIGKILL)
    first = attendant.engine
    assert first is not None
    first.wait(10)
    attendant.close()
    until(lambda: connected(attendant))
    assert attendant.engine is not first
    until(lambda: look(attendant).transport.bpm == 93.0)
    until(lambda: look(attendant).transport.playing == playing)
    attendant.ask(Quit())
    attendant.close()
    assert attendant.engine is not None
    assert attendant.engine.wait(20) == 0


def test_nothing_is_started_for_an_engine_that_was_not_ours() -> None:
    attendant = Attendant(QUIET)
    with pytest.raises(EngineError, match="No engine is running"):
        attendant.connect()
    assert attendant.engine is None
    with pytest.raises(EngineError, match="gone"):
        attendant.ask(Look())
