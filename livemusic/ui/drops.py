"""Files dropped on the window: a pattern shows the corner it would land in, a hit the drum that it would become."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from livemusic.ui.files import Files
from livemusic.ui.incoming import DOCUMENTS, MIDI_FILES
from livemusic.ui.views.grid import PatternGrid
from livemusic.ui.views.pad import MorphPad


class Drops(QObject):
    """Watches `window` for files and hands them to `files`. Lights the quarter of `pad` that a pattern hovers over, and
    the drum of `grid` whose name a sound does: there it is a hit to be matched."""

    def __init__(self, window: QWidget, pad: MorphPad, grid: PatternGrid, files: Files) -> None:
        super().__init__(window)
        self._window = window
        self._pad = pad
        self._grid = grid
        self._files = files
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self._pad.show_target(None)
            self._grid.light(None)
        elif kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            path, corner, drum = dropped_file(event), self._corner(event), self._drum(event)
            self._grid.light(None if kind == QEvent.Type.Drop else drum)
            self._pad.show_target(None if kind == QEvent.Type.Drop else corner)
            # our own pattern may leave the window, or go to a corner of the pad
            if path is not None and (kind == QEvent.Type.DragEnter or corner is not None or event.source() is None):
                event.acceptProposedAction()
                if kind == QEvent.Type.Drop and drum is not None:
                    self._files.match(path, drum)
                elif kind == QEvent.Type.Drop:
                    # what may be asked then is asked once the drop is over: who dragged waits for that
                    QTimer.singleShot(0, self, lambda: self._files.bring(path, corner))
            else:
                event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _corner(self, event: QDropEvent) -> int | None:
        """The corner that a pattern hovers over."""
        path = dropped_file(event)
        spot = self._pad.mapFrom(self._window, event.position().toPoint())
        if path is None or path.suffix.lower() not in MIDI_FILES or not self._pad.rect().contains(spot):
            return None
        return self._pad.corner_at(QPointF(spot))

    def _drum(self, event: QDropEvent) -> int | None:
        """The drum over whose name a sound hovers."""
        path = dropped_file(event)
        spot = self._grid.mapFrom(self._window, event.position().toPoint())
        if path is None or path.suffix.lower() in (*MIDI_FILES, *DOCUMENTS) or not self._grid.rect().contains(spot):
            return None
        return self._grid.lane_at(QPointF(spot))


def dropped_file(event: QDropEvent) -> Path | None:
    """The first file of what is dragged."""
    names = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return Path(names[0]) if names else None
