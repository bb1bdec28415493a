"""`livemusic models`: what there is, whether it computes what it should, and bringing your own."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.options import as_json
from livemusic.errors import ModelError


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("action", choices=("list", "check", "import"))
    parser.add_argument("what", nargs="*", metavar="MODEL", help="ids to check (all by default), or folders to import")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """List, check against the golden numbers, or import checked models into your own folder."""
    from livemusic.inference.library import Library

    library = Library()
    for problem in library.problems():
        print(f"livemusic: {problem}", file=sys.stderr)
    if arguments.action == "import":
        if not arguments.what:
            raise ModelError("Name the folder of the model to import: livemusic models import FOLDER.")
        cards = [library.import_model(Path(folder)) for folder in arguments.what]
    elif arguments.action == "check":
        cards = [library.check(model_id) for model_id in arguments.what or [card.id for card in library.list()]]
    else:
        cards = library.list()
    if arguments.json:
        print(as_json(cards))
        return 0
    verb = {"list": "", "check": "good: ", "import": "imported: "}[arguments.action]
    for card in cards:
        print(f"{verb}{card.id:<14}{card.kind:<10}{card.version:<8}{card.title}")
    return 0
