"""A JACK server that hangs, alive but stopped: nobody waits for it, and when it goes on so does the music."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import msgspec
import pytest

from livemusic.audio.devices import PortAudio, devices
from livemusic.audio.rtmix import DeviceSource
from livemusic.engine.edits import Configure
from livemusic.engine.messages import MovePad, Quit, Stop
from livemusic.engine.request import Done
from livemusic.errors import DeviceError, PortHeldError
from livemusic.jack import require_jack
from livemusic.midi.input import open_in
from livemusic.midi.rtmidi import input_names, open_out, output_names
from livemusic.midi.system import SystemPort
from livemusic.music.event import CLOCK, STOP, is_note_off, is_note_on
from tests.app.conftest import Start, look, reach, until

Server = subprocess.Popen[bytes]
RECORDER = """
import sys, time, rtmidi
midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Recorder")
midi.ignore_types(timing=False)
midi.set_callback(lambda event, _: print(time.perf_counter(), bytes(event[0]).hex(), flush=True))
midi.open_port([i for i, name in enumerate(midi.get_ports()) if "livemusic" in name][0], "in")
print("ready", flush=True)
sys.stdin.read()
midi.close_port()
midi.delete()
"""


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """The server's process stands still, all of its threads: one might answer once more."""
    server.send_signal(signal.SIGSTOP)
    tasks = Path(f"/proc/{server.pid}/task")
    until(lambda: all(" T " in task.read_text() for task in tasks.glob("*/stat")))
    try:
        yield
    finally:
        server.send_signal(signal.SIGCONT)


def test_a_server_that_hangs_is_told_from_one_that_answers_and_from_none(
    jack: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_jack()
    with stopped(jack), pytest.raises(DeviceError, match="does not answer"):
        require_jack()
    require_jack()
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livemusic-none")
    require_jack()


def test_ports_neither_wait_nor_keep_others_waiting(jack: Server) -> None:
    out, heard = open_out("virtual"), open_in("virtual", lambda data, at: None)
    ticking, ticks = threading.Event(), []

    def tick() -> None:
        while not ticking.wait(0.001):
            ticks.append(perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    with stopped(jack):
        held = 0
        while not held:
            try:
                out.send(b"\xf8")
            except PortHeldError:
                held += 1
        for _ in range(20_000):  # more than the queue holds
            with suppress(PortHeldError):
                out.send(b"\x90\x24\x64")
        assert not out.flows
        assert out.alive
        for attempt in (lambda: open_out("virtual"), output_names, input_names):
            with pytest.raises(DeviceError, match="does not answer"):
                attempt()
        heard.close()
        out.close()
        ticking.set()
        thread.join()
        assert len(SystemPort.left) == 2
    assert len(ticks) > 100
    again = open_out("virtual")
    assert SystemPort.left == []
    until(lambda: again.flows)
    again.send(b"\xf8")
    again.close()


def test_sound_that_is_listened_to_is_left_open_until_the_server_answers(jack: Server) -> None:
    source = DeviceSource("system")
    source.start(perf_counter())
    with stopped(jack):
        source.close()
        with pytest.raises(DeviceError, match="does not answer"):
            devices()
        assert not PortAudio.release()
        assert len(PortAudio.left) == 1
    assert [device.name for device in devices() if device.inputs]
    assert PortAudio.left == PortAudio.streams == []


@pytest.mark.parametrize("words", [("devices",), ("doctor",), ("doctor", "--source", "system")])
def test_what_hangs_is_named(jack: Server, words: tuple[str, ...]) -> None:
    with stopped(jack):
        said = subprocess.run([sys.executable, "-m", "livemusic", *words], capture_output=True, text=True, timeout=60)
    assert "The JACK server runs but does not answer" in said.stdout
    assert said.stderr == ""


def test_the_engine_answers_meanwhile_and_the_music_goes_on_without_a_burst(jack: Server, start: Start) -> None:
    process = start("engine", "--midi-out", "virtual", "--source", "system", "--no-sound", "--preset", "House")
    client = until(reach)
    until(lambda: look(client).midi_out.state == "on" and look(client).transport.notes_sent > 4)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", RECORDER], stdin=pipe, stdout=pipe, text=True) as recorder:
        assert recorder.stdout is not None
        assert recorder.stdout.readline() == "ready\n"
        sent = look(client).transport.notes_sent
        until(lambda: look(client).transport.notes_sent > sent + 16)
        with stopped(jack):
            sent = look(client).transport.notes_sent
            until(lambda: look(client).transport.notes_sent > sent + 48)
            assert client.ask(MovePad(0.3, 0.6)) == Done()
            until(lambda: any("does not answer" in notice.text for notice in look(client).notices))
            until(lambda: look(client).source.state == "lost")
            goes_on = perf_counter()
        until(lambda: any("answers again" in notice.text for notice in look(client).notices))
        until(lambda: look(client).source.state == "on")
        client.ask(Stop())
        until(lambda: not look(client).transport.playing)
        client.ask(Quit())
        process.communicate(timeout=30)
        lines, _ = recorder.communicate("", timeout=20)
    client.close()
    heard = [(float(at), bytes.fromhex(data)) for at, data in map(str.split, lines.splitlines())]
    assert balanced([data for _, data in heard])
    afterwards = [data for at, data in heard if at >= goes_on]
    assert sum(map(is_note_on, afterwards)) > 0
    assert afterwards.index(bytes((STOP,))) < 32  # followers are stopped, then gathered
    assert afterwards[: afterwards.index(bytes((STOP,)))].count(bytes((CLOCK,))) < 24


def test_an_engine_that_is_changed_and_ended_meanwhile(jack: Server, start: Start) -> None:
    process = start("engine", "--midi-out", "virtual", "--midi-in", "virtual", "--source", "none", "--no-sound")
    client = until(reach)
    until(lambda: look(client).midi_out.state == "on" and look(client).transport.notes_sent > 4)
    session = look(client).session
    assert session is not None
    with stopped(jack):
        client.ask(
            Configure(session.settings, msgspec.structs.replace(session.settings, midi_out="none", midi_in="none"))
        )
        until(lambda: look(client).midi_out.wanted == "none")
        sent = look(client).transport.notes_sent
        until(lambda: look(client).transport.notes_sent > sent + 8)
        client.ask(Quit())
        assert process.wait(30) == 0
    client.close()


def balanced(heard: list[bytes]) -> bool:
    """Every note that began has ended, none twice; what sounded before the first was not heard to begin."""
    sounding: set[int] = set()
    begun = set[int]()
    for data in heard:
        if is_note_on(data):
            assert data[1] not in sounding
            sounding.add(data[1])
            begun.add(data[1])
        elif is_note_off(data):
            assert data[1] in sounding or data[1] not in begun
            sounding.discard(data[1])
    return not sounding
