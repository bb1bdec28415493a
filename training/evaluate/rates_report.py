"""`python -m training report rates`: what the drum dictionary and others give back for their bits, into its card.

Each way of coding is written as soon as it is measured; `--only` measures some of them. The tables and the picture are
of all that the card has.
"""

import argparse
from typing import Any

import numpy as np

from training.card import rates_table, write_card, write_json
from training.data import groove
from training.evaluate.drums import VOICES
from training.evaluate.drums_pictures import draw_rates
from training.evaluate.graphs import Coder
from training.evaluate.rates import Data, Rows, families, rows_of
from training.progress import progress

#: Where codes are compared, in bits a beat.
_BITS = (8, 10, 12, 16, 20, 24, 32, 40)
_SEED = 0


def report(args: argparse.Namespace) -> int:
    """Measure, write figures and card into the model's folder and a picture where `--pictures` says, print tables."""
    coder = Coder(args.model)
    taste = coder.card["spec"]["pursuit"]
    weights = np.repeat(np.array([1, taste["velocity_weight"], taste["offset_weight"]], np.float32), VOICES)
    data = Data.of(groove.load(args.data or groove.download()).windows, weights)
    ways = families(coder, args.runs, _SEED)
    asked = [name for name in ways if not args.only or name in args.only]
    contract = dict(coder.card)
    known: dict[str, Rows] = contract["metrics"].get("rates", {}).get("rows", {})
    for name in progress(asked, "rates", "way"):
        known[name] = rows_of(name, ways[name], data) or known.get(name, [])
        known = {way: known[way] for way in ways if known.get(way)}
        contract["metrics"]["rates"] = {"rows": known, "at": compared(known), "windows": len(data.judged)}
        write_json(args.model / "model.json", contract)
    write_card(args.model, contract)
    pictures = args.pictures / "drums"
    pictures.mkdir(parents=True, exist_ok=True)
    draw_rates(known, pictures / "rates.png")
    print(rates_table(contract["metrics"]["rates"]), end="")
    return 0


def compared(known: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """The figures of every way at each number of bits that it reaches."""
    each = {str(bits): {name: at_bits(rows, bits) for name, rows in known.items()} for bits in _BITS}
    return {bits: {name: row for name, row in rows.items() if row} for bits, rows in each.items()}


def at_bits(rows: Rows, bits: float) -> dict[str, float] | None:
    """The figures of a family for at most so many bits, on the lines between its rows; None where it needs more."""
    places = [row["bits"] for row in rows]
    if not rows or bits < places[0]:
        return None
    return {
        key: round(float(np.interp(bits, places, [row[key] for row in rows])), 4)
        for key in ("f1", "velocity_mae", "offset_mae")
    }
