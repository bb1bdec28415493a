"""`livemusic piano`: what can be done to piano pieces, from MIDI file to MIDI file."""

from argparse import ArgumentParser, Namespace
from importlib import import_module

TOOLS = {
    "interpolate": "the way between two pieces, to play and to hear",
    "decompose": "which figures a piece is made of",
    "map": "where pieces lie among composers",
}


def add_arguments(parser: ArgumentParser) -> None:
    """The options of every tool."""
    tools = parser.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, purpose in TOOLS.items():
        tool = tools.add_parser(name, help=purpose, description=purpose.capitalize() + ".")
        import_module(f"livemusic.cli.piano.{name}").add_arguments(tool)


def run(arguments: Namespace) -> int:
    """Run the tool named; a number out of range is bad input like any other."""
    from livemusic.errors import MediaError

    try:
        return int(import_module(f"livemusic.cli.piano.{arguments.tool}").run(arguments))
    except ValueError as problem:
        sentence = str(problem)
        raise MediaError(f"{sentence[:1].upper()}{sentence[1:]}.") from problem
