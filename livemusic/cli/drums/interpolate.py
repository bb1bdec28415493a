"""`livemusic drums interpolate`: the way between two or more patterns, as one file."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from itertools import pairwise
from pathlib import Path

from livemusic.cli.drum_file import add_map
from livemusic.cli.drums.clip import MAX_STEPS, add_models, add_output, finish, open_dictionary, read_clip, voice
from livemusic.errors import MediaError
from livemusic.session.number import read_numbers


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("clips", nargs="+", type=Path, metavar="MID", help="two or more drum clips")
    parser.add_argument("--mode", choices=("trade", "blend"), default="trade", help="(default: trade)")
    parser.add_argument(
        "--patterns", type=int, default=5, metavar="N", help="how many from each clip to the next, both in (default: 5)"
    )
    parser.add_argument("--weights", type=weights, metavar="W,W,...", help="one pattern at these weights instead")
    parser.add_argument(
        "--lane", type=lane, action="append", default=[], metavar="VOICE=W,W,...", help="other weights for one voice"
    )
    parser.add_argument(
        "--lock",
        type=lock,
        action="append",
        default=[],
        metavar="VOICE=CLIP",
        help="a voice that stays with clip 1, 2, ...",
    )
    add_map(parser)
    add_models(parser, dictionary=True)
    add_output(parser)


def run(arguments: Namespace) -> int:
    """Read, walk, write the patterns one after another."""
    import numpy as np

    from livemusic.music.grid import Grid
    from livemusic.sketch.path import Path as Way

    clips = [read_clip(path, arguments.map) for path in arguments.clips]
    if len(clips) < 2:
        raise MediaError("interpolate takes two MIDI clips or more.")
    if not 2 <= arguments.patterns <= 64:
        raise ValueError(f"patterns {arguments.patterns} is outside 2..64")
    if outside := [clip + 1 for _, clip in arguments.lock if clip >= len(clips)]:
        raise ValueError(f"clip {outside[0]} in --lock is outside 1..{len(clips)}")
    way = Way(open_dictionary(arguments), [clip.grid for clip in clips], arguments.mode)
    lanes, locks = dict(arguments.lane), dict(arguments.lock)
    corners = np.eye(len(clips))
    if arguments.weights:
        stops = [arguments.weights]
    else:
        stops = [[*corners[0]]]
        for one, other in pairwise(corners):
            stops += [[*((1 - t) * one + t * other)] for t in np.linspace(0, 1, arguments.patterns)[1:]]
    if len(stops) * way.steps > 4 * MAX_STEPS:
        raise MediaError(
            f"{len(stops)} patterns of {way.steps} steps are too many for one file. Take fewer --patterns."
        )
    grids = [way.at(stop, lanes, locks) for stop in stops]
    changed = [int((one.hits ^ other.hits).sum()) for one, other in pairwise(grids)]
    return finish(arguments, Grid.joined(grids), clips[0].bpm, clips[0].meter, patterns=len(grids), changed=changed)


def weights(text: str) -> list[float]:
    """Numbers between commas (or semicolons), as argparse wants them."""
    try:
        return read_numbers(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a list of numbers such as 0.5,0.5 (or '0,5;0,5')") from None


def lane(text: str) -> tuple[int, list[float]]:
    """`VOICE=W,W`, as argparse wants it."""
    name, _, numbers = text.partition("=")
    return voice(name), weights(numbers)


def lock(text: str) -> tuple[int, int]:
    """`VOICE=CLIP`, clips counted from 1, as argparse wants it."""
    name, _, clip = text.partition("=")
    if not clip.isdecimal() or int(clip) < 1:
        raise ArgumentTypeError(f"{text!r} is not VOICE=CLIP, as in kick=1")
    return voice(name), int(clip) - 1
