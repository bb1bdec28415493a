"""Patterns on their way out of the window: as a MIDI file to drag into a DAW or to save."""

import re
import tempfile
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from livemusic.engine.snapshot import Snapshot
from livemusic.midi.files import write_pattern
from livemusic.music.grid import Grid
from livemusic.music.route import routed_pattern
from livemusic.music.tempo import Meter
from livemusic.session.settings import Session


def write_playing(path: Path, snapshot: Snapshot, session: Session) -> None:
    """Write the pattern that plays, with its swing, as the port gets it. `MediaError` where that fails."""
    pattern = Grid.from_bytes(snapshot.transport.grid).to_pattern(swing=snapshot.listen.swing)
    route = session.settings.drum_map.route(session.settings.channel)
    write_pattern(path, routed_pattern(pattern, route), snapshot.transport.bpm, Meter(*snapshot.transport.meter))


def file_name(snapshot: Snapshot, session: Session) -> str:
    """A name that says what is in the file: preset and tempo."""
    return f"{plain_name(session.preset.name, 'pattern')} {snapshot.transport.bpm:.0f} bpm.mid"


def plain_name(name: str, otherwise: str) -> str:
    """`name` with only what every file system takes, at most 80 characters; `otherwise` where nothing is left."""
    return re.sub(r"[^\w&+-]+", " ", name)[:80].strip() or otherwise


def drag_playing(widget: QWidget, snapshot: Snapshot, session: Session) -> None:
    """Let the pattern that plays be dropped anywhere as a MIDI file. Returns when it was dropped. `MediaError`."""
    path = Path(tempfile.mkdtemp(prefix="livemusic-")) / file_name(snapshot, session)
    write_playing(path, snapshot, session)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag = QDrag(widget)
    drag.setMimeData(mime)
    drag.exec(Qt.DropAction.CopyAction)
