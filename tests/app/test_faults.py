"""Whatever falls, the notes go on, and every one of them ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import msgspec
import pytest

from livemusic.engine.edits import Configure, Rewire
from livemusic.engine.engine import Engine
from livemusic.engine.messages import AnyRequest, Look, Play, SetParameter, Stop
from livemusic.engine.openers import HearPort, Openers
from livemusic.engine.request import Done
from livemusic.engine.snapshot import Snapshot
from livemusic.midi.controllers import Controllers
from livemusic.midi.input import Hear
from livemusic.midi.memory import MemoryIn, MemoryOut
from livemusic.music.event import CLOCK, START, is_note_off, is_note_on
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session, Settings
from livemusic.sound.process import SoundProcess
from tests.app.conftest import until

DOUBLES = Path(__file__).parents[1] / "sound" / "doubles.py"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


class Set:
    """A set that is being played: an engine, a port that remembers, and a sound process that may fall."""

    def __init__(self) -> None:
        self.out = MemoryOut()
        self.clock: MemoryIn | None = None
        self.sound: SoundProcess | None = None
        self.engine = Engine(
            replace(
                Openers(),
                midi_out=lambda wanted: self.out,
                midi_in=self.open_clock,
                sound=self.open_sound,
                controllers=self.no_controllers,
            )
        )
        session = Session(read_preset(find_preset("House")), Settings(source="none", midi_out="port"))
        self.engine.start(session, play=True)
        until(lambda: self.look().transport.playing)

    def open_clock(self, wanted: str, hear: Hear) -> MemoryIn:
        self.clock = MemoryIn(wanted, hear)
        return self.clock

    def open_sound(self, wanted: str) -> SoundProcess:
        self.sound = SoundProcess("default", command=(sys.executable, str(DOUBLES)))
        self.sound.start()
        return self.sound

    def no_controllers(self, wanted: Sequence[str], hear: HearPort) -> Controllers:
        return Controllers((), hear)

    def look(self) -> Snapshot:
        reply = self.engine.ask(Look())
        assert isinstance(reply, Snapshot)
        return reply

    def ask(self, request: AnyRequest) -> None:
        assert self.engine.ask(request) == Done()

    def configure(self, **changes: object) -> None:
        session = self.look().session
        assert session is not None
        self.ask(Configure(session.settings, msgspec.structs.replace(session.settings, **changes)))

    def goes_on(self) -> None:
        """More notes leave, as many bars as it takes to be sure."""
        before = self.look().transport.notes_sent
        until(lambda: self.look().transport.notes_sent > before + 16)
        assert self.look().transport.playing
        assert self.look().health.dropped == 0

    def ends_balanced(self) -> None:
        """Stopped, every note that began has ended, none twice."""
        self.ask(Stop())
        until(lambda: not self.look().transport.playing)
        self.engine.close()
        sounding: set[tuple[int, int]] = set()
        for data in self.out.messages:
            if is_note_on(data):
                assert (data[0] & 0xF, data[1]) not in sounding
                sounding.add((data[0] & 0xF, data[1]))
            elif is_note_off(data):
                sounding.remove((data[0] & 0xF, data[1]))
        assert not sounding
        assert sum(map(is_note_on, self.out.messages)) > 16

    def plugins(self) -> list[str]:
        assert self.sound is not None
        return [plugin.state for plugin in self.sound.status().chain.plugins]


@pytest.fixture
def playing(jack: object) -> Iterator[Set]:
    stage = Set()
    yield stage
    stage.engine.close()


@POSIX
@pytest.mark.parametrize("fault", ["crash", "exit", "hang", "seize", "slow", "print", "nan", "raise"])
def test_a_plugin_falls(playing: Set, fault: str) -> None:
    playing.ask(Rewire(None, (PluginSlot(f"test:{fault}", values={"Amount": 0.5}),)))
    until(lambda: playing.plugins() == ["on"] and playing.look().sound.state == "on")
    playing.ask(SetParameter(1, "Amount", 1.0))
    playing.goes_on()
    if fault in ("crash", "exit", "hang", "seize"):
        until(lambda: playing.plugins() == ["blocked"])
        until(lambda: any("left out" in notice.text for notice in playing.look().notices))
    playing.goes_on()
    playing.ends_balanced()


@POSIX
def test_the_sound_process_is_killed(playing: Set) -> None:
    sound = playing.sound
    assert sound is not None
    pid = until(lambda: sound.status().pid)
    os.kill(pid, signal.SIGKILL)
    playing.goes_on()
    until(lambda: sound.status().pid not in (0, pid))
    playing.goes_on()
    playing.ends_balanced()


@POSIX
def test_the_sound_process_is_stopped(playing: Set) -> None:
    sound = playing.sound
    assert sound is not None
    pid = until(lambda: sound.status().pid)
    os.kill(pid, signal.SIGSTOP)
    playing.goes_on()
    until(lambda: sound.status().restarts == 1)
    playing.goes_on()
    playing.ends_balanced()


def test_the_clock_is_lost_and_comes_back(playing: Set) -> None:
    playing.configure(midi_in="clock", tempo_from="midi")
    until(lambda: playing.look().transport.lead == "midi")
    clock = playing.clock
    assert clock is not None
    pause = Event()

    def locked_while_pulses_come() -> bool:
        clock.play(bytes((CLOCK,)))
        pause.wait(60 / 120 / 24)
        return playing.look().transport.lead_state == "locked"

    clock.play(bytes((START,)))
    until(locked_while_pulses_come)
    until(lambda: playing.look().transport.lead_state == "coasting")
    playing.goes_on()
    assert any("MIDI clock has stopped" in notice.text for notice in playing.look().notices)
    until(locked_while_pulses_come)
    playing.goes_on()
    playing.ends_balanced()


def test_the_window_is_killed(playing: Set, tmp_path: Path) -> None:
    """A client in a process of its own, killed in the middle of a question."""
    from livemusic.engine.place import engine_folder, occupied
    from livemusic.engine.server import Server

    script = (
        "from livemusic.engine.client import Client\nfrom livemusic.engine.messages import Look\n"
        "client = Client.connect()\nprint('in', flush=True)\nwhile True: client.ask(Look())\n"
    )
    with occupied(engine_folder()) as door:
        server = Server(door, playing.engine.ask)
        server.start()
        window = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert window.stdout is not None
        assert window.stdout.readline() == b"in\n"
        window.kill()
        window.communicate()
        playing.goes_on()
        server.close()
    playing.ends_balanced()


def test_a_port_that_fails_is_left_and_come_back_to(playing: Set) -> None:
    first = playing.out

    def fail(data: bytes) -> None:
        from livemusic.errors import DeviceError

        raise DeviceError("MIDI port 'port' has gone.")

    first.send = fail  # type: ignore[method-assign]
    until(lambda: playing.look().midi_out.state == "lost")
    playing.out = MemoryOut()
    until(lambda: playing.look().midi_out.state == "on")
    playing.goes_on()
    playing.ends_balanced()


def test_everything_is_changed_at_once_while_it_plays(playing: Set) -> None:
    """Knobs, presets, undo and settings, all the time; nothing hangs and nothing is lost."""
    from livemusic.engine import edits
    from livemusic.engine import messages as say

    storm: list[Callable[[int], AnyRequest]] = [
        lambda n: say.MovePad(n % 7 / 6, n % 5 / 4),
        lambda n: say.SetSwing(n % 3 / 2),
        lambda n: edits.StepPreset(1),
        lambda n: edits.Undo(),
        lambda n: say.PlayDrum(n % 9, 1 + n % 127),
        lambda n: edits.Redo(),
        lambda n: say.SetTempo(90 + n % 90),
        lambda n: edits.Reshape(((4, 4), (7, 8), (12, 8))[n % 3], 1 + n % 8),
        lambda n: say.SetRecord(n % 2 == 0),
        lambda n: edits.StoreScene(n % 8, "x"),
        lambda n: say.Nudge(0.01),
    ]
    for number in range(220):
        playing.engine.ask(storm[number % len(storm)](number))
    until(lambda: not playing.look().busy)
    playing.ask(Play())
    playing.goes_on()
    playing.ends_balanced()
