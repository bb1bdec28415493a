"""`livemusic piano decompose`: which figures a piece is made of."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from livemusic.cli.drum_file import tell_of
from livemusic.cli.options import as_json


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this tool."""
    parser.add_argument("piece", type=Path, metavar="MID", help="a piano piece")
    parser.add_argument("--most", type=int, default=12, metavar="N", help="how many to list (default: 12)")
    parser.add_argument("--model", default="", metavar="ID", help="which piano dictionary")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """List the figures that say most of the notes, and where each comes first."""
    from livemusic.inference.library import Library
    from livemusic.inference.piano import Piano
    from livemusic.midi.piece import read_piece
    from livemusic.music.roll import TICKS_PER_SECOND
    from livemusic.sketch.figures import figures_of

    if not 1 <= arguments.most <= 65536:
        raise ValueError(f"most {arguments.most} is outside 1..65536")
    piece = read_piece(arguments.piece, tell_of(arguments.piece))
    figures = figures_of(Piano.open(Library().folder("piano", arguments.model)), piece)
    notes: Counter[int] = Counter()
    for figure in figures:
        notes[figure.atom] += len(figure.notes)
    rows = []
    for atom, count in notes.most_common(arguments.most):
        uses = [figure for figure in figures if figure.atom == atom]
        longest = max(uses, key=lambda figure: len(figure.notes))
        low = min(note.pitch for note in longest.notes)
        shape = ", ".join(f"{note.pitch - low:+d}" for note in longest.notes)
        rows.append(
            {
                "atom": atom,
                "times": len(uses),
                "notes": count,
                "first_s": round(uses[0].tick / TICKS_PER_SECOND, 2),
                "shape": shape,
            }
        )
    if arguments.json:
        print(as_json({"notes": len(piece.notes), "figures": len(figures), "atoms": rows}))
        return 0
    print(f"{len(piece.notes)} notes in {len(figures)} figures")
    for row in rows:
        name = f"atom {row['atom']}" if row["atom"] != -1 else "none"
        print(
            f"{name:<10} {row['times']:>5} times, {row['notes']:>5} notes, from {row['first_s']} s on: {row['shape']}"
        )
    return 0
