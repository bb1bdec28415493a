"""`livemusic drums vary`: the pattern again, a little or wholly differently."""

from argparse import ArgumentParser, Namespace

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
    voice,
)


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    add_input(parser)
    parser.add_argument("--amount", type=share, default=0.3, metavar="0..1", help="how differently (default: 0.3)")
    parser.add_argument("--lock", type=voice, action="append", default=[], metavar="VOICE", help="a voice that stays")
    add_style(parser)
    add_seed(parser)
    add_models(parser, drummer=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Read, vary, write."""
    from livemusic.sketch.vary import vary

    clip = read_clip(arguments.clip, arguments.map)
    grid = vary(
        open_drummer(arguments),
        clip.grid,
        arguments.amount,
        arguments.seed,
        clip.bpm,
        clip.bar,
        arguments.style,
        arguments.lock,
    )
    changed = int((clip.grid.hits ^ grid.hits).sum())
    return finish(arguments, grid, clip.bpm, clip.meter, seed=arguments.seed, changed=changed)
