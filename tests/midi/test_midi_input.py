"""MIDI in through real ports on a JACK server without sound card, a second program at the other end."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from time import perf_counter

import pytest

from livemusic.errors import DeviceError
from livemusic.midi.input import NoIn, open_in
from livemusic.midi.rtmidi import input_names
from livemusic.music.follow import ClockFollower, Hold

MASTER = """
import sys, threading, time, rtmidi
wanted = sys.argv[1]
midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "Master")
if wanted:
    midi.open_port([i for i, name in enumerate(midi.get_ports()) if wanted in name][0], "out")
else:
    midi.open_virtual_port("clock")
print("ready", flush=True)
due, pause = None, threading.Event()
for line in sys.stdin:
    words = line.split()
    for data in words:
        if due is not None:
            due += 1 / 48
            pause.wait(max(0.0, due - time.perf_counter()))
        elif data == "fa":
            due = time.perf_counter()
        midi.send_message(bytes.fromhex(data))
midi.close_port()
"""


@contextmanager
def master(wanted: str = "") -> Iterator["subprocess.Popen[str]"]:
    """A program that sends to `wanted`, or offers a port: whatever it reads in hex, after `fa` at 120 bpm."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", MASTER, wanted]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program


def tell(program: "subprocess.Popen[str]", *messages: str) -> None:
    assert program.stdin is not None
    program.stdin.write(" ".join(messages) + "\n")
    program.stdin.flush()


def test_a_virtual_input_hears_another_program(jack: object) -> None:
    heard: SimpleQueue[tuple[bytes, float]] = SimpleQueue()
    port = open_in("virtual", lambda data, at: heard.put((data, at)))
    assert port.name == "livemusic in"
    assert port.alive
    messages = ["992464", "f8", "fe", "f21000", "fb", "fc", "f07e7f0601f7", "b00740"]
    with master("livemusic in") as program:
        begun = perf_counter()
        tell(program, *messages)
        got = [heard.get(timeout=20) for _ in range(len(messages) - 1)]
    assert [data.hex() for data, _ in got] == [data for data in messages if data != "fe"]
    times = [at for _, at in got]
    assert times == sorted(times)
    assert begun <= times[0] <= times[-1] <= perf_counter()
    port.close()
    port.close()
    assert not port.alive


def test_a_clock_is_followed_through_a_port_found_by_name(jack: object) -> None:
    heard: SimpleQueue[tuple[bytes, float]] = SimpleQueue()
    with master() as program:
        assert "Master:clock" in input_names()
        port = open_in("master:CLOCK", lambda data, at: heard.put((data, at)))
        assert port.name == "Master:clock"
        tell(program, "fa", *["f8"] * 48)
        follower = ClockFollower(90.0)
        for _ in range(49):
            follower.hear(*heard.get(timeout=20))
        assert follower.running
        assert follower.state is Hold.LOCKED
        assert follower.map is not None
        assert port.alive
        program.communicate("")
    assert not port.alive
    port.close()


def test_no_thread_of_jack_waits_for_python(jack: object) -> None:
    """It would hold up whoever opens another port, and he the interpreter."""
    threads: SimpleQueue[str] = SimpleQueue()
    with master() as program:
        port = open_in("Master", lambda data, at: threads.put(threading.current_thread().name))
        tell(program, *["f8"] * 5000)
        for _ in range(3):
            assert threads.get(timeout=20) == "midi in"
            beside = open_in("Master", lambda data, at: None)
            beside.close()
        port.close()
        program.communicate("")


def test_closing_while_a_flood_comes_in_ends_it(jack: object) -> None:
    heard: SimpleQueue[bytes] = SimpleQueue()
    with master() as program:
        port = open_in("Master", lambda data, at: heard.put(data))
        tell(program, *["f8"] * 5000)
        heard.get(timeout=20)
        port.close()
        count = heard.qsize()
        tell(program, *["f8"] * 100)
        program.communicate("")
    assert heard.qsize() == count


RETURNER = """
import sys, rtmidi
more = True
while more:
    midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "Master")
    midi.open_virtual_port("clock")
    print("ready", flush=True)
    more = sys.stdin.readline()
    midi.close_port()
    midi.delete()
"""


def test_an_input_that_went_and_came_back_at_once_counts_as_lost(jack: object) -> None:
    command, pipe = [sys.executable, "-c", RETURNER], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        port, beside = (open_in("Master", lambda data, at: None) for _ in range(2))
        assert port.alive
        beside.close()
        assert port.alive
        tell(program, "again")
        assert program.stdout.readline() == "ready\n"
        assert "Master:clock" in input_names()
        assert not port.alive
        port.close()
        again = open_in("Master", lambda data, at: None)
        assert again.alive
        again.close()
        program.communicate("")


def test_our_own_input_is_not_listed_and_a_missing_one_is_named(jack: object) -> None:
    port = open_in("virtual", lambda data, at: None)
    assert input_names() == []
    with master(), pytest.raises(DeviceError, match=r"No MIDI input is named 'Moog'.*'Master:clock'"):
        open_in("Moog", lambda data, at: None)
    port.close()


def test_a_server_that_dies_ends_the_input(jack: "subprocess.Popen[bytes]") -> None:
    port = open_in("virtual", lambda data, at: None)
    jack.kill()
    jack.wait()
    assert not port.alive
    port.close()
    with pytest.raises(DeviceError, match="no MIDI on this machine"):
        open_in("virtual", lambda data, at: None)


def test_windows_has_no_virtual_ports_and_none_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(DeviceError, match="loopMIDI"):
        open_in("virtual", lambda data, at: None)
    port = open_in("none", lambda data, at: None)
    assert isinstance(port, NoIn)
    port.close()
