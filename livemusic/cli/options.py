"""Options that several commands share, and the session they describe."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

import msgspec

from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings

DEFAULT_PRESET = "Backbeat"


def add_session_options(parser: ArgumentParser) -> None:
    """What to listen to and where to play."""
    parser.add_argument(
        "--source", default="demo", metavar="WHAT", help="demo, none, an audio file, or an input device's name"
    )
    parser.add_argument("--midi-out", default="virtual", metavar="PORT", help="virtual, none, or a MIDI port's name")
    parser.add_argument(
        "--sound-out", default="default", metavar="DEVICE", help="default, none, or an output device's name"
    )
    parser.add_argument(
        "--no-sound", action="store_const", dest="sound_out", const="none", help="no kit and no speakers: MIDI only"
    )
    parser.add_argument("--preset", default=DEFAULT_PRESET, metavar="NAME", help="a preset's name or file")
    parser.add_argument("--embedder", default="", metavar="ID", help="which embedder model")
    parser.add_argument("--drums", default="", metavar="ID", help="which drum dictionary")


def session_of(arguments: Namespace) -> Session:
    """The session that the options describe; `PresetError` when there is no such preset."""
    source = arguments.source
    if source not in ("demo", "none") and Path(source).exists():
        source = str(Path(source).resolve())
    return Session(
        read_preset(find_preset(arguments.preset)),
        Settings(
            source=source,
            midi_out=arguments.midi_out,
            sound_out=arguments.sound_out,
            embedder=arguments.embedder,
            drums=arguments.drums,
        ),
    )


def positive(text: str) -> float:
    """A number of seconds above 0, as argparse wants it."""
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < value <= 86400:
        raise ArgumentTypeError(f"{text} is outside 0..86400 seconds")
    return value


def place(text: str) -> tuple[float, float]:
    """`X,Y` with both in 0..1, as argparse wants it."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not X,Y, as in 0.5,0.25") from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ArgumentTypeError(f"{text} lies outside 0..1")
    return x, y


def as_json(value: object) -> str:
    """`value` as indented JSON, for `--json`."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
