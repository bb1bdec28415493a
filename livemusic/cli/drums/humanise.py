"""`livemusic drums humanise`: velocities and timing as a drummer would play them."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.drums.clip import (
    add_input,
    add_models,
    add_output,
    add_seed,
    add_style,
    finish,
    open_drummer,
    read_clip,
    share,
)


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    add_input(parser)
    parser.add_argument("--amount", type=share, default=1.0, metavar="0..1", help="how much of it (default: 1)")
    parser.add_argument(
        "--looseness", type=share, default=0.3, metavar="0..1", help="how much every hit may differ (default: 0.3)"
    )
    parser.add_argument("--like", type=Path, metavar="MID", help="a played clip to take the feel from")
    add_style(parser)
    add_seed(parser)
    add_models(parser, drummer=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Read, touch up, write."""
    from livemusic.sketch.touch import feel_of, humanise

    clip = read_clip(arguments.clip, arguments.map)
    like = read_clip(arguments.like, arguments.map) if arguments.like else None
    drummer = open_drummer(arguments)
    grid = humanise(
        drummer,
        clip.grid,
        clip.bpm,
        clip.bar,
        arguments.style,
        arguments.amount,
        arguments.looseness,
        arguments.seed,
        feel_of(drummer, like.grid, like.bpm, like.bar, arguments.style) if like else None,
    )
    return finish(arguments, grid, clip.bpm, clip.meter, seed=arguments.seed)
