"""`livemusic drums`: what can be done to a drum pattern, from MIDI file to MIDI file."""

from argparse import ArgumentParser, Namespace
from importlib import import_module

TOOLS = {
    "denoise": "take the slips out of a played take",
    "humanise": "give a quantised pattern a drummer's velocities and timing",
    "vary": "play a pattern again, a little or wholly differently",
    "sketch": "a new pattern, from nothing, from a style or from a pattern",
    "decompose": "which atoms make a pattern; mute, solo or swap them",
    "style": "what a pattern sounds like, and where it lies on the map",
    "tap": "a tapped rhythm becomes a full pattern",
    "interpolate": "the way between two or more patterns, as one file",
    "learn": "a dictionary that knows your own clips, learned from a folder of them",
}


def add_arguments(parser: ArgumentParser) -> None:
    """The options of every tool."""
    tools = parser.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, purpose in TOOLS.items():
        tool = tools.add_parser(name, help=purpose, description=purpose.capitalize() + ".")
        import_module(f"livemusic.cli.drums.{name}").add_arguments(tool)


def run(arguments: Namespace) -> int:
    """Run the tool named; a number out of range is bad input like any other."""
    from livemusic.errors import MediaError

    try:
        return int(import_module(f"livemusic.cli.drums.{arguments.tool}").run(arguments))
    except ValueError as problem:
        sentence = str(problem)
        raise MediaError(f"{sentence[:1].upper()}{sentence[1:]}.") from problem
