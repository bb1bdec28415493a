"""Taking patterns apart: does removing the strongest atoms change what their pictures say it changes?"""

import argparse
from typing import Any

import numpy as np

from livemusic.music.grid import Grid
from livemusic.sketch.parts import Parts
from training.data.groove import WINDOW_STEPS
from training.data.takes import read_takes, windows_of
from training.evaluate.graphs import Coder
from training.evaluate.neighbours import prf

_REMOVED = (1, 2, 4, 8)
_WINDOWS = 300


def measure(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each number of atoms removed: hits that go, how well the atoms' pictures foretell which, and the share
    of them that the parts' own lists name."""
    coder = Coder(args.model)
    windows = windows_of(read_takes(args.data), args.split, WINDOW_STEPS, "beat").grids
    chosen = windows[np.linspace(0, len(windows) - 1, min(_WINDOWS, len(windows))).astype(int)]
    rows = []
    for count in _REMOVED:
        gone, foretold, named = [], [], []
        for values in chosen:
            parts = Parts(coder, Grid(values))
            muted = parts.parts[:count]
            hits = parts.grid.hits
            gone.append(hits & ~parts.without(muted).hits)
            foretold.append(hits & ~parts.foretold(muted).hits)
            cells = np.zeros_like(hits)
            for part in muted:
                for cell in part.hits:
                    cells[cell] = True
            named.append(cells)
        precision, recall, _ = prf(np.stack(foretold), np.stack(gone))
        _, listed, _ = prf(np.stack(named), np.stack(gone))
        rows.append(
            {
                "removed": count,
                "hits gone": float(np.mean([cells.sum() for cells in gone])),
                "foretold, precision": precision,
                "foretold, recall": recall,
                "listed, recall": listed,
            }
        )
    return rows
