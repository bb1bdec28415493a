"""`livemusic morph`: the pattern between two to four MIDI clips, as a MIDI file."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.drum_file import add_map, read_drums
from livemusic.cli.options import as_json, place
from livemusic.cli.output import file_for
from livemusic.errors import MediaError

_MAX_STEPS = 16 * 64


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument(
        "clips",
        nargs="+",
        type=Path,
        metavar="MID",
        help="two to four drum clips: top left, top right, bottom left, bottom right",
    )
    parser.add_argument(
        "--at",
        type=place,
        default=(0.5, 0.5),
        metavar="X,Y",
        help="where on the pad, 0..1, y upwards; of two clips x alone counts",
    )
    parser.add_argument("--mode", choices=("trade", "blend"), default="trade", help="(default: trade)")
    parser.add_argument("--out", type=Path, required=True, metavar="MID", help="the file to write")
    add_map(parser)
    parser.add_argument("--model", default="", metavar="ID", help="which drum dictionary")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Read the clips, morph, and write the pattern at the mean of their tempi."""
    if not 2 <= len(arguments.clips) <= 4:
        raise MediaError(f"morph takes two to four MIDI clips, not {len(arguments.clips)}.")
    out = file_for(arguments.out, ".mid")
    from livemusic.engine.openers import open_dictionary
    from livemusic.latent.morph import pad_weights
    from livemusic.midi.files import write_pattern
    from livemusic.music.grid import Grid
    from livemusic.sketch.path import Path as Way

    read = {path: read_drums(path, arguments.map) for path in dict.fromkeys(arguments.clips)}
    clips = [read[path] for path in arguments.clips]
    grids = []
    for path, clip in zip(arguments.clips, clips, strict=True):
        grid = Grid.from_pattern(clip.pattern)
        if grid.steps > _MAX_STEPS:
            print(f"livemusic: {path} has {grid.steps} steps; the first {_MAX_STEPS} are used.", file=sys.stderr)
            grid = grid.looped(_MAX_STEPS)
        if not grid.hits.any():
            raise MediaError(f"{path} has no drum notes in its first {_MAX_STEPS} steps. Cut out what you need.")
        grids.append(grid)
    x, y = arguments.at
    corners = [0, 1] if len(grids) == 2 else list(range(len(grids)))
    weights = [float(weight) for weight in pad_weights(x, 1.0 if len(grids) == 2 else y)[corners]]
    if sum(weights) <= 0:
        raise MediaError(f"At {x:g},{y:g} none of the {len(grids)} clips is heard; the missing corner is bottom right.")
    way = Way(open_dictionary(arguments.model), grids, arguments.mode)
    grid = way.at(weights)
    share = [weight / sum(weights) for weight in weights]
    bpm = sum(clip.bpm * part for clip, part in zip(clips, share, strict=True))
    write_pattern(out, grid.to_pattern(), bpm, clips[0].meter)
    report = {"steps": way.steps, "hits": grid.count, "bpm": bpm, "weights": share, "file": str(out)}
    if arguments.json:
        print(as_json(report))
    else:
        print(f"{report['hits']} hits in {grid.steps} steps at {bpm:.1f} bpm: {out}")
    return 0
