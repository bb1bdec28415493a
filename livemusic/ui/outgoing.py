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
from livemusic.music.tempo import Meter
from livemusic.session.settings import Session


def write_playing(path: Path, snapshot: Snapshot, session: Session) -> None:
    """Write the pattern that plays, with its swing, as the port gets it. `MediaError` where that fails."""
    grid = Grid.from_bytes(snapshot.transport.grid)
    pattern = grid.to_pattern(channel=session.settings.channel - 1, swing=snapshot.listen.swing)
    write_pattern(path, pattern, snapshot.transport.bpm, Meter(*snapshot.transport.meter))


def file_name(snapshot: Snapshot, session: Session) -> str:
    """A name that says what is in the file: preset and tempo."""
    plain = re.sub(r"[^\w&+-]+", " ", session.preset.name).strip() or "pattern"
    return f"{plain} {snapshot.transport.bpm:.0f} bpm.mid"


def drag_playing(widget: QWidget, snapshot: Snapshot, session: Session) -> None:
    """Let the pattern that plays be dropped anywhere as a MIDI file. Returns when it was dropped. `MediaError`."""
    path = Path(tempfile.mkdtemp(prefix="livemusic-")) / file_name(snapshot, session)
    write_playing(path, snapshot, session)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag = QDrag(widget)
    drag.setMimeData(mime)
    drag.exec(Qt.DropAction.CopyAction)
