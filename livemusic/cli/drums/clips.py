"""A folder of MIDI clips, as far as they are drums."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern
from livemusic.music.grid import STEP, Grid
from livemusic.session.drum_map import DrumMap
from livemusic.sketch.learn import Clip

_SUFFIXES = (".mid", ".midi")


def find_clips(folder: Path) -> list[Path]:
    """The MIDI files in a folder and those within it, by name, hidden ones left out. `MediaError` without a folder."""
    if not folder.is_dir():
        raise MediaError(f"{folder} is no folder. Name the folder that your drum clips are in.")
    return sorted(_walk(folder))


def read_clip(path: Path, own: Sequence[DrumMap] = (), decided: DrumMap | None = None) -> Clip:
    """The drums of a MIDI file, see `read_pattern`. `MediaError` where there are more other notes than drums."""
    loop = read_pattern(path, own, decided)
    grid = Grid.from_pattern(loop.pattern)
    if loop.others > len(loop.pattern.notes):
        raise MediaError(f"{path} has more other notes than drums.")
    return Clip(str(path), grid.values, max(1, loop.meter.bar // STEP), grid.ornaments)


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(place, name)
