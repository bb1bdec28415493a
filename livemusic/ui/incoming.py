"""Files on their way into the window: presets, sessions, patterns, and whatever else is music."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern
from livemusic.music.grid import Grid, left_out
from livemusic.session.codec import read_preset, read_session
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session

MIDI_FILES = (".mid", ".midi", ".smf")
DOCUMENTS = (".json",)


class _Parts(msgspec.Struct):
    """What only a session has; the rest is skipped."""

    preset: msgspec.Raw


class Brought(NamedTuple):
    """A clip from a file, and a sentence on what was left out of it, empty where nothing was."""

    clip: Clip
    remark: str


def read_clip(path: Path) -> Brought:
    """The drums of a MIDI file as a clip that goes by the file's name. `MediaError` where there are none to use."""
    try:
        pattern = read_pattern(path).pattern
        clip = Clip.of(Grid.from_pattern(pattern))
    except ValueError as problem:
        raise MediaError(f"{path.name} cannot be used as a pattern: {problem}.") from problem
    if not clip.hits:
        raise MediaError(f"{path.name} has no drums: they must be on channel 10 or on drum notes.")
    said = left_out(pattern)
    return Brought(clip, f"{path.name}: {said}." if said else "")


def read_document(path: Path) -> Preset | Session:
    """A preset or a whole session, whichever the file holds. `PresetError` says what is wrong with it."""
    return read_session(path) if _is_session(path) else read_preset(path)


def _is_session(path: Path) -> bool:
    try:
        msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Parts)
    except (OSError, ValueError, RecursionError):
        return False
    return True
