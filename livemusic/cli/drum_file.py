"""A drum clip that a command was given: read by the drum map it was given, too, or by the one that fits."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from livemusic.errors import LiveMusicError, MediaError
from livemusic.midi.files import Loop, read_pattern
from livemusic.session.drum_map import DRUM_MAPS, GENERAL_MIDI, DrumMap
from livemusic.session.map_library import list_maps


def add_map(parser: ArgumentParser) -> None:
    """Which drum map says what the notes are."""
    parser.add_argument(
        "--map",
        default="",
        metavar="NAME",
        help="the drum map that the notes are read by, such as Addictive Drums 2 (default: the one that fits)",
    )


def read_drums(path: Path, name: str = "") -> Loop:
    """The drums of a MIDI file, by the map called `name`, or else by the one that explains them best.

    What is left out, skipped or mended, and which map was chosen where it is not General MIDI, is said on stderr.
    `MediaError` where there are no drums, or no such map.
    """
    maps = list_maps(report=tell)
    own = [drum_map for drum_map in maps if drum_map not in DRUM_MAPS]
    loop = read_pattern(path, own, find_map(maps, name) if name else None)
    if not name and loop.drum_map.name != GENERAL_MIDI.name:
        tell(f"{path}: Read by the drum map {loop.drum_map.name}; --map names another.")
    for remark in loop.remarks:
        tell_of(path)(remark)
    return loop


def find_map(maps: tuple[DrumMap, ...], name: str) -> DrumMap:
    """The map called `name`, or the only one whose name has it in it. `MediaError` names those there are."""
    wanted = name.strip().casefold()
    called = [drum_map for drum_map in maps if drum_map.name.casefold() == wanted]
    like = called or [drum_map for drum_map in maps if wanted and wanted in drum_map.name.casefold()]
    if len(like) == 1:
        return like[0]
    names = ", ".join(f"“{drum_map.name}”" for drum_map in like or maps)
    raise MediaError(f"“{name}” {'could be several drum maps' if like else 'is no drum map'}. Choose one of {names}.")


def tell_of(path: Path) -> Callable[[str], None]:
    """Says something of a file that does not keep the command from its work."""
    return lambda remark: tell(f"{path}: {remark}")


def tell(remark: LiveMusicError | str) -> None:
    """Say something that does not keep the command from its work."""
    print(f"livemusic: {remark}", file=sys.stderr)
