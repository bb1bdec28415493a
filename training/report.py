"""`python -m training report KIND`: measure a shipped model on its test split and rewrite its card."""

import argparse
from importlib import import_module
from pathlib import Path

#: kind -> module with `report(args) -> int`
KINDS = {
    "spiral": "training.evaluate.spiral_report",
    "drums": "training.evaluate.drums_report",
    "rates": "training.evaluate.rates_report",
    "piano": "training.evaluate.piano_report",
    "embedder": "training.evaluate.embedder",
    "hearing": "training.evaluate.hearing_report",
    "song": "training.evaluate.song_report",
    "structure": "training.evaluate.structure",
    "picture": "training.evaluate.picture",
    "spectral": "training.evaluate.spectral_report",
    "softdtw": "training.evaluate.softdtw",
}

#: kind -> the model that ships, where one does
MODELS = {
    "drums": "drums-3",
    "rates": "drums-3",
    "piano": "piano-2",
    "embedder": "embedder-2",
    "structure": "embedder-2",
    "picture": "picture-1",
    "softdtw": "hearing-1",
    "hearing": "hearing-1",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training report`."""
    parser.add_argument("kind", choices=KINDS, help="which family of models")
    parser.add_argument("--model", type=Path, help="model folder (default: the one that ships)")
    parser.add_argument("--data", type=Path, help="the data folder the model was trained on")
    parser.add_argument("--groove", type=Path, help="the Groove MIDI folder, for structure (else downloaded)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument(
        "--pictures", type=Path, default=Path("training/reports"), help="where pictures go (default %(default)s)"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="for rates: measure these ways of coding alone")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if args.kind in MODELS:
        args.model = args.model or Path("models") / MODELS[args.kind]
    return int(import_module(KINDS[args.kind]).report(args))
