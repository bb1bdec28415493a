"""`livemusic drums style`: what a pattern sounds like, and where it lies on the map."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.drum_file import add_map
from livemusic.cli.drums.clip import add_models, open_dictionary, open_map, read_clip
from livemusic.cli.options import as_json


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("clips", nargs="+", type=Path, metavar="MID", help="drum clips")
    add_map(parser)
    add_models(parser, dictionary=True)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Read every clip and say where it lies."""
    dictionary, styles = open_dictionary(arguments), open_map(arguments)
    rows = []
    for path in arguments.clips:
        grid = read_clip(path, arguments.map).grid
        x, y = styles.place(dictionary, grid)
        rows.append((str(path), round(x, 3), round(y, 3), styles.style(dictionary, grid)))
    if arguments.json:
        print(as_json([dict(zip(("file", "x", "y", "styles"), row, strict=True)) for row in rows]))
        return 0
    for name, x, y, shares in rows:
        heard = ", ".join(f"{style} {part:.0%}" for style, part in list(shares.items())[:3])
        print(f"{name}: {heard}; at {x:.2f},{y:.2f} on the map")
    return 0
