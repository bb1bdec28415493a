"""`python -m training drums`: train the drum dictionary or a baseline on Groove MIDI, and export the dictionary."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

import torch
from lightning_fabric import Fabric

from livemusic.errors import MediaError
from training.config import DRUMS, PursuitConfig
from training.data import groove
from training.export import export_drums
from training.models.pursuit import PursuitDictionary
from training.train import channels_of, fit

MODEL = Path("models/drums-3")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training drums`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--config", choices=DRUMS, default="ours", help="recipe (default %(default)s)")
    parser.add_argument("--active", type=int, help="coefficients per beat to train at, instead of the recipe's")
    parser.add_argument("--atoms", type=int, help="size of the dictionary, instead of the recipe's")
    parser.add_argument("--width", type=int, help="steps an atom is long, instead of the recipe's")
    parser.add_argument("--epochs", type=int, help="epochs, instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, help=f"model folder (default {MODEL} for ours, none for the others)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--threads", type=int, help="cores for each process (default: all of them shared out)")
    parser.add_argument("--devices", type=int, default=1, help="processes to train with (default %(default)s)")
    parser.add_argument("--strategy", default="auto", help="how they work together, such as ddp (default %(default)s)")
    parser.add_argument("--nodes", type=int, default=1, help="machines to train with (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")


def run(args: argparse.Namespace) -> int:
    """Train, then export; prints where things are."""
    config, name = DRUMS[args.config], f"drums-{args.config}"
    given = {"active": args.active, "atoms": args.atoms, "width": args.width}
    changes = {word: value for word, value in given.items() if value is not None}
    try:
        for word, value in changes.items():
            config = replace(config, **({"actives": (value,)} if word == "active" else {word: value}))
            name += f"-{value}" if word == "active" else f"-{word}{value}"
        if args.epochs is not None:
            config = replace(config, epochs=args.epochs)
    except (TypeError, ValueError) as error:
        raise MediaError(f"{error}: check --active, --atoms, --width and --epochs") from error
    if args.out and not isinstance(config, PursuitConfig):
        raise MediaError(f"the recipe {args.config} is a baseline and makes no model folder: leave out --out")
    fabric = Fabric(accelerator="cpu", devices=args.devices, num_nodes=args.nodes, strategy=args.strategy)
    fabric.launch()
    with fabric.rank_zero_first():
        data = groove.load(args.data or groove.download())
    fabric.print(data.summary(), flush=True)
    torch.set_num_threads(args.threads or max(1, (os.cpu_count() or 1) // args.devices))
    train, validation = (channels_of(data.windows[split]) for split in ("train", "validation"))
    model = fit(config, train, validation, args.runs / name, args.seed, args.resume, fabric)
    fabric.print(f"{args.runs / name}: trained")
    out = args.out or (MODEL if name == "drums-ours" else None)
    if out and fabric.is_global_zero:
        assert isinstance(model, PursuitDictionary)
        said = {"config": args.config, **changes, "epochs": args.epochs, "seed": args.seed}
        words = " ".join(f"--{word} {value}" for word, value in said.items() if value is not None)
        export_drums(model, out, args.seed, f"python -m training drums {words}")
        print(f"{out}: exported; now `python -m training report drums --model {out}` measures it")
    return 0
