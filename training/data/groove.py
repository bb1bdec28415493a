"""The Groove MIDI Dataset as two-bar windows on the drum grid, by its own train, validation and test splits.

Source: Gillick, Roberts, Engel, Eck and Bamman, "Learning to Groove with Inverse Sequence
Transformations", ICML 2019; version 1.0.0, CC BY 4.0.
"""

import csv
import hashlib
import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido
import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from livemusic.errors import MediaError
from livemusic.music.grid import STEP, Grid
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import TICKS_PER_BEAT, Ticks
from training.data.download import fetch, unpack
from training.progress import progress

URL = "https://storage.googleapis.com/magentadata/datasets/groove/groove-v1.0.0-midionly.zip"
SHA256 = "651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e"
CREDIT = {
    "name": "Groove MIDI Dataset v1.0.0",
    "licence": "CC BY 4.0",
    "credit": "Google LLC; Gillick, Roberts, Engel, Eck and Bamman, Learning to Groove with Inverse Sequence "
    "Transformations, ICML 2019",
}
SPLITS = ("train", "validation", "test")
METER = "4-4"
BAR_STEPS = 16
WINDOW_STEPS = 2 * BAR_STEPS
_CACHE_FORMAT = 2

Array = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Groove:
    """`windows[split]`: float32 `(n, 32 steps, 9 voices, 3)`; `played[split]`: how many hits the files have in each of
    them, ornaments, too; the counts say what was left out."""

    windows: dict[str, Array]
    played: dict[str, Counts]
    files: int
    other_meters: int
    empty_windows: int

    def summary(self) -> str:
        """One line on what the data are."""
        counts = ", ".join(f"{len(self.windows[split])} {split}" for split in SPLITS)
        return (
            f"{self.files} files in 4/4 ({self.other_meters} in other meters left out); two-bar windows: {counts}; "
            f"{self.empty_windows} without a hit left out"
        )


def cache_folder() -> Path:
    """Where downloads and parsed data are kept, for the user's account."""
    return user_cache_path("livemusic") / "training"


def download(url: str = URL, sha256: str = SHA256, cache: Path | None = None) -> Path:
    """The data set's folder, fetched from its official address on first use."""
    place = cache or cache_folder()
    archive = fetch(url, sha256, place / "groove-v1.0.0-midionly.zip")
    return unpack(archive, place / "groove-v1.0.0") / "groove"


def read_notes(path: Path) -> tuple[list[Note], Ticks]:
    """All notes of a MIDI file at ticks of 1/960 beat, and the whole bars they take, at least one window.

    Raises `MediaError` for a file that is no MIDI.
    """
    try:
        midi = mido.MidiFile(path)
        if midi.ticks_per_beat <= 0:
            raise ValueError(f"{midi.ticks_per_beat} ticks per beat")
        notes, clock = [], 0
        for message in mido.merge_tracks(midi.tracks):
            clock += message.time
            if message.type == "note_on" and message.velocity > 0:
                tick = round(clock * TICKS_PER_BEAT / midi.ticks_per_beat)
                notes.append(Note(tick, message.note, message.velocity))
    except Exception as error:  # mido raises whatever a broken byte leads to
        raise MediaError(f"{path} is not a readable MIDI file ({error}): fetch the data set again") from error
    # A note just before a bar line belongs to the step after it, so a last bar may start with it.
    last = max(((note.tick + STEP // 2) // STEP for note in notes), default=0)
    bars = max(WINDOW_STEPS // BAR_STEPS, last // BAR_STEPS + 1)
    return notes, bars * BAR_STEPS * STEP


def read_grid(path: Path) -> Grid:
    """A MIDI file as one grid of whole bars, at least one window long. `MediaError` as in `read_notes`."""
    notes, length = read_notes(path)
    return Grid.from_pattern(Pattern.of(notes, length, path.stem))


def other_meters(folder: Path) -> dict[str, Array]:
    """Two-bar windows `(n, steps, 9, 3)` of the files that are not in 4/4, by meter such as "3-4", whatever their
    split: nothing is trained on them. Meters of which a bar is no whole number of sixteenths are left out."""
    windows: dict[str, list[Array]] = {}
    for row in _rows(folder):
        beats, unit = (int(number) for number in row["time_signature"].split("-"))
        if row["time_signature"] == METER or 16 % unit:
            continue
        steps = 2 * beats * 16 // unit
        values = read_grid(folder / row["midi_filename"]).values
        cut = [values[start : start + steps] for start in range(0, len(values) - steps + 1, steps // 2)]
        windows.setdefault(row["time_signature"], []).extend(part for part in cut if part[..., 0].any())
    return {meter: np.stack(parts) for meter, parts in sorted(windows.items()) if parts}


def windows_of(grid: Grid) -> tuple[Array, int]:
    """Two-bar windows `(n, 32, 9, 3)` at every bar, and how many without a hit were dropped."""
    starts = range(0, grid.steps - WINDOW_STEPS + 1, BAR_STEPS)
    cut = np.stack([grid.values[start : start + WINDOW_STEPS] for start in starts])
    kept = cut[..., 0].any(axis=(1, 2))
    return cut[kept], int((~kept).sum())


def counts_of(notes: Iterable[Note], grid: Grid) -> Counts:
    """How many notes a file has in each of the windows that `windows_of` makes of its grid, `(n,)`."""
    steps = [(note.tick + STEP // 2) // STEP % grid.steps for note in notes]
    struck = np.bincount(steps, minlength=grid.steps)
    starts = range(0, grid.steps - WINDOW_STEPS + 1, BAR_STEPS)
    kept = [start for start in starts if grid.hits[start : start + WINDOW_STEPS].any()]
    return np.array([struck[start : start + WINDOW_STEPS].sum() for start in kept], np.int64)


def load(folder: Path, cache: Path | None = None) -> Groove:
    """Read the data set from `folder` (the one with `info.csv`), parsed once and then from the cache.

    Raises `MediaError` when the folder is not the data set or a file of it cannot be read.
    """
    rows = _rows(folder)
    paths = [folder / row["midi_filename"] for row in rows if row["time_signature"] == METER]
    place = (cache or cache_folder()) / f"groove-{_fingerprint(folder / 'info.csv', paths)}.npz"
    if place.is_file():
        try:
            with np.load(place) as stored:
                return _unpacked(dict(stored))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            place.unlink(missing_ok=True)
    groove = _parse(rows, folder)
    _keep(groove, place)
    return groove


def _keep(groove: Groove, place: Path) -> None:
    counts = np.array([groove.files, groove.other_meters, groove.empty_windows])
    part = place.with_suffix(f".{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            played = {f"{split} played": count for split, count in groove.played.items()}
            np.savez_compressed(file, counts=counts, **groove.windows, **played)  # type: ignore[arg-type]
        part.replace(place)
    except OSError as error:
        raise MediaError(f"cannot keep the parsed data in {place.parent} ({error}): free some space there") from error
    finally:
        part.unlink(missing_ok=True)


def _rows(folder: Path) -> list[dict[str, str]]:
    needed = {"midi_filename", "time_signature", "split"}
    try:
        with (folder / "info.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MediaError(
            f"{folder} is not the Groove MIDI Dataset: its info.csv cannot be read; check --data"
        ) from error
    if not rows or not needed <= rows[0].keys() or any(row["split"] not in SPLITS for row in rows):
        raise MediaError(f"{folder / 'info.csv'} lacks the Groove columns or splits: check --data")
    return rows


def _parse(rows: list[dict[str, str]], folder: Path) -> Groove:
    chosen = [row for row in rows if row["time_signature"] == METER]
    parts: dict[str, list[Array]] = {split: [] for split in SPLITS}
    played: dict[str, list[Counts]] = {split: [] for split in SPLITS}
    empty = 0
    for row in progress(chosen, "groove", "file"):
        notes, length = read_notes(folder / row["midi_filename"])
        grid = Grid.from_pattern(Pattern.of(notes, length))
        cut, dropped = windows_of(grid)
        parts[row["split"]].append(cut)
        played[row["split"]].append(counts_of(notes, grid))
        empty += dropped
    missing = [split for split in SPLITS if not parts[split]]
    if missing:
        raise MediaError(f"{folder / 'info.csv'} names no 4/4 file in the {missing[0]} split: check --data")
    windows = {split: np.concatenate(parts[split]) for split in SPLITS}
    counts = {split: np.concatenate(played[split]) for split in SPLITS}
    return Groove(windows, counts, len(chosen), len(rows) - len(chosen), empty)


def _unpacked(stored: dict[str, Any]) -> Groove:
    files, other_meters, empty = (int(count) for count in stored["counts"])
    windows = {split: stored[split].astype(np.float32) for split in SPLITS}
    return Groove(windows, {split: stored[f"{split} played"] for split in SPLITS}, files, other_meters, empty)


def _fingerprint(info: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{_CACHE_FORMAT}".encode() + info.read_bytes())
    for path in paths:
        size = path.stat().st_size if path.is_file() else -1
        digest.update(f"{path.name} {size}\n".encode())
    return digest.hexdigest()[:16]
