"""`python -m training piano`: train the dictionary of piano figures or a baseline on GiantMIDI-Piano, and export it."""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from lightning_fabric import Fabric
from torch import nn

from livemusic.errors import MediaError
from training.config import PIANO, FigureConfig
from training.data import giant
from training.data.giant import Piece
from training.evaluate.graphs import patches_of, read_contract
from training.evaluate.piano import rebuild_and_measure
from training.export_piano import export_piano
from training.models.figures import FigureDictionary
from training.train import Model, fit

MODEL = Path("models/piano-2")
#: Validation windows that are looked at after an epoch.
_JUDGED = 120


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training piano`."""
    parser.add_argument("--data", type=Path, required=True, help="the folder with GiantMIDI-Piano's files")
    parser.add_argument("--config", choices=PIANO, default="ours", help="recipe (default %(default)s)")
    parser.add_argument("--active", type=int, help="coefficients per half second, instead of the recipe's")
    parser.add_argument("--atoms", type=int, help="size of the dictionary, instead of the recipe's")
    parser.add_argument("--width", type=int, help="steps an atom is long, instead of the recipe's")
    parser.add_argument("--chord-weight", type=float, help="what a chord's cross-entropy weighs")
    parser.add_argument("--emphasis", type=float, help="how much more chord tones count while picks are chosen")
    parser.add_argument("--epochs", type=int, help="epochs, instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, help=f"model folder (default {MODEL} for ours, none for the others)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--threads", type=int, help="cores for each process (default: all of them shared out)")
    parser.add_argument("--devices", type=int, default=1, help="processes to train with (default %(default)s)")
    parser.add_argument("--strategy", default="auto", help="how they work together, such as ddp (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--again", action="store_true", help="train nothing: export --out anew with its own atoms")


def run(args: argparse.Namespace) -> int:
    """Train, then export; prints where things are."""
    config, name = PIANO[args.config], f"piano-{args.config}"
    words = ("active", "atoms", "width", "chord_weight", "emphasis")
    changes: dict[str, Any] = {word: getattr(args, word) for word in words if getattr(args, word) is not None}
    try:
        for word, value in changes.items():
            config = replace(config, **({"actives": (value,)} if word == "active" else {word: value}))
            name += f"-{value}" if word == "active" else f"-{word}{value}"
        if args.epochs is not None:
            config = replace(config, epochs=args.epochs)
    except (TypeError, ValueError) as error:
        raise MediaError(f"{error}: check the numbers given for the recipe {args.config}") from error
    if args.out and not isinstance(config, FigureConfig):
        raise MediaError(f"the recipe {args.config} is a baseline and makes no model folder: leave out --out")
    if args.again:
        return export_again(args.out or MODEL, giant.load(args.data), args.seed)
    fabric = Fabric(accelerator="cpu", devices=args.devices, strategy=args.strategy)
    fabric.launch()
    pieces = giant.load(args.data)
    fabric.print(giant.summary(pieces), flush=True)
    torch.set_num_threads(args.threads or max(1, (os.cpu_count() or 1) // args.devices))
    train, validation = (giant.windows_of(pieces, split) for split in ("train", "validation"))
    few = validation[:: max(1, len(validation) // _JUDGED)]
    model = fit(config, train, few, args.runs / name, args.seed, args.resume, fabric, judge)
    fabric.print(f"{args.runs / name}: trained")
    out = args.out or (MODEL if name == "piano-ours" else None)
    if out and fabric.is_global_zero:
        assert isinstance(model, FigureDictionary)
        said = {"config": args.config, **changes, "epochs": args.epochs, "seed": args.seed}
        line = " ".join(f"--{word.replace('_', '-')} {value}" for word, value in said.items() if value is not None)
        export_piano(model, pieces, out, args.seed, {"command": f"python -m training piano --data GIANTMIDI {line}"})
        print(f"{out}: exported; now `python -m training report piano --model {out}` measures it")
    return 0


def export_again(folder: Path, pieces: list[Piece], seed: int) -> int:
    """Write a model folder anew, with the atoms that it has."""
    card, config = read_contract(folder, "piano"), PIANO["ours"]
    assert isinstance(config, FigureConfig)
    sizes = {name: card["spec"][name] for name in ("atoms", "width", "span", "length_scale", "emphasis", "threshold")}
    model = FigureDictionary(replace(config, **sizes))
    model.atoms = nn.Parameter(torch.from_numpy(patches_of(folder, "piano")))
    export_piano(model, pieces, folder, seed, card["trained"])
    print(f"{folder}: exported again; now `python -m training report piano --model {folder}` measures it")
    return 0


def judge(model: Model, rolls: npt.NDArray[np.float32]) -> dict[str, Any]:
    """What a log says of a model after an epoch: figures on validation rolls at every budget."""
    actives = sorted(set(model.config.actives))
    figures = {str(active): rebuild_and_measure(model, rolls, active).rounded() for active in actives}  # type: ignore[arg-type]
    return {"validation": figures}
