"""`python -m training drums`: train the drum dictionary on Groove MIDI and export it."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from livemusic.errors import MediaError
from training.config import DRUMS
from training.data import groove
from training.export import export_drums
from training.train import channels_of, fit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training drums`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--config", choices=DRUMS, default="ours", help="recipe (default %(default)s)")
    parser.add_argument("--active", type=int, help="coefficients per beat to train at, instead of the recipe's")
    parser.add_argument("--epochs", type=int, help="epochs, instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0, help="seed of all chance (default %(default)s)")
    parser.add_argument("--out", type=Path, help="model folder (default models/drums-1 for ours, none for seed)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="cores to use (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last epoch")


def run(args: argparse.Namespace) -> int:
    """Train, then export; prints where things are."""
    config, name = DRUMS[args.config], f"drums-{args.config}"
    try:
        if args.active is not None:
            config, name = replace(config, actives=(args.active,)), f"{name}-{args.active}"
        if args.epochs is not None:
            config = replace(config, epochs=args.epochs)
    except ValueError as error:
        raise MediaError(f"{error}: check --active and --epochs") from error
    data = groove.load(args.data or groove.download())
    print(data.summary(), flush=True)
    torch.set_num_threads(args.threads)
    model = fit(
        config,
        channels_of(data.windows["train"]),
        channels_of(data.windows["validation"]),
        args.runs / name,
        args.seed,
        args.resume,
    )
    print(f"{args.runs / name}: trained")
    out = args.out or (Path("models/drums-1") if args.config == "ours" else None)
    if out:
        given = {"config": args.config, "active": args.active, "epochs": args.epochs, "seed": args.seed}
        words = " ".join(f"--{word} {value}" for word, value in given.items() if value is not None)
        export_drums(model, out, args.seed, f"python -m training drums {words}")
        print(f"{out}: exported; now `python -m training report drums --model {out}` measures it")
    return 0
