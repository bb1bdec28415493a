"""`livemusic drums sketch`: a new pattern, from nothing, from a style or from a pattern."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from livemusic.cli.drum_file import add_map
from livemusic.cli.drums.clip import (
    MAX_STEPS,
    Clip,
    add_models,
    add_output,
    add_seed,
    add_style,
    finish,
    open_dictionary,
    open_drummer,
    open_map,
    read_clip,
    share,
)
from livemusic.cli.options import number
from livemusic.music.grid import STEP, Grid
from livemusic.music.tempo import Meter


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("--from", dest="start", type=Path, metavar="MID", help="a drum clip to start from")
    add_style(parser)
    for name, default, purpose in (
        ("density", None, "how many hits (default: as they come)"),
        ("complexity", None, "how syncopated (default: auto)"),
        ("swing", 0.0, "how late every second sixteenth comes (default: 0)"),
        ("variation", 0.3, "how far from what it begins with (default: 0.3)"),
    ):
        parser.add_argument(f"--{name}", type=share, default=default, metavar="0..1", help=purpose)
    parser.add_argument("--bars", type=int, default=2, metavar="N", help="how many bars without --from (default: 2)")
    parser.add_argument("--meter", type=meter, default=Meter(), metavar="N/M", help="without --from (default: 4/4)")
    parser.add_argument("--bpm", type=number, default=120.0, metavar="N", help="without --from (default: 120)")
    add_seed(parser)
    add_map(parser)
    add_models(parser, dictionary=True, drummer=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Sketch and write."""
    from livemusic.music.tempo import check_bpm
    from livemusic.sketch.sketch import Sketcher, Wish

    bar = max(1, arguments.meter.bar // STEP)
    if not 1 <= arguments.bars <= MAX_STEPS // bar:
        raise ValueError(f"bars {arguments.bars} is outside 1..{MAX_STEPS // bar}")
    start = read_clip(arguments.start, arguments.map) if arguments.start else None
    clip = start or Clip(Grid.empty(bar * arguments.bars), check_bpm(arguments.bpm), arguments.meter)
    wish = Wish(arguments.density, arguments.complexity, arguments.swing, arguments.variation)
    sketcher = Sketcher(open_dictionary(arguments), open_drummer(arguments), open_map(arguments))
    grid = sketcher.sketch(
        arguments.seed, wish, arguments.style, start.grid if start else None, clip.bpm, clip.bar, clip.grid.steps
    )
    return finish(arguments, grid, clip.bpm, clip.meter, seed=arguments.seed)


def meter(text: str) -> Meter:
    """A meter such as 7/8, as argparse wants it."""
    try:
        beats, unit = text.split("/")
        return Meter(int(beats), int(unit))
    except ValueError as problem:
        raise ArgumentTypeError(f"{text!r} is not a meter such as 7/8 ({problem})") from None
