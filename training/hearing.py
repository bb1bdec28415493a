"""Trains the network that hears drums and exports it: `python -m training hearing --data DATA`."""

import argparse
from pathlib import Path

import torch

from livemusic.errors import MediaError
from training import adapt
from training.data.scenes import hear_scenes
from training.evaluate.hearing import publish
from training.models.hearing import SPEC
from training.recipes.hearing import Recipe, targets_of, train


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    recipe = Recipe()
    parser.add_argument("--data", type=Path, help="folder with groove/, oneshots/ and audio/")
    parser.add_argument(
        "--adapt",
        type=Path,
        metavar="FOLDER",
        help="learn from own recordings there, with MIDI of the same name, instead",
    )
    parser.add_argument(
        "--model", type=Path, default=Path("models/hearing-1"), help="what --adapt goes on from (default %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, help="model folder to write (default: models/hearing-1, for --adapt RUNS/hearing-mine)"
    )
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where logs, checkpoints and the cache go")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument("--steps", type=_at_least_one, help=f"(default {recipe.steps}, or what --adapt needs)")
    parser.add_argument("--scenes", type=_at_least_one, default=recipe.scenes, help="ten seconds each")
    parser.add_argument("--alpha", type=float, default=recipe.alpha, help="weight of L_down: a parent implies a child")
    parser.add_argument("--beta", type=float, default=recipe.beta, help="weight of L_up: a child implies its parent")
    parser.add_argument("--threads", type=_at_least_one, default=2, help="processor cores to use")
    parser.add_argument("--resume", action="store_true", help="go on from this run's last checkpoint")


def run(args: argparse.Namespace) -> int:
    """Train, choose thresholds on the validation kits, export and write the card; Ctrl-C keeps what was trained."""
    if args.adapt:
        return adapt.run(args)
    if not args.data:
        raise MediaError("name the data set's folder with --data, or one with own recordings with --adapt")
    torch.set_num_threads(args.threads)
    args.out = args.out or Path("models/hearing-1")
    recipe = Recipe(args.steps or Recipe().steps, args.scenes, args.seed, args.alpha, args.beta)
    cache = args.runs / "cache"
    heard = hear_scenes(args.data, "train", SPEC, recipe.seed, recipe.scenes, cache, args.threads)
    model = train(targets_of(heard), recipe, args.runs / args.out.name, resume=args.resume)
    options = f"--seed {recipe.seed} --steps {recipe.steps} --scenes {recipe.scenes}"
    command = f"python -m training hearing --data DATA {options} --alpha {recipe.alpha:g} --beta {recipe.beta:g}"
    publish(model, args.data, cache, {"seed": recipe.seed, "command": command}, args.out)
    print(f"{args.out} is written")
    return 0


def _at_least_one(text: str) -> int:
    """An option's whole number from 1 on."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number
