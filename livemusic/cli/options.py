"""Options that several commands share, and the session they describe."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import Any

import msgspec

from livemusic.errors import MediaError
from livemusic.session.codec import read_preset, read_session, recover, session_file
from livemusic.session.files import kept, shown
from livemusic.session.library import find_preset
from livemusic.session.number import read_number, read_numbers
from livemusic.session.settings import LEADERS, Session

DEFAULT_PRESET = "Backbeat"
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def add_session_options(parser: ArgumentParser) -> None:
    """What to listen to and where to play; what is not said stays as it was when livemusic was last used."""
    parser.add_argument("--source", metavar="WHAT", help="demo, none, an audio file, an input device, or JACK ports")
    parser.add_argument("--midi-out", metavar="PORT", help="virtual, none, or a MIDI port's name")
    parser.add_argument("--midi-in", metavar="PORT", help="virtual, none, or a MIDI input port's name")
    parser.add_argument(
        "--tempo-from", choices=LEADERS, help="tempo source: own (internal), midi (clock), link (Ableton), audio"
    )
    parser.add_argument("--sound-out", metavar="DEVICE", help="default, none, or an output device's name")
    parser.add_argument(
        "--no-sound", action="store_const", dest="sound_out", const="none", help="no kit and no speakers: MIDI only"
    )
    parser.add_argument("--preset", metavar="NAME", help=f"a preset's name or file (at first: {DEFAULT_PRESET})")
    parser.add_argument("--embedder", metavar="ID", help="which embedder model")
    parser.add_argument("--drums", metavar="ID", help="which drum dictionary")
    parser.add_argument("--kit", metavar="PATH", help="play the one-shots in a folder, or an SFZ file; none: built in")
    parser.add_argument("--osc-out", type=address, metavar="HOST:PORT", help="tell this OSC listener what happens")
    parser.add_argument(
        "--osc-in",
        type=own_address,
        metavar="[HOST:]PORT",
        help="take OSC controls on this port, from this machine only; 0.0.0.0:PORT from the whole network",
    )
    parser.add_argument("--fresh", action="store_true", help="forget how livemusic was last used")
    parser.add_argument("--record", action="store_true", help="record a take from the start: what is heard and played")
    parser.add_argument("--takes", metavar="FOLDER", help="where takes are kept (at first: in the user's data folder)")
    parser.add_argument("--paused", action="store_true", help="do not start the drums")


def session_of(arguments: Namespace) -> Session:
    """The last session with what the options change; `PresetError` when there is no such preset.

    A kept session that cannot be read is set aside, and said so on stderr.
    """
    session = Session(read_preset(find_preset(arguments.preset or DEFAULT_PRESET)))
    if not arguments.fresh:
        last, notice = recover(session_file(), session, read_session)
        session = last if arguments.preset is None else msgspec.structs.replace(last, preset=session.preset)
        if notice:
            print(f"livemusic: {notice}", file=sys.stderr)
    names = ("source", "midi_out", "midi_in", "tempo_from", "sound_out", "embedder", "drums", "takes")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if given.get("source") not in (None, "demo", "none") and Path(given["source"]).exists():
        given["source"] = kept(Path(given["source"]).resolve())
    if given.get("takes"):
        given["takes"] = kept(Path(given["takes"]).absolute())
    if arguments.kit is not None:
        given["kit"] = kit_of(arguments.kit)
    return msgspec.structs.replace(session, settings=msgspec.structs.replace(session.settings, **given))


def kit_of(wanted: str) -> str:
    """The folder of one-shots or SFZ file as settings keep it; empty for `none`. `MediaError` where it is neither."""
    if wanted == "none":
        return ""
    path = Path(wanted).absolute()
    if not path.is_dir() and path.suffix.lower() != ".sfz":
        raise MediaError(f"{shown(path)} is neither a folder of sounds nor an SFZ file: choose another --kit.")
    if not path.exists():
        raise MediaError(f"There is no SFZ file {shown(path)}: look at its name and folder.")
    return kept(path)


def number(text: str) -> float:
    """A number with a decimal point or a decimal comma, as argparse wants it."""
    try:
        return read_number(text)
    except ValueError as problem:
        raise ArgumentTypeError(str(problem)) from None


def positive(text: str) -> float:
    """A number of seconds above 0, as argparse wants it."""
    value = number(text)
    if not 0 < value <= 86400:
        raise ArgumentTypeError(f"{text} is outside 0..86400 seconds")
    return value


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, as argparse wants it."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise ArgumentTypeError(f"{text!r} is not HOST:PORT, as in 127.0.0.1:9000")
    return host, int(port)


def own_address(text: str) -> tuple[str, int]:
    """`PORT` of this machine alone, or `HOST:PORT`, as argparse wants it."""
    return address(text if ":" in text else f"127.0.0.1:{text}")


def place(text: str) -> tuple[float, float]:
    """`X,Y` with both in 0..1, as argparse wants it; `X;Y` where commas are decimal ones."""
    try:
        x, y = read_numbers(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not X,Y, as in 0.5,0.25 (or '0,5;0,25')") from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ArgumentTypeError(f"{text} lies outside 0..1")
    return x, y


def as_json(value: object) -> str:
    """`value` as indented JSON, for `--json`; in ASCII, which every console and pipe carries unchanged; what is not
    UTF-8 in a file's name is replaced.
    """
    text = msgspec.json.format(msgspec.json.encode(_readable(msgspec.to_builtins(value))), indent=2).decode()
    return _FOREIGN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _readable(value: Any) -> Any:
    match value:
        case str():
            return value.encode(errors="surrogateescape").decode(errors="replace")
        case dict():
            return {_readable(key): _readable(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_readable(entry) for entry in value]
    return value
