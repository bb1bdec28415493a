"""`livemusic drums tap`: a tapped rhythm becomes a full pattern."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.drum_file import tell_of
from livemusic.cli.drums.clip import (
    MAX_STEPS,
    add_models,
    add_output,
    add_style,
    finish,
    open_drummer,
    share,
)
from livemusic.errors import MediaError


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("clip", type=Path, metavar="MID", help="the taps, of any pitch")
    parser.add_argument(
        "--fullness", type=share, default=0.5, metavar="0..1", help="how readily voices join in (default: 0.5)"
    )
    add_style(parser)
    add_models(parser, drummer=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Read taps of any pitch, answer them, write."""
    from livemusic.midi.files import read_strikes
    from livemusic.music.grid import STEP
    from livemusic.sketch.taps import THRESHOLD, drums_for, read_taps

    loop = read_strikes(arguments.clip)
    for remark in loop.remarks:
        tell_of(arguments.clip)(remark)
    if loop.pattern.length > MAX_STEPS * STEP:
        raise MediaError(f"{arguments.clip} is longer than 64 bars of four beats. Cut out what you need.")
    taps = read_taps(loop.pattern)
    if not taps.count:
        raise MediaError(f"{arguments.clip} has no notes. Tap a rhythm, on any key.")
    threshold = THRESHOLD ** (2.0 * arguments.fullness) if arguments.fullness < 0.5 else THRESHOLD
    if arguments.fullness > 0.5:
        threshold = THRESHOLD * 2.0 * (1.0 - arguments.fullness) + 0.05
    bar = max(1, loop.meter.bar // STEP)
    grid = drums_for(open_drummer(arguments), taps, loop.bpm, bar, arguments.style, threshold)
    return finish(arguments, grid, loop.bpm, loop.meter, taps=taps.count)
