"""How MIDI gets to a DAW on each system, told from the ports that are there."""

import sys

import pytest

from livemusic.midi.guide import guidance, loopback_ports, other_end

HARDWARE = ["Microsoft GS Wavetable Synth 0", "Scarlett 18i20 USB 1", "RC-505 Loop Station 2", "BMTh 3"]


@pytest.mark.parametrize(
    ("port", "end"),
    [
        ("loopMIDI Port 1", "loopMIDI Port"),
        ("loopMIDI Port 1 4", "loopMIDI Port 1"),
        ("LoopBe Internal MIDI 2", "LoopBe Internal MIDI"),
        ("Default App Loopback (A) 1", "Default App Loopback (B)"),
        ("Default Loopback A 1", "Default Loopback B"),
        ("Default Basic App Loopback 3", "Default Basic App Loopback"),
        ("BMT 1 2", "BMT 1"),
        ("Out To MIDI Yoke:  1 5", "Out To MIDI Yoke:  1"),
        ("Schlagzeug ü loopback 2", "Schlagzeug ü loopback"),
    ],
)
def test_windows_names_the_port_to_choose_and_its_other_end(port: str, end: str) -> None:
    assert loopback_ports([*HARDWARE, port]) == [port]
    assert other_end(port) == end
    words = guidance([*HARDWARE, port], "win32")
    assert f"Choose {port!r} under 'MIDI to', and {end!r} as a MIDI input" in words
    assert "Install" not in words


def test_a_pair_is_one_way_through() -> None:
    pair = ["Default App Loopback (A) 0", "Default App Loopback (B) 1"]
    assert loopback_ports(pair) == loopback_ports(pair[::-1]) == pair[:1]
    assert loopback_ports(pair[1:]) == pair[1:]  # an A side that another program holds
    assert other_end(pair[1]) == "Default App Loopback (A)"
    assert loopback_ports(["loopMIDI A 0", "loopMIDI B 1", "loopMIDI C 2"]) == ["loopMIDI A 0", "loopMIDI C 2"]


@pytest.mark.parametrize("names", [[], HARDWARE, [""], ["Loop"]])
def test_windows_without_a_loopback_gets_steps(names: list[str]) -> None:
    words = guidance(names, "win32")
    places = [words.index(step) for step in ("1. Install loopMIDI", "2. Press +", "3. Choose it", "4. Choose it")]
    assert places == sorted(places)
    assert "Default App Loopback (A)" in words
    assert loopback_ports(names) == []


def test_macos_needs_nothing_and_knows_iac() -> None:
    bare = guidance(["Scarlett"], "darwin")
    assert bare.startswith("Nothing to install")
    assert "Device is online" in bare
    there = guidance(["Scarlett", "IAC Driver Bus 1"], "darwin")
    assert "choose 'IAC Driver Bus 1'" in there
    assert "online" not in there
    assert "MANIAC" not in guidance(["MANIAC 2000"], "darwin")


def test_linux_needs_nothing() -> None:
    words = guidance(["Midi Through:Midi Through Port-0 14:0"], "linux")
    assert words.startswith("Nothing to install")
    assert "patchbay" in words
    assert guidance([], sys.platform) == guidance([])
