"""How to get MIDI from livemusic into a DAW on this system, in words; above all on Windows, which has no own ports.

Default names of loopback ports, from the drivers' own pages: loopMIDI (tobias-erichsen.de), LoopBe1 (nerds.de), Bome's
BMT, MIDI Yoke; for Windows MIDI Services microsoft/MIDI (issues 538 and 1047, docs/tools/midiloopbacksetup).
"""

import re
import sys
from collections.abc import Sequence

from livemusic.midi.port import plain

#: Drivers are known by what they call their ports at first; a musician may have called them anything.
_LOOPBACK = re.compile(r"loop\s?midi|loop\s?be\b|loopback|virtual\s?midi|midi yoke|\bbmt \d", re.IGNORECASE)
_IAC = re.compile(r"\biac\b", re.IGNORECASE)
#: The letter at the end of `Default App Loopback (A)`: what goes into one side of a pair comes out of the other.
_SIDE = re.compile(r"(?<=[ (])[AB](?=\)?$)", re.IGNORECASE)
_MANUAL = "https://www.tobias-erichsen.de/software/loopmidi.html"


def loopback_ports(names: Sequence[str]) -> list[str]:
    """Those of the output ports `names` that lead to other programs on this machine, known by their drivers' names.

    The B side of a pair is left out where its A side is there.
    """
    found = [name for name in names if _LOOPBACK.search(name)]
    there = {plain(name) for name in found}
    return [name for name in found if plain(name) not in {_SIDE.sub("b", name) for name in there if _is_a(name)}]


def other_end(port: str) -> str:
    """The name under which a DAW finds what goes to the loopback `port`: the same, but for one side of a pair."""
    name = re.sub(r"\s+\d+$", "", port.strip())  # RtMidi's number on Windows
    return _SIDE.sub("B" if _is_a(name) else "A", name)


def guidance(names: Sequence[str], platform: str = sys.platform) -> str:
    """What to do so that a DAW hears livemusic, in a few sentences.

    `names`: the MIDI outputs there are, as `rtmidi.output_names` lists them; `platform`: as `sys.platform`.
    """
    if platform == "win32":
        return _windows(names)
    if platform == "darwin":
        return _macos(names)
    return (
        "Nothing to install: while livemusic runs, choose its port 'livemusic' as a MIDI input in your DAW. "
        "A DAW that uses JACK sees only what JACK carries: connect the two in a patchbay such as qpwgraph, "
        "or choose the DAW's own port under 'MIDI to'."
    )


def _windows(names: Sequence[str]) -> str:
    if found := loopback_ports(names):
        port = found[0]
        return (
            f"Choose {port!r} under 'MIDI to', and {other_end(port)!r} as a MIDI input in your DAW. "
            "Let the DAW send no notes to either, or they run in a circle."
        )
    return (
        "Windows gives programs no MIDI ports of their own, and no loopback port was found. "
        f"1. Install loopMIDI ({_MANUAL}) and start it. 2. Press + there: the port 'loopMIDI Port' appears. "
        "3. Choose it here under 'MIDI to'. 4. Choose it in your DAW as a MIDI input. "
        "A Windows 11 with Windows MIDI Services needs no loopMIDI: let its app for MIDI settings or loopbacks make "
        "the default ones, then choose 'Default App Loopback (A)' here and 'Default App Loopback (B)' in your DAW. "
        "If you have made such a port under another name, choose that."
    )


def _macos(names: Sequence[str]) -> str:
    own = "Nothing to install: while livemusic runs, choose its port 'livemusic' as a MIDI input in your DAW."
    bus = next((name for name in names if _IAC.search(name)), None)
    if bus is not None:
        return f"{own} A port that is always there: choose {bus!r} under 'MIDI to' and in your DAW."
    return (
        f"{own} For a port that is always there, open Audio MIDI Setup, show the MIDI Studio, open the IAC Driver and "
        "tick 'Device is online'."
    )


def _is_a(name: str) -> bool:
    side = _SIDE.search(name)
    return side is not None and side.group() in "aA"
