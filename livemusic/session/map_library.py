"""Which drum maps there are: the built-in ones and the musician's own, each a JSON file that people can edit."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import platformdirs

from livemusic.errors import PresetError
from livemusic.session.codec import Readers, read_versioned, spare, write_whole
from livemusic.session.drum_map import DRUM_MAPS, DrumMap, Lane
from livemusic.session.files import AnyPath

FORMAT = 1


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drum map as it is kept."""

    name: str
    lanes: tuple[Lane, ...]
    format: int = FORMAT


def _map_1(data: bytes) -> DrumMap:
    kept = msgspec.json.decode(data, type=_File)
    return DrumMap(kept.name, kept.lanes)


_MAPS: Readers[DrumMap] = {1: _map_1}


def map_folder() -> Path:
    """Where the musician's own drum maps are kept, beside the presets; it need not exist."""
    return Path(platformdirs.user_data_dir("livemusic", appauthor=False)) / "maps"


def list_maps(
    folder: Path | None = None, report: Callable[[PresetError], None] = lambda problem: None
) -> tuple[DrumMap, ...]:
    """All drum maps: the built-in ones, then the musician's own by name; one's own hides a built-in one of its name.

    A file that cannot be used is left out, and `report` is told why.
    """
    own: list[DrumMap] = []
    for path in sorted((map_folder() if folder is None else folder).glob("*.json")):
        try:
            own.append(read_map(path))
        except PresetError as problem:
            report(problem)
    found = {_plain(drum_map.name): drum_map for drum_map in DRUM_MAPS}
    for drum_map in sorted(own, key=lambda drum_map: _plain(drum_map.name)):
        found[_plain(drum_map.name)] = drum_map
    return tuple(found.values())


def read_map(path: AnyPath) -> DrumMap:
    """Read a drum map of any format; `PresetError` says what is wrong with the file."""
    return read_versioned(path, "drum map", _MAPS)


def write_map(path: AnyPath, drum_map: DrumMap) -> None:
    """Write a drum map whole or not at all; `PresetError` where that fails."""
    spare(path, "drum map", read_map)
    write_whole(path, "drum map", lambda: encode_map(drum_map))


def encode_map(drum_map: DrumMap) -> bytes:
    """JSON that is the same for the same map, a line for each drum. `ValueError` where its name is not valid text."""
    lanes = ",\n".join(f"    {_line(lane)}" for lane in drum_map.lanes)
    head = f'{{\n  "format": {FORMAT},\n  "name": {_line(drum_map.name)},\n  "lanes": [\n'
    return f"{head}{lanes}\n  ]\n}}\n".encode()


def _line(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
