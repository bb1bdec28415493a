"""Keeps the musician's own drum maps, each in a file of its own."""

import re
from pathlib import Path

from livemusic.errors import PresetError
from livemusic.session.drum_map import DrumMap
from livemusic.session.map_library import map_folder, read_map, write_map

_LONGEST = 60


def map_file_name(name: str) -> str:
    """A file name for a map called `name`, fit for every system."""
    return (re.sub(r"[^\w-]+", "-", name).strip("-")[:_LONGEST] or "map") + ".json"


def keep_map(drum_map: DrumMap, folder: Path | None = None) -> Path:
    """Write `drum_map` among one's own, in place of its namesake only; returns the file. `PresetError`."""
    folder = map_folder() if folder is None else folder
    first = folder / map_file_name(drum_map.name)
    path, number = first, 1
    while path.exists() and not _is_called(path, drum_map.name):
        number += 1
        path = first.with_stem(f"{first.stem}-{number}")
    write_map(path, drum_map)
    return path


def _is_called(path: Path, name: str) -> bool:
    """Whether the map at `path` has this name; a file that cannot be read is somebody else's."""
    try:
        return read_map(path).name.casefold() == name.casefold()
    except PresetError:
        return False
