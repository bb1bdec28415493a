"""Controllers that come and go: first by hand, then a second program on a JACK server without sound card."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue

from livemusic.errors import DeviceError
from livemusic.midi.controllers import Controllers
from livemusic.midi.memory import MemoryIn, MemoryOut
from tests.conftest import start_jack

Heard = list[tuple[str, bytes, float]]


class Desk:
    """What is plugged in, by its full names, and a clock that only the test moves."""

    def __init__(self, inputs: Sequence[str] = (), outputs: Sequence[str] = ()) -> None:
        self.plugged: dict[str, MemoryIn | None] = dict.fromkeys(inputs)
        self.shown: dict[str, MemoryOut | None] = dict.fromkeys(outputs)
        self.heard: Heard = []
        self.now = 0.0
        self.tried: list[str] = []

    def controllers(self, *wanted: str) -> Controllers:
        return Controllers(
            wanted,
            lambda name, data, at: self.heard.append((name, data, at)),
            self.open_in,
            self.open_out,
            lambda: list(self.shown),
            lambda: self.now,
        )

    def open_in(self, wanted: str, hear: Callable[[bytes, float], None]) -> MemoryIn:
        self.tried.append(wanted)
        for name in self.plugged:
            if wanted in name:
                port = self.plugged[name] = MemoryIn(name, hear, lambda: self.now)
                return port
        raise DeviceError(f"No MIDI input is named {wanted!r}.")

    def open_out(self, wanted: str) -> MemoryOut:
        if wanted not in self.shown:
            raise DeviceError(f"No MIDI output is named {wanted!r}.")
        port = self.shown[wanted] = MemoryOut(wanted)
        return port

    def play(self, name: str, data: bytes) -> None:
        port = self.plugged[name]
        assert port is not None
        port.play(data)

    def lights(self, name: str) -> list[bytes]:
        port = self.shown[name]
        return [] if port is None else port.messages

    def unplug(self, name: str) -> None:
        for port in (self.plugged.pop(name), self.shown.pop(name, None)):
            if port is not None:
                port.alive = False

    def plug_in(self, name: str) -> None:
        self.plugged[name] = None
        self.shown[name] = None


def brief(controllers: Controllers) -> list[tuple[str, str]]:
    return [(port.name, port.state) for port in controllers.states]


def test_each_is_heard_under_the_name_it_was_wanted_by() -> None:
    desk = Desk(["Pads:out 20:0", "Knobs:out 24:0"])
    controllers = desk.controllers("Knobs", "Pads")
    assert brief(controllers) == [("Knobs", "on"), ("Pads", "on")]
    desk.now = 1.5
    desk.play("Pads:out 20:0", b"\x99\x24\x7f")
    desk.play("Knobs:out 24:0", b"\xb0\x07\x40")
    assert desk.heard == [("Pads", b"\x99\x24\x7f", 1.5), ("Knobs", b"\xb0\x07\x40", 1.5)]


def test_what_is_not_plugged_in_is_said_and_stops_nothing() -> None:
    controllers = Desk(["Pads"]).controllers("Moog", "Pads")
    assert brief(controllers) == [("Moog", "failed"), ("Pads", "on")]
    assert "'Moog'" in controllers.states[0].detail
    assert not controllers.refresh()


def test_lights_go_to_the_output_of_the_same_name_and_nowhere_else() -> None:
    desk = Desk(["Pads 1", "Keys", "Mixer [20] (capture): MIDI"], ["Pads 3", "Pads Pro", "Mixer [20] (playback): MIDI"])
    controllers = desk.controllers("Pads 1", "Keys", "Mixer")
    for port in ("Pads 1", "Keys", "Mixer", "mixer", "pads 2", "Moog"):
        controllers.send(port, b"\x90\x24\x7f")
    assert len(desk.lights("Pads 3")) == 2
    assert len(desk.lights("Mixer [20] (playback): MIDI")) == 2
    assert desk.lights("Pads Pro") == []


def test_of_two_outputs_that_differ_in_number_only_none_is_guessed() -> None:
    desk = Desk(["Pads 1"], ["Pads 2", "Pads 3"])
    controllers = desk.controllers("Pads")
    controllers.send("Pads", b"\x90\x24\x7f")
    assert desk.lights("Pads 2") == desk.lights("Pads 3") == []
    assert brief(controllers) == [("Pads", "on")]


def test_one_that_vanishes_is_lost_and_used_when_it_is_back() -> None:
    desk = Desk(["Pads", "Keys"], ["Pads"])
    controllers = desk.controllers("Pads", "Keys")
    assert not controllers.refresh()
    desk.unplug("Pads")
    controllers.send("Pads", b"\x90\x24\x7f")
    assert controllers.refresh()
    assert brief(controllers) == [("Pads", "lost"), ("Keys", "on")]
    assert "'Pads' has gone" in controllers.states[0].detail
    controllers.send("Pads", b"\x90\x24\x7f")
    desk.plug_in("Pads")
    desk.now = 3.0
    assert controllers.refresh()
    assert brief(controllers) == [("Pads", "on"), ("Keys", "on")]
    desk.play("Pads", b"\x99\x24\x7f")
    controllers.send("Pads", b"\x90\x24\x01")
    assert desk.heard == [("Pads", b"\x99\x24\x7f", 3.0)]
    assert desk.lights("Pads") == [b"\x90\x24\x01"]


def test_one_that_is_back_at_once_is_opened_at_once() -> None:
    desk = Desk(["Pads"])
    controllers = desk.controllers("Pads")
    desk.unplug("Pads")
    desk.plug_in("Pads")
    assert controllers.refresh()
    assert brief(controllers) == [("Pads", "on")]


def test_what_is_missing_is_looked_for_every_three_seconds() -> None:
    desk = Desk()
    controllers = desk.controllers("Pads")
    for second in range(10):
        desk.now = float(second)
        controllers.refresh()
    assert len(desk.tried) == 4


def test_an_output_that_goes_alone_is_lit_again() -> None:
    desk = Desk(["Pads"], ["Pads"])
    controllers = desk.controllers("Pads")
    port = desk.shown.pop("Pads")
    assert port is not None
    port.alive = False
    assert controllers.refresh()
    assert brief(controllers) == [("Pads", "on")]
    desk.now = 3.0
    assert not controllers.refresh()
    desk.shown["Pads"] = None
    desk.now = 6.0
    assert controllers.refresh()
    controllers.send("Pads", b"\x90\x24\x7f")
    assert desk.lights("Pads") == [b"\x90\x24\x7f"]


def test_a_light_that_cannot_be_sent_is_let_go() -> None:
    class Broken(MemoryOut):
        def send(self, data: bytes) -> None:
            raise DeviceError("gone")

    desk = Desk(["Pads"], ["Pads"])
    controllers = Controllers(("Pads",), lambda *_: None, desk.open_in, lambda name: Broken(name), lambda: ["Pads"])
    controllers.send("Pads", b"\x90\x24\x7f")
    controllers.close()


def test_without_any_midi_all_have_failed() -> None:
    def nothing(*_: object) -> MemoryIn:
        raise DeviceError("There is no MIDI on this machine.")

    controllers = Controllers(("Pads",), lambda *_: None, nothing, MemoryOut, list)
    assert brief(controllers) == [("Pads", "failed")]
    controllers.close()


def test_after_closing_nothing_is_heard_shown_or_opened() -> None:
    desk = Desk(["Pads"], ["Pads"])
    controllers = desk.controllers("Pads", "Moog")
    controllers.close()
    controllers.close()
    desk.play("Pads", b"\x99\x24\x7f")
    controllers.send("Pads", b"\x90\x24\x7f")
    desk.now = 60.0
    assert not controllers.refresh()
    assert desk.heard == []
    assert desk.lights("Pads") == []
    assert desk.tried == ["Pads", "Moog"]


def test_closing_while_hands_play_and_lights_are_sent() -> None:
    desk = Desk(["Pads"], ["Pads"])
    controllers = desk.controllers("Pads")
    port = desk.plugged["Pads"]
    assert port is not None
    begun = threading.Barrier(3)

    def busy(act: Callable[[], None]) -> None:
        begun.wait()
        for _ in range(5000):
            act()

    threads = [
        threading.Thread(target=busy, args=(lambda: port.play(b"\xb0\x07\x40"),)),
        threading.Thread(target=busy, args=(lambda: controllers.send("Pads", b"\x90\x24\x7f"),)),
    ]
    for thread in threads:
        thread.start()
    begun.wait()
    controllers.close()
    for thread in threads:
        thread.join()
    count = len(desk.heard)
    port.play(b"\xb0\x07\x40")
    assert len(desk.heard) == count


DEVICE = """
import sys, rtmidi
jack = rtmidi.API_UNIX_JACK
for word in map(str.strip, iter(sys.stdin.readline, "")):
    if word == "plug":
        keys, lights = rtmidi.MidiOut(jack, "Pad (capture)"), rtmidi.MidiIn(jack, "Pad (playback)")
        keys.open_virtual_port("MIDI")
        lights.open_virtual_port("MIDI")
    elif word == "unplug":
        for port in keys, lights:
            port.close_port()
            port.delete()
    elif word == "lit?":
        while not (event := lights.get_message()):
            pass
        print(bytes(event[0]).hex(), flush=True)
        continue
    else:
        keys.send_message(bytes.fromhex(word))
    print("done", flush=True)
"""


@contextmanager
def device() -> Iterator["subprocess.Popen[str]"]:
    """A program that is a controller: `plug`, `unplug`, `lit?`, or a message in hex to be played."""
    command, pipe = [sys.executable, "-c", DEVICE], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert tell(program, "plug") == "done"
        yield program
        program.communicate("")


def tell(device: "subprocess.Popen[str]", word: str) -> str:
    assert device.stdin is not None
    assert device.stdout is not None
    device.stdin.write(f"{word}\n")
    device.stdin.flush()
    return device.stdout.readline().strip()


def test_a_second_program_vanishes_and_returns_at_once(jack: object) -> None:
    heard: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
    with device() as program:
        controllers = Controllers(("pad",), lambda name, data, at: heard.put((name, data)))
        assert brief(controllers) == [("pad", "on")]
        for turn in range(3):
            assert not controllers.refresh()
            key = bytes((0x99, 36, turn + 1))
            tell(program, key.hex())
            assert heard.get(timeout=20) == ("pad", key)
            controllers.send("pad", key)
            assert tell(program, "lit?") == key.hex()
            tell(program, "unplug")
            tell(program, "plug")
            assert controllers.refresh()
            assert brief(controllers) == [("pad", "on")]
        tell(program, "unplug")
        assert controllers.refresh()
        assert brief(controllers) == [("pad", "lost")]
        controllers.close()


def test_the_server_dies_and_comes_back(jack: "subprocess.Popen[bytes]") -> None:
    heard: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
    with device():
        now = 0.0
        controllers = Controllers(("pad", "Moog"), lambda name, data, at: heard.put((name, data)), clock=lambda: now)
        assert brief(controllers) == [("pad", "on"), ("Moog", "failed")]
        jack.kill()
        jack.wait()
        controllers.send("pad", b"\x90\x24\x7f")
        assert controllers.sweep()
        assert brief(controllers) == [("pad", "lost"), ("Moog", "failed")]
        assert controllers.refresh()
        assert "no MIDI on this machine" in controllers.states[1].detail
    again = start_jack()
    try:
        with device() as program:
            assert not controllers.refresh()
            now = 3.0
            assert controllers.refresh()
            assert brief(controllers) == [("pad", "on"), ("Moog", "failed")]
            tell(program, "99247f")
            assert heard.get(timeout=20) == ("pad", b"\x99\x24\x7f")
            controllers.close()
    finally:
        again.terminate()
        again.wait()
