"""`python -m training evaluate WHAT`: what the drum tools do, on the test split, beside what they must beat."""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from training.card import write_json
from training.data import groove
from training.evaluate.drummer_card import card_text
from training.evaluate.graphs import read_contract
from training.evaluate.markdown import table

#: what -> module with `measure(args) -> rows`, each row a dict of one table
SUBJECTS = {
    "key": "training.evaluate.key",
    "interpolation": "training.evaluate.interpolation",
    "sketches": "training.evaluate.sketches",
    "taps": "training.evaluate.taps",
    "denoise": "training.evaluate.denoise",
    "noise": "training.evaluate.noise",
    "touch": "training.evaluate.touch",
    "styles": "training.evaluate.styles",
    "parts": "training.evaluate.parts",
    "learn": "training.evaluate.learn",
    "keeping": "training.evaluate.keeping",
    "speed": "training.evaluate.speed",
    "alignment": "training.evaluate.alignment",
    "answer": "training.evaluate.answer",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training evaluate`."""
    parser.add_argument("what", choices=SUBJECTS)
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--model", type=Path, default=Path("models/drums-3"), help="dictionary (default %(default)s)")
    parser.add_argument("--drummer", type=Path, default=Path("models/drummer-1"), help="drummer (default %(default)s)")
    parser.add_argument("--hearing", type=Path, default=Path("models/hearing-1"), help="(default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="trained baselines (default %(default)s)")
    parser.add_argument("--split", choices=groove.SPLITS, default="test", help="(default %(default)s)")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="for denoise: take every Nth window (default %(default)s)"
    )
    parser.add_argument("--keep", action="store_true", help="write the figures into the drummer's card")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    args.data = args.data or groove.download()
    rows = import_module(SUBJECTS[args.what]).measure(args)
    if args.keep:
        _keep(args.drummer, args.what, rows)
    print(json.dumps(rows, indent=2) if args.json else table(rows))
    return 0


def _keep(folder: Path, what: str, rows: list[dict[str, Any]]) -> None:
    """Write the figures into the drummer's contract and card."""
    contract = read_contract(folder, "drummer")
    contract["metrics"][what] = rows
    write_json(folder / "model.json", contract)
    (folder / "CARD.md").write_text(card_text(contract), encoding="utf-8")
