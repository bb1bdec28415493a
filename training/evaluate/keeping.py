"""Whether a corner of the pad gives back every hit of the files: at its tick, at its velocity."""

import argparse
import csv
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from livemusic.music.grid import STEP, Grid
from livemusic.music.kit import VOICE_OF_PITCH
from livemusic.music.pattern import Note, Pattern
from livemusic.sketch.coder import Coder as AnyCoder
from livemusic.sketch.path import MODES, Mode
from livemusic.sketch.path import Path as Walk
from training.data.groove import BAR_STEPS, read_notes
from training.evaluate.graphs import Array, Coder
from training.progress import progress

#: Steps of a corner: longer files are cut.
_STEPS = 2 * BAR_STEPS
#: How far a hit may have moved, in ticks and velocity.
_NEAR = 1
_REMEMBERED = 256

#: voice -> `(tick, velocity)` in order
Hits = dict[int, list[tuple[int, int]]]


class Reader(Coder):
    """The dictionary in `folder`; what it read lately it remembers, as in the app."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._codes = lru_cache(_REMEMBERED)(super().encode)

    def encode(self, grid: Grid, active_per_beat: int = 0) -> Array:
        """The code of a grid."""
        return self._codes(grid, active_per_beat)


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each mode: hits of all files, whatever their split and meter, those that come back, and the rest."""
    coder, names = Reader(args.model), _names(args.data)
    counts = {mode: defaultdict[str, int](int) for mode in MODES}
    before = Grid.empty(BAR_STEPS)
    for name in progress(names, "keeping", "file"):
        notes, length = read_notes(args.data / name)
        grid = Grid.from_pattern(Pattern.of(notes, length))
        drums = _drums(notes)
        twice = sum(len(row) - len({tick for tick, _ in row}) for row in drums.values())
        for mode, count in counts.items():
            found = kept(drums, _corner(coder, grid, before, mode), length)
            struck = sum(map(len, drums.values()))
            count["hits"] += struck
            count["back"] += found
            count["two of a drum at one tick"] += twice
            count["no drum"] += len(notes) - struck
            count["files with all hits"] += found == len(notes)
        before = grid.looped(_STEPS)
    return [
        {
            "mode": mode,
            "files": len(names),
            "hits": count["hits"],
            "back": count["back"],
            "share": f"{count['back'] / max(1, count['hits']):.5%}",
            "two of a drum at one tick": count["two of a drum at one tick"],
            "lost otherwise": count["hits"] - count["back"] - count["two of a drum at one tick"],
            "no drum": count["no drum"],
            "files with all hits": count["files with all hits"],
        }
        for mode, count in counts.items()
    ]


def _names(folder: Path) -> list[str]:
    with (folder / "info.csv").open(newline="", encoding="utf-8") as file:
        return [row["midi_filename"] for row in csv.DictReader(file)]


def _corner(coder: AnyCoder, grid: Grid, other: Grid, mode: Mode) -> Hits:
    """What plays where the hand is all the way in the corner of `grid`, a few bars after the other."""
    hits: Hits = defaultdict(list)
    for start in range(0, grid.steps, _STEPS):
        part = grid.cut(start, min(start + _STEPS, grid.steps))
        played = Walk(coder, [part, other], mode).at([1.0, 0.0]).to_pattern()
        other = part
        for note in played.notes:
            tick = note.tick - played.length if note.tick >= played.length - STEP // 2 else note.tick
            hits[VOICE_OF_PITCH[note.pitch]].append((tick + start * STEP, note.velocity))
    return hits


def _drums(notes: list[Note]) -> Hits:
    hits: Hits = defaultdict(list)
    for note in notes:
        if note.pitch in VOICE_OF_PITCH:
            hits[VOICE_OF_PITCH[note.pitch]].append((note.tick, note.velocity))
    return hits


def kept(played: Hits, back: Hits, length: int) -> int:
    """How many hits `played` come `back`, each as one of its own, within a tick (of a loop of `length`) and 1 of
    velocity."""
    found = 0
    for voice, hits in played.items():
        there = np.array(sorted((tick % length, velocity) for tick, velocity in back.get(voice, [])), np.int64)
        used = np.zeros(len(there), bool)
        for tick, velocity in sorted(hits):
            first = np.searchsorted(there[:, 0], tick - _NEAR) if len(there) else 0
            for index in range(int(first), len(there)):
                if there[index, 0] > tick + _NEAR:
                    break
                if not used[index] and abs(there[index, 1] - velocity) <= _NEAR:
                    used[index] = True
                    found += 1
                    break
    return found
