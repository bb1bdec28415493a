"""`livemusic bench`: timing, always beside this machine's own idle floor in the same run."""

import platform
from argparse import ArgumentParser, Namespace
from importlib import import_module

from livemusic.cli.bench.figure import Figure, table
from livemusic.cli.options import as_json, positive

SUBJECTS = (
    "midi",
    "clock",
    "listen",
    "morph",
    "tempo",
    "window",
    "stage",
    "film",
    "sound",
    "plugins",
    "start",
    "compare",
    "answer",
    "perform",
)


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("subject", choices=(*SUBJECTS, "all"))
    parser.add_argument(
        "--seconds", type=positive, default=10.0, metavar="N", help="how long each stretch is measured (default: 10)"
    )
    parser.add_argument("--all", action="store_true", help="of listen: with everything on that listens, beside notes")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Measure and print; a missed target is printed as missed and does not change the exit code."""
    figures: list[Figure] = []
    for subject in SUBJECTS if arguments.subject == "all" else (arguments.subject,):
        figures += import_module(f"livemusic.cli.bench.{subject}").measure(arguments.seconds)
    if arguments.all and arguments.subject in ("listen", "all"):
        figures += import_module("livemusic.cli.bench.everything").measure(arguments.seconds)
    if arguments.json:
        machine = {"system": platform.platform(), "python": platform.python_version(), "processor": platform.machine()}
        print(as_json({"machine": machine, "figures": [figure.as_row() for figure in figures]}))
    else:
        print(table(figures))
    return 0
