"""`python -m training fills`: a small table of fills from the Groove MIDI Dataset, for the end of a phrase.

Of the takes that are labelled as fills, those of the training split that are one bar of 4/4, mostly on snare and toms
and well in time, are put in order of how many hits they have, and cut into bands; of each band those are taken that
stand best for the others (greedily, by the distance of each to the nearest that is taken).
"""

import argparse
import csv
from pathlib import Path

import msgspec
import numpy as np

from livemusic.music.grid import OFFSET, STEP, STEPS_PER_BEAT, Grid
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.music.pattern import Note, Pattern
from training.data import groove
from training.data.groove import BAR_STEPS, CREDIT, METER, read_notes

FILLS = Path("models/fills.json")
#: A fill has so many hits, and in its last beat so many at least.
_HITS, _LEAST_AT_THE_END = (6, 30), 2
#: So much of it is on snare and toms, and so far from the steps, in steps, it is on average at most.
_DRUMS, _LOOSE = 0.5, 0.2
_SOLO = (Voice.SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM)
_BANDS, _OF_EACH = 6, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m training fills`."""
    parser.add_argument("--data", type=Path, help="the Groove MIDI folder; downloaded when not given")
    parser.add_argument("--out", type=Path, default=FILLS, help="where the table goes (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Choose the fills and write them down."""
    fills = [fill for fill in read_fills(args.data or groove.download()) if _is_one(fill)]
    taken = spread(fills, _BANDS, _OF_EACH)
    table: dict[str, object] = {
        "licence": CREDIT["licence"],
        "credit": CREDIT["credit"],
        "fills": [_written(fill) for fill in taken],
    }
    part = args.out.with_name(f"{args.out.name}.part")
    part.write_bytes(_lines(table))
    part.replace(args.out)
    print(f"{args.out}: {len(taken)} of {len(fills)} fills, {args.out.stat().st_size / 1024:.1f} KB")
    return 0


def read_fills(folder: Path) -> list[Grid]:
    """The fills of the training split that are one bar of 4/4, each named after its take."""
    with (folder / "info.csv").open(newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (row["beat_type"], row["split"], row["time_signature"]) == ("fill", "train", METER)
        ]
    fills = []
    for row in rows:
        notes, _ = read_notes(folder / row["midi_filename"])
        whole = Grid.from_pattern(Pattern.of(notes, 2 * BAR_STEPS * STEP, row["id"])) if _one_bar(notes) else None
        if whole is not None:
            fills.append(whole.cut(0, BAR_STEPS))
    return fills


def _one_bar(notes: list[Note]) -> bool:
    return bool(notes) and max((note.tick + STEP // 2) // STEP for note in notes) < BAR_STEPS


def _is_one(fill: Grid) -> bool:
    hits = fill.hits
    return (
        _HITS[0] <= fill.count <= _HITS[1]
        and int(hits[-STEPS_PER_BEAT:].sum()) >= _LEAST_AT_THE_END
        and int(hits[:, _SOLO].sum()) >= _DRUMS * int(hits.sum())
        and float(np.abs(fill.values[..., OFFSET][hits]).mean()) <= _LOOSE
    )


def spread(fills: list[Grid], bands: int, of_each: int) -> list[Grid]:
    """`of_each` fills of each of `bands` bands of busyness, those that stand best for the band."""
    fills = sorted(fills, key=lambda fill: (fill.count, fill.name))
    taken: list[Grid] = []
    for band in np.array_split(np.arange(len(fills)), bands):
        pool = [fills[index] for index in band]
        apart = np.array([[_distance(one, other) for other in pool] for one in pool])
        nearest = np.ones(len(pool))
        for _ in range(min(of_each, len(pool))):
            best = int(np.minimum(apart, nearest).sum(1).argmin())
            nearest = np.minimum(nearest, apart[best])
            taken.append(pool[best])
    return taken


def _distance(one: Grid, other: Grid) -> float:
    """What share of the hits of both is not in common."""
    return float((one.hits ^ other.hits).sum() / max(1, (one.hits | other.hits).sum()))


def _written(fill: Grid) -> dict[str, object]:
    """A fill as people read it: for each drum its hits, step, velocity and offset in ticks."""
    hits: dict[str, list[tuple[int, int, int]]] = {}
    for step, voice, velocity, offset in fill.rows():
        hits.setdefault(VOICE_NAMES[voice], []).append((step, velocity, offset))
    return {"take": fill.name, "hits": hits}


def _lines(table: dict[str, object]) -> bytes:
    """JSON with a line for each fill."""
    fills = table["fills"]
    assert isinstance(fills, list)
    head = b",\n".join(
        b" " + msgspec.json.encode(key) + b": " + msgspec.json.encode(table[key]) for key in ("licence", "credit")
    )
    rows = b",\n".join(b"  " + msgspec.json.encode(fill) for fill in fills)
    return b"{\n" + head + b',\n "fills": [\n' + rows + b"\n ]\n}\n"
