"""The engine on real ports, with another program at the other end: every note arrives, and ports may come and go."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from livemusic.engine.messages import Play, Quit, Stop
from livemusic.music.event import is_note_off, is_note_on
from tests.app.conftest import Start, look, reach, until
from tests.conftest import start_jack

RECORDER = """
import os, sys, rtmidi
midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Recorder")
midi.ignore_types(timing=False)
midi.set_callback(lambda event, _: print(bytes(event[0]).hex(), flush=True))
if sys.argv[1] == "listen":
    midi.open_port([i for i, name in enumerate(midi.get_ports()) if "livemusic" in name][0], "in")
else:
    midi.open_virtual_port("drums")
print("ready", flush=True)
sys.stdin.read()
os._exit(0)  # leaving JACK in good order may take for ever
"""


MASTER = """
import sys, time, rtmidi
midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "Master")
midi.open_port([i for i, name in enumerate(midi.get_ports()) if "livemusic in" in name][0], "clock")
print("ready", flush=True)
pulse, due, count = 60 / 100 / 24, time.perf_counter() + 0.2, 0
midi.send_message([0xFA])
while count < 24 * 400:
    while time.perf_counter() < due + count * pulse:
        pass
    midi.send_message([0xF8])
    count += 1
"""


class Recording:
    """What another program has heard so far."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self._program = program

    def end(self) -> list[bytes]:
        """Everything, once the program has ended."""
        heard, _ = self._program.communicate("", timeout=20)
        return [bytes.fromhex(line) for line in heard.split()]


@contextmanager
def recorder(how: str) -> Iterator[Recording]:
    """A program that connects to the engine's port (`listen`), or offers the port `Recorder:drums` (`offer`)."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", RECORDER, how]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        try:
            yield Recording(program)
        finally:
            program.kill()  # one that hangs as it leaves JACK must not be left to the tests after this


def balanced(heard: list[bytes]) -> bool:
    sounding: set[tuple[int, int]] = set()
    for data in heard:
        key = (data[0] & 0x0F, data[1]) if len(data) == 3 else (0, 0)
        if is_note_on(data):
            assert key not in sounding
            sounding.add(key)
        elif is_note_off(data):
            sounding.remove(key)
    return not sounding


def test_every_planned_note_arrives_and_ends(jack: object, start: Start) -> None:
    process = start(
        "engine", "--midi-out", "virtual", "--source", "none", "--no-sound", "--paused", "--preset", "Pocket Funk"
    )
    client = until(reach)
    until(lambda: look(client).midi_out.state == "on")
    with recorder("listen") as recording:
        client.ask(Play())
        until(lambda: look(client).transport.notes_sent > 60)
        client.ask(Stop())
        until(lambda: not look(client).transport.playing)
        count = until(lambda: look(client).transport.notes_sent)
        client.ask(Quit())
        process.communicate(timeout=30)
        heard = recording.end()
    assert sum(map(is_note_on, heard)) == count
    assert sum(map(is_note_off, heard)) == count
    assert balanced(heard)
    system = [data[0] for data in heard if data[0] >= 0xF0]
    assert system[0] == 0xFA
    assert 0xFC in system
    assert system.count(0xF8) > 24
    client.close()


def test_a_port_that_vanishes_and_returns(jack: object, start: Start) -> None:
    with recorder("offer") as recording:
        process = start("engine", "--midi-out", "Recorder:drums", "--source", "none", "--no-sound", "--preset", "House")
        client = until(reach)
        until(lambda: look(client).transport.notes_sent > 8)
        assert any(map(is_note_on, recording.end()))
    until(lambda: look(client).midi_out.state == "lost")
    sent = look(client).transport.notes_sent
    with recorder("offer") as recording:
        until(lambda: look(client).midi_out.state == "on")
        assert any("is back" in notice.text for notice in look(client).notices)
        back = look(client).transport.notes_sent
        until(lambda: look(client).transport.notes_sent > back + 8)
        client.ask(Stop())
        until(lambda: not look(client).transport.playing)
        client.ask(Quit())
        process.communicate(timeout=30)
        heard = recording.end()
    assert back > sent
    assert sum(map(is_note_on, heard)) > 4
    assert balanced(heard)
    client.close()


def test_a_midi_system_that_dies_and_returns(jack: "subprocess.Popen[bytes]", start: Start) -> None:
    start("engine", "--midi-out", "virtual", "--source", "none", "--no-sound", "--preset", "House")
    client = until(reach)
    until(lambda: look(client).transport.notes_sent > 4)
    jack.terminate()
    jack.wait()
    until(lambda: look(client).midi_out.state == "lost")
    sent = look(client).transport.notes_sent
    until(lambda: look(client).transport.notes_sent > sent + 4)
    again = start_jack()
    try:
        until(lambda: look(client).midi_out.state == "on")
        with recorder("listen") as recording:
            sent = look(client).transport.notes_sent
            until(lambda: look(client).transport.notes_sent > sent + 8)
            assert sum(map(is_note_on, recording.end())) > 4
        client.ask(Quit())
        until(lambda: reach() is None)
    finally:
        again.terminate()
        again.wait()
    client.close()


def test_it_plays_in_time_with_a_clock_master_and_goes_on_when_that_ends(jack: object, start: Start) -> None:
    start("engine", "--midi-out", "none", "--no-sound", "--source", "none", "--paused",
          "--midi-in", "virtual", "--tempo-from", "midi")  # fmt: skip
    client = until(reach)
    until(lambda: look(client).revision > 0)
    with subprocess.Popen([sys.executable, "-c", MASTER], stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout is not None
        assert master.stdout.readline() == "ready\n"
        until(lambda: look(client).transport.playing)
        until(lambda: look(client).transport.lead_state == "locked")
        until(lambda: abs(look(client).transport.bpm - 100) < 1.5)
        master.terminate()
    until(lambda: look(client).transport.lead_state == "coasting")
    sent = look(client).transport.notes_sent
    until(lambda: look(client).transport.notes_sent > sent + 4)
    assert any("clock has stopped" in notice.text for notice in look(client).notices)
    client.ask(Quit())
    client.close()
