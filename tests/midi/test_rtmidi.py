"""Real ports on a JACK server without sound card, a second program at the other end."""

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from livemusic.errors import DeviceError
from livemusic.jack import JackPulse
from livemusic.midi.alsa import connected_with
from livemusic.midi.memory import MemoryOut, NoOut
from livemusic.midi.rtmidi import input_names, open_out, output_names

LISTENER = """
import os, sys, threading, rtmidi
wanted, count = sys.argv[1], int(sys.argv[2])
got, enough = [], threading.Event()
def hear(event, _):
    got.append(bytes(event[0]).hex())
    if len(got) >= count:
        enough.set()
if not count:
    enough.set()
midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Synth")
midi.ignore_types(timing=False)
midi.set_callback(hear)
if wanted:
    midi.open_port([i for i, name in enumerate(midi.get_ports()) if wanted in name][0], "in")
else:
    midi.open_virtual_port("kit 1")
print("ready", flush=True)
enough.wait(20)
print("\\n".join(got), flush=True)
os.close(1)
sys.stdin.read()
midi.close_port()
"""


@contextmanager
def listener(wanted: str, count: int) -> Iterator["subprocess.Popen[str]"]:
    """A program that connects to `wanted`, or offers a port, and prints the first `count` messages in hex."""
    command = [sys.executable, "-c", textwrap.dedent(LISTENER), wanted, str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program


def lines(program: "subprocess.Popen[str]", count: int) -> list[str]:
    assert program.stdout is not None
    return [program.stdout.readline().strip() for _ in range(count)]


def test_a_virtual_port_reaches_another_program(jack: object) -> None:
    out = open_out("virtual")
    sent = [bytes((0x90, pitch, 100)) for pitch in range(36, 100)] + [b"\xf8"]
    with listener("livemusic", len(sent)) as program:
        for data in sent:
            out.send(data)
        assert lines(program, len(sent)) == [data.hex() for data in sent]
    assert out.alive
    out.close()
    out.close()
    assert not out.alive
    with pytest.raises(DeviceError, match="gone"):
        out.send(b"\x90\x24\x64")


def test_what_was_sent_before_closing_arrives(jack: object) -> None:
    out = open_out("virtual")
    with listener("livemusic", 200) as program:
        for _ in range(200):
            out.send(b"\x89\x24\x00")
        out.close()
        assert lines(program, 200) == ["892400"] * 200


def test_a_port_is_found_by_part_of_its_name_and_its_loss_is_noticed(jack: object) -> None:
    with listener("", 1) as program:
        assert "Synth:kit 1" in output_names()
        out = open_out("synth:KIT")
        assert out.name == "Synth:kit 1"
        out.send(b"\x99\x26\x40")
        assert lines(program, 1) == ["992640"]
        assert out.alive
        program.communicate("")
    assert not out.alive
    out.close()


RETURNER = """
import sys, rtmidi
more = True
while more:
    midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Synth")
    midi.open_virtual_port("kit 1")
    print("ready", flush=True)
    more = sys.stdin.readline()
    midi.close_port()
    midi.delete()
"""


def test_a_port_that_went_and_came_back_at_once_counts_as_lost(
    jack: object, until: Callable[[Callable[[], bool]], None]
) -> None:
    command, pipe = [sys.executable, "-c", RETURNER], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdin is not None
        assert lines(program, 1) == ["ready"]
        out, beside = open_out("Synth"), open_out("Synth")
        assert out.alive
        beside.close()
        assert out.alive
        program.stdin.write("again\n")
        program.stdin.flush()
        assert lines(program, 1) == ["ready"]
        assert "Synth:kit 1" in output_names()
        until(lambda: not out.alive)  # JACK tells of it a moment later
        out.close()
        again = open_out("Synth")
        assert again.alive
        again.close()
        program.communicate("")


def test_the_kernel_tells_which_alsa_ports_are_connected(tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    clients.write_text(ALSA_CLIENTS)
    assert connected_with("Synth:kit 1 129:0", clients) == {"128:0", "130:2"}
    assert connected_with("livemusic:out 128:0", clients) == {"129:0"}
    assert connected_with("Pad:keys 131:0", clients) == {"128:1", "132:0"}
    for port in ("Synth:kit 2 129:1", "Synth:kit 9:9", "Synth:kit", "Midi Through 14:0"):
        assert connected_with(port, clients) == frozenset()
    assert connected_with("Synth:kit 1 129:0", tmp_path / "none") == frozenset()


ALSA_CLIENTS = """Client info
  cur  clients : 5
  peak clients : 5
  max  clients : 192

Client   0 : "System" [Kernel]
  Port   0 : "Timer" (Rwe-)
  Port   1 : "Announce" (R-e-)
Client  14 : "Midi Through" [Kernel]
  Port   0 : "Midi Through Port-0" (RWe-)
Client 128 : "livemusic" [User]
  Port   0 : "out" (R-e-)
    Connecting To: 129:0
  Output pool :
    Pool size          : 500
Client 129 : "Synth" [User]
  Port   0 : "kit 1" (-We-)
    Connected From: 128:0, 130:2[real:0]
  Port   1 : "kit 2" (-We-)
Client 131 : "Pad" [User]
  Port   0 : "keys" (RWe-)
    Connecting To: 128:1[real:0]
    Connected From: 132:0
"""


def test_a_port_that_is_not_there_is_named_with_those_that_are(jack: object) -> None:
    with listener("", 0), pytest.raises(DeviceError, match=r"'Moog'.*'Synth:kit 1'"):
        open_out("Moog")


def test_our_own_port_is_not_listed(jack: object) -> None:
    out = open_out("virtual")
    assert input_names() == []
    assert output_names() == []
    out.close()


def test_a_server_that_dies_ends_the_port_and_does_not_hang(jack: "subprocess.Popen[bytes]") -> None:
    out = open_out("virtual")
    jack.kill()
    jack.wait()
    refused = 0
    for _ in range(10_000):  # more than RtMidi's queue holds
        try:
            out.send(b"\x90\x24\x64")
        except DeviceError:
            refused += 1
    assert refused == 10_000
    assert not out.alive
    with pytest.raises(DeviceError, match="no MIDI on this machine"):
        open_out("virtual")
    out.close()


def test_no_server_is_said_in_one_sentence_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "livemusic-none")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    for attempt in (lambda: open_out("virtual"), lambda: open_out("Moog"), output_names, input_names):
        with pytest.raises(DeviceError, match=r"no MIDI on this machine.*snd-seq.*jackd"):
            attempt()
    assert capfd.readouterr() == ("", "")


def test_windows_has_no_virtual_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(DeviceError, match="loopMIDI"):
        open_out("virtual")


def test_none_takes_everything() -> None:
    out = open_out("none")
    out.send(b"\x90\x24\x64")
    assert isinstance(out, NoOut)
    assert out.alive
    out.close()


def test_memory_remembers_what_and_when() -> None:
    out = MemoryOut(limit=2, clock=iter((1.0, 2.0, 3.0)).__next__)
    for data in (b"\xfa", b"\xf8", b"\xfc"):
        out.send(data)
    assert list(out.sent) == [(2.0, b"\xf8"), (3.0, b"\xfc")]
    assert out.messages == [b"\xf8", b"\xfc"]


def test_any_thread_may_ask_for_the_pulse(jack: object) -> None:
    pulse = JackPulse()
    beats: list[bool] = []
    threads = [threading.Thread(target=lambda: beats.extend(pulse.beats for _ in range(20_000))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(beats) == 60_000
    assert all(beats)
    pulse.close()
    assert pulse.beats
