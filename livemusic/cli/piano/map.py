"""`livemusic piano map`: where pieces lie among composers."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.drum_file import tell_of
from livemusic.cli.options import as_json
from livemusic.cli.progress import progress


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("pieces", nargs="+", type=Path, metavar="MID", help="piano pieces")
    parser.add_argument("--model", default="", metavar="ID", help="which piano dictionary")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Read every piece and say where it lies, and what it lies beside."""
    from livemusic.inference.library import Library
    from livemusic.inference.piano import Piano, open_composers
    from livemusic.midi.piece import read_piece
    from livemusic.music.roll import roll_of

    folder = Library().folder("piano", arguments.model)
    piano, composers = Piano.open(folder), open_composers(folder)
    rows = []
    for path in progress(arguments.pieces, "reading"):
        active = piano.activity(roll_of(read_piece(path, tell_of(path))))
        x, y = composers.place(active)
        near = [composers.titles[index] for index, _ in composers.neighbours(active, 3)]
        rows.append(
            {
                "file": str(path),
                "x": round(x, 3),
                "y": round(y, 3),
                "composers": {name: round(share, 3) for name, share in composers.composer(active).items()},
                "nearest": near,
            }
        )
    if arguments.json:
        print(as_json(rows))
        return 0
    for row in rows:
        shares: dict[str, float] = row["composers"]  # type: ignore[assignment]
        heard = ", ".join(f"{name} {share:.0%}" for name, share in list(shares.items())[:3])
        print(f"{row['file']}: near {heard}; at {row['x']:.2f},{row['y']:.2f} on the map")
    return 0
