"""The Groove takes one by one, with who played what, where the two-bar windows alone are not enough."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import MediaError
from livemusic.music.grid import Grid
from training.data.groove import BAR_STEPS, METER, SPLITS, WINDOW_STEPS, read_grid
from training.progress import progress

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One file in 4/4: its grid, and what `info.csv` says of it; `kind` is beat or fill, `style` without its number."""

    id: str
    grid: Grid
    drummer: str
    session: str
    style: str
    bpm: float
    kind: str
    split: str

    def windows(self, hop: int = BAR_STEPS, hits: int = 1) -> Array:
        """Two-bar windows `(n, 32, 9, 3)` every `hop` steps that have as many `hits`."""
        starts = range(0, self.grid.steps - WINDOW_STEPS + 1, hop)
        cut = np.stack([self.grid.values[start : start + WINDOW_STEPS] for start in starts])
        return np.asarray(cut[cut[..., 0].sum(axis=(1, 2)) >= hits])


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows `grids` `(n, 32, 9, 3)` with the tempo and style of each and the number of the take it is from."""

    grids: Array
    bpm: Array
    styles: npt.NDArray[np.str_]
    takes: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.grids)


def read_takes(folder: Path) -> list[Take]:
    """Every take in 4/4 of the data set in `folder`. `MediaError` where it is not that data set."""
    try:
        with (folder / "info.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["time_signature"] == METER]
        return [
            Take(
                row["id"],
                read_grid(folder / row["midi_filename"]),
                row["drummer"],
                row["session"],
                row["style"].split("/")[0],
                float(row["bpm"]),
                row["beat_type"],
                row["split"],
            )
            for row in progress(rows, "groove", "file")
        ]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
        raise MediaError(f"{folder} is not the Groove MIDI Dataset ({error}): check --data") from error


def windows_of(takes: Sequence[Take], split: str, hop: int = BAR_STEPS, kinds: str = "", hits: int = 1) -> Windows:
    """The windows of a split, of beats or fills alone where `kinds` says so."""
    if split not in SPLITS:
        raise ValueError(f"split {split!r} is none of {', '.join(SPLITS)}")
    parts = [
        (number, take, take.windows(hop, hits))
        for number, take in enumerate(takes)
        if take.split == split and kinds in ("", take.kind)
    ]
    return Windows(
        np.concatenate([cut for _, _, cut in parts]),
        np.concatenate([np.full(len(cut), take.bpm, np.float32) for _, take, cut in parts]),
        np.concatenate([np.full(len(cut), take.style) for _, take, cut in parts]),
        np.concatenate([np.full(len(cut), number) for number, _, cut in parts]),
    )
