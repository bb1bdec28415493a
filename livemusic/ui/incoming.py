"""Files on their way into the window: presets, sessions, patterns, and whatever else is music."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid, left_out
from livemusic.music.straight import straight
from livemusic.session.codec import read_preset, read_session
from livemusic.session.drum_map import DRUM_MAPS, DrumMap
from livemusic.session.map_library import list_maps
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session
from livemusic.session.short_name import shortened

MIDI_FILES = (".mid", ".midi", ".smf")
DOCUMENTS = (".json",)


class _Parts(msgspec.Struct):
    """What only a session has; the rest is skipped."""

    preset: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Incoming:
    """A clip from a MIDI file, the drum map it was read by, and in sentences what of the file is not in it."""

    clip: Clip
    drum_map: DrumMap
    remarks: tuple[str, ...] = ()


def read_clip(path: Path, ours: DrumMap | None = None, decided: DrumMap | None = None) -> Incoming:
    """The drums of a MIDI file as a clip that goes by the file's name, in short, without the swing that we had printed
    into it.

    It is read by the map `decided`, or by the one that explains it best, first of all `ours` and others of the
    musician's own. `MediaError` where there is nothing to use.
    """
    own = [each for each in (ours, *list_maps()) if each is not None and (each is ours or each not in DRUM_MAPS)]
    loop = read_pattern(path, own, decided)
    try:
        grid = Grid.from_pattern(straight(loop.pattern, loop.swing))
        clip = Clip.of(grid, shortened(" ".join(grid.name.replace("_", " ").split())))
    except ValueError as problem:
        raise MediaError(f"{path.name} cannot be used as a pattern: {problem}.") from problem
    said = left_out(loop.pattern)
    return Incoming(clip, loop.drum_map, (*loop.remarks, *([f"{said}."] if said else [])))


def read_document(path: Path) -> Preset | Session:
    """A preset or a whole session, whichever the file holds. `PresetError` says what is wrong with it."""
    return read_session(path) if _is_session(path) else read_preset(path)


def _is_session(path: Path) -> bool:
    try:
        msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Parts)
    except (OSError, ValueError, RecursionError):
        return False
    return True
