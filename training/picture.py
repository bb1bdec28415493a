"""Trains the picture embedder on films that are drawn while it learns: `python -m training picture`."""

import argparse
from pathlib import Path

import torch

from training.evaluate.picture import publish
from training.recipes.picture import Recipe, train


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line offers."""
    recipe = Recipe()
    parser.add_argument("--out", type=Path, default=Path("models/picture-1"), help="model folder to write")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where logs and checkpoints go")
    parser.add_argument("--seed", type=int, default=recipe.seed)
    parser.add_argument(
        "--epochs", type=int, default=recipe.epochs, help=f"of {recipe.steps} batches of new films each"
    )
    parser.add_argument("--until", type=int, metavar="EPOCH", help="stop after so many; --resume does the rest")
    parser.add_argument("--alpha", type=float, default=recipe.alpha, help="weight of the forecast loss")
    parser.add_argument("--sigma", type=float, default=recipe.sigma, help="weight of the bend loss")
    parser.add_argument("--mu", type=float, default=recipe.mu, help="weight of the stress loss")
    parser.add_argument("--threads", type=int, default=1, help="processor cores to use")
    parser.add_argument("--resume", action="store_true", help="go on from this run's last checkpoint")


def run(args: argparse.Namespace) -> int:
    """Train, export, measure and write the card; Ctrl-C keeps the last whole epoch for `--resume`."""
    torch.set_num_threads(args.threads)
    recipe = Recipe(epochs=args.epochs, seed=args.seed, alpha=args.alpha, sigma=args.sigma, mu=args.mu)
    model = train(recipe, args.runs / args.out.name, resume=args.resume, until=args.until)
    command = f"python -m training picture --seed {recipe.seed} --epochs {recipe.epochs}"
    command += f" --until {args.until}" if args.until else ""
    command += f" --alpha {recipe.alpha:g} --sigma {recipe.sigma:g} --mu {recipe.mu:g}"
    publish(model, {"seed": recipe.seed, "command": command}, args.out, args.runs)
    print(f"{args.out} is written")
    return 0
