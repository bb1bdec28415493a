"""`livemusic drums denoise`: lost hits back, stray ones gone, timing mended."""

from argparse import ArgumentParser, Namespace

from livemusic.cli.drums.clip import (
    add_input,
    add_models,
    add_output,
    add_style,
    finish,
    open_drummer,
    read_clip,
    share,
)


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    add_input(parser)
    parser.add_argument(
        "--noise", type=share, metavar="0..1", help="the share of hits not to be trusted (default: estimated)"
    )
    add_style(parser)
    add_models(parser, drummer=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Read, clean, write."""
    from livemusic.sketch.clean import denoise

    clip = read_clip(arguments.clip, arguments.map)
    drummer = open_drummer(arguments)
    grid = denoise(drummer, clip.grid, arguments.noise, clip.bpm, clip.bar, arguments.style)
    lost = int((clip.grid.hits & ~grid.hits).sum())
    found = int((grid.hits & ~clip.grid.hits).sum())
    return finish(arguments, grid, clip.bpm, clip.meter, taken_out=lost, put_in=found)
