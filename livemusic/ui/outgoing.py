"""Patterns on their way out of the window: as a MIDI file to drag into a DAW or to save."""

import re
import tempfile
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.midi.files import Printed, write_pattern
from livemusic.music.grid import Grid
from livemusic.music.route import routed_pattern
from livemusic.music.tempo import Meter
from livemusic.session.preset import Clip
from livemusic.session.settings import Session


def write_playing(path: Path, snapshot: Snapshot, session: Session) -> None:
    """Write the pattern that plays, with its swing, as the port gets it. `MediaError` where that fails."""
    _write(path, Grid.from_bytes(snapshot.transport.grid), snapshot, session)


def write_clip(path: Path, clip: Clip, snapshot: Snapshot, session: Session) -> None:
    """Write `clip` as the port would get it if it played now. `MediaError` where that fails."""
    _write(path, clip.grid(), snapshot, session)


def _write(path: Path, grid: Grid, snapshot: Snapshot, session: Session) -> None:
    swing, drum_map = snapshot.listen.swing, session.settings.drum_map
    route = drum_map.route(session.settings.channel)
    pattern = routed_pattern(grid.to_pattern(swing=swing), route)
    printed = Printed(swing, drum_map.name, route)
    write_pattern(path, pattern, snapshot.transport.bpm, Meter(*snapshot.transport.meter), printed=printed)


def file_name(snapshot: Snapshot, session: Session) -> str:
    """A name that says what is in the file: preset and tempo."""
    return _named(session.preset.name, snapshot)


def clip_name(clip: Clip, snapshot: Snapshot) -> str:
    """A name for the file of a clip: its own and the tempo."""
    return _named(clip.name, snapshot)


def _named(name: str, snapshot: Snapshot) -> str:
    return f"{plain_name(name, 'pattern')} {snapshot.transport.bpm:.0f} bpm.mid"


def plain_name(name: str, otherwise: str) -> str:
    """`name` with only what every file system takes, at most 80 characters; `otherwise` where nothing is left."""
    return re.sub(r"[^\w&+-]+", " ", name)[:80].strip() or otherwise


def drag_playing(widget: QWidget, snapshot: Snapshot, session: Session) -> None:
    """Let the pattern that plays be dropped anywhere as a MIDI file. Returns when it was dropped. `MediaError`."""
    path = _passing(file_name(snapshot, session))
    write_playing(path, snapshot, session)
    _drag(widget, path)


def drag_clip(widget: QWidget, clip: Clip, snapshot: Snapshot, session: Session) -> None:
    """Let `clip` be dropped anywhere as a MIDI file. Returns when it was dropped. `MediaError`."""
    path = _passing(clip_name(clip, snapshot))
    write_clip(path, clip, snapshot, session)
    _drag(widget, path)


def _passing(name: str) -> Path:
    """A file that need not last."""
    return Path(tempfile.mkdtemp(prefix="livemusic-")) / name


def _drag(widget: QWidget, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag = QDrag(widget)
    drag.setMimeData(mime)
    drag.exec(Qt.DropAction.CopyAction)
